/**
 * The models of the page as they begin: where a training starts, and what a second model has otherwise.
 *
 * @module
 */
import { idleKnobs, type KnobName } from "../../../lib/config.ts";
import { defaultsFor } from "../../../lib/config_defaults.ts";
import type { Side } from "./live.ts";
import { noLosses } from "./losses.ts";
import type { Opening } from "./messages.ts";
import type { LiveSettings } from "./settings.ts";

/** A new training: where it begins and what is repeated first. */
export type Start = Pick<Opening, "settings" | "changes" | "until">;

/** A side before its Worker has answered. */
export function newSide({ settings, changes }: Pick<Start, "settings" | "changes">): Side {
  return {
    ...{ settings, opened: null, step: 0, isTraining: false, stepsPerSecond: 0, losses: noLosses() },
    changes: [...changes],
    ...{ frame: null, focus: null, stats: null, atlas: null, snapshots: [], message: null },
  };
}

/** Knobs that make another model, which a run's weights do not fit. */
const OF_THE_MODEL = ["sparsity", "latent", "hidden"] as const satisfies KnobName[];

/**
 * Settings that start from a run only if they make the same model as it has.
 *
 * @param options.fitting Knobs that make the run's model.
 */
export function withFittingRun(
  settings: LiveSettings,
  { fitting }: { fitting: LiveSettings["knobs"] },
): LiveSettings {
  const [wanted, own] = [settings.knobs, fitting].map((knobs) => ({ ...defaultsFor(knobs), ...knobs }));
  return OF_THE_MODEL.every((name) => String(wanted[name]) === String(own[name]))
    ? settings
    : { ...settings, run: null };
}

/** The settings of a second model, without the knobs that have no effect there. */
export function differing(settings: LiveSettings, difference: LiveSettings["knobs"]): LiveSettings {
  const knobs = { ...settings.knobs, ...difference };
  for (const name of idleKnobs(knobs)) if (!(name in difference)) delete knobs[name];
  return withFittingRun({ ...settings, knobs }, { fitting: settings.knobs });
}

/** The knobs of a side as they are now, changes made during training among them. */
export function knobsNow({ settings, changes }: Pick<Side, "settings" | "changes">): LiveSettings["knobs"] {
  return { ...settings.knobs, ...Object.fromEntries(changes.map(({ knob, value }) => [knob, value])) };
}
