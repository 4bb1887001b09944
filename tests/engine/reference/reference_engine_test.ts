/**
 * What only the reference engine has: tensors that must be freed, and tfjs's own device.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as tf from "../../../lib/engine/reference/tfjs.ts";
import { ReferenceEngine } from "../../../lib/engine/reference/reference_engine.ts";
import { UserError } from "../../../lib/errors.ts";
import { needsAdapter } from "../../adapter.ts";
import { needs } from "../../needs.ts";
import { CASES, planned } from "../cases.ts";

const { definition, state, pixels, config } = CASES[4];
const plan = planned(config, {
  indices: Uint32Array.from({ length: 96 }, (_, i) => i),
  batch: 32,
  learningRates: Float64Array.of(0.1, 0.1, 0.1),
});

for (const backend of ["wasm", "cpu", "webgpu"] as const) {
  Deno.test({
    name: `ReferenceEngine on ${backend} leaves no tensor behind`,
    ignore: backend === "webgpu" ? !needsAdapter() : needs("permissions").ignore,
    fn: async () => {
      const engine = await ReferenceEngine.start(definition, backend);
      const before = tf.memory().numTensors;
      await engine.load({ state, pixels, batch: 256 });
      const loaded = tf.memory().numTensors;
      assert.equal(loaded - before, 3 * Object.keys(state.params).length);
      await engine.train(plan);
      await engine.forward(pixels);
      await engine.decode(new Float32Array(2 * definition.arch.nLatents));
      await engine.state();
      await engine.load({ state, pixels, batch: 256 });
      assert.equal(tf.memory().numTensors, loaded);
      await engine.dispose();
      assert.equal(tf.memory().numTensors, before);
    },
  });
}

Deno.test("ReferenceEngine refuses parameters of another model", async () => {
  const engine = await ReferenceEngine.start(definition, "cpu");
  const params = { ...state.params, "encoder.0.bias": new Float32Array(1) };
  await assert.rejects(async () => await engine.load({ state: { ...state, params }, pixels, batch: 256 }), TypeError);
  await engine.dispose();
});

Deno.test({
  name: "ReferenceEngine says that the device was lost instead of waiting for it for ever",
  ignore: !needsAdapter(),
  fn: async () => {
    tf.removeBackend("webgpu"); // a device of its own, which this test may destroy
    const { WebGPUBackend } = await import("../../../lib/engine/reference/tfjs_backends.ts");
    const adapter = (await navigator.gpu.requestAdapter())!;
    const device = await adapter.requestDevice();
    tf.registerBackend("webgpu", () => new WebGPUBackend(device, adapter.info));
    const engine = await ReferenceEngine.start(definition, "webgpu");
    await engine.load({ state, pixels, batch: 256 });
    device.destroy();
    await assert.rejects(
      engine.train(plan),
      (error: Error) => error instanceof UserError && /the device was lost/.test(error.message),
    );
    await engine.dispose();
  },
});
