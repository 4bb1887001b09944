/**
 * Which engine is chosen for a model, and in which words an engine is refused.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolveConfig } from "../../lib/config.ts";
import { describeAdapter, isSoftwareAdapter } from "../../lib/engine/adapter.ts";
import { chooseEngine, probeAdapter } from "../../lib/engine/open.ts";
import { stepDefinition } from "../../lib/engine/engine.ts";
import { whyNotCpu } from "../../lib/engine/capability.ts";
import { whyNotWebGpu } from "../../lib/engine/webgpu_capability.ts";
import { CASES, makeCase } from "./cases.ts";
import { needs } from "../needs.ts";

const WORK = { definition: CASES[1].definition, batch: 128, pixels: CASES[1].pixels };
/** Two weights of 20,000 × 20,000: more than WebAssembly's memory, and than most adapters' largest binding. */
const HUGE = { ...WORK, definition: stepDefinition(resolveConfig({ hidden: [20_000], latent: 20_000 }), 1) };

Deno.test("chooseEngine() takes our engine for a backend unless told otherwise", needs("permissions"), async () => {
  const { backend, engine } = await chooseEngine({ backend: "wasm", engine: "auto" }, WORK);
  assert.deepEqual([backend, engine], ["wasm", "cpu"]);
  assert.deepEqual((await chooseEngine({ backend: "wasm", engine: "reference" }, WORK)).engine, "reference");
  assert.deepEqual((await chooseEngine({ backend: "webgpu", engine: "fused" }, WORK)).engine, "webgpu");
  assert.deepEqual(await chooseEngine({ backend: "cpu", engine: "auto" }, WORK), {
    engine: "reference",
    backend: "cpu",
    reason: "--backend cpu",
  });
});

Deno.test("chooseEngine() refuses a fused engine on tfjs's plain JavaScript", async () => {
  await assert.rejects(
    chooseEngine({ backend: "cpu", engine: "fused" }, WORK),
    /^UserError: Cannot use --engine fused: the backend is cpu/,
  );
});

Deno.test(
  "chooseEngine() takes the CPU engine where the only adapter is software or none, and says so",
  needs("permissions"),
  async () => {
    const { adapter, isSoftware, summary } = await probeAdapter();
    const choice = await chooseEngine({ backend: "auto", engine: "auto" }, WORK);
    assert.equal(choice.reason, summary);
    assert.equal(choice.engine, adapter && !isSoftware ? "webgpu" : "cpu");
  },
);

Deno.test("describeAdapter() uses whatever the adapter says of itself", () => {
  const info = (fields: Partial<GPUAdapterInfo>) =>
    ({ description: "", device: "", vendor: "", architecture: "", ...fields }) as GPUAdapterInfo;
  assert.equal(describeAdapter(info({ description: "Radeon", device: "0", vendor: "amd" })), "Radeon, amd");
  assert.equal(describeAdapter(info({})), "an unnamed adapter");
});

Deno.test("isSoftwareAdapter() knows the software adapters by flag and by name", () => {
  const info = (description: string, isFallbackAdapter = false) =>
    ({ description, isFallbackAdapter, architecture: "" }) as GPUAdapterInfo;
  for (const name of ["llvmpipe (LLVM 15)", "SwiftShader Device", "Microsoft Basic Render Driver"]) {
    assert.ok(isSoftwareAdapter(info(name)));
  }
  assert.ok(isSoftwareAdapter(info("", true)));
  assert.ok(isSoftwareAdapter({ ...info(""), vendor: "google", architecture: "swiftshader" }), "as Chromium has it");
  assert.ok(!isSoftwareAdapter(info("NVIDIA H200")));
});

Deno.test("chooseEngine() hands work that no fused engine covers to the reference engine, and says why", async () => {
  const deep = {
    ...WORK,
    definition: stepDefinition(resolveConfig({ sparsity: "topk", k: 2, hidden: [8], latent: 4 }), 16),
  };
  const choice = await chooseEngine({ backend: "wasm", engine: "auto" }, deep);
  assert.deepEqual([choice.engine, choice.backend], ["reference", "wasm"]);
  assert.match(choice.reason, /^--backend wasm; the cpu engine does not support this model: /);
  await assert.rejects(
    chooseEngine({ backend: "wasm", engine: "fused" }, HUGE),
    /^UserError: Cannot use --engine fused: the cpu engine does not support this model: .*, expected a smaller --batch/,
  );
  await assert.rejects(
    chooseEngine({ backend: "wasm", engine: "fused" }, deep),
    /^UserError: Cannot use --engine fused: the cpu engine does not support this model: [^,]*.*, expected --engine reference$/,
  );
});

Deno.test("chooseEngine() says in one line that a model is beyond every engine", async () => {
  const pattern =
    /^UserError: Cannot train this model: .*the reference engine does not support this model: it needs \d+ MiB, and WebAssembly has 4096 MiB, expected a smaller --latent, --hidden or --batch$/;
  await assert.rejects(chooseEngine({ backend: "wasm", engine: "auto" }, HUGE), pattern);
  await assert.rejects(chooseEngine({ backend: "wasm", engine: "reference" }, HUGE), pattern);
});

Deno.test("whyNotWebGpu() names the buffer that is too large for the adapter, and nothing where all fit", () => {
  const MiB = 2 ** 20;
  const limits = { maxStorageBufferBindingSize: 128 * MiB, maxBufferSize: 256 * MiB };
  assert.equal(whyNotWebGpu(WORK.definition, { ...WORK, limits }), null);
  assert.equal(whyNotWebGpu(WORK.definition, WORK), null, "no adapter: starting says so");
  // 20,000 · 20,000 weights and 20,000 biases once each way, 20,000 · 16 padded inputs twice, 4 bytes each.
  assert.match(
    whyNotWebGpu(HUGE.definition, { ...WORK, limits })!,
    /^its weights need 30\d\d MiB, .* at most 128 MiB/,
  );
  assert.match(whyNotWebGpu(WORK.definition, { ...WORK, batch: 2 ** 22, limits })!, /^its image numbers need 2048 MiB/);
  const { definition } = makeCase(784, { hidden: [128], latent: 32 });
  assert.match(whyNotWebGpu(definition, { ...WORK, batch: 2 ** 17, limits })!, /^its gradients need 536 MiB/);
});

Deno.test("whyNotCpu() counts the images that its memory keeps", () => {
  assert.equal(whyNotCpu(WORK.definition, WORK), null);
  const mostRows = 2 ** 32 / WORK.definition.arch.dInput; // as many as are streamed at a time
  assert.match(whyNotCpu(WORK.definition, { ...WORK, mostRows })!, /and WebAssembly has 4096 MiB$/);
});
