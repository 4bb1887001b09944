/**
 * A run trained again with its settings and data, and compared with what its report states of the training.
 *
 * @module
 */
import type { Dataset } from "../data/dataset.ts";
import type { KnobName } from "../config.ts";
import type { Wanted } from "../engine/open.ts";
import { UserError } from "../errors.ts";
import { exists } from "../files.ts";
import { hashOfFile } from "../report/file_hash.ts";
import { hashedFile, MODEL_FILE, type Report, reportFiles } from "../report/report_files.ts";
import type { Metrics, ProgramEnvironment, Run } from "../report/schema.ts";
import type { RunListener } from "../run/events.ts";
import { runSession } from "../run/session.ts";
import { type OpenedModel, trainedModel } from "../run/trained_model.ts";
import { sha256Of } from "../checksum.ts";
import { compareValues } from "./compare.ts";
import { type Lines, valueText } from "./lines.ts";
import { PLAIN_RULES } from "./rules.ts";
import { whyNotExact } from "./tolerance.ts";

/**
 * How far the mean losses of two engines may be apart, relative: rounding errors grow from step to step, so that two trainings
 * end at different weights that are equally good.
 */
const LOSS_DIFFERENCE = 0.02;

/** What is trained again, and where what it began with may be. */
export interface RetrainOptions {
  run: Run;
  dataset: Dataset;
  metrics: Metrics;
  /** Files of the report that only a training writes. */
  unmeasured: readonly string[];
  reportsDir: string;
  wanted?: Partial<Required<Wanted>>;
  environment: ProgramEnvironment;
  cacheDir: string;
  onEvent?: RunListener;
  signal: AbortSignal;
}

/**
 * Trains again, on the CPU engine unless another one is wanted.
 *
 * @throws The signal's reason, when aborted.
 */
export async function checkTraining(model: OpenedModel, options: RetrainOptions, lines: Lines): Promise<void> {
  const { run, dataset, metrics, cacheDir, environment, onEvent, signal } = options;
  const say = (detail: string) => lines.notChecked("training", "trained again", { detail });
  if (run.imported) return say(`the model was trained by ${run.imported.tool}, not here`);
  if ("browser" in run.environment && run.command.length === 0) {
    return say("it was trained in a page, and no command trains the same model");
  }
  const initFrom = run.initFrom && await folderOf(run.initFrom, options);
  if (run.initFrom && initFrom === null) {
    return say(`it started from run ${run.initFrom.id}, which is not in ${options.reportsDir} with the same weights`);
  }
  let outcome;
  try {
    const device = { backend: "wasm", engine: "fused", ...definedOf(options.wanted) };
    const turned = { ...settingsOf(run), ...device };
    outcome = await runSession(
      { turned, from: run.config, dataset, reportsDir: null, cacheDir, initFrom: initFrom ?? undefined },
      { onEvent, signal },
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return say(`it cannot be trained here (${error.message})`);
  }
  if (outcome.kind === "stopped") throw signal.reason;
  const { report } = outcome;
  const why = whyTrainedOtherwise(run, { engine: report.run.engine, environment });
  const now = await sha256Of(report.model), stored = (await hashOfFile(`${model.folder}/${MODEL_FILE}`)).sha256;
  const other = now === stored ? null : firstWeight(model, report.model), isExact = other === null;
  if (now === stored) {
    lines.holds("training", MODEL_FILE, { detail: "trained again to the same bytes" });
  } else if (isExact) {
    const detail = "trained again to the same weights; the settings in the file's header are written otherwise now";
    lines.holds("training", MODEL_FILE, { detail });
  } else if (why === null) {
    lines.fails("training", MODEL_FILE, {
      detail: "trained again to other weights",
      place: other,
    });
  } else {
    lines.notChecked("training", MODEL_FILE, { detail: `other bytes, which says nothing: ${why}` });
  }
  const found = compareValues(
    coursesOf(metrics),
    coursesOf({ ...report.metrics, schemaVersion: metrics.schemaVersion }),
    {
      ...{ file: "metrics.json", tolerance: isExact || why === null ? 0 : LOSS_DIFFERENCE, rules: PLAIN_RULES },
    },
  );
  const { numbers, unequal, largest, first } = found, what = "training losses";
  if (isExact) await checkOtherFiles(report, options, lines);
  if (first) return lines.fails("training", what, { detail: "another value was trained to", numbers, place: first });
  const how = unequal === 0 ? "the same bits" : `largest relative difference ${largest.toPrecision(2)}`;
  lines.holds("training", what, { detail: `${numbers} numbers of ${metrics.steps.length} rows, ${how}`, numbers });
}

/** Compares the files that only a training writes with those that this one wrote, byte for byte. */
async function checkOtherFiles(report: Report, { run, unmeasured }: RetrainOptions, lines: Lines): Promise<void> {
  for await (const file of reportFiles(report)) {
    if (!unmeasured.includes(file.path)) continue;
    const { sha256: measured } = await hashedFile(file),
      stored = run.files.find(({ name }) => name === file.path)!.sha256;
    if (measured === stored) lines.holds("training", file.path, { detail: "trained again to the same bytes" });
    else {
      const place = { path: file.path, stored, measured };
      lines.fails("training", file.path, { detail: "trained again to another file", place });
    }
  }
}

/** Why other weights are no fault; null if they would be one. A centred input changes what is stored, not what is trained. */
function whyTrainedOtherwise(run: Run, now: Parameters<typeof whyNotExact>[1]): string | null {
  return whyNotExact({ ...run, model: { ...run.model, hasCenteredInput: false } }, now);
}

/** What of `metrics.json` training decides. Counts may differ with the engine; losses are what is compared. */
function coursesOf({ steps, epochs, silentLatents: _, ...others }: Metrics): object {
  return { ...others, steps, epochs };
}

/** The settings that the run read, by name. */
function settingsOf({ config, usedSettings }: Run): Partial<Record<KnobName, unknown>> {
  return Object.fromEntries(usedSettings.map((name) => [name, config[name]]));
}

function definedOf(wanted: Partial<Required<Wanted>> = {}): Partial<Record<KnobName, unknown>> {
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}

/** The folder of the run that another started from, if it is at hand with the same weights. */
async function folderOf(
  { id, modelSha256 }: NonNullable<Run["initFrom"]>,
  { reportsDir }: RetrainOptions,
): Promise<string | null> {
  const folder = `${reportsDir}/${id}`, path = `${folder}/${MODEL_FILE}`;
  return await exists(path) && (await hashOfFile(path)).sha256 === modelSha256 ? folder : null;
}

/** The first weight that is another one; null if all are the same, as in a file of an older program with another header. */
function firstWeight(model: OpenedModel, bytes: Uint8Array) {
  const again = trainedModel(model.run, bytes), now = { ...again.params, ...again.buffers };
  for (const [name, values] of Object.entries({ ...model.params, ...model.buffers })) {
    const i = values.findIndex((value, i) => !Object.is(value, now[name][i]));
    if (i >= 0) {
      return { path: `${MODEL_FILE}: ${name}[${i}]`, stored: valueText(values[i]), measured: valueText(now[name][i]) };
    }
  }
  return null;
}
