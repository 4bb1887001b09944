/**
 * `losses()` of the WebGPU engines: the losses of the steps that `train()` would take, bit for bit, without taking them.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Engine, StepDefinition, StepLosses, TrainingState } from "../../lib/engine/engine.ts";
import { requestDevice } from "../../lib/engine/webgpu/device.ts";
import { DictionaryEngine } from "../../lib/engine/webgpu/dictionary/engine.ts";
import { WebGpuEngine } from "../../lib/engine/webgpu/engine.ts";
import { WebGpuEngineInWorker } from "../../lib/engine/webgpu/engine_in_worker.ts";
import type { Tuning } from "../../lib/engine/webgpu/tuning.ts";
import type { Pixels } from "../../lib/pixels.ts";
import { needsAdapter } from "../needs.ts";
import { CASES, CENTERED_CASES } from "./cases.ts";
import { CASES as DICTIONARIES } from "./dictionary_cases.ts";

const ignore = !needsAdapter();

/** What `losses()` is tested on. */
interface Example {
  name: string;
  definition: StepDefinition;
  state: TrainingState;
  pixels: Pixels;
}

const FORMS: Record<string, Tuning> = {
  "layer by layer": { product: "tile4", workgroup: 8, isFused: false },
  "in three dispatches": { product: "tile4", workgroup: 32, isFused: true },
};

for (const [form, tuning] of Object.entries(FORMS)) {
  Deno.test({ name: `losses() ${form} are those of train()'s first step, and change nothing`, ignore }, async (t) => {
    const device = await requestDevice();
    for (const example of [CASES[0], CENTERED_CASES[1]]) {
      await t.step(example.name, async () => {
        await assertLossesOfSteps(example, await WebGpuEngine.create(example.definition, { device, tuning }));
      });
    }
    device.destroy();
  });
}

Deno.test(
  { name: "losses() of a dictionary are those of train()'s first step, and change nothing", ignore },
  async (t) => {
    const device = await requestDevice();
    const picked = [/^topk.*old, bytes/, /^l1.*free.*floats/, /^l1.*bce.*free/, /^batchtopk.*old/, /^batchtopk.*ties/];
    for (const pattern of picked) {
      const example = DICTIONARIES.find(({ name }) => pattern.test(name))!;
      await t.step(example.name, async () => {
        await assertLossesOfSteps(example, await DictionaryEngine.create(example.definition, { device }));
      });
    }
    device.destroy();
  },
);

Deno.test({ name: "losses() in a Worker are those of train()'s first step, and change nothing", ignore }, async () => {
  await assertLossesOfSteps(CASES[1], await WebGpuEngineInWorker.create(CASES[1].definition, { batch: 32 }));
});

/** Compares every batch with a step on the same images from the same state, and the state with what it was. */
async function assertLossesOfSteps({ definition, state, pixels }: Example, engine: Engine): Promise<void> {
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
