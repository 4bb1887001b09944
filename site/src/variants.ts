/**
 * The sparsity method of a run in words, and where its latents count as active.
 *
 * @module
 */
import { VARIANTS } from "../../lib/sae/sparsity/variants.ts";
import type { Run } from "../../lib/report/run_schema.ts";

type Config = Run["config"];

/** A variant's name in words. */
export function titleOf({ sparsity }: Pick<Config, "sparsity">): string {
  return VARIANTS[sparsity].title;
}

/** The symbol of the penalty's weight; null for a variant without a penalty. */
export function weightSymbol({ sparsity }: Pick<Config, "sparsity">): "β" | "λ" | null {
  const { weight } = VARIANTS[sparsity];
  return weight && ({ beta: "β", lambda: "λ" } as const)[weight];
}

/** A latent of the run is active above this. */
export function activeAbove({ sparsity }: Pick<Config, "sparsity">): number {
  return VARIANTS[sparsity].activeAbove;
}
