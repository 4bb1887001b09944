/**
 * Which settings of a run had an effect on it.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config, KnobName } from "../config.ts";
import { CONFIG_KNOBS, KNOB_NAMES } from "../config_knobs.ts";
import { hasEffect } from "../config_rules.ts";
import { baselineOf } from "../sae/baselines.ts";
import type { Provenance } from "../data/dataset.ts";

/** The settings that say what a model computes, whoever trained it. */
const OF_EVERY_MODEL = new Set<KnobName>(["hidden", "latent", "output", "preBias", "sparsity", "k"]);

/**
 * The settings that a run reads, in their order: not those of other sparsity methods, nor of data that it has not.
 *
 * @param options.isTrained Whether it was trained here; else how a model is trained has no effect, but that it was fitted.
 */
export function usedSettings(
  config: Config,
  { source, isTrained }: Pick<Provenance, "source"> & { isTrained: boolean },
): KnobName[] {
  const isGenerated = source === "generated";
  const fitted: KnobName[] = baselineOf(config)?.fitsComponents ? ["baseline"] : [];
  const isRead = (knob: KnobName) =>
    isTrained || OF_EVERY_MODEL.has(knob) || fitted.includes(knob) || CONFIG_KNOBS[knob].group === "Data";
  const isIdle = (knob: KnobName) =>
    knob === "dataSeed" ? !isGenerated : knob === "leaveOut" && config.leaveOut.length === 0 ||
      knob === "snapshots" && config.snapshots === 0;
  return KNOB_NAMES.filter((knob) => hasEffect(knob, config) && isRead(knob) && !isIdle(knob));
}
