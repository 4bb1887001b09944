/**
 * What is said of the WebGPU engine's memory against what it allocates.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolveConfig } from "../../lib/config.ts";
import { largestWebGpuBuffer, whyNotWebGpu } from "../../lib/engine/webgpu_capability.ts";
import { initialState, stepDefinition } from "../../lib/engine/engine.ts";
import { requestDevice } from "../../lib/engine/webgpu/gpu_device.ts";
import { candidateModels } from "../../lib/engine/webgpu/gpu_models.ts";
import { PlacedModel } from "../../lib/engine/webgpu/placed_model.ts";
import { WebGpuEngine } from "../../lib/engine/webgpu/webgpu_engine.ts";
import { Rng } from "../../lib/rng.ts";
import { initialModel } from "../../lib/sae/init.ts";
import { VARIANT_NAMES, VARIANTS } from "../../lib/sae/sparsity/variants.ts";
import { fastestMs } from "../fastest.ts";
import { needsAdapter } from "../adapter.ts";
import { needs } from "../needs.ts";

const ignore = !needsAdapter();

/** A model of any kind that the engine trains, drawn at random, with images to train on. */
function randomWork(seed: number) {
  const rng = Rng.fromSeed(seed, "coverage");
  const width = (most: number) => 1 + rng.below(most);
  const sparsity = VARIANT_NAMES[rng.below(VARIANT_NAMES.length)];
  const dInput = width(90), latent = width(300), batch = width(200), count = width(400);
  const config = resolveConfig({
    sparsity,
    latent,
    batch,
    ...("k" in VARIANTS[sparsity].knobs && { k: Math.min(latent, width(20)) }),
    hidden: sparsity === "kl" ? Array.from({ length: rng.below(3) }, () => width(60)) : [],
  });
  const definition = stepDefinition(config, dInput);
  const isFloat = rng.below(2) === 1;
  const pixels = isFloat ? new Float32Array(count * dInput) : new Uint8Array(count * dInput);
  const state = initialState(initialModel(config, { arch: definition.arch, pixels }));
  return { definition, batch, pixels, state };
}

Deno.test(
  "largestWebGpuBuffer() is the largest buffer that is made, for ten definitions drawn at random",
  needs("permissions"),
  () => {
    for (let seed = 0; seed < 10; seed++) {
      const { definition, batch, pixels } = randomWork(seed);
      for (const limit of [2 ** 27, 2 ** 19]) { // of the second, some are refused and some stream their images
        const sizes: number[] = [];
        const device = {
          adapterInfo: { isFallbackAdapter: true },
          limits: { minUniformBufferOffsetAlignment: 256 },
          createBuffer: ({ size, usage }: GPUBufferDescriptor) => {
            if (usage & GPUBufferUsage.STORAGE) sizes.push(size);
          },
          queue: { writeBuffer: () => {} },
        } as unknown as GPUDevice;
        const [model] = candidateModels(definition, device);
        const dispatches = { training: [], losses: [], forward: [], decode: [], lists: [], listedValues: [] };
        const make = () =>
          new PlacedModel(model, { device, limit, dispatches, room: model.room({ batch, pixels, limit }) });
        const { name, bytes } = largestWebGpuBuffer(definition, { batch, pixels, limit });
        if (bytes <= limit) make();
        else assert.throws(make, /^UserError: Cannot put .* on the GPU: they need/);
        assert.equal(Math.max(...sizes, 0), bytes <= limit ? bytes : 0, `${seed}, ${limit}: ${name}`);
      }
    }
  },
);

Deno.test({ name: "a WebGPU engine makes its largest buffer, and all others, when it is loaded", ignore }, async () => {
  const device = await requestDevice();
  const sizes: number[] = [];
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    if (descriptor.usage & GPUBufferUsage.STORAGE) sizes.push(descriptor.size);
    return createBuffer(descriptor);
  };
  const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  const limit = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  for (const turned of [{}, { sparsity: "topk", k: 2 }] as const) {
    const config = resolveConfig({ hidden: [], latent: 5, ...turned }), batch = 30;
    const definition = stepDefinition(config, 7), { arch } = definition;
    const pixels = new Uint8Array(7 * 50);
    const state = initialState(initialModel(config, { arch, pixels }));
    const engine = await WebGpuEngine.create(candidateModels(definition, device)[0], { device });
    sizes.length = 0;
    await engine.load({ state, pixels, batch });
    const { length } = sizes;
    assert.equal(Math.max(...sizes), largestWebGpuBuffer(definition, { batch, pixels, limit }).bytes);
    const plan = { batch, learningRates: new Float64Array(2), weights: new Float64Array(2) };
    await engine.train({ ...plan, indices: new Uint32Array(batch + 1) });
    await engine.losses(pixels, { batch });
    await engine.decode((await engine.forward(pixels)).hidden[0]);
    await engine.state();
    assert.equal(sizes.length, length);
    const tooLarge = { ...plan, batch: batch + 1, indices: new Uint32Array(batch + 2) };
    await assert.rejects(engine.train(tooLarge), /the batch is 31, expected at most 30, as load was called with/);
    await assert.rejects(engine.losses(pixels, { batch: 31 }), /the batch is 31, expected at most 30/);
    await engine.dispose();
  }
  device.destroy();
});

Deno.test("whyNotWebGpu() refuses what no machine holds in an instant, and allocates nothing", () => {
  const limits = { maxStorageBufferBindingSize: 2 ** 31, maxBufferSize: 2 ** 31 };
  const ms = fastestMs(() => {
    for (const latent of [200_000, 1e9]) {
      for (const sparsity of VARIANT_NAMES) {
        const definition = stepDefinition(resolveConfig({ sparsity, latent, hidden: [] }), 784);
        const why = whyNotWebGpu(definition, { batch: 128, pixels: new Uint8Array(784), limits });
        // 200,000 rows of 784 numbers are 600 MiB; 10⁹ rows 2.85 TiB, and both matrices of kl lie in one buffer.
        if (latent === 200_000) assert.equal(why, null);
        else assert.match(why!, sparsity === "kl" ? /^its weights need 5985261 MiB/ : /^its weights need 2990723 MiB/);
      }
    }
  });
  assert.ok(ms < 300, `took ${ms} ms`);
});
