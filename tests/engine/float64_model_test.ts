/**
 * The float64 model of layers, by which engines are judged, against finite differences of its own loss.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Rng } from "../../lib/rng.ts";
import { INPUT_MEAN } from "../../lib/sae/model.ts";
import { CASES, CENTERED_CASES, makeCase } from "./cases.ts";
import { forward64, gradients64, images64, loss64, widen } from "./float64_model.ts";

const LINEAR_CASES = [[], [7]].map((hidden) => makeCase(11, { hidden, output: "linear", latent: 5, batch: 8 }));

Deno.test("gradients64() equals central finite differences of loss64() for every kind of model", () => {
  const h = 1e-6;
  for (const { name: model, definition, state, pixels } of [...CASES, ...CENTERED_CASES, ...LINEAR_CASES]) {
    const { arch } = definition;
    const x = images64(pixels.subarray(0, 6 * arch.dInput), arch.dInput);
    const params = widen(state.params);
    const rng = Rng.fromSeed(0, "jitter"); // off the kink of ReLU, where a black image and a zero bias meet
    for (const values of Object.values(params)) values.forEach((value, i) => values[i] = value + rng.normal(0, 0.05));
    const mean = state.buffers[INPUT_MEAN];
    const lossAt = () => loss64(x, forward64(x, params, arch, mean), definition).total;
    const gradients = gradients64(x, params, definition, undefined, mean);
    for (const [name, values] of Object.entries(params)) {
      for (let i = 0; i < values.length; i += Math.max(1, Math.floor(values.length / 7))) {
        const original = values[i];
        values[i] = original + h;
        const above = lossAt();
        values[i] = original - h;
        const below = lossAt();
        values[i] = original;
        const numeric = (above - below) / (2 * h);
        assert.ok(
          Math.abs(numeric - gradients[name][i]) < 1e-8 + 1e-5 * Math.abs(numeric),
          `${model} ${name}[${i}]: ${numeric} ≠ ${gradients[name][i]}`,
        );
      }
    }
  }
});
