/**
 * Which latents TopK keeps on the CPU engine, against sorting: of inputs that are 0, preActs are the encoder's biases.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CpuEngine } from "../../lib/engine/cpu/cpu_engine.ts";
import { Rng } from "../../lib/rng.ts";
import { kernels } from "./kernels.ts";
import { needs } from "../needs.ts";
import { makeVariantCase } from "./variant_cases.ts";

/** Latents ascending: the k largest above 0, of equal ones the first. */
function largest(values: Float32Array, k: number): number[] {
  const order = Array.from(values.keys()).filter((j) => values[j] > 0);
  return order.sort((a, b) => values[b] - values[a] || a - b).slice(0, k).sort((a, b) => a - b);
}

Deno.test(
  "TopK keeps the k largest, of equal ones the first, for any number of latents and k",
  needs("permissions"),
  async () => {
    const rng = Rng.fromSeed(0, "biases");
    /** Any numbers; hardly any above 0; nearly all equal; ascending; all below 0. */
    const kinds: ((j: number, n: number) => number)[] = [
      () => rng.normal(),
      () => rng.uniform() < 0.02 ? rng.uniform() : -1,
      () => rng.uniform() < 0.95 ? 0.5 : rng.uniform(),
      (j, n) => (j + 1) / n,
      () => -1,
    ];
    for (
      const [latent, k] of [[127, 1], [128, 16], [129, 16], [260, 17], [1003, 5], [1024, 128], [1030, 33], [2085, 100]]
    ) {
      const example = makeVariantCase(3, { sparsity: "topk", latent, k, preBias: "none", auxAlpha: 0, batch: 1 });
      const engine = await CpuEngine.start(example.definition, { threads: 1, kernels: await kernels() });
      for (const kind of kinds) {
        const bias = example.state.params["encoder.0.bias"];
        bias.forEach((_, j) => bias[j] = kind(j, latent));
        await engine.load({ ...example, batch: 1 });
        const { latents, values } = await engine.forwardSparse(new Float32Array(3));
        assert.deepEqual([...latents], largest(bias, k), `${latent} latents, k ${k}`);
        assert.deepEqual([...values], [...latents].map((j) => bias[j]));
      }
      await engine.dispose();
    }
  },
);

Deno.test(
  "BatchTopK takes the largest of a whole batch",
  needs("permissions"),
  async () => {
    const rng = Rng.fromSeed(1, "biases"), latent = 300, rows = 10, k = 6;
    const example = makeVariantCase(3, { sparsity: "batchtopk", latent, k, preBias: "none", auxAlpha: 0, batch: rows });
    const bias = example.state.params["encoder.0.bias"];
    bias.forEach((_, j) => bias[j] = rng.uniform(0.1, 1));
    const pixels = new Float32Array(3 * rows),
      engine = await CpuEngine.start(example.definition, {
        threads: 2,
        kernels: await kernels(),
      });
    await engine.load({ ...example, pixels, batch: rows });
    await engine.train({
      indices: Uint32Array.from({ length: rows }, (_, i) => i),
      batch: rows,
      learningRates: Float64Array.of(0),
      weights: Float64Array.of(0),
    });
    const { buffers, step } = await engine.state();
    // All rows are the same, so each takes the same latents: the k largest.
    const active = Array.from(buffers.lastFired.keys()).filter((j) => buffers.lastFired[j] === step);
    assert.deepEqual(active, largest(bias, k));
    await engine.dispose();
  },
);
