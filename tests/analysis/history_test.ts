/**
 * The course of training as rows, against hand-worked means.
 *
 * @module
 */
import assert from "node:assert/strict";
import { metricRows } from "../../lib/analysis/history.ts";
import { freshSnapshot } from "../../lib/training/course.ts";
import { testRow } from "../../lib/training/test_row.ts";
import { makeCase } from "../engine/cases.ts";

Deno.test("metricRows() averages steps into epochs and into at most 500 rows", () => {
  const { config, state } = makeCase(4, { hidden: [], latent: 2, epochs: 2, beta: 2 });
  const snapshot = freshSnapshot({ params: state.params, buffers: state.buffers }, config);
  snapshot.state.step = 1002;
  snapshot.history = {
    reconstruction: Float32Array.from({ length: 1002 }, (_, i) => i),
    penalty: new Float32Array(1002).fill(0.125),
    auxiliary: new Float32Array(1002).fill(0.25),
    weight: new Float32Array(1002).fill(2),
  };
  const test = testRow({
    ...{ loss: 1, reconstruction: 1, penalty: 1, auxiliary: 0, mse: 1, klNats: 1, activeLatents: 1, deadLatents: 0 },
    rhoHat: Float64Array.of(0.5),
  });
  snapshot.start = { ...test, mse: 3 };
  snapshot.testRows = [test, test];
  const { start, epochs, stepStride, steps, silentLatents } = metricRows(snapshot, {
    stepsPerEpoch: 501,
    learningRate: (step) => step < 600 ? 0.5 : 0.25, // changed in mid-run, as a page lets its reader do
  });
  assert.deepEqual(epochs.map(({ step, lr, train }) => [step, lr, train.loss]), [[501, 0.5, 250.5], [
    1002,
    0.25,
    751.5,
  ]]);
  assert.equal(stepStride, 3);
  assert.deepEqual([start?.mse, silentLatents], [3, null]);
  assert.deepEqual([steps.length, steps[0].reconstruction, steps[0].step, steps.at(-1)!.step], [334, 1, 3, 1002]);
});

Deno.test("testRow() states the spread of the latents' means, and leaves them as they are", () => {
  const figures = { loss: 5, reconstruction: 1, penalty: 2, auxiliary: 2, mse: 1, klNats: null };
  const rhoHat = Float64Array.of(9, 1, 3, 7, 5);
  const row = testRow({ ...figures, activeLatents: 4, deadLatents: 0, rhoHat });
  assert.deepEqual(row.rhoHat, { min: 1, q25: 3, median: 5, q75: 7, max: 9 });
  assert.equal(row.meanActivation, 5);
  assert.deepEqual([row.loss, row.auxiliary, rhoHat[0]], [5, 2, 9]);
});
