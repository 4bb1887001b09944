/**
 * The error by k: against float64, for decoders of every kind, and against engines that were made with a smaller k.
 *
 * @module
 */
import assert from "node:assert/strict";
import { errorByK, measuredKs, mostLatents } from "../../lib/analysis/by_k.ts";
import { RowReader, StoredRows } from "../../lib/analysis/sparse_rows.ts";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { VARIANT_NAMES } from "../../lib/sae/sparsity/variants.ts";
import { widen } from "../engine/float64_model.ts";
import { decoder64, largestOf, type Rows, variantForward64 } from "../engine/float64_variants.ts";
import { imageRows, makeVariantCase, type VariantCase } from "../engine/variant_cases.ts";

/** The error by k on the reference engine, of latents that are kept in pieces of some rows. */
async function measured(example: VariantCase, piece: number) {
  const { definition, state, pixels } = example, { arch } = definition;
  const engine = await ReferenceEngine.start(definition, "cpu");
  await engine.load({ state, pixels, batch: 256 });
  const { hidden } = await engine.forward(pixels), acts = hidden[arch.latentIndex], n = arch.nLatents;
  const latents = new StoredRows({ width: n, mostEntries: 1e6 }), reader = new RowReader();
  for (let from = 0; from < acts.length; from += piece * n) {
    latents.add(reader.read(acts.subarray(from, from + piece * n), n));
  }
  const result = await errorByK({ engine, arch, pixels, latents, k: mostLatents(definition)! });
  await engine.set({ k: 2 });
  const { recon } = await engine.forward(pixels);
  await engine.dispose();
  return { result, withTwo: Array.from(recon) };
}

const CASES = [
  makeVariantCase(13, { sparsity: "hierarchicaltopk", latent: 29, batch: 24, k: 6 }),
  makeVariantCase(13, { sparsity: "topk", latent: 29, batch: 24, k: 29 }), // most inputs have fewer that are above 0
  makeVariantCase(16, { sparsity: "topk", latent: 11, k: 3, output: "sigmoid", loss: "bce" }, { data: "bytes" }),
  makeVariantCase(11, { sparsity: "hierarchicaltopk", hidden: [7], latent: 10, k: 4, output: "linear" }),
];

Deno.test("errorByK() equals float64 for every k", async () => {
  for (const example of CASES) {
    const { definition, state } = example, x = imageRows(example), k = mostLatents(definition)!;
    const model = { definition, params: widen(state.params), buffers: widen(state.buffers) };
    const { acts } = variantForward64(x, model, { isTraining: false });
    const means = x[0].map((_, i) => x.reduce((sum, row) => sum + row[i], 0) / x.length);
    const variation = squares(x, x.map(() => means)), errors = new Map<number, number>();
    for (const piece of [90, 7]) {
      const { result, withTwo } = await measured(example, piece);
      assert.deepEqual(result.map(({ k }) => k), measuredKs(k));
      for (const own of result) {
        const kept = largestOf(acts, own.k), error = squares(x, decoder64(kept, model).recon);
        errors.set(own.k, error);
        isNear(own.mse, error / x.length / x[0].length, example.name);
        isNear(own.explainedVariance!, 1 - error / variation, example.name);
        assert.equal(own.l0, kept.flat().filter((act) => act > 0).length / x.length);
      }
      const width = x[0].length;
      isNear(
        errors.get(2)!,
        squares(x, x.map((_, row) => withTwo.slice(row * width, (row + 1) * width))),
        "set({ k: 2 })",
      );
    }
  }
});

Deno.test("mostLatents() is k of methods that choose the largest of each input, and null for all others", () => {
  const known = VARIANT_NAMES.map((sparsity) => {
    const { definition } = makeVariantCase(5, { sparsity, latent: 7, k: 3 });
    return [sparsity, mostLatents(definition)];
  });
  assert.deepEqual(known.filter(([, k]) => k !== null), [["topk", 3], ["hierarchicaltopk", 3]]);
});

function squares(x: Rows, recon: Rows): number {
  return x.reduce((sum, row, b) => row.reduce((sum, value, i) => sum + (value - recon[b][i]) ** 2, sum), 0);
}

function isNear(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= 2e-6 * Math.max(1, Math.abs(expected)), `${what}: ${actual}, ${expected}`);
}
