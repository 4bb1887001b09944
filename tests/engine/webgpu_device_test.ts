/**
 * The WebGPU engine and its device: errors that surface, nothing left behind, and buffers others can read.
 *
 * @module
 */
import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { requestDevice } from "../../lib/engine/webgpu/gpu_device.ts";
import { candidateModels } from "../../lib/engine/webgpu/gpu_models.ts";
import { WebGpuEngine } from "../../lib/engine/webgpu/webgpu_engine.ts";
import { needsAdapter } from "../adapter.ts";
import { type Case, makeCase, planned } from "./cases.ts";

const ignore = !needsAdapter();
const example = makeCase(16, { hidden: [8], latent: 4 });

Deno.test({ name: "train() rejects with a UserError when the device is destroyed", ignore }, async () => {
  const { device, engine } = await opened(example);
  await engine.train(planOf(2));
  device.destroy();
  const lost = (error: Error) => error instanceof UserError && /device was lost/.test(error.message);
  await assert.rejects(engine.train(planOf(2)), lost);
  await assert.rejects(engine.state(), UserError);
  await engine.dispose();
});

Deno.test({ name: "train() rejects with a UserError when the device refused work of anyone", ignore }, async () => {
  const { device, engine } = await opened(example);
  device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE }); // no valid pair
  await assert.rejects(engine.train(planOf(1)), (error) => error instanceof UserError && /refused/.test(error.message));
  await engine.dispose();
  device.destroy();
});

Deno.test(
  { name: "train() streams images that are more than a kernel can see, to the same bits", ignore },
  async () => {
    const { definition, state, pixels, count, config } = makeCase(16, { hidden: [8], latent: 4 }, { count: 2000 });
    const device = await requestDevice();
    const plan = planned(config, {
      indices: Uint32Array.from({ length: 1190 }, (_, i) => 7 * i % count),
      batch: 20,
      learningRates: new Float64Array(60).fill(1e-3),
    });
    const trained = [];
    for (const bindingBytes of [undefined, 20_000]) { // room for all images, and for those of 39 steps
      const engine = await WebGpuEngine.create(candidateModels(definition, device)[0], { device, bindingBytes });
      await engine.load({ state, pixels, batch: 20 });
      trained.push([
        await engine.train(plan),
        (await engine.forward(pixels.subarray(0, 160))).recon,
        await engine.state(),
      ]);
      await engine.dispose();
    }
    assert.deepEqual(trained[1], trained[0]);
    device.destroy();
  },
);

Deno.test({ name: "dispose() leaves no buffer behind after every kind of call", ignore }, async () => {
  const device = await requestDevice();
  const alive = countBuffers(device);
  const { engine } = await opened(example, device);
  await engine.train(planOf(2));
  await engine.losses(example.pixels, { batch: 50 });
  const { hidden } = await engine.forward(example.pixels);
  await engine.decode(hidden[1]);
  await engine.load({ state: await engine.state(), pixels: example.pixels, batch: 256 });
  await engine.train(planOf(1));
  await engine.dispose();
  assert.equal(alive.size, 0);
  device.destroy();
});

/** Keeps a set of the device's buffers that were not destroyed. */
function countBuffers(device: GPUDevice): Set<GPUBuffer> {
  const alive = new Set<GPUBuffer>();
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      alive.delete(buffer);
      destroy();
    };
    alive.add(buffer);
    return buffer;
  };
  return alive;
}

async function opened({ definition, state, pixels }: Case, device?: GPUDevice) {
  device ??= await requestDevice();
  const engine = await WebGpuEngine.create(candidateModels(definition, device)[0], { device });
  await engine.load({ state, pixels, batch: 256 });
  return { device, engine };
}

function planOf(steps: number) {
  const indices = Uint32Array.from({ length: steps * 20 }, (_, i) => i);
  return planned(example.config, { indices, batch: 20, learningRates: new Float64Array(steps).fill(1e-3) });
}
