import assert from "node:assert/strict";
import { resolveConfig } from "../../lib/config.ts";
import {
  controlledWeight,
  controlSample,
  initialWeight,
  sparsityWarmup,
  targetOutcome,
  weightOfStep,
} from "../../lib/training/sparsity_weight.ts";

Deno.test("initialWeight() is β, λ, or 0 for a variant without a penalty", () => {
  assert.equal(initialWeight(resolveConfig({ beta: 0.25 })), 0.25);
  for (const sparsity of ["l1", "jumprelu", "gated"]) {
    assert.equal(initialWeight(resolveConfig({ sparsity, lambda: 7 })), 7);
  }
  for (const sparsity of ["topk", "batchtopk", "matryoshka", "hierarchicaltopk"]) {
    assert.equal(initialWeight(resolveConfig({ sparsity })), 0);
  }
});

Deno.test("weightOfStep() rises linearly to the weight, over at most a quarter of all steps", () => {
  const weights = (sparsityWarmupSteps: number, totalSteps: number) =>
    Array.from(
      { length: totalSteps },
      (_, step) => weightOfStep(8, step, { config: { sparsityWarmupSteps }, totalSteps }),
    );
  assert.deepEqual(weights(4, 20).slice(0, 6), [2, 4, 6, 8, 8, 8]);
  assert.deepEqual(weights(500, 8), [4, 8, 8, 8, 8, 8, 8, 8]);
  assert.deepEqual(weights(0, 3), [8, 8, 8]);
  assert.deepEqual(weights(9, 3), [8, 8, 8]);
});

Deno.test("sparsityWarmup() is the steps asked for, and no more than a quarter of all", () => {
  const steps = (totalSteps: number) => sparsityWarmup({ sparsityWarmupSteps: 500 }, totalSteps);
  assert.deepEqual([3000, 2000, 938].map(steps), [500, 500, 234]);
});

Deno.test("controlledWeight() meets the target where L0 falls with the weight, from either side", () => {
  for (const initial of [0.1, 1, 300]) {
    for (const target of [2, 10, 60]) {
      const l0Of = (weight: number) => 100 / (1 + weight); // 100 latents; the weight wanted is 100/target − 1
      let weight = initial;
      for (let i = 0; i < 200; i++) weight = controlledWeight(weight, { l0: l0Of(weight), target, initial });
      assert.ok(Math.abs(l0Of(weight) - target) < 0.01 * target, `from ${initial}: ${l0Of(weight)} of ${target}`);
    }
  }
});

Deno.test("controlledWeight() keeps within 5 % of the target while the weight that it takes rises by 2 % a measurement", () => {
  let weight = 1;
  for (let i = 0; i < 60; i++) {
    const l0 = 20 * 1.02 ** i / weight; // a model that goes on learning
    if (i > 30) assert.ok(Math.abs(l0 / 20 - 1) < 0.05, `${l0} at measurement ${i}`);
    weight = controlledWeight(weight, { l0, target: 20, initial: 1 });
  }
});

Deno.test("controlledWeight() stays where it is on target, and moves by a quarter at most", () => {
  assert.equal(controlledWeight(3, { l0: 10, target: 10, initial: 1 }), 3);
  const near = (actual: number, expected: number) => assert.ok(Math.abs(actual / expected - 1) < 1e-12, `${actual}`);
  near(controlledWeight(3, { l0: 11, target: 10, initial: 1 }), 3 * 1.1 ** 0.5);
  near(controlledWeight(3, { l0: 1e9, target: 10, initial: 1 }), 3 * Math.exp(0.25));
  near(controlledWeight(3, { l0: 0, target: 10, initial: 1 }), 3 * Math.exp(-0.25)); // and not by ln 0
});

Deno.test("controlledWeight() stops running away 10,000 times from where it started", () => {
  const runAway = (l0: number) => {
    let weight = 2;
    for (let i = 0; i < 500; i++) weight = controlledWeight(weight, { l0, target: 10, initial: 2 });
    return weight;
  };
  assert.equal(runAway(100), 2e4); // L0 does not answer
  assert.equal(runAway(1), 2e-4);
});

Deno.test("targetOutcome() is missed when L0 is more than a tenth from the target", () => {
  const isMissed = (l0: number) => targetOutcome({ targetL0: 20, l0 }).isMissed;
  assert.deepEqual([17.9, 18, 20, 22, 22.1].map(isMissed), [true, false, false, false, true]);
  assert.deepEqual(targetOutcome({ targetL0: 20, l0: 30 }), { targetL0: 20, l0: 30, isMissed: true });
});

Deno.test("controlSample() is spread over all images and comes by each of them", () => {
  assert.deepEqual(Array.from(controlSample(0, 3)), [0, 1, 2]);
  assert.deepEqual(Array.from(controlSample(50, 3)), [0, 1, 2]);
  for (const count of [512, 1023, 1024, 1300]) {
    const seen = new Set<number>();
    for (let step = 0; step <= 25 * 4; step += 25) {
      const sample = controlSample(step, count);
      assert.equal(new Set(sample).size, 512);
      assert.ok(sample.every((image) => image < count));
      sample.forEach((image) => seen.add(image));
    }
    if (count % 512 === 0) assert.equal(seen.size, count);
  }
});
