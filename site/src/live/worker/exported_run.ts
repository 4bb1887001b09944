/**
 * What the report of a run that was trained in the page says of it: id, title, note, settings, and the command that trains
 * the same model.
 *
 * Words and settings alone; `export.ts` measures and makes files. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { SettledConfig } from "../../../../lib/config.ts";
import { flagOf, flagsFor, turnedKnobs } from "../../../../lib/config_flags.ts";
import type { Dataset } from "../../../../lib/data/dataset.ts";
import { rowLength } from "../../../../lib/data/row_shape.ts";
import type { EngineInfo } from "../../../../lib/engine/engine.ts";
import { UserError } from "../../../../lib/errors.ts";
import { defaultRunId, titleOf } from "../../../../lib/run/title.ts";
import { stepsPerEpoch } from "../../../../lib/training/course.ts";
import { learningRate } from "../../../../lib/training/schedule.ts";
import { type Change, type DataName, liveConfig, type LiveSettings, withSnapshotRoom } from "../settings.ts";

/** What a training in the page was started with, and what was changed since. */
export interface Training {
  settings: LiveSettings;
  /** In the order in which they took effect. */
  changes: readonly Change[];
  dataset: Dataset;
  /** Steps taken. */
  step: number;
  /** When it was started. */
  startedAt: Date;
}

/** What the program calls the page's data: those of the reader, and rows of a run, are in no data set of the program. */
function datasetOf(data: DataName): SettledConfig["dataset"] {
  return data === "digits" || data === "mnist" ? data : "auto";
}

/** Marks of a run that was trained in a page, at the end of its id and its title. */
const ID_MARK = "-page", TITLE_MARK = " · trained in a page";

/**
 * The step at which a training can be reported: the end of its epoch under way.
 *
 * @throws {UserError} Its first epoch is not over.
 */
export function reportedStep({ settings, dataset, step }: Omit<Training, "changes" | "startedAt">): number {
  const { train: { count } } = dataset;
  const perEpoch = stepsPerEpoch(count, liveConfig(settings, { count }).batch);
  if (step < perEpoch) {
    const now = `${step} of the ${perEpoch} steps of the first epoch are taken`;
    throw new UserError(`Cannot export the report: ${now}, expected at least one epoch`);
  }
  return Math.ceil(step / perEpoch) * perEpoch;
}

/** The settings as they are at the end, for as many epochs as were begun. */
export function exportedConfig({ settings, changes, dataset, step }: Training): SettledConfig {
  const { count } = dataset.train;
  const config = withSnapshotRoom(liveConfig(settings, { count }), rowLength(dataset));
  return {
    ...config,
    ...Object.fromEntries(changes.map(({ knob, value }) => [knob, value])),
    dataset: datasetOf(settings.data),
    limit: settings.data === "digits" ? count : null,
    epochs: Math.max(1, Math.ceil(step / stepsPerEpoch(count, config.batch))),
  };
}

/** The learning rate that each step had, from the number of steps before it. */
export function exportedRate({ settings, changes, dataset }: Training): (step: number) => number {
  const { count } = dataset.train;
  const config = liveConfig(settings, { count });
  const totalSteps = stepsPerEpoch(count, config.batch) * config.epochs;
  const rates = changes.filter(({ knob }) => knob === "lr");
  return (step) => {
    const lr = rates.findLast((change) => change.step <= step)?.value ?? config.lr;
    return learningRate(step, { config: { ...config, lr }, totalSteps });
  };
}

/** Id, title and note. */
export function exportedName(training: Training): { id: string; title: string; note: string } {
  const { dataset, startedAt } = training, config = exportedConfig(training);
  return {
    id: defaultRunId(startedAt.toISOString(), { config, dataName: dataset.name }) + ID_MARK,
    title: titleOf(config, dataset.name) + TITLE_MARK,
    note: noteOf(training, config),
  };
}

function noteOf({ settings, changes, dataset, step }: Training, { epochs }: SettledConfig): string {
  const config = liveConfig(settings, { count: dataset.train.count });
  const changed = [...new Set(changes.map(({ knob }) => knob))].map((knob) => {
    const later = changes.filter((change) => change.knob === knob).map(({ step, value }) =>
      `${value} after step ${step}`
    );
    return `${flagOf(knob)} was ${[config[knob], ...later].join(", then ")}`;
  });
  return [
    `Trained in a page of the site for ${counted(epochs, "epoch")}, ${counted(step, "step")}.`,
    ...(settings.run === null ? [] : [`The training began with the weights of the run ${settings.run}.`]),
    ...(changed.length === 0 ? [] : [
      `Settings were changed during the training: ${changed.join("; ")}.`,
      "The settings of this report are the last ones.",
    ]),
  ].join(" ");
}

/**
 * The arguments of `deno task` that train the same model; none if there are no such arguments, because the settings were
 * changed in between, the training began with the weights of a run, the program does not have these images, or latents were
 * resampled, which a run does up to its half.
 */
export function exportedCommand(training: Training, { backend }: Pick<EngineInfo, "backend">): string[] {
  const { settings, changes } = training, config = exportedConfig(training);
  if (changes.length > 0 || settings.run !== null || settings.data !== "digits" || config.resampleSteps !== null) {
    return [];
  }
  return ["train", ...flagsFor(turnedKnobs({ ...config, backend: backend === "wasm" ? backend : "auto" }))];
}

function counted(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? "" : "s"}`;
}
