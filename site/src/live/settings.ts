/**
 * What a person can set on the live page, and how it becomes a configuration of the program.
 *
 * Settings are the program's knobs by their names, those that differ from the page's defaults. Does not know the page,
 * the Worker or an engine.
 *
 * @module
 */
import { type Config, type KnobName, resolveConfig, type SettledConfig } from "../../../lib/config.ts";
import { totalStepsOf } from "../../../lib/training/course.ts";
import { LEAST_SNAPSHOTS } from "../../../lib/training/snapshot_steps.ts";
import { withPeakRate } from "../../../lib/training/schedule.ts";

/** Which images are trained on: generated digits, MNIST (if the site was built beside it), or the reader's own files. */
const DATA_NAMES = ["digits", "mnist", "own"] as const;

/** One of {@linkcode DATA_NAMES}, or test rows of a run of this site. */
export type DataName = (typeof DATA_NAMES)[number] | `run:${string}`;

/** Whether a text names data. */
export function isDataName(text: string): text is DataName {
  return runOfData(text) !== null || DATA_NAMES.some((name) => name === text);
}

/** The run whose test rows are meant; null if others are. */
export function runOfData(data: string): string | null {
  return /^run:(.+)$/s.exec(data)?.[1] ?? null;
}

/** Everything that a training starts from, apart from the images themselves. */
export interface LiveSettings {
  data: DataName;
  /** Knobs that differ from the page's defaults, by the program's names. */
  knobs: Partial<Config>;
  /** The run of this site whose weights it starts from, whose model the knobs make; null for newly drawn weights. */
  run: string | null;
}

/** The knobs that act on a training under way; every other one starts it anew. */
export const LIVE_KNOBS = ["rho", "beta", "lambda", "k", "lr"] as const;

/** See {@linkcode LIVE_KNOBS}. */
export type LiveKnob = (typeof LIVE_KNOBS)[number];

/** A knob that was changed during training; with the first settings and the random seed it reproduces the run. */
export interface Change {
  /** Steps taken before it. */
  step: number;
  knob: LiveKnob;
  value: number;
}

/** Changes with one more; of changes of one knob at one step the last counts, as a slider makes many. */
export function withChange(changes: readonly Change[], change: Change): Change[] {
  return [...changes.filter(({ step, knob }) => step !== change.step || knob !== change.knob), change];
}

/** Knobs that the page does not have: of the device, of data it does not train on, and of a run's end. */
const FIXED: readonly KnobName[] = [
  "dataset",
  "limit",
  "dataSeed",
  "backend",
  "engine",
  "threads",
  "decay",
  "snapshots",
];

/**
 * What the page changes from the program's defaults: it has no last step, so that the learning rate never decays; and it keeps
 * lifelines, which a report that is taken away has too.
 */
const PAGE_DEFAULTS: Partial<Config> = { dataset: "digits", decay: "constant", epochs: 100, snapshots: 40 };

/** Whether a knob can be set on the page. */
export function isOnPage(name: string): name is KnobName {
  return !FIXED.includes(name as KnobName);
}

/** Bytes of the directions in the snapshots of a report that is made in a page, at most. */
const MOST_SNAPSHOT_BYTES = 2 ** 28;

/** A configuration with as many snapshots as a page has room for when it makes a report; none if not even two. */
export function withSnapshotRoom(config: SettledConfig, dInput: number): SettledConfig {
  const each = Float32Array.BYTES_PER_ELEMENT * config.latent * dInput;
  const most = Math.min(config.snapshots, Math.floor(MOST_SNAPSHOT_BYTES / each));
  return { ...config, snapshots: most < LEAST_SNAPSHOTS ? 0 : most };
}

/**
 * The configuration of a training.
 *
 * @param settings Its knobs.
 * @param options.count Training images.
 * @throws {KnobError} A knob is out of range, or does not fit another.
 */
export function liveConfig(
  { knobs }: Pick<LiveSettings, "knobs">,
  { count }: { count: number },
): SettledConfig {
  const wanted = resolveConfig({ ...PAGE_DEFAULTS, ...knobs });
  // A warm-up within a quarter of the first epoch is the same for a run of any number of epochs: the program can repeat it.
  const longest = Math.floor(Math.ceil(count / wanted.batch) / 4);
  const config = {
    ...wanted,
    warmupSteps: Math.min(wanted.warmupSteps, longest),
    sparsityWarmupSteps: Math.min(wanted.sparsityWarmupSteps, longest),
  };
  return withPeakRate(config, { totalSteps: totalStepsOf(config, count) });
}
