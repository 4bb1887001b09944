/**
 * The choice of the WebGPU engine's kernels by measuring, and which ways are offered to it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolveConfig } from "../../lib/config.ts";
import { describeAdapter } from "../../lib/engine/adapter.ts";
import { stepDefinition } from "../../lib/engine/engine.ts";
import { tunedEngine, tuningKey } from "../../lib/engine/webgpu/autotune.ts";
import { PlacedStruct } from "../../lib/engine/struct_fields.ts";
import { GPU_LAYER } from "../../lib/engine/structs.ts";
import { candidateModels } from "../../lib/engine/webgpu/gpu_models.ts";
import type { GpuModel } from "../../lib/engine/webgpu/gpu_model.ts";
import { requestDevice } from "../../lib/engine/webgpu/gpu_device.ts";
import fusedLayer from "../../lib/engine/webgpu/layered/kernels/fused_layer.wgsl" with { type: "text" };
import { layerTable } from "../../lib/engine/webgpu/layered/layer_table.ts";
import { layeredLayout } from "../../lib/engine/webgpu/layered/layered_gpu_layout.ts";
import { layeredModel } from "../../lib/engine/webgpu/layered/layered_gpu_model.ts";
import { type LayeredTuning, layeredTunings } from "../../lib/engine/webgpu/layered/layered_tuning.ts";
import { needsAdapter } from "../adapter.ts";
import { makeCase } from "./cases.ts";

const ignore = !needsAdapter();
const { definition } = makeCase(16, { hidden: [8], latent: 4 });
const LAYERS: LayeredTuning = { product: "tile4", workgroup: 8, isFused: false };
const FUSED: LayeredTuning = { product: "tile4", workgroup: 32, isFused: true };
/** More invocations than any device has in a workgroup: does not compile. */
const IMPOSSIBLE: LayeredTuning = { product: "tile4", workgroup: 2 ** 16, isFused: false };

/** Models of these tunings. */
function models(...tunings: LayeredTuning[]): GpuModel[] {
  return tunings.map((tuning) => layeredModel(definition, tuning));
}

/** A device, the cache's key for it, and how many models were on it at once. */
async function opened() {
  const device = await requestDevice();
  const models = { now: 0, most: 0 };
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    if (descriptor.label !== "params") return buffer;
    models.most = Math.max(models.most, ++models.now);
    const destroy = buffer.destroy.bind(buffer);
    return Object.assign(buffer, { destroy: () => (models.now--, destroy()) });
  };
  const key = tuningKey(definition, { adapter: describeAdapter(device.adapterInfo), batch: 16 });
  return { device, models, key, [Symbol.dispose]: () => device.destroy() };
}

Deno.test({ name: "tunedEngine() remembers what it measured, one candidate loaded at a time", ignore }, async () => {
  using on = await opened();
  const cache = new Map<string, string>();
  const options = { device: on.device, batch: 16, cache, candidates: models(LAYERS, FUSED) };
  const engine = await tunedEngine(definition, options);
  assert.match(on.key, /, 16-8-4-8-16 batch 16$/);
  assert.deepEqual([...cache.keys()], [on.key]);
  assert.ok(["tile4/8", "fused/32"].includes(cache.get(on.key)!));
  assert.deepEqual(on.models, { now: 0, most: 1 });
  await engine.dispose();
});

Deno.test(
  { name: "tunedEngine() believes the cache, and measures anew what is no candidate or fails", ignore },
  async () => {
    using on = await opened();
    const open = async (remembered: string, candidates: LayeredTuning[]) => {
      const cache = new Map([[on.key, remembered]]);
      const engine = await tunedEngine(definition, {
        device: on.device,
        batch: 16,
        cache,
        candidates: models(...candidates),
      });
      await engine.dispose();
      return cache.get(on.key);
    };
    for (const name of ["tile4/8", "fused/32"]) assert.equal(await open(name, [LAYERS, FUSED]), name);
    assert.equal(on.models.most, 0, "nothing was measured");
    assert.ok(["tile4/8", "fused/32"].includes((await open("shared/64", [LAYERS, FUSED]))!));
    assert.equal(await open("tile4/65536", [IMPOSSIBLE, LAYERS]), "tile4/8");
  },
);

Deno.test({ name: "tunedEngine() lets a candidate that fails lose, and fails if all do", ignore }, async () => {
  using on = await opened();
  const open = (candidates: LayeredTuning[]) =>
    tunedEngine(definition, { device: on.device, batch: 16, cache: new Map(), candidates: models(...candidates) });
  for (const candidates of [[IMPOSSIBLE, LAYERS], [LAYERS, IMPOSSIBLE]]) await (await open(candidates)).dispose();
  await assert.rejects(open([IMPOSSIBLE, IMPOSSIBLE]));
});

Deno.test(
  { name: "tunedEngine() measures a dictionary's products, and remembers it as a dictionary's", ignore },
  async () => {
    using on = await opened();
    const dictionary = stepDefinition(resolveConfig({ sparsity: "topk", hidden: [], latent: 24, k: 2 }), 16);
    const hardware = {
      adapterInfo: { description: "a GPU", isFallbackAdapter: false } as GPUAdapterInfo,
      limits: on.device.limits,
    };
    const candidates = candidateModels(dictionary, hardware), cache = new Map<string, string>();
    assert.deepEqual(candidates.map(({ tuningName }) => tuningName), ["shared/64", "tile8/64", "tile4/64"]);
    const engine = await tunedEngine(dictionary, { device: on.device, batch: 16, cache, candidates });
    const [[key, choice]] = cache;
    assert.match(key, /, a dictionary, 16-24-16 batch 16$/); // no key of a model of layers of the same widths
    assert.ok(candidates.some(({ tuningName }) => tuningName === choice));
    await engine.dispose();
  },
);

Deno.test("a step in three dispatches is offered up to 16 layers, as many as its kernels have room for", () => {
  const device = {
    adapterInfo: { description: "a GPU", isFallbackAdapter: false } as GPUAdapterInfo,
    limits: { maxComputeWorkgroupStorageSize: 2 ** 16 } as GPUSupportedLimits,
  };
  assert.match(fusedLayer, /^const MOST_LAYERS = 16u;$/m);
  for (const [depth, isOffered] of [[7, true], [8, false]] as const) { // 2 · depth + 2 layers
    const { arch } = makeCase(16, { hidden: new Array(depth).fill(4), latent: 2 }).definition;
    assert.equal(
      layeredTunings(device, arch).some(({ isFused }) => isFused),
      isOffered,
      `${arch.layers.length} layers`,
    );
    const table = layerTable(layeredLayout(arch)),
      last = new PlacedStruct(GPU_LAYER, { buffer: table, address: 15 * 48 });
    assert.equal(table.byteLength, 16 * 48);
    assert.deepEqual([last.get("dOut"), last.get("endBlock")], isOffered ? [16, 16 * 16] : [4, 16 * 16]); // all padded to 16
  }
});

Deno.test("layeredTunings() offers a fused step where the model fits into workgroup memory, and none on software", () => {
  const device = (description: string, maxComputeWorkgroupStorageSize: number) => ({
    adapterInfo: { description, isFallbackAdapter: false } as GPUAdapterInfo,
    limits: { maxComputeWorkgroupStorageSize } as GPUSupportedLimits,
  });
  const { arch } = makeCase(784, { hidden: [128], latent: 32 }).definition;
  const fused = (description: string, bytes: number) =>
    layeredTunings(device(description, bytes), arch).filter(({ isFused }) => isFused).map(({ workgroup }) => workgroup);
  // 784 + 128 + 32 + 128 numbers of 4 images, 16 bytes each, and 4 bytes an invocation: 17,408 and 18,176 bytes.
  assert.deepEqual(fused("a GPU", 32_768), [64, 256]);
  assert.deepEqual(fused("a GPU", 17_408), [64]);
  assert.deepEqual(fused("a GPU", 16_384), []);
  assert.deepEqual(fused("llvmpipe", 32_768), []);
});
