/**
 * The float64 sparsity variants, by which engines are judged, against finite differences of their own loss.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Rng } from "../../lib/rng.ts";
import { needs } from "../needs.ts";
import { widen } from "./float64_model.ts";
import { variantGradients64 } from "./float64_variant_gradients.ts";
import { type Model64, variantForward64, variantLoss64 } from "./float64_variants.ts";
import { imageRows, VARIANT_CASES } from "./variant_cases.ts";

/** What stands still of a model while the model moves. */
function copyOf({ definition, params, buffers }: Model64): Model64 {
  const copied = (arrays: typeof params) =>
    Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, values.slice()]));
  return { definition, params: copied(params), buffers: copied(buffers) };
}

Deno.test("variantGradients64() equals central differences of variantLoss64() for every variant", needs("time"), () => {
  const h = 1e-6;
  for (const example of VARIANT_CASES) {
    const { name: model, definition, state, config } = example;
    const x = imageRows(example).slice(0, config.batch);
    const moving: Model64 = { definition, params: widen(state.params), buffers: widen(state.buffers) };
    const rng = Rng.fromSeed(1, "jitter");
    for (const [name, values] of Object.entries(moving.params)) {
      if (name.endsWith(".weight")) values.forEach((value, i) => values[i] = value + rng.normal(0, 0.03));
    }
    const still = copyOf(moving), moment = { step: state.step + 1, weight: 0.7 };
    const gradients = variantGradients64(x, moving, moment);
    assert.ok(Object.values(gradients).some((g) => g.some((value) => value !== 0)), model);
    for (const [name, values] of Object.entries(moving.params)) {
      for (let i = 0; i < values.length; i += Math.max(1, Math.floor(values.length / 19))) {
        const original = values[i];
        values[i] = original + h;
        const above = variantLoss64(x, moving, moment, still).total;
        values[i] = original - h;
        const below = variantLoss64(x, moving, moment, still).total;
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

Deno.test("VARIANT_CASES have dead, living, windowed and inactive latents to be wrong about", () => {
  const passes = VARIANT_CASES.map((example) => {
    const { definition, state, config } = example;
    const model = { definition, params: widen(state.params), buffers: widen(state.buffers) };
    return {
      sparsity: config.sparsity,
      pass: variantForward64(imageRows(example), model, { isTraining: true }),
      model,
    };
  });
  for (const { sparsity, pass } of passes) {
    assert.ok(pass.acts.flat().some((f) => f > 0), `${sparsity}: nothing fires`);
  }
  const inWindow = passes.filter(({ sparsity }) => sparsity === "jumprelu").map(({ pass, model }) =>
    pass.preActs.flatMap((row) => row.filter((z, j) => Math.abs(z - model.params["latents.theta"][j]) < 0.05)).length
  );
  assert.ok(inWindow.filter((n) => n > 10).length >= 5, `${inWindow}`);
  const thresholds = passes.flatMap(({ model }) => Array.from(model.params["latents.theta"] ?? []));
  assert.ok(thresholds.some((theta) => theta < -0.01) && thresholds.some((theta) => theta > 0.01), `${thresholds}`);
});
