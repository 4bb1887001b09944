/**
 * Which settings of a run had an effect on it.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config, KnobName } from "../config.ts";
import { KNOB_NAMES } from "../config_knobs.ts";
import { hasEffect } from "../config_rules.ts";
import type { Provenance } from "../data/dataset.ts";

/** The settings that a run reads, in their order: not those of other sparsity methods, nor of data that it has not. */
export function usedSettings(config: Config, { source }: Pick<Provenance, "source">): KnobName[] {
  const isGenerated = source === "generated";
  return KNOB_NAMES.filter((knob) => hasEffect(knob, config) && (knob !== "dataSeed" || isGenerated));
}
