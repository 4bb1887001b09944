/**
 * The sparsity variant of a run in words, and which of the variants' knobs it reads.
 *
 * @module
 */
import { VARIANTS, variantsWith } from "../../lib/sae/sparsity/variants.ts";
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

/** The knobs a run reads, with their values: not those of other variants. */
export function readKnobs(config: Config): [keyof Config, Config[keyof Config]][] {
  const settings = Object.entries(config) as [keyof Config, Config[keyof Config]][];
  return settings.filter(([knob]) => variantsWith(knob).includes(config.sparsity));
}
