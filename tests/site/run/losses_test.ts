/**
 * What the charts of the loss draw, from losses worked out by hand.
 *
 * @module
 */
import assert from "node:assert/strict";
import { epochLosses, hidesOnLinearAxis, stepLosses } from "../../../site/src/run/losses.ts";
import { metrics, steps } from "./small_run.ts";

Deno.test("a part below 5 % of the total over the second half is small, one above it is large, one that is 0 is none", () => {
  const { parts } = stepLosses({ steps: steps([1, 1, 1, 1], { penalty: 2, weight: 0.01, auxiliary: 0.25 }) });
  assert.deepEqual(parts.map(({ field, isLarge }) => [field, isLarge]), [["penalty", false], ["auxiliary", true]]);
  assert.deepEqual(parts.map(({ share }) => share.toFixed(6)), ["0.020000", "0.250000"]);
  assert.deepEqual(stepLosses({ steps: steps([1, 0.5]) }).parts, []);
});

Deno.test("a part that is large only before the second half is small", () => {
  const early = [...steps([1, 1], { auxiliary: 0.5 }), ...steps([1, 1], { auxiliary: 0.01 })];
  assert.equal(stepLosses({ steps: early }).parts[0].isLarge, false);
});

Deno.test("rows have the weighted penalty, so that the parts add up to the total", () => {
  for (
    const { total, reconstruction, penalty, auxiliary } of stepLosses({
      steps: steps([3, 2], { penalty: 4, weight: 0.25, auxiliary: 0.5 }),
    }).rows
  ) {
    assert.ok(Math.abs(total - reconstruction - penalty - auxiliary) < 1e-12);
    assert.equal(penalty, 1);
  }
});

Deno.test("the axis is logarithmic only if nine tenths of a deep fall are over in the first quarter", () => {
  assert.equal(hidesOnLinearAxis([1, 0.1, 0.05, 0.02, 0.01]), true);
  assert.equal(hidesOnLinearAxis([1, 0.8, 0.6, 0.4, 0.2]), false, "falls evenly");
  assert.equal(hidesOnLinearAxis([1, 0.91, 0.905, 0.902, 0.9]), false, "falls by a tenth only");
  assert.equal(hidesOnLinearAxis([1, 0.1, 0.05, 0.02, 0]), false, "0 has no logarithm");
  assert.equal(hidesOnLinearAxis([1, 2, 3, 4, 5]), false, "rises");
  assert.equal(hidesOnLinearAxis([1]), false);
});

Deno.test("fallStep is the first step at or below a tenth of the way up from the smallest loss", () => {
  assert.equal(stepLosses({ steps: steps([1, 0.5, 0.09, 0.05, 0]) }).fallStep, 3);
  assert.equal(stepLosses({ steps: steps([1, 1.5]) }).fallStep, null);
});

Deno.test("by epoch, the untrained model is epoch 0 and a training mean stands in the middle of its epoch", () => {
  const { rows } = epochLosses(metrics([0.5, 0.25], { start: 1, train: 0.75 }));
  assert.deepEqual(rows, [
    { epoch: 0, training: null, test: 1 },
    { epoch: 0.5, training: 0.75, test: null },
    { epoch: 1, training: null, test: 0.5 },
    { epoch: 1.5, training: 0.75, test: null },
    { epoch: 2, training: null, test: 0.25 },
  ]);
});

Deno.test("a run of one epoch has two test errors to join", () => {
  assert.equal(epochLosses(metrics([0.5])).rows.filter(({ test }) => test !== null).length, 2);
});
