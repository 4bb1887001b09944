/** Every method has a sentence of its own kind, and its equation is split where it says. */
import assert from "node:assert/strict";
import { VARIANT_NAMES, VARIANTS } from "../../../lib/sae/sparsity/variants.ts";
import { effectOn, partsOf } from "../../../site/src/learn/methods.ts";
import { mathml } from "../../../site/src/mathml.ts";

Deno.test("what a method does to sparsity follows from what it selects and penalises", () => {
  assert.match(effectOn({ selects: "row", penalizes: null }), /each input/);
  assert.match(effectOn({ selects: "batch", penalizes: null }), /batch/);
  assert.match(effectOn({ selects: "all", penalizes: "means" }), /mean activation/);
  assert.match(effectOn({ selects: "all", penalizes: null }), /^Neither/);
});

Deno.test("each method's formulas can be set", () => {
  for (const name of VARIANT_NAMES) {
    const parts = partsOf(VARIANTS[name].equation);
    assert.ok(parts.length >= 1 && parts.every((part) => part !== ""), name);
    for (const part of parts) assert.match(mathml(part), /^<math/);
  }
});
