/**
 * Errors without single latents against decoding in float64, for every variant and kind of decoder.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Ablation } from "../../lib/analysis/ablation.ts";
import { ErrorSaved } from "../../lib/analysis/error_saved.ts";
import { inputPieces, listedInputs } from "../../lib/analysis/inputs.ts";
import { DECODED_CASES, measuredCase, squaredError, withLatent } from "./decoded_truth.ts";

/** Errors of sums of squares of a few numbers around 1, decoded in float32. */
const near = (now: number, wanted: number, name: string, tolerance = 2e-5) =>
  assert.ok(Math.abs(now - wanted) <= tolerance * Math.max(1, Math.abs(wanted)), `${name}: ${now} ≠ ${wanted}`);

for (const example of DECODED_CASES) {
  Deno.test(`the error without a latent is that of decoding without it: ${example.name}`, async () => {
    await using measured = await measuredCase(example);
    const { x, acts, decode, errorSaved, pass } = measured;
    const { dInput, nLatents } = example.definition.arch;
    assert.equal(errorSaved.rows, x.length, "few inputs are all looked at");
    const rises = Array.from({ length: nLatents }, (_, j) =>
      acts.reduce((sum, own, row) => {
        const without = squaredError(x[row], decode(withLatent(own, j, 0)));
        return sum + without - squaredError(x[row], decode(own));
      }, 0) / (x.length * dInput));
    errorSaved.result().forEach((rise, j) => near(rise, rises[j], `latent ${j}`));
    assert.ok(rises.some((rise) => Math.abs(rise) > 1e-4), "some latent makes a difference");

    const base = Float32Array.from(decode(new Array(nLatents).fill(0)));
    const { engine, directions } = measured, { arch } = example.definition;
    const images = { pixels: example.pixels, labels: null };
    const model = { engine, arch, directions, pass, images, base };
    const listed = [];
    for await (const { rows } of inputPieces({ ...model, first: 200, perRank: 50 })) listed.push(...rows);
    assert.deepEqual(listed.map(({ row }) => row), [...x.keys()]);
    for (const { row, mse, mseBase, active } of listed) {
      near(mse, squaredError(x[row], decode(acts[row])) / dInput, `row ${row}`);
      near(mseBase, squaredError(x[row], [...base]) / dInput, `row ${row}, base`);
      const nonZero = [...acts[row].keys()].filter((j) => acts[row][j] !== 0);
      nonZero.sort((a, b) => acts[row][b] - acts[row][a] || a - b);
      assert.deepEqual(active.latents, nonZero);
      active.latents.forEach((latent, i) => {
        const without = squaredError(x[row], decode(withLatent(acts[row], latent, 0))) / dInput;
        near(active.mseWithout[i], without, `row ${row} without latent ${latent}`);
        near(active.activations[i], acts[row][latent], `row ${row}, latent ${latent}`, 6e-6);
      });
    }
  });
}

Deno.test("Ablation looks at the entries that are asked for, across rows and in rows without any", async () => {
  const rows = {
    x: Float32Array.of(1, 2, 3, 4, 5, 6),
    recon: Float32Array.of(0, 2, 3, 3, 0, 6),
    logits: Float32Array.of(0, 2, 3, 3, 0, 6),
    latents: {
      count: 3,
      starts: Uint32Array.of(0, 2, 2, 3),
      columns: Uint32Array.of(0, 1, 1),
      values: Float32Array.of(2, 3, 1),
    },
  };
  const arch = {
    ...DECODED_CASES[0].definition.arch,
    ...{ dInput: 2, nLatents: 2 },
  };
  const decoder = Float32Array.of(1, 0, 0, 2); // latent 0 writes (1, 0), latent 1 (0, 2)
  const ablation = new Ablation({ engine: { decode: () => Promise.reject() }, arch, directions: { decoder } });
  // e of row 0 is (1, 0): without latent 0 (1 + 2, 0), without latent 1 (1, 6); e of row 2 is (5, 0): without latent 1 (5, 2)
  assert.deepEqual([...await ablation.squaresWithout(rows)], [9, 37, 29]);
  assert.deepEqual([...await ablation.squaresWithout(rows, Uint32Array.of(2))], [29]);
  assert.deepEqual([...await ablation.squaresWithout(rows, Uint32Array.of(1, 2))], [37, 29]);
});

Deno.test("ErrorSaved spreads its inputs evenly and looks at as many as it says", () => {
  const arch = { ...DECODED_CASES[0].definition.arch, dInput: 2 ** 20, nLatents: 1 };
  for (const [count, nonZeroLatents, expected] of [[1000, 1, 512], [1000, 100, 8], [7, 1e9, 7], [513, 1, 512]]) {
    const decoder = new Float32Array(arch.dInput);
    const saved = new ErrorSaved({
      engine: { decode: () => Promise.reject() },
      ...{ arch, directions: { decoder }, count, nonZeroLatents },
    });
    assert.equal(saved.rows, expected);
  }
});

Deno.test("listedInputs() has the first 200 inputs and 50 of each rank of error, each once with every reason", () => {
  const count = 1000;
  const imageMse = Float64Array.from({ length: count }, (_, row) => (row * 37) % count); // a permutation
  const kinds = listedInputs({ imageMse, count }, { first: 200, perRank: 50 });
  const rows = [...kinds.keys()];
  assert.deepEqual(rows, [...rows].sort((a, b) => a - b));
  const of = (kind: string) => rows.filter((row) => kinds.get(row)!.includes(kind as "first"));
  assert.deepEqual(of("first"), Array.from({ length: 200 }, (_, i) => i));
  const errors = (kind: string) => of(kind).map((row) => imageMse[row]).sort((a, b) => a - b);
  assert.deepEqual(errors("best"), Array.from({ length: 50 }, (_, i) => i));
  assert.deepEqual(errors("median"), Array.from({ length: 50 }, (_, i) => 475 + i));
  assert.deepEqual(errors("worst"), Array.from({ length: 50 }, (_, i) => 950 + i));
  assert.equal(kinds.size, new Set(rows).size);
  const few = listedInputs({ imageMse: Float64Array.of(3, 1), count: 2 }, { first: 200, perRank: 50 });
  assert.deepEqual([...few], [[0, ["first", "best", "median", "worst"]], [1, ["first", "best", "median", "worst"]]]);
});
