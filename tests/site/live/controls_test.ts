/** Which controls a variant has, what sliders reach, and which second models are offered. */
import assert from "node:assert/strict";
import { defaultsFor } from "../../../lib/config_defaults.ts";
import { resolveConfig } from "../../../lib/config.ts";
import { VARIANT_NAMES, VARIANTS } from "../../../lib/sae/sparsity/variants.ts";
import type { Side } from "../../../site/src/live/live.ts";
import { LIVE_KNOBS, type LiveSettings } from "../../../site/src/live/settings.ts";
import {
  type ControlName,
  CONTROLS,
  currentValue,
  hasControl,
  knobsOfVariant,
  knobsOfWidth,
  knobText,
  LATENT_COUNTS,
  nearestPlace,
  secondModelsOf,
  sliderValues,
  symbolOf,
} from "../../../site/src/live/train/controls.ts";
import { sideOf } from "./some_side.ts";

/** The controls that differ between variants, in the order of the page. */
function ownControls(sparsity: (typeof VARIANT_NAMES)[number]): string {
  const names = ["rho", "beta", "lambda", "k", "hidden", "auxk"] as const;
  return names.filter((name) => hasControl(name, sparsity)).join(" ");
}

Deno.test("each variant has the sliders of its own knobs, and what its engine takes", () => {
  assert.deepEqual(Object.fromEntries(VARIANT_NAMES.map((name) => [name, ownControls(name)])), {
    kl: "rho beta hidden",
    l1: "lambda",
    topk: "k auxk",
    batchtopk: "k auxk",
    jumprelu: "lambda",
    gated: "lambda",
    matryoshka: "k auxk",
    hierarchicaltopk: "k auxk",
  });
  for (const name of ["lr", "seed", "play", "data"] as const) {
    assert.ok(VARIANT_NAMES.every((variant) => hasControl(name, variant)));
  }
});

Deno.test("whatever the controls offer is a configuration that the program accepts", () => {
  for (const sparsity of VARIANT_NAMES) {
    for (const latent of LATENT_COUNTS) {
      const { knobs } = { knobs: knobsOfWidth(sideOf({ sparsity }), latent) };
      const config = resolveConfig(knobs);
      assert.equal(config.latent, latent);
      for (const name of LIVE_KNOBS.filter((name) => hasControl(name, sparsity))) {
        for (const value of sliderValues(name, config)) resolveConfig({ ...knobs, [name]: value });
      }
    }
    for (const { difference } of secondModelsOf(sideOf({ sparsity }))) resolveConfig({ sparsity, ...difference });
    if (hasControl("hidden", sparsity)) resolveConfig({ sparsity, hidden: [] });
    if (hasControl("auxk", sparsity)) resolveConfig({ sparsity, auxAlpha: 0 });
  }
});

Deno.test("every default can be reached by its slider", () => {
  for (const sparsity of VARIANT_NAMES) {
    const config = defaultsFor({ sparsity });
    for (const name of LIVE_KNOBS.filter((name) => hasControl(name, sparsity))) {
      if (config[name] !== null) assert.ok(sliderValues(name, config).includes(config[name]), `${sparsity} ${name}`);
    }
  }
});

Deno.test("a slider of k has whole numbers up to the latents; weights start at 0", () => {
  const values = sliderValues("k", { latent: 24 });
  assert.deepEqual([values[0], values.at(-1)], [1, 24]);
  assert.ok(values.every((value, i) => Number.isInteger(value) && (i === 0 || value > values[i - 1])));
  assert.equal(sliderValues("beta", { latent: 32 })[0], 0);
  assert.equal(sliderValues("rho", { latent: 32 })[0], 0.005);
});

Deno.test("nearestPlace() compares by ratio, and 0 is nearest to 0", () => {
  assert.equal(nearestPlace([1, 10, 100], 30), 1);
  assert.equal(nearestPlace([1, 10, 100], 40), 2);
  assert.equal(nearestPlace([0, 0.01, 0.1], 0), 0);
  assert.equal(nearestPlace([0, 0.01, 0.1], 0.01), 1);
});

Deno.test("knobs have the signs of their formulas, and short values", () => {
  assert.deepEqual(LIVE_KNOBS.map(symbolOf), ["ρ", "β", "λ", "k", "lr"]);
  assert.deepEqual([0.05, 0.0021563, 16, 0, 0.00002].map(knobText), ["0.05", "0.00216", "16", "0", "2.0e-5"]);
});

Deno.test("another variant keeps batch and random seed alone", () => {
  const knobs = { rho: 0.2, batch: 64, seed: 3, latent: 64 };
  assert.deepEqual(knobsOfVariant(knobs, "topk"), { sparsity: "topk", batch: 64, seed: 3 });
  assert.deepEqual(knobsOfVariant({ rho: 0.2 }, "l1"), { sparsity: "l1" });
});

Deno.test("fewer latents than k lower k", () => {
  assert.deepEqual(knobsOfWidth(sideOf({ sparsity: "topk", k: 40 }), 32), { sparsity: "topk", k: 32, latent: 32 });
  assert.deepEqual(knobsOfWidth(sideOf({ sparsity: "topk" }), 16), { sparsity: "topk", latent: 16 });
});

Deno.test("the value of a knob is the last change, else the setting, else the variant's default", () => {
  const side: Side = sideOf({ beta: 0.01 });
  assert.deepEqual([currentValue(side, "beta"), currentValue(side, "rho")], [0.01, 0.05]);
  side.changes.push({ step: 1, knob: "beta", value: 0.1 }, { step: 2, knob: "beta", value: 0.2 });
  assert.equal(currentValue(side, "beta"), 0.2);
});

Deno.test("second models: another way to choose latents, other strengths, without penalty, with and without AuxK", () => {
  const titles = (knobs: LiveSettings["knobs"]) => secondModelsOf(sideOf(knobs)).map(({ title }) => title);
  assert.deepEqual(titles({}), ["TopK", "ρ 0.2", "no penalty, β 0"]);
  assert.deepEqual(titles({ sparsity: "l1" }), ["TopK", "λ 10", "no penalty, λ 0"]);
  assert.deepEqual(titles({ sparsity: "topk" }), ["KL", "k 4", "no AuxK"]);
  assert.deepEqual(titles({ sparsity: "batchtopk", auxAlpha: 0 }), ["TopK", "k 4", "with AuxK"]);
});

Deno.test("every control is described once", () => {
  const names = Object.keys(CONTROLS) as ControlName[];
  assert.ok(names.length >= 20 && names.every((name) => CONTROLS[name].length > 3));
  assert.ok(VARIANTS.kl.knobs.rho && names.includes("rho"));
});
