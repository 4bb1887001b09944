/**
 * Every way to compute a product, on an awkward model: the shared suite tests only the first one offered for its adapter.
 *
 * @module
 */
import assert from "node:assert/strict";
import { requestDevice } from "../../lib/engine/webgpu/gpu_device.ts";
import { WebGpuEngine } from "../../lib/engine/webgpu/webgpu_engine.ts";
import { layeredModel } from "../../lib/engine/webgpu/layered/layered_gpu_model.ts";
import { PRODUCTS, type ProductTuning } from "../../lib/engine/webgpu/product_tiles.ts";
import { needsAdapter } from "../adapter.ts";
import { makeCase, planned } from "./cases.ts";
import { images64, Trainer64, widen } from "./float64_model.ts";

for (const product of Object.keys(PRODUCTS) as ProductTuning["product"][]) {
  Deno.test(
    { name: `train() equals float64 when products are computed by ${product}`, ignore: !needsAdapter() },
    async () => {
      const { definition, state, pixels, config } = makeCase(37, {
        hidden: [],
        latent: 67,
        latentBias: "init",
        adamEpsilon: 1e-4, // else a gradient that is all rounding comes back as large as any other
        beta: 0.1,
      });
      const device = await requestDevice();
      const engine = await WebGpuEngine.create(
        layeredModel(definition, { product, workgroup: 64, isFused: false }),
        { device },
      );
      await engine.load({ state, pixels, batch: 256 });
      const truth = new Trainer64(definition, widen(state.params)), images = images64(pixels, 37);
      const indices = Uint32Array.from({ length: 150 }, (_, i) => (7 * i) % 160); // two of 50, and 50 rows fill no tile
      await engine.train(planned(config, { indices, batch: 50, learningRates: new Float64Array(3).fill(config.lr) }));
      for (let i = 0; i < 3; i++) {
        truth.train(Array.from(indices.subarray(50 * i, 50 * i + 50), (row) => images[row]), config.lr);
      }
      const { params } = await engine.state();
      for (const [name, values] of Object.entries(params)) {
        values.forEach((value, i) => assert.ok(Math.abs(value - truth.params[name][i]) < 1e-6, `${name}[${i}]`));
      }
      await engine.dispose();
      device.destroy();
    },
  );
}
