import assert from "node:assert/strict";
import { autotune } from "../../lib/engine/webgpu/autotune.ts";
import { requestDevice } from "../../lib/engine/webgpu/device.ts";
import { layoutOf } from "../../lib/engine/webgpu/layout.ts";
import { candidateTunings, type Tuning } from "../../lib/engine/webgpu/tuning.ts";
import { needsAdapter } from "../needs.ts";
import { makeCase } from "./cases.ts";

Deno.test(
  { name: "autotune() picks a candidate, remembers it, and asks the memory first", ignore: !needsAdapter() },
  async () => {
    const { definition } = makeCase(200, { hidden: [100], latent: 8 });
    const device = await requestDevice();
    const candidates: Tuning[] = [
      { product: "tile4", workgroup: 8, isFused: false },
      { product: "tile4", workgroup: 64, isFused: true },
    ];
    const cache = new Map<string, string>();
    const choice = await autotune(definition, { device, batch: 16, cache, candidates });
    assert.ok(candidates.includes(choice));
    assert.equal(cache.size, 1);
    const [[key, name]] = cache;
    assert.match(key, /200-100-8-100-200 batch 16/);
    const other = candidates.find((candidate) => candidate !== choice)!;
    cache.set(key, other.isFused ? "fused/64" : "tile4/8");
    assert.notEqual(cache.get(key), name);
    assert.equal(await autotune(definition, { device, batch: 16, cache, candidates }), other);
    device.destroy();
  },
);

Deno.test("candidateTunings() offers a fused step where the model fits into workgroup memory, and none on software", () => {
  const device = (description: string, maxComputeWorkgroupStorageSize: number) => ({
    adapterInfo: { description, isFallbackAdapter: false } as GPUAdapterInfo,
    limits: { maxComputeWorkgroupStorageSize } as GPUSupportedLimits,
  });
  const { definition } = makeCase(784, { hidden: [128], latent: 32 });
  const layout = layoutOf(definition.arch);
  const fused = (description: string, bytes: number) =>
    candidateTunings(device(description, bytes), layout).filter(({ isFused }) => isFused).map(({ workgroup }) =>
      workgroup
    );
  // 784 + 128 + 32 + 128 numbers of 4 images, 16 bytes each, and 4 bytes an invocation: 17,408 and 18,176 bytes.
  assert.deepEqual(fused("a GPU", 32_768), [64, 256]);
  assert.deepEqual(fused("a GPU", 17_408), [64]);
  assert.deepEqual(fused("a GPU", 16_384), []);
  assert.deepEqual(fused("llvmpipe", 32_768), []);
});
