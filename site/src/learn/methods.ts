/**
 * What each method does to the number of active latents, in one sentence, from what the method states of itself.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Variant } from "../../../lib/sae/sparsity/variant.ts";

type Stated = Pick<Variant, "selects" | "penalizes">;

const SELECTED = {
  row: "Sets the number of active latents of each input to at most k.",
  batch: "Sets the number of active latents of a batch, k per input on average.",
};

const PENALIZED = {
  means: "Pulls the mean activation of each latent towards ρ; the number of active latents is left open.",
  length: "Penalises the sum of the activations; many become exactly 0, and all become smaller.",
  gates: "Penalises the gates that decide which latents are active; the sizes of the activations are not penalised.",
  count: "Penalises the number of active latents.",
  other: "Penalises the latents by a formula of its own.",
};

/** One sentence on what a method does to sparsity. */
export function effectOn({ selects, penalizes }: Stated): string {
  if (selects !== "all") return SELECTED[selects];
  return penalizes ? PENALIZED[penalizes] : "Neither sets nor penalises the number of active latents.";
}

/** What is minimised and how latents are made: a method's equation has both, one after the other. */
export function partsOf(equation: string): string[] {
  return equation.split(String.raw`, \qquad`).map((part) => part.trim());
}
