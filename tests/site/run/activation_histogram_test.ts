/**
 * Shares of activations from counts that are worked out by hand.
 *
 * @module
 */
import assert from "node:assert/strict";
import { activationBars } from "../../../site/src/run/activation_histogram.ts";
import { run } from "./small_run.ts";

const counts = (first: number[]) => [...first, ...new Array(50 - first.length).fill(0)];
const test = (activeLatents: number) => run({ test: { activeLatents, images: 10 } }).metrics.test;

Deno.test("with a threshold of 0 the zeros are not drawn, and shares are of the active activations", () => {
  const bars = activationBars({ max: 5, counts: counts([85, 10, 5]) }, { test: test(2), latents: 10, threshold: 0 });
  assert.equal(bars.zeroShare, 0.8, "100 activations, 20 active");
  assert.equal(bars.activeShare, 0.2);
  assert.deepEqual(bars.bars.slice(0, 4).map(({ share }) => share), [0.25, 0.5, 0.25, 0]);
  assert.ok(bars.bars.every(({ isActive }) => isActive));
});

Deno.test("a threshold above 0 splits the bar that it runs through, and nothing is left out", () => {
  const { bars, zeroShare, activeShare } = activationBars(
    { max: 2, counts: counts([40, 20, 20, 20]) },
    { test: test(5), latents: 10, threshold: 0.1 },
  );
  assert.equal(zeroShare, 0);
  assert.equal(activeShare, 0.5);
  assert.deepEqual(bars.slice(0, 5).map(({ isActive }) => isActive), [false, false, false, true, true]);
  assert.deepEqual([bars[2].to, bars[3].from, bars[2].share, bars[3].share], [0.1, 0.1, 0.2, 0.2]);
});

Deno.test("a threshold on an edge splits no bar, and one above the largest activation leaves none active", () => {
  const on = activationBars({ max: 5, counts: counts([1, 1]) }, { test: test(0.1), latents: 10, threshold: 0.1 });
  assert.deepEqual(on.bars.slice(0, 2).map(({ isActive }) => isActive), [false, true]);
  assert.equal(on.bars.length, 50);
  const below = activationBars({ max: 0.05, counts: counts([1, 1]) }, { test: test(0), latents: 10, threshold: 0.1 });
  assert.ok(below.bars.every(({ isActive }) => !isActive));
});

Deno.test("a dead model has no bars", () => {
  const { bars, activeShare, zeroShare } = activationBars({ max: 0, counts: counts([100]) }, {
    test: test(0),
    latents: 10,
    threshold: 0,
  });
  assert.deepEqual([bars, activeShare, zeroShare], [[], 0, 1]);
});
