/**
 * The CPU engine's memory: what is said to be needed is what is allocated, and what does not fit is refused.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolveConfig } from "../../lib/config.ts";
import { whyNotCpu } from "../../lib/engine/capability.ts";
import { createMemory, memoryBytes } from "../../lib/engine/cpu/create_memory.ts";
import { memorySizes } from "../../lib/engine/cpu/model_memory.ts";
import { stepDefinition } from "../../lib/engine/engine.ts";
import { Rng } from "../../lib/rng.ts";
import { VARIANTS } from "../../lib/sae/sparsity/variants.ts";

const PAGE_BYTES = 65536;

Deno.test("memoryBytes() is what is allocated, for models, images, batches and threads of any kind", async () => {
  const rng = Rng.fromSeed(0, "models");
  const pick = <T>(values: readonly T[]) => values[rng.below(values.length)];
  for (let i = 0; i < 20; i++) {
    const sparsity = pick(
      ["kl", "l1", "topk", "batchtopk", "jumprelu", "gated", "matryoshka", "hierarchicaltopk"] as const,
    );
    const isLayered = sparsity === "kl";
    const config = resolveConfig({
      sparsity,
      hidden: isLayered ? pick([[], [1 + rng.below(50)], [1 + rng.below(50), 1 + rng.below(20)]]) : [],
      latent: 1 + rng.below(400),
      ...(VARIANTS[sparsity].selects !== "all" && { k: 1 }),
      batch: 1 + rng.below(300),
    });
    const dInput = 1 + rng.below(200), threads = 1 + rng.below(8);
    const isFloat = !isLayered && rng.below(2) === 1;
    const pixels = new (isFloat ? Float32Array : Uint8Array)((1 + rng.below(50)) * dInput);
    const definition = stepDefinition(config, dInput);
    for (const isSparse of [false, true]) {
      const sizes = memorySizes(pixels, { batch: config.batch, threads, isSparse });
      const { memory } = await createMemory(definition, { ...sizes, isFloat, isShared: true, tile: "wide" });
      const pages = Math.ceil(memoryBytes(definition, sizes) / PAGE_BYTES);
      assert.equal(memory.buffer.byteLength, pages * PAGE_BYTES, JSON.stringify(config));
    }
  }
});

Deno.test("16,384 latents of which all may be active fit into 1 GiB in batches of 1,024, on 16 threads too", () => {
  for (const sparsity of ["l1", "jumprelu", "gated"] as const) {
    const definition = stepDefinition(resolveConfig({ sparsity, latent: 16_384, batch: 1024 }), 784);
    const pixels = new Uint8Array(784 * 100);
    assert.equal(whyNotCpu(definition, { batch: 1024, pixels, threads: 16 }), null);
    assert.ok(memoryBytes(definition, memorySizes(pixels, { batch: 1024, threads: 16 })) < 2 ** 30, sparsity);
  }
});

Deno.test("whyNotCpu() counts each thread's room and every latent that may be active, and says both numbers", () => {
  const wide = stepDefinition(resolveConfig({ sparsity: "l1", latent: 16_384, batch: 16_384 }), 784);
  const pixels = new Uint8Array(784 * 100);
  assert.match(
    whyNotCpu(wide, { batch: 16_384, pixels, threads: 4 })!,
    /^it and its images need \d{4} MiB with 4 threads, and WebAssembly has 4096 MiB$/,
  );
  const big = { batch: 12_288, pixels }; // 3.7 GiB and 0.1 for each thread
  assert.equal(whyNotCpu(wide, { ...big, threads: 1 }), null);
  assert.match(whyNotCpu(wide, { ...big, threads: 16 })!, /with 16 threads/);
});

Deno.test("createMemory() refuses what WebAssembly cannot have, in one line", async () => {
  const definition = stepDefinition(resolveConfig({ sparsity: "topk", latent: 300_000, batch: 128 }), 784);
  const sizes = memorySizes(new Uint8Array(784), { batch: 128, threads: 2 });
  await assert.rejects(
    createMemory(definition, { ...sizes, isFloat: false, isShared: true, tile: "wide" }),
    /^UserError: Cannot place the model and its images: they need \d+ MiB, expected at most 4096 MiB/,
  );
});
