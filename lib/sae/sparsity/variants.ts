/**
 * Every sparsity variant by name. A new one is a file in this folder and its lines here.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { z } from "zod";
import { batchtopk } from "./batchtopk.ts";
import { gated } from "./gated.ts";
import { jumprelu, jumpreluKnobs } from "./jumprelu.ts";
import { kl, klKnobs } from "./kl.ts";
import { l1, l1Knobs } from "./l1.ts";
import { matryoshka, matryoshkaKnobs } from "./matryoshka.ts";
import { topk, topkKnobs } from "./topk.ts";
import type { Variant } from "./variant.ts";

/** The knobs of all variants; a run has them all and reads its own. */
export const VARIANT_KNOBS = { ...klKnobs, ...l1Knobs, ...topkKnobs, ...jumpreluKnobs, ...matryoshkaKnobs };

/** Values of all variants' knobs. */
export type VariantKnobs = { [Name in keyof typeof VARIANT_KNOBS]: z.infer<(typeof VARIANT_KNOBS)[Name]> };

/** What `--sparsity` takes. */
export const VARIANT_NAMES = ["kl", "l1", "topk", "batchtopk", "jumprelu", "gated", "matryoshka"] as const;
export type VariantName = (typeof VARIANT_NAMES)[number];

/** The variants, in the order in which a page explains them. */
export const VARIANTS: Record<VariantName, Variant<VariantKnobs>> = {
  kl,
  l1,
  topk,
  batchtopk,
  jumprelu,
  gated,
  matryoshka,
};
