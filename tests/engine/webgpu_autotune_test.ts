import assert from "node:assert/strict";
import { autotune } from "../../lib/engine/webgpu/autotune.ts";
import { requestDevice } from "../../lib/engine/webgpu/device.ts";
import type { Tuning } from "../../lib/engine/webgpu/tuning.ts";
import { needsAdapter } from "../needs.ts";
import { makeCase } from "./cases.ts";

Deno.test(
  { name: "autotune() picks a candidate, remembers it, and asks the memory first", ignore: !needsAdapter() },
  async () => {
    const { definition } = makeCase(200, { hidden: [100], latent: 8 });
    const device = await requestDevice();
    const candidates: Tuning[] = [{ product: "tile4", workgroup: 8 }, { product: "shared", workgroup: 64 }];
    const cache = new Map<string, string>();
    const choice = await autotune(definition, { device, batch: 16, cache, candidates });
    assert.ok(candidates.includes(choice));
    assert.equal(cache.size, 1);
    const [[key, name]] = cache;
    assert.match(key, /200-100-8-100-200 batch 16/);
    const other = candidates.find((candidate) => candidate !== choice)!;
    cache.set(key, `${other.product}/${other.workgroup}`);
    assert.notEqual(cache.get(key), name);
    assert.equal(await autotune(definition, { device, batch: 16, cache, candidates }), other);
    device.destroy();
  },
);
