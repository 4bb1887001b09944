/**
 * The two kinds of model that our own engines train: layers of sigmoids, and one-layer dictionaries.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Variant } from "../sae/sparsity/variant.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
import type { StepDefinition } from "./engine.ts";

/** Whether a model is a dictionary that kernels can compute: what its variant states says all of it, and it has no hidden layers. */
export function isDictionary({ arch, objective }: Pick<StepDefinition, "arch" | "objective">): boolean {
  return arch.layers.length === 2 && hasListedLatents(objective);
}

/** The penalties of a dictionary whose gradients kernels know, by how its latents come from preActs. */
const KNOWN_PENALTIES: Partial<Record<Variant["activates"], Variant["penalizes"][]>> = {
  positive: [null, "length"],
  jump: [null, "length", "count"],
  gate: [null, "length", "gates"],
};

/** Whether most latents of a row are 0, so that kernels work on lists of the others, and the formulas are known to them. */
function hasListedLatents({ sparsity }: Pick<StepDefinition["objective"], "sparsity">): boolean {
  const { activates, selects, penalizes, revives } = VARIANTS[sparsity];
  const isPlain = activates === "positive" || selects === "all" && !revives; // nothing of AuxK beside thresholds and gates
  return isPlain && (KNOWN_PENALTIES[activates]?.includes(penalizes) ?? false);
}

/** Why a model is of neither kind, in words; null where it is of one. */
export function whyNeitherKind({ arch, objective }: StepDefinition): string | null {
  const { sparsity } = objective, { activates, penalizes } = VARIANTS[sparsity];
  const isKnown = activates === "sigmoid" ? penalizes === "means" : hasListedLatents(objective);
  if (!isKnown) return `it trains variants whose latents and penalty have formulas it knows, and this is ${sparsity}`;
  if (activates !== "sigmoid") {
    return arch.layers.length === 2 ? null : `it trains ${sparsity} without hidden layers, and this has some`;
  }
  return arch.hasUnitDecoder ? "it trains kl with a free decoder, and this one is kept at unit norm" : null;
}
