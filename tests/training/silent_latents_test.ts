/**
 * Counts of latents that have not been active for long: at which steps, and how many, against a state read after every step.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Engine } from "../../lib/engine/engine.ts";
import { initialBuffers, LAST_FIRED } from "../../lib/sae/model.ts";
import { courseFrom, freshSnapshot } from "../../lib/training/course.ts";
import { trainingLoop } from "../../lib/training/loop.ts";
import { countedSteps, nextCountedStep, silentLatents } from "../../lib/training/silent_latents.ts";
import { ENGINES, opened } from "../engine/engines.ts";
import { makeVariantCase } from "../engine/variant_cases.ts";
import { runCase } from "./case_runs.ts";

/** 12 epochs of 11 steps, the last of each short; most latents are inactive most of the time. */
const EXAMPLE = makeVariantCase(6, { sparsity: "topk", k: 1, latent: 9, batch: 4, epochs: 12, deadSteps: 3 }, {
  count: 41,
});
const TOTAL_STEPS = 12 * 11;

const fresh = () => {
  const { state: { params }, config, definition: { arch } } = EXAMPLE;
  return freshSnapshot({ params, buffers: initialBuffers(arch) }, config);
};

Deno.test("latents are counted at evenly spaced steps, at most 100, and after the last step", () => {
  assert.deepEqual(countedSteps(1), [1]);
  assert.deepEqual(countedSteps(100), Array.from({ length: 100 }, (_, i) => i + 1));
  assert.deepEqual(countedSteps(101).slice(-2), [100, 101]);
  assert.deepEqual(countedSteps(938).slice(0, 2), [10, 20]);
  for (const totalSteps of [1, 2, 99, 100, 101, 199, 200, 201, 938, 9380, 123_457]) {
    const steps = countedSteps(totalSteps);
    assert.ok(steps.length <= 100 && steps.length >= Math.min(totalSteps, 50), `${totalSteps}: ${steps.length}`);
    assert.equal(steps.at(-1), totalSteps);
    const walked: number[] = [];
    for (let step = 0; step < totalSteps; walked.push(step)) step = nextCountedStep(step, { totalSteps });
    assert.deepEqual(walked, steps);
    assert.equal(nextCountedStep(totalSteps, { totalSteps }), Infinity);
  }
});

Deno.test("silentLatents() names latents that were last active more than deadSteps steps ago", () => {
  assert.deepEqual(silentLatents(Float32Array.of(0, 4, 5, 10), { step: 10, deadSteps: 5 }), [0, 1]);
  assert.deepEqual(silentLatents(Float32Array.of(0, 4, 5, 10), { step: 5, deadSteps: 5 }), []);
});

for (const { name, start, ignore } of ENGINES.filter(({ name }) => /cpu$|2 threads$|^webgpu$/.test(name))) {
  Deno.test(
    { name: `a run on ${name} counts what single steps show, and trains to the same bits`, ignore },
    async () => {
      const { definition } = EXAMPLE;
      await using engine = await opened(start, definition);
      const { last } = await runCase(EXAMPLE, { engine, start: fresh() });
      const { counts, state } = await stepByStep(engine);
      assert.deepEqual(last.silentLatents, countedSteps(TOTAL_STEPS).map((step) => ({ step, latents: counts[step] })));
      assert.ok(new Set(counts.slice(1)).size > 2, "the counts tell nothing if they are all the same");
      assert.deepEqual(last.state, state);
    },
  );
}

/** The same steps one by one, without any count of the loop's own; the inactive latents after each, by the state. */
async function stepByStep(engine: Engine) {
  const { config: { batch, epochs, deadSteps }, pixels, count } = EXAMPLE;
  const start = fresh(), rates = await ratesOf(engine);
  await engine.load({ state: start.state, pixels, batch });
  const course = { ...courseFrom(start, { totalSteps: TOTAL_STEPS }), silentLatents: null };
  const counts = [0];
  const loop = trainingLoop({
    engine,
    firstStep: 0,
    count,
    batch,
    epochs,
    deadSteps,
    course,
    controls: [{
      isDue: (step) => step > 0,
      apply: async ({ step }) => void (counts[step] = await silentOf(engine, step)),
    }],
    ...rates,
  });
  for await (const _ of loop);
  counts[TOTAL_STEPS] = await silentOf(engine, TOTAL_STEPS);
  return { counts, state: await engine.state() };
}

async function silentOf(engine: Engine, step: number): Promise<number> {
  const { buffers } = await engine.state();
  return buffers[LAST_FIRED].filter((fired) => step - fired > EXAMPLE.config.deadSteps).length;
}

/** The rates and weights that {@linkcode runCase} trains the example with. */
async function ratesOf(engine: Engine) {
  const seen: { rates: number[]; weights: number[] } = { rates: [], weights: [] };
  const { train } = engine;
  engine.train = (plan) => {
    seen.rates.push(...plan.learningRates);
    seen.weights.push(...plan.weights);
    return train.call(engine, plan);
  };
  await runCase(EXAMPLE, { engine, start: fresh() });
  engine.train = train;
  return {
    learningRate: (step: number) => seen.rates[step],
    weight: (step: number) => seen.weights[step],
  };
}
