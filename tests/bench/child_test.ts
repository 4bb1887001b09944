import assert from "node:assert/strict";
import { openContender } from "../../bench/child.ts";
import { resolveConfig } from "../../lib/config.ts";
import { initialState, stepDefinition } from "../../lib/engine/engine.ts";
import { WebGpuEngine } from "../../lib/engine/webgpu/webgpu_engine.ts";
import { initialModel } from "../../lib/sae/init.ts";
import { needsAdapter } from "../adapter.ts";
import { needs } from "../needs.ts";

Deno.test(
  { name: "openContender() opens WebGPU by the model's kind, as the program does", ignore: !needsAdapter() },
  async () => {
    for (const [turned, buffer] of [[{ sparsity: "topk", k: 2 }, "encoder"], [{}, "params"]] as const) {
      const config = resolveConfig({ hidden: [], latent: 5, ...turned }), pixels = new Uint8Array(7);
      const definition = stepDefinition(config, 7);
      const engine = await openContender("webgpu", { definition, batch: 4, pixels });
      assert.ok(engine instanceof WebGpuEngine);
      const state = initialState(initialModel(config, { arch: definition.arch, pixels }));
      await engine.load({ state, pixels, batch: 4 });
      assert.ok(buffer in engine.resident);
      await engine.dispose();
    }
  },
);

Deno.test(
  { name: "openContender() refuses on WebGPU what the program would not train there", ignore: !needsAdapter() },
  async () => {
    const config = resolveConfig({ sparsity: "l1", hidden: [3], latent: 5 }), pixels = new Uint8Array(7);
    const definition = stepDefinition(config, 7);
    await assert.rejects(
      openContender("webgpu", { definition, batch: 4, pixels }),
      /the WebGPU engine does not support this model: /,
    );
  },
);

Deno.test("openContender() opens as many threads as it is told to", needs("permissions"), async () => {
  const config = resolveConfig({ hidden: [], latent: 5 }), pixels = new Uint8Array(7);
  const engine = await openContender("cpu:1", { definition: stepDefinition(config, 7), batch: 4, pixels });
  assert.match(engine.info.device, /\b1 thread\b/);
  await engine.dispose();
  const ours = await openContender("program", { definition: stepDefinition(config, 7), batch: 4, pixels });
  const threads = `${navigator.hardwareConcurrency} thread`;
  assert.ok(ours.info.name !== "cpu" || ours.info.device.includes(threads), ours.info.device);
  await ours.dispose();
});
