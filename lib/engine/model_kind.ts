/**
 * The two kinds of model that our own engines train, layers of sigmoids and one-layer dictionaries, and the numbers
 * that follow from a dictionary's variant.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { auxWidth } from "../sae/sparsity/topk.ts";
import type { Variant } from "../sae/sparsity/variant.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
import type { StepDefinition } from "./engine.ts";

/**
 * Whether a model is a dictionary that kernels can compute: without hidden layers, and of a variant whose statements
 * they know.
 */
export function isDictionary({ arch, objective }: Pick<StepDefinition, "arch" | "objective">): boolean {
  return arch.layers.length === 2 && hasListedLatents(objective);
}

/**
 * The ways in which a dictionary's latents come from preActs that kernels know, and the parameters that a latent has of
 * its own then, in the order in which an engine keeps them if it keeps them side by side.
 */
export const OWN_PARAMETERS = { positive: [], jump: ["theta"], gate: ["rMag", "bMag"] };

/** A key of {@linkcode OWN_PARAMETERS}. */
export type KnownActivation = keyof typeof OWN_PARAMETERS;

/** The penalties whose gradients kernels know beside each. */
const KNOWN_PENALTIES: Record<KnownActivation, Variant["penalizes"][]> = {
  positive: [null, "length"],
  jump: [null, "length", "count"],
  gate: [null, "length", "gates"],
};

/** The buffer that kernels know beside when latents were last active: what decides after training. */
const THRESHOLD = "threshold";

/** Whether kernels know all that the variant states, and so can work on lists of the latents that are not 0. */
function hasListedLatents({ sparsity, knobs }: StepDefinition["objective"]): boolean {
  const { activates, selects, penalizes, revives, parameters, buffers, budgets, prefixWidths } = VARIANTS[sparsity];
  if (!isKnown(activates) || !KNOWN_PENALTIES[activates].includes(penalizes)) return false;
  const own = Object.keys(parameters(knobs)).sort(), kept = Object.keys(buffers);
  if (activates !== "positive" && (selects !== "all" || revives)) return false; // no AuxK beside thresholds and gates
  if (budgets && (prefixWidths || activates !== "positive")) return false; // latents have one order, and one value
  if (selects === "batch" && !kept.includes(THRESHOLD)) return false; // an image's latents must not depend on its batch after training
  return own.toString() === OWN_PARAMETERS[activates].toSorted().toString() && kept.every((name) => name === THRESHOLD);
}

function isKnown(activates: Variant["activates"]): activates is KnownActivation {
  return activates in OWN_PARAMETERS;
}

/** Latents that must also reconstruct alone: the first of some order. */
export interface Prefixes {
  /** How many latents each has, ascending; without that of all latents. */
  widths: number[];
  /** Whether the order is that of a row's activations, the largest first, else that of the latents' numbers. */
  areBySize: boolean;
  /** What each reconstruction counts in the loss, that of all latents too. */
  weight: number;
}

/** The prefixes of a dictionary. */
export function prefixesOf({ arch, objective }: Pick<StepDefinition, "arch" | "objective">): Prefixes {
  const { budgets, prefixWidths } = VARIANTS[objective.sparsity];
  if (!budgets) {
    return { widths: prefixWidths?.(objective.knobs, arch.nLatents) ?? [], areBySize: false, weight: 1 };
  }
  const widths = budgets(objective.knobs, arch.nLatents);
  return { widths, areBySize: true, weight: 1 / (widths.length + 1) };
}

/** Most dead latents that AuxK takes for an input; 0 if AuxK is off. */
export function auxWidthOf({ arch, objective }: Pick<StepDefinition, "arch" | "objective">): number {
  const { sparsity, knobs } = objective;
  return VARIANTS[sparsity].revives && knobs.auxAlpha > 0 ? auxWidth(knobs, arch.nLatents) : 0;
}

/** Why a model is of neither kind, in words; null if it is of one. */
export function whyNeitherKind({ arch, objective }: StepDefinition): string | null {
  const { sparsity } = objective, { activates, penalizes } = VARIANTS[sparsity];
  const areFormulasKnown = activates === "sigmoid" ? penalizes === "means" : hasListedLatents(objective);
  if (!areFormulasKnown) {
    return `the method ${sparsity} has formulas for which it has no kernels`;
  }
  if (activates !== "sigmoid") {
    return arch.layers.length === 2
      ? null
      : `it trains ${sparsity} only without hidden layers, and this model has some`;
  }
  return arch.hasUnitDecoder
    ? "it trains kl only if the decoder's columns may have any length, and this model keeps them at unit norm"
    : null;
}
