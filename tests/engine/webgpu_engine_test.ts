/**
 * What holds of the WebGPU engine for both kinds of model: kernels that state what they see, calls in their order whatever is
 * asked at once, lists of latents, buffers that are placed once and freed.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Engine } from "../../lib/engine/engine.ts";
import { isDictionary } from "../../lib/engine/model_kind.ts";
import type { GpuModel } from "../../lib/engine/webgpu/gpu_model.ts";
import { requestDevice } from "../../lib/engine/webgpu/gpu_device.ts";
import { candidateModels } from "../../lib/engine/webgpu/gpu_models.ts";
import type { KernelSource } from "../../lib/engine/webgpu/kernel_source.ts";
import { WebGpuEngine } from "../../lib/engine/webgpu/webgpu_engine.ts";
import { WebGpuEngineInWorker } from "../../lib/engine/webgpu/webgpu_engine_in_worker.ts";
import type { Pixels } from "../../lib/pixels.ts";
import { needsAdapter } from "../adapter.ts";
import { assertLists } from "./assert_lists.ts";
import { makeCase, planned } from "./cases.ts";
import { type Case, CASES, PAIR_CASES, planOf, repeated } from "./dictionary_cases.ts";

const ignore = !needsAdapter();
const DICTIONARIES = [...CASES, ...PAIR_CASES];

const SOFTWARE = {
  adapterInfo: { description: "llvmpipe", isFallbackAdapter: true },
  limits: { maxComputeWorkgroupStorageSize: 2 ** 15 },
} as unknown as GPUDevice;
const HARDWARE = {
  ...SOFTWARE,
  adapterInfo: { description: "a GPU", isFallbackAdapter: false },
} as unknown as GPUDevice;

const layered = makeCase(16, { hidden: [8], latent: 4, batch: 20 });
const shallow = makeCase(37, { hidden: [], latent: 21, batch: 20 });
const topk = DICTIONARIES.find(({ name }) => /^topk 37-61 .*bytes/.test(name))!;
const batchtopk = DICTIONARIES.find(({ name }) => /^batchtopk 37-61/.test(name))!;

type Example = Pick<Case, "definition" | "state" | "pixels" | "config">;

/** An engine on a device of its own, with an example loaded. */
async function opened({ definition, state, pixels, config: { batch } }: Example, bindingBytes?: number) {
  const device = await requestDevice();
  const engine = await WebGpuEngine.create(candidateModels(definition, device)[0], { device, bindingBytes });
  await engine.load({ state, pixels, batch });
  const close = async () => {
    await engine.dispose();
    device.destroy();
  };
  return Object.assign(engine, { device, [Symbol.asyncDispose]: close });
}

/** Two steps of an example. */
function planFor({ config, pixels, definition }: Example) {
  const count = pixels.length / definition.arch.dInput;
  const indices = Uint32Array.from({ length: 2 * config.batch }, (_, i) => (7 * i) % count);
  return planned(config, { indices, batch: config.batch, learningRates: new Float64Array(2).fill(1e-2) });
}

Deno.test("every kernel states the buffers that its code names, by number and type, at most 8 of them storage", () => {
  const types = { uniform: "uniform", "storage, read": "read-only-storage", "storage, read_write": "storage" };
  for (const { definition } of [layered, shallow, ...DICTIONARIES]) {
    const models = [SOFTWARE, HARDWARE].flatMap((device) => candidateModels(definition, device));
    for (const { label, code, bindings } of models.flatMap(kernelsOf)) {
      const lines = code.replace(/\/\/.*/g, ""), body = lines.replace(/^@group.*$/gm, "");
      const declared = Array.from(
        lines.matchAll(/@binding\((\d+)\) var<([^>]+)> (\w+):/g),
        ([, binding, type, name]) => ({
          name,
          binding: { binding: Number(binding), type: types[type as keyof typeof types] },
        }),
      ).filter(({ name }) => !isDictionary(definition) || new RegExp(`\\b${name}\\b`).test(body));
      const stated = bindings.map(({ binding, type }) => ({ binding, type }));
      for (const { name, binding } of declared) {
        const isStated = stated.some((other) => other.binding === binding.binding && other.type === binding.type);
        // What a file has beside the function that is called names buffers, too: the device refuses those that are missing.
        if (!isDictionary(definition) || name === "this_step") assert.ok(isStated, `${label}: ${name}`);
      }
      for (const { binding } of stated) {
        const isNamed = declared.some((other) => other.binding.binding === binding);
        if (isDictionary(definition) && binding > 0) assert.ok(isNamed, `${label}: binding ${binding}`);
      }
      assert.ok(stated.filter(({ type }) => type !== "uniform").length <= 8, label);
    }
  }
});

function kernelsOf(model: GpuModel): KernelSource[] {
  return [false, true].flatMap((isFloat) => Object.values({ ...model.kernels({ isFloat }) }).flat());
}

for (const example of [layered, topk, batchtopk]) {
  Deno.test({ name: `calls made at once are calls made one by one: ${example.name}`, ignore }, async () => {
    const { state, pixels, config: { batch }, definition: { arch } } = example, plan = planFor(example);
    const latents = new Float32Array(50 * arch.nLatents).fill(0.5);
    const many = repeated(pixels, 9); // several passes, so that a call has to wait within another
    const calls: ((engine: Engine) => Promise<unknown>)[] = [
      (engine) => engine.train(plan),
      (engine) => engine.forward(many),
      (engine) => engine.train(plan),
      (engine) => engine.forwardSparse!(many),
      (engine) => engine.losses(many, { batch }),
      (engine) => engine.state(),
      (engine) => engine.decode(latents),
      (engine) => engine.train(plan),
      (engine) => engine.load({ state, pixels, batch }),
      (engine) => engine.train(plan),
      (engine) => engine.state(),
    ];
    await using one = await opened(example, 2 ** 16);
    const expected = [];
    for (const call of calls) expected.push(await call(one));
    await using other = await opened(example, 2 ** 16);
    assert.deepEqual(await Promise.all(calls.map((call) => call(other))), expected);
  });
}

Deno.test({ name: "a call that is refused harms none of those made at once with it", ignore }, async () => {
  await using engine = await opened(topk);
  const plan = planFor(topk);
  const bad = { ...plan, indices: plan.indices.with(1, 1e9) };
  const results = await Promise.allSettled([
    engine.train(bad),
    engine.train(plan),
    engine.train({ ...plan, learningRates: new Float64Array(3) }),
    engine.train({ ...plan, batch: 0 }),
    engine.forward(new Uint8Array(36)),
    engine.forward(new Float32Array(37)),
    engine.decode(new Float32Array(60)),
    engine.state(),
  ]);
  assert.deepEqual(results.map(({ status }) => status === "fulfilled"), [
    false,
    true,
    false,
    false,
    false,
    false,
    false,
    true,
  ]);
  await using other = await opened(topk);
  assert.deepEqual(results[1], { status: "fulfilled", value: await other.train(plan) });
  assert.deepEqual(results[7], { status: "fulfilled", value: await other.state() });
});

Deno.test({ name: "forwardSparse() gives what forward() gives, as lists", ignore }, async (t) => {
  for (const example of [shallow, ...DICTIONARIES.filter((_, i) => i % 3 === 0), batchtopk]) {
    await t.step(example.name, async () => {
      await using engine = await opened(example, 2 ** 18);
      const { pixels, definition: { arch } } = example;
      const images = repeated(pixels, 40).subarray(arch.dInput) as Pixels; // more than one pass
      await engine.train(planFor(example));
      for (const some of [images, pixels.subarray(0, 0) as Pixels]) {
        const dense = await engine.forward(some);
        assertLists(await engine.forwardSparse(some), { dense, nLatents: arch.nLatents });
      }
    });
  }
});

Deno.test({ name: "forwardSparse() of latents that are all 0 is empty lists", ignore }, async () => {
  const params = { ...topk.state.params, "encoder.0.bias": new Float32Array(61).fill(-1e6) };
  await using engine = await opened({ ...topk, state: { ...topk.state, params } });
  const { starts, latents, values } = await engine.forwardSparse(topk.pixels);
  assert.deepEqual([starts.some((start) => start > 0), latents.length, values.length], [false, 0, 0]);
});

Deno.test(
  { name: "forwardSparse() in a Worker gives the same, and leaves the caller's arrays alone", ignore },
  async () => {
    const { definition, state, pixels, config: { batch } } = topk;
    await using here = await opened(topk);
    const there = await WebGpuEngineInWorker.create(definition, { batch });
    await there.load({ state, pixels, batch });
    assert.deepEqual(await there.forwardSparse(pixels), await here.forwardSparse(pixels));
    const plan = planOf(topk, { from: 0, to: 3 });
    assert.deepEqual(await there.train(plan), await here.train(plan));
    assert.ok(pixels.length > 0 && plan.indices.length > 0);
    await there.dispose();
  },
);

Deno.test({ name: "load() uses its buffers again for the same sizes, and never has two of each", ignore }, async () => {
  for (const example of [layered, topk]) {
    const { definition, state, pixels, config: { batch } } = example;
    const device = await requestDevice();
    const alive = new Set<GPUBuffer>();
    const most: Record<string, number> = {};
    const createBuffer = device.createBuffer.bind(device);
    device.createBuffer = (descriptor) => {
      const buffer = createBuffer(descriptor), label = descriptor.label!;
      const destroy = buffer.destroy.bind(buffer);
      buffer.destroy = () => (alive.delete(buffer), destroy());
      alive.add(buffer);
      most[label] = Math.max(most[label] ?? 0, [...alive].filter((other) => other.label === label).length);
      return buffer;
    };
    const engine = await WebGpuEngine.create(candidateModels(definition, device)[0], { device });
    await engine.load({ state, pixels, batch });
    const before = new Set(alive);
    await engine.train(planFor(example));
    await engine.load({ state, pixels, batch });
    assert.deepEqual(alive, before, "the same buffers");
    const other = await opened(example);
    assert.deepEqual(await engine.train(planFor(example)), await other.train(planFor(example)));
    await engine.load({ state, pixels, batch: batch + 100 });
    assert.ok([...alive].every((buffer) => !before.has(buffer)), "others for a larger batch");
    const { staging: _, ...buffers } = most;
    assert.ok(Object.values(buffers).every((count) => count === 1), JSON.stringify(buffers));
    await other[Symbol.asyncDispose]();
    await engine.dispose();
    assert.equal(alive.size, 0);
    device.destroy();
  }
});

Deno.test(
  { name: "dispose() lets calls before it finish, refuses those after it, and may be called again", ignore },
  async () => {
    const engine = await opened(layered), plan = planFor(layered);
    const [losses, , late] = await Promise.allSettled([engine.train(plan), engine.dispose(), engine.train(plan)]);
    await using other = await opened(layered);
    assert.deepEqual(losses, { status: "fulfilled", value: await other.train(plan) });
    assert.match(String((late as PromiseRejectedResult).reason), /Cannot use the engine: it was disposed/);
    for (
      const call of [
        () => engine.state(),
        () => engine.forward(layered.pixels),
        () => engine.load({ ...layered, batch: 20 }),
      ]
    ) {
      await assert.rejects(call(), /disposed/);
    }
    await engine.dispose();
    engine.device.destroy();
  },
);
