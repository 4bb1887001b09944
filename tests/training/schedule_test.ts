import assert from "node:assert/strict";
import { cappedWarmup, learningRate } from "../../lib/training/schedule.ts";

const rates = (decay: "linear" | "cosine" | "constant", warmupSteps: number, totalSteps: number) =>
  Array.from(
    { length: totalSteps },
    (_, step) => learningRate(step, { config: { lr: 1, warmupSteps, decay }, totalSteps }),
  );

Deno.test("learningRate() warms up linearly and decays to just above 0", () => {
  for (const decay of ["linear", "cosine"] as const) {
    const lr = rates(decay, 200, 4690);
    assert.equal(lr[0], 1 / 200);
    assert.equal(lr[199], 1);
    assert.equal(lr[200], 1);
    assert.ok(lr.every((rate) => rate > 0 && rate <= 1));
    assert.ok(lr[4689] < 1e-3);
    assert.ok(Math.abs(lr[200 + 4490 / 2] - 0.5) < 1e-12);
  }
});

Deno.test("learningRate() without warm-up and decay is constant", () => {
  assert.deepEqual(new Set(rates("constant", 0, 50)), new Set([1]));
});

Deno.test("learningRate() warms up for at most a quarter of a short run", () => {
  const lr = rates("linear", 200, 16);
  assert.deepEqual(lr.slice(0, 5), [0.25, 0.5, 0.75, 1, 1]);
  assert.equal(rates("linear", 200, 1)[0], 1);
});

Deno.test("cappedWarmup() is at most a quarter of all steps, rounded down", () => {
  assert.deepEqual([8, 9, 7, 3].map((totalSteps) => cappedWarmup(2, totalSteps)), [2, 2, 1, 0]);
});
