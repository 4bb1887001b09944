/**
 * The loop with everything that happens between steps: the weight pursues a target, dead latents are renewed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { controlsOf } from "../../lib/training/controls.ts";
import { freshSnapshot, type Snapshot } from "../../lib/training/course.ts";
import { initialBuffers } from "../../lib/sae/model.ts";
import { CONTROL_STEPS } from "../../lib/training/sparsity_weight.ts";
import { makeVariantCase, type VariantCase } from "../engine/variant_cases.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { runCase, throughFile, withoutClock } from "./case_runs.ts";
import { needs } from "../needs.ts";

const RESAMPLE_STEPS = 20;
const PURSUED = {
  latent: 12,
  batch: 7,
  epochs: 8, // of 13 steps, the last one of 6 images: 104 steps
  resampleSteps: RESAMPLE_STEPS,
  deadSteps: 6,
  sparsityWarmupSteps: 10,
};
const CASES = [
  makeVariantCase(8, { ...PURSUED, sparsity: "l1", targetL0: 3 }),
  makeVariantCase(8, { ...PURSUED, sparsity: "jumprelu", targetL0: 5 }),
  makeVariantCase(8, { ...PURSUED, sparsity: "batchtopk", k: 2 }),
];

/** The case's run from its first step, with two latents that are active on no input. */
function fresh({ state, config, definition: { arch } }: VariantCase): Snapshot {
  const params = structuredClone(state.params);
  params["encoder.0.bias"].fill(-1e3, 0, 2);
  return freshSnapshot({ params, buffers: initialBuffers(arch) }, config);
}

for (const example of CASES) {
  const { config, definition } = example;
  Deno.test(
    `trainModel() with ${config.sparsity}, a target and resampling resumes from any stop as if it had not stopped`,
    needs("permissions", "time"),
    async () => {
      await using folder = await temporaryFolder();
      const engine = await ReferenceEngine.start(definition, "wasm");
      const whole = withoutClock((await runCase(example, { engine, start: fresh(example) })).last);
      assert.equal(whole.state.step, 104);
      assert.deepEqual(whole.resampled.map(({ step }) => step), [20, 40], "the first half alone");
      assert.ok(whole.resampled[0].latents >= 2);
      for (const stopAfter of [1, 20, 21, 25, 40, 75, 103]) {
        const { last: stopped } = await runCase(example, { engine, start: fresh(example), stopAfter });
        assert.ok(stopped.state.step >= stopAfter);
        const snapshot = await throughFile(example, stopped, `${folder.path}/checkpoint`);
        const { last: resumed } = await runCase(example, { engine, start: snapshot });
        assert.deepEqual(withoutClock(resumed), whole, `stopped after ${stopped.state.step}`);
      }
      await engine.dispose();
    },
  );
}

Deno.test("trainModel() moves the weight every 25 steps towards its target, and warms it up", async () => {
  const [example] = CASES;
  const { config } = example;
  const engine = await ReferenceEngine.start(example.definition, "cpu");
  const { last: { history: { weight }, weight: last } } = await runCase(example, { engine, start: fresh(example) });
  for (let step = 0; step < 10; step++) assert.equal(weight[step], Math.fround(config.lambda * (step + 1) / 10));
  for (let step = 10; step < CONTROL_STEPS; step++) assert.equal(weight[step], Math.fround(config.lambda));
  const levels = [0, 1, 2, 3, 4].map((i) => new Set(weight.subarray(Math.max(10, i * 25), Math.min(104, i * 25 + 25))));
  for (const level of levels) assert.equal(level.size, 1);
  assert.equal(new Set(levels.flatMap((level) => [...level])).size, 5, "each measurement moved it");
  assert.equal(weight[103], Math.fround(last));
  await engine.dispose();
});

Deno.test("controls are due at steps of their own: the target after its warm-up, resampling in the first half", () => {
  const { config, definition, pixels } = CASES[0];
  const due = (turned: Partial<typeof config>, totalSteps: number) =>
    controlsOf({ ...config, ...turned }, { definition, pixels, totalSteps })
      .map((control) => Array.from({ length: totalSteps }, (_, step) => step).filter((step) => control.isDue(step)));
  assert.deepEqual(due({ targetL0: null, resampleSteps: null }, 100), []);
  assert.deepEqual(due({ sparsityWarmupSteps: 30 }, 160), [[50, 75, 100, 125, 150], [20, 40, 60, 80]]);
  assert.deepEqual(due({ sparsityWarmupSteps: 500, resampleSteps: null }, 120), [[50, 75, 100]], "a quarter is 30");
});
