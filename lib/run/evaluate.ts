/**
 * A trained model on data that it was not trained on: every metric of a report's test set, and how unusual each row is.
 *
 * Rows that do not fit into the buffer are read from disk for each measurement; of each row a few numbers are kept. Parses
 * no command line, and writes no file.
 *
 * @module
 */
import { furthestRows, percentileIn, separation } from "../analysis/anomalies.ts";
import { DEFINITIONS } from "../analysis/definitions.ts";
import { mostLatents } from "../analysis/by_k.ts";
import { directionsOf } from "../analysis/directions.ts";
import { errorQuantiles } from "../analysis/error_quantiles.ts";
import { evaluate } from "../analysis/evaluate.ts";
import { measureSplit } from "../analysis/measure.ts";
import { heldPixels } from "../analysis/pixel_source.ts";
import { named, type OnNamedProgress } from "../analysis/progress.ts";
import { splitLoss } from "../analysis/split_loss.ts";
import { splitMetrics } from "../analysis/split_metrics.ts";
import type { RowsOnDisk } from "../data/files/gather_rows.ts";
import type { OpenedRows } from "../data/readers/opened_rows.ts";
import type { Labels, RowMeta } from "../data/row_labels.ts";
import type { Wanted } from "../engine/open.ts";
import { quoted, UserError } from "../errors.ts";
import { gatherPixels, pixelValues } from "../pixels.ts";
import { checkedContent } from "../report/checked_content.ts";
import { NewDataEvaluation } from "../report/evaluation_schema.ts";
import { SCHEMA_VERSION } from "../report/schema.ts";
import { type ModelEngine, openModelEngine } from "./model_engine.ts";
import type { Part } from "./chosen_part.ts";
import { openInputs } from "./read_inputs.ts";
import type { TrainedModel } from "./trained_model.ts";

/** Percentiles of the errors of the run's rows above which rows are counted. */
const COUNTED_ABOVE = [95, 99];

/** What is measured, and how. */
export interface EvaluateOptions {
  /** What the data are called. */
  name: string;
  rows: OpenedRows;
  /** All rows of the files that they are in, from which they can be read again; null for rows that stay in memory. */
  whole: RowsOnDisk | null;
  /** Rows that take more memory are read from disk for each measurement, MB. */
  bufferMb: number;
  /** Which rows of the data they are. */
  part: Part;
  /** Only the first rows, if there are more; null for all. */
  limit: number | null;
  /** The classes whose rows are normal, by name; none if that is not asked. A name with commas may come in its parts. */
  normal: readonly string[];
  /** How many of the rows with the largest error are listed. */
  furthest: number;
  device: Required<Wanted>;
  cacheDir: string;
  signal: AbortSignal;
  /** What a person should know of how the rows are read. */
  onNotice?: (text: string) => void;
  /** The engine is open. */
  onEngine?: (engine: ModelEngine) => void;
  onProgress?: OnNamedProgress;
}

/** What was measured. */
export interface Evaluated {
  evaluation: NewDataEvaluation;
  rowErrors: RowErrors;
  /** The rows with the largest error, as the model reads them, and their reconstructions, `[rows, dInput]` each. */
  furthest: { originals: Float32Array; recons: Float32Array };
}

/** The error of each row. */
export interface RowErrors {
  /** Number of each row over all files, `[rows]`; null if they are all rows, counted from 0. */
  fileRows: Uint32Array | null;
  /** Mean squared error of each row, `[rows]`. */
  mse: Float64Array;
  /** Percentage of the run's test rows, and of its training rows, whose error is at most as large, `[rows]` each. */
  testPercentiles: Float64Array;
  trainPercentiles: Float64Array;
  /** Class of each, by name; null without labels. */
  labels: string[] | null;
}

/**
 * Measures a model on rows.
 *
 * @throws {UserError} The rows do not fit the model or the memory, one is damaged, or a class is not one of theirs.
 * @throws The signal's reason, when aborted.
 */
export async function evaluateModel(
  model: TrainedModel,
  options: EvaluateOptions,
): Promise<Evaluated> {
  const { rows, whole, limit, bufferMb, normal, device, cacheDir, signal, onNotice, onEngine } = options;
  const { run, definition: { arch, objective }, params, scaling } = model;
  const classNames = rows.labels?.names ?? [], normalLabels = labelsNamed(normal, classNames);
  const onProgress: OnNamedProgress = (progress) => {
    signal.throwIfAborted();
    options.onProgress?.(progress);
  };
  const inputs = await openInputs({ rows, whole }, {
    ...{ arch, scaling, limit, bufferMb, cacheDir, signal },
    onWriting: (share) => options.onProgress?.({ what: "writing the rows as plain numbers", done: share, total: 1 }),
  });
  const { pixels, count, sample } = inputs, labels = rows.labels && rows.labels.values.subarray(0, count) as Labels;
  if (inputs.note !== null) onNotice?.(inputs.note);
  const batch = Math.min(run.config.batch, count);
  await using opened = await openModelEngine(model, { device, sample, batch, cacheDir });
  onEngine?.(opened);
  const { engine } = opened;
  const loss = await splitLoss(engine, {
    ...{ pixels, dInput: arch.dInput, batch, weight: run.sparsity.weight },
    onProgress: named("the loss of the rows", onProgress),
  });
  const pass = await measureSplit(engine, {
    ...{ images: { pixels, count }, arch, objective },
    onProgress: named("measuring the rows", onProgress),
  });
  const directions = directionsOf(params, arch);
  const dataset = { test: { pixels, labels }, truth: null, classNames };
  const evaluation = await evaluate({
    engine,
    arch,
    objective,
    directions,
    dataset,
    pass,
    seed: run.config.seed,
    onProgress,
  });
  const fileRows = rows.fileRows?.subarray(0, count) ?? null;
  const rowErrors = rowErrorsOf(pass.imageMse, { model, labels, fileRows, classNames });
  const { kind, height, width, channels } = rows.shape;
  const furthest = furthestRows(rowErrors.mse, options.furthest), rising = Uint32Array.from(furthest).sort();
  const chosen = gatherPixels(
    await heldPixels(pixels, { dInput: arch.dInput, rows: rising }),
    furthest.map((row) => rising.indexOf(row)),
    arch.dInput,
  );
  const { recon: recons } = await engine.forward(chosen); // sync point
  await inputs.assertUnchanged();
  return {
    rowErrors,
    furthest: { originals: pixelValues(chosen), recons },
    evaluation: checkedContent(NewDataEvaluation, {
      schemaVersion: SCHEMA_VERSION,
      run: { id: run.id, title: run.title },
      k: mostLatents(model.definition),
      data: { name: options.name, part: options.part, kind, height, width, channels, rows: count, classNames },
      metrics: { ...splitMetrics(pass, { loss, objective }), ...evaluation },
      errors: {
        quantiles: errorQuantiles(pass.imageMse),
        aboveTest: sharesAbove(rowErrors.testPercentiles),
        aboveTrain: sharesAbove(rowErrors.trainPercentiles),
      },
      anomalies: {
        furthest: furthest.map((row) => ({
          row: fileRows?.[row] ?? row,
          label: rowErrors.labels && rowErrors.labels[row],
          mse: rowErrors.mse[row],
          testPercentile: rowErrors.testPercentiles[row],
          trainPercentile: rowErrors.trainPercentiles[row],
          words: wordsOf(rows.meta, row),
        })),
        normal: normal.length === 0 || !labels ? null : {
          classes: Array.from(normalLabels, (label) => classNames[label]),
          ...separation(rowErrors.mse, { labels, normal: normalLabels }),
        },
      },
      definitions: DEFINITIONS,
    }),
  };
}

/** What is known of a row in words, by column. */
export function wordsOf(meta: RowMeta | null, row: number): Record<string, string> {
  return Object.fromEntries((meta?.names ?? []).map((name, column) => [name, meta!.values[column][row]]));
}

function rowErrorsOf(
  mse: Float64Array,
  { model, labels, fileRows, classNames }: Pick<RowErrors, "fileRows"> & {
    model: TrainedModel;
    labels: Labels | null;
    classNames: string[];
  },
): RowErrors {
  const { test, train } = model.run.errorQuantiles;
  return {
    fileRows,
    mse,
    testPercentiles: mse.map((error) => percentileIn(test, error)),
    trainPercentiles: mse.map((error) => percentileIn(train, error)),
    labels: labels && Array.from(labels, (label) => classNames[label]),
  };
}

function sharesAbove(percentiles: Float64Array) {
  return COUNTED_ABOVE.map((percentile) => ({
    percentile,
    share: percentiles.reduce((above, own) => own > percentile ? above + 1 : above, 0) / percentiles.length,
  }));
}

/**
 * The numbers of classes.
 *
 * @throws {UserError} The data have no labels, or no class of this name. Exit code 2.
 */
function labelsNamed(wanted: readonly string[], names: readonly string[]): Set<number> {
  const labels = new Set<number>();
  for (let from = 0; from < wanted.length;) {
    let to = wanted.length, label = -1;
    for (; to > from && label < 0; to--) label = names.indexOf(wanted.slice(from, to).join(",").trim());
    if (label >= 0) {
      labels.add(label);
      from = to + 1;
      continue;
    }
    const name = wanted[from++].trim();
    if (name === "") continue;
    const now = names.length === 0 ? "the data have no labels" : `the data have no class ${quoted(name)}`;
    const listed = names.slice(0, 100).map((own) => own.includes(",") ? quoted(own) : own).join(", ");
    const expected = names.length === 0 ? "--labels FILE" : `some of ${listed}`;
    throw new UserError(`Cannot use --normal: ${now}, expected ${expected}`, { exitCode: 2 });
  }
  return labels;
}
