/**
 * `losses()` of the WebGPU engines: the losses of the steps that `train()` would take, bit for bit, without taking them.
 *
 * @module
 */
import { requestDevice } from "../../lib/engine/webgpu/gpu_device.ts";
import { candidateModels } from "../../lib/engine/webgpu/gpu_models.ts";
import { layeredModel } from "../../lib/engine/webgpu/layered/layered_gpu_model.ts";
import type { LayeredTuning } from "../../lib/engine/webgpu/layered/layered_tuning.ts";
import { WebGpuEngine } from "../../lib/engine/webgpu/webgpu_engine.ts";
import { WebGpuEngineInWorker } from "../../lib/engine/webgpu/webgpu_engine_in_worker.ts";
import { needsAdapter } from "../needs.ts";
import { CASES, CENTERED_CASES } from "./cases.ts";
import { CASES as DICTIONARIES, PAIR_CASES } from "./dictionary_cases.ts";
import { assertLossesOfSteps } from "./losses_of_steps.ts";

const ignore = !needsAdapter();

const FORMS: Record<string, LayeredTuning> = {
  "layer by layer": { product: "tile4", workgroup: 8, isFused: false },
  "in three dispatches": { product: "tile4", workgroup: 32, isFused: true },
};

for (const [form, tuning] of Object.entries(FORMS)) {
  Deno.test({ name: `losses() ${form} are those of train()'s first step, and change nothing`, ignore }, async (t) => {
    const device = await requestDevice();
    for (const example of [CASES[0], CENTERED_CASES[1]]) {
      await t.step(example.name, async () => {
        await assertLossesOfSteps(
          example,
          await WebGpuEngine.create(layeredModel(example.definition, tuning), { device }),
        );
      });
    }
    device.destroy();
  });
}

Deno.test(
  { name: "losses() of a dictionary are those of train()'s first step, and change nothing", ignore },
  async (t) => {
    const device = await requestDevice();
    const picked = [/^topk.*old, bytes/, /^l1.*free.*floats/, /^l1.*bce.*free/, /^batchtopk.*old/, /^batchtopk.*ties/]
      .concat([/^matryoshka.*old/, /^jumprelu.*floats/, /^gated.*free.*old/, /^gated.*bce/]);
    for (const pattern of picked) {
      const example = [...DICTIONARIES, ...PAIR_CASES].find(({ name }) => pattern.test(name))!;
      await t.step(example.name, async () => {
        await assertLossesOfSteps(
          example,
          await WebGpuEngine.create(candidateModels(example.definition, device)[0], { device }),
        );
      });
    }
    device.destroy();
  },
);

Deno.test({ name: "losses() in a Worker are those of train()'s first step, and change nothing", ignore }, async () => {
  await assertLossesOfSteps(CASES[1], await WebGpuEngineInWorker.create(CASES[1].definition, { batch: 32 }));
});
