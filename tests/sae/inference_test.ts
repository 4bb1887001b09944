/**
 * Latents and reconstructions in plain TypeScript, against a case by hand and against the reference engine's forward pass.
 *
 * @module
 */
import assert from "node:assert/strict";
import { stepDefinition } from "../../lib/engine/engine.ts";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { resolveConfig } from "../../lib/config.ts";
import { Inference } from "../../lib/sae/inference.ts";
import { assertClose } from "../engine/assert_close.ts";
import { CASES } from "../engine/cases.ts";
import { VARIANT_CASES } from "../engine/variant_cases.ts";

/** Two inputs, three latents, TopK 1, a pre-bias: x − b, then W, then the largest alone. */
function byHand() {
  const config = resolveConfig({ sparsity: "topk", hidden: [], latent: 3, k: 1 });
  const { arch, objective } = stepDefinition(config, 2);
  const params = {
    "encoder.0.weight": Float32Array.of(1, 0, 0, 1, 1, 1), // latent j reads x₀, x₁, x₀ + x₁
    "encoder.0.bias": Float32Array.of(0, 0.5, -2),
    "decoder.0.weight": Float32Array.of(1, 0, 2, 0, 1, 3), // [dInput, nLatents]
    "decoder.0.bias": Float32Array.of(1, -1),
  };
  return new Inference({ arch, objective, params, buffers: {} });
}

Deno.test("Inference encodes and decodes a case by hand", () => {
  const inference = byHand();
  // x − b: (3, 1), (−1, 1), (−5, −5); preActs: (3, 1.5, 2), (−1, 1.5, −2), (−5, −4.5, −12): the last has nothing above 0
  const x = Float32Array.of(4, 0, 0, 0, -4, -6);
  assert.deepEqual([...inference.encode(x)], [3, 0, 0, 0, 1.5, 0, 0, 0, 0]);
  const sparse = inference.encodeSparse(x);
  assert.deepEqual([...sparse.offsets], [0, 1, 2, 2]);
  assert.deepEqual([...sparse.indices], [0, 1]);
  assert.deepEqual([...sparse.values], [3, 1.5]);
  const recon = [4, -1, 1, 0.5, 1, -1];
  assert.deepEqual([...inference.decode(inference.encode(x))], recon);
  assert.deepEqual([...inference.decode(sparse)], recon);
  assert.deepEqual([...inference.decode(Float32Array.of(0, 0, 2))], [5, 5], "more than k latents decode as they are");
});

Deno.test("Inference refuses half rows and latents that are not there", () => {
  const inference = byHand();
  assert.throws(() => inference.encode(new Float32Array(3)), /there are 3 numbers, expected a multiple of 2$/);
  assert.throws(() => inference.decode(new Float32Array(4)), /there are 4 numbers, expected a multiple of 3$/);
  const bad = { offsets: Uint32Array.of(0, 1), indices: Uint32Array.of(3), values: Float32Array.of(1) };
  assert.throws(() => inference.decode(bad), /Cannot decode latent 3: there are 3, expected a smaller index$/);
});

Deno.test("Inference refuses inputs and latents of another type, numbers that are not finite, and parts that contradict", () => {
  const inference = byHand();
  const fine = { offsets: Uint32Array.of(0, 1, 2), indices: Uint32Array.of(0, 2), values: Float32Array.of(1, 2) };
  assert.equal(inference.decode(fine).length, 4);
  assert.deepEqual(
    inference.decode({ ...fine, offsets: fine.offsets.subarray(1) }),
    inference.decode(Float32Array.of(0, 0, 2)),
    "rows of a larger whole",
  );
  const encoded: [unknown, RegExp][] = [
    [
      new Uint8ClampedArray(2),
      /^TypeError: Cannot encode inputs: their type is Uint8ClampedArray, expected Float32Array or/,
    ],
    [null, /^TypeError: Cannot encode inputs: their type is null, expected/],
    [
      Float32Array.of(0, 1, NaN, 0),
      /^RangeError: Cannot encode inputs: number 0 of row 1 is NaN, expected finite numbers$/,
    ],
    [Float32Array.of(0, Infinity), /number 1 of row 0 is Infinity/],
  ];
  for (const [x, message] of encoded) {
    assert.throws(() => inference.encode(x as Float32Array<ArrayBuffer>), message);
    assert.throws(() => inference.encodeSparse(x as Float32Array<ArrayBuffer>), message);
  }
  const decoded: [unknown, RegExp][] = [
    [
      null,
      /^TypeError: Cannot decode latents: their type is null, expected Float32Array, or offsets, indices and values$/,
    ],
    [new Float64Array(3), /their type is Float64Array/],
    [{ ...fine, values: [1, 2] }, /the type of values is Array, expected Float32Array$/],
    [{ ...fine, values: Float32Array.of(1) }, /^RangeError: .*: there are 1 values, expected 2, as indices$/],
    [{ ...fine, offsets: new Uint32Array() }, /there are no offsets, expected one more than rows$/],
    [
      { ...fine, offsets: Uint32Array.of(0, 2, 1) },
      /offset 2 is 1 after 2, expected none smaller than the one before$/,
    ],
    [{ ...fine, offsets: Uint32Array.of(0, 1, 3) }, /the last offset is 3, expected at most the 2 entries$/],
  ];
  for (const [acts, message] of decoded) assert.throws(() => inference.decode(acts as typeof fine), message);
});

Deno.test("Inference equals the reference engine's forward pass, every variant and depth, to float32's rounding", async () => {
  const near = (actual: Float32Array, expected: Float32Array, name: string) =>
    assertClose(actual, expected, 2e-5, name, 1);
  for (const { name, definition, state, pixels } of [...VARIANT_CASES, ...CASES]) {
    const { arch, objective } = definition;
    if (state.buffers.threshold) state.buffers.threshold.fill(0.05); // learned, as after training
    const engine = await ReferenceEngine.start(definition, "cpu");
    await engine.load({ state, pixels, batch: 256 });
    const { hidden, recon } = await engine.forward(pixels);
    const { lastFired: _, ...buffers } = state.buffers;
    const inference = new Inference({ arch, objective, params: state.params, buffers });
    near(inference.encode(pixels), hidden[arch.latentIndex], `${name}: latents`);
    near(inference.decode(hidden[arch.latentIndex]), recon, `${name}: reconstruction`);
    near(inference.decode(inference.encodeSparse(pixels)), recon, `${name}: by way of sparse latents`);
    await engine.dispose();
  }
});
