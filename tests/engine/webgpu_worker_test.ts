/**
 * The WebGPU engine in a Worker: the same numbers, and a caller's thread that stays free.
 *
 * @module
 */
import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { requestDevice } from "../../lib/engine/webgpu/gpu_device.ts";
import { candidateModels } from "../../lib/engine/webgpu/gpu_models.ts";
import { WebGpuEngine } from "../../lib/engine/webgpu/webgpu_engine.ts";
import { WebGpuEngineInWorker } from "../../lib/engine/webgpu/webgpu_engine_in_worker.ts";
import { STEPS_PER_SUBMIT } from "../../lib/engine/webgpu/statistics.ts";
import { needsAdapter } from "../adapter.ts";
import { makeCase, planned } from "./cases.ts";

const ignore = !needsAdapter();
const { definition, state, pixels, config } = makeCase(16, { hidden: [8], latent: 4 });
const plan = planned(config, {
  indices: Uint32Array.from({ length: 500 }, (_, i) => i % 160),
  batch: 96,
  learningRates: new Float64Array(6).fill(1e-2),
});

Deno.test({ name: "WebGpuEngineInWorker does what WebGpuEngine does, bit for bit", ignore }, async () => {
  const device = await requestDevice();
  const here = await WebGpuEngine.create(candidateModels(definition, device)[0], { device });
  const there = await WebGpuEngineInWorker.create(definition, { batch: 96 });
  assert.deepEqual(there.info, here.info);
  for (const engine of [here, there]) await engine.load({ state, pixels, batch: 256 });
  const [first, second] = await Promise.all([there.train(plan), there.train(plan)]);
  assert.deepEqual(first, await here.train(plan));
  assert.deepEqual(second, await here.train(plan));
  assert.deepEqual(await there.state(), await here.state());
  const pass = await there.forward(pixels);
  assert.deepEqual(pass, await here.forward(pixels));
  assert.deepEqual(await there.decode(pass.hidden[1]), await here.decode(pass.hidden[1]));
  assert.equal(pixels.length, 160 * 16); // sent as a copy
  await here.dispose();
  await there.dispose();
  device.destroy();
});

Deno.test({ name: "WebGpuEngineInWorker rejects with the Worker's error and with the end of it", ignore }, async () => {
  const engine = await WebGpuEngineInWorker.create(definition, { batch: 96 });
  await assert.rejects(engine.state(), /nothing is loaded/);
  await engine.load({ state, pixels, batch: 256 });
  const device = await requestDevice();
  const batch = Math.ceil(device.limits.maxStorageBufferBindingSize / (STEPS_PER_SUBMIT * 4)) + 1; // its indices do not fit
  device.destroy();
  const refused = (error: Error) => error instanceof UserError && /indices/.test(error.message);
  await assert.rejects(engine.load({ state, pixels, batch }), refused);
  await engine.dispose();
  await assert.rejects(engine.state(), /disposed/);
});
