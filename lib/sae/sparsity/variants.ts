/**
 * Every sparsity variant by name. A new one is a file in this folder and its lines here.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Knobs, Values } from "../../knob.ts";
import { batchtopk } from "./batchtopk.ts";
import { gated } from "./gated.ts";
import { hierarchicaltopk } from "./hierarchicaltopk.ts";
import { jumprelu } from "./jumprelu.ts";
import { kl } from "./kl.ts";
import { l1 } from "./l1.ts";
import { matryoshka } from "./matryoshka.ts";
import { topk } from "./topk.ts";
import type { Variant } from "./variant.ts";

/** In the order in which a page explains them. */
const all = {
  kl,
  l1,
  topk,
  batchtopk,
  jumprelu,
  gated,
  matryoshka,
  hierarchicaltopk,
};

/** A variant's name: what `--sparsity` takes. */
export type VariantName = keyof typeof all;

/** The names, in the order in which a page explains them. */
export const VARIANT_NAMES = Object.keys(all) as VariantName[];

type UnionToIntersection<Union> = (Union extends unknown ? (part: Union) => void : never) extends
  (whole: infer Whole) => void ? Whole : never;
type VariantKnobSet = UnionToIntersection<(typeof all)[VariantName]["knobs"]>;

/** The knobs of all variants; a run has them all and reads its own. */
export const VARIANT_KNOBS = Object.assign({}, ...VARIANT_NAMES.map((name) => all[name].knobs)) as VariantKnobSet;

/** Values of all variants' knobs. */
export type VariantKnobs = Values<VariantKnobSet>;

/** The variants by name, each as one that takes the values of all knobs. */
export const VARIANTS: Record<VariantName, Variant<Knobs, VariantKnobs>> = all;

/**
 * The variants that read a knob; all of them if it is not a knob of variants.
 *
 * @example
 * ```ts
 * import { variantsWith } from "./variants.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(variantsWith("lambda"), ["l1", "jumprelu", "gated"]);
 * ```
 */
export function variantsWith(knob: string): VariantName[] {
  return knob in VARIANT_KNOBS ? VARIANT_NAMES.filter((name) => knob in VARIANTS[name].knobs) : VARIANT_NAMES;
}
