/**
 * The WebGPU engine on tfjs's own device: its buffers are tfjs tensors without a copy.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as tf from "../../lib/engine/reference/tfjs.ts";
import "../../lib/engine/reference/tfjs_backends.ts"; // for its side effect: it registers itself
import type { WebGPUBackend } from "../../lib/engine/reference/tfjs_backends.ts";
import { WebGpuEngine } from "../../lib/engine/webgpu/webgpu_engine.ts";
import { candidateModels } from "../../lib/engine/webgpu/gpu_models.ts";
import { layeredLayout } from "../../lib/engine/webgpu/layered/layered_gpu_layout.ts";
import { QUAD } from "../../lib/engine/webgpu/quads.ts";
import { needsAdapter } from "../adapter.ts";
import { makeCase, planned } from "./cases.ts";

Deno.test({
  name: "resident buffers are tfjs tensors on tfjs's device, before and after a step",
  ignore: !needsAdapter(),
}, async () => {
  await tf.setBackend("webgpu");
  const { device } = tf.backend() as WebGPUBackend;
  const { definition, state, pixels, config } = makeCase(64, { hidden: [32], latent: 16 }); // widths that need no padding
  const { arch } = definition, { paramQuads, layers: [first] } = layeredLayout(arch);
  const engine = await WebGpuEngine.create(candidateModels(definition, device)[0], { device });
  await engine.load({ state, pixels, batch: 256 });
  const flat = tf.tensor({ buffer: engine.resident.params, zeroCopy: true }, [paramQuads * QUAD], "float32");
  const weight = () => tf.slice(flat, first.weightOffset * QUAD, 32 * 64).data();
  assert.deepEqual(await weight(), state.params["encoder.0.weight"]);
  const indices = Uint32Array.from({ length: 20 }, (_, i) => i);
  await engine.train(planned(config, { indices, batch: 20, learningRates: Float64Array.of(1e-2) }));
  const { params } = await engine.state();
  assert.notDeepEqual(params["encoder.0.weight"], state.params["encoder.0.weight"]);
  assert.deepEqual(await weight(), params["encoder.0.weight"]);
  await engine.dispose();
});
