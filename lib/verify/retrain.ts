/**
 * A run trained again with its settings and data, and compared with what its report states of the training.
 *
 * @module
 */
import type { Dataset } from "../data/dataset.ts";
import type { KnobName } from "../config.ts";
import type { Wanted } from "../engine/open.ts";
import { UserError } from "../errors.ts";
import { exists, readWhole } from "../files.ts";
import { hashOfFile } from "../report/file_hash.ts";
import { hashedFile, MODEL_FILE, type Report, reportFiles } from "../report/report_files.ts";
import type { Metrics, ProgramEnvironment, Run } from "../report/schema.ts";
import type { RunListener } from "../run/events.ts";
import { runSession } from "../run/session.ts";
import { type OpenedModel, trainedModel } from "../run/trained_model.ts";
import { sha256Of } from "../checksum.ts";
import { compareValues } from "./compare.ts";
import { type Lines, valueText } from "./lines.ts";
import { compareHeaders, otherEntries } from "./model_header.ts";
import { PLAIN_RULES } from "./rules.ts";
import { whyNotExact } from "./tolerance.ts";
import type { TrainingChecked } from "./untrained.ts";

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
 * @returns What was compared, whether or not it holds.
 * @throws The signal's reason, when aborted.
 */
export async function checkTraining(
  model: OpenedModel,
  options: RetrainOptions,
  lines: Lines,
): Promise<TrainingChecked> {
  const { run, dataset, metrics, cacheDir, environment, onEvent, signal } = options;
  const say = (detail: string): TrainingChecked => {
    lines.notChecked("training", "trained again", { detail });
    return "nothing";
  };
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
  const why = whyNotExact(run, { engine: report.run.engine, environment });
  const isExact = await checkModelFile(model, { measured: report.model, why }, lines);
  const isSame = isExact || why === null, tolerance = isSame ? 0 : LOSS_DIFFERENCE;
  sayCompared("training losses", {
    ...{ stored: lossesOf(metrics), measured: lossesOf(report.metrics) },
    ...{ file: "metrics.json", tolerance, rows: metrics.steps.length },
  }, lines);
  if (!isSame) return "losses";
  const counts = { stored: countsOf(run), measured: countsOf(report.run) };
  if (run.sparsity.silentLatents === null) counts.measured.sparsity.silentLatents = null; // older than the field
  sayCompared("counts of the training", { ...counts, file: "run.json", tolerance, rows: null }, lines);
  const [stored, measured] = [metrics, report.metrics].map(({ silentLatents }) => ({ silentLatents }));
  if (metrics.silentLatents) {
    const rows = metrics.silentLatents.length;
    sayCompared("inactive latents during training", { stored, measured, file: "metrics.json", tolerance, rows }, lines);
  }
  if (isExact) await checkOtherFiles(report, options, lines);
  return "everything";
}

/**
 * Compares the model's file, and says what was found.
 *
 * @param options.why Why other bytes are no fault; null if they are one.
 * @returns Whether the weights are the same bits, so that everything else of the training must be the same too.
 */
async function checkModelFile(
  model: OpenedModel,
  { measured, why }: { measured: Uint8Array; why: string | null },
  lines: Lines,
): Promise<boolean> {
  const stored = await readWhole(`${model.folder}/${MODEL_FILE}`), what = MODEL_FILE;
  if (await sha256Of(stored) === await sha256Of(measured)) {
    lines.holds("training", what, { detail: "trained again to the same bytes" });
    return true;
  }
  const place = firstWeight(model, measured);
  const other = place ?? compareHeaders({ stored, measured }, ["layers", "scaling", "trainedBias"]).first;
  if (other === null) {
    const detail = "trained again to the same weights; the file's header is written otherwise now: " +
      otherEntries(stored, measured);
    lines.holds("training", what, { detail });
  } else if (why !== null) {
    lines.notChecked("training", what, { detail: `other bytes, which says nothing: ${why}` });
  } else {
    const detail = place
      ? "trained again to other weights"
      : "trained again to the same weights, of which the file's header states something else";
    lines.fails("training", what, { detail, place: other });
  }
  return place === null && (other === null || why === null);
}

/** Compares figures that a training decides, and says what was found. */
function sayCompared(
  what: string,
  { stored, measured, file, tolerance, rows }: {
    stored: object;
    measured: object;
    file: string;
    tolerance: number;
    rows: number | null;
  },
  lines: Lines,
): void {
  const found = compareValues(stored, measured, { file, tolerance, rules: PLAIN_RULES });
  const { numbers, unequal, largest, first } = found;
  if (first) return lines.fails("training", what, { detail: "another value was trained to", numbers, place: first });
  const how = unequal === 0 ? "the same bits" : `largest relative difference ${largest.toPrecision(2)}`;
  const many = rows === null ? `${numbers} numbers` : `${numbers} numbers of ${rows} rows`;
  lines.holds("training", what, { detail: `${many}, ${how}`, numbers });
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

/** The losses and test figures of `metrics.json`, which another engine repeats within a tolerance. */
function lossesOf({ start, epochs, stepStride, steps }: Omit<Metrics, "schemaVersion">): object {
  return { start, epochs, stepStride, steps };
}

/** What of `run.json` training alone decides, which may be other counts on another engine. */
function countsOf(
  { sparsity: { weight, silentLatents, resampled }, timing: { steps } }: Pick<Run, "sparsity" | "timing">,
) {
  return { sparsity: { weight, silentLatents, resampled }, timing: { steps } };
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
