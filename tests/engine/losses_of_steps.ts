/**
 * `losses()` of any engine: the losses of the steps that `train()` would take, bit for bit, without taking them.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Engine, StepDefinition, StepLosses, TrainingState } from "../../lib/engine/engine.ts";
import type { Pixels } from "../../lib/pixels.ts";

/** What `losses()` is tested on. */
export interface LossesCase {
  name: string;
  definition: StepDefinition;
  state: TrainingState;
  pixels: Pixels;
}

/** Compares every batch with a step on the same images from the same state, and the state with what it was. */
export async function assertLossesOfSteps({ definition, state, pixels }: LossesCase, engine: Engine): Promise<void> {
  const { dInput } = definition.arch, batch = 33;
  const count = 2 * batch + 10; // the last batch is short
  const load = () => engine.load({ state, pixels, batch });
  await load();
  const images = pixels.subarray(0, count * dInput) as Pixels;
  const losses = await engine.losses(images, { batch });
  assert.deepEqual(await engine.losses(images, { batch }), losses, "the second time");
  assert.deepEqual(await engine.state(), state);
  if (state.step > 0) assert.ok(losses.auxiliary.some((loss) => loss > 0), "AuxK has dead latents");
  const steps: StepLosses[] = [];
  for (let from = 0; from < count; from += batch) {
    const indices = Uint32Array.from({ length: Math.min(batch, count - from) }, (_, i) => from + i);
    await load();
    steps.push(
      await engine.train({ indices, batch, learningRates: Float64Array.of(0.1), weights: Float64Array.of(1) }),
    );
  }
  for (const part of ["reconstruction", "penalty", "auxiliary"] as const) {
    assert.deepEqual(Array.from(losses[part]), steps.map((step) => step[part][0]), part);
  }
  // What follows `losses()` is as if it had not been called.
  const plan = {
    indices: Uint32Array.from({ length: 40 }, (_, i) => i),
    batch: 20,
    learningRates: Float64Array.of(0.01, 0.01),
    weights: Float64Array.of(0.5, 0.5),
  };
  await load();
  await engine.train(plan);
  const untouched = await engine.state();
  await load();
  const [, trained] = await Promise.all([engine.losses(images, { batch }), engine.train(plan)]);
  assert.ok(trained.reconstruction.every(Number.isFinite));
  assert.deepEqual(await engine.state(), untouched);
  await engine.dispose();
}
