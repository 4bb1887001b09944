/**
 * A trained model on data that it was not trained on: every metric of a report's test set, and how unusual each row is.
 *
 * The rows are in memory. Parses no command line, and writes no file.
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
import { named, type OnNamedProgress } from "../analysis/progress.ts";
import { splitLoss } from "../analysis/split_loss.ts";
import { splitMetrics } from "../analysis/split_metrics.ts";
import type { ImageSet } from "../data/dataset.ts";
import type { OpenedRows } from "../data/readers/opened_rows.ts";
import type { RowMeta } from "../data/row_labels.ts";
import type { Wanted } from "../engine/open.ts";
import { quoted, UserError } from "../errors.ts";
import { gatherPixels, type Pixels, pixelValues } from "../pixels.ts";
import { NewDataEvaluation } from "../report/evaluation_schema.ts";
import { SCHEMA_VERSION } from "../report/schema.ts";
import { type ModelEngine, openModelEngine } from "./model_engine.ts";
import type { Part } from "./chosen_part.ts";
import { loadNewRows } from "./new_rows.ts";
import type { TrainedModel } from "./trained_model.ts";

/** Rows that decide how a model is run. */
const SAMPLE_ROWS = 1000;
/** Percentiles of the errors of the run's rows above which rows are counted. */
const COUNTED_ABOVE = [95, 99];

/** What is measured, and how. */
export interface EvaluateOptions {
  /** What the data are called. */
  name: string;
  rows: OpenedRows;
  /** Which rows of the data they are. */
  part: Part;
  /** Only the first rows, if there are more; null for all. */
  limit: number | null;
  /** The classes whose rows are normal, by name; none if that is not asked. */
  normal: readonly string[];
  /** How many of the rows with the largest error are listed. */
  furthest: number;
  device: Required<Wanted>;
  cacheDir: string;
  signal: AbortSignal;
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
  const { rows, limit, normal, device, cacheDir, signal, onEngine } = options;
  const { run, definition: { arch, objective }, params, scaling } = model;
  const normalLabels = labelsNamed(normal, rows.labels?.names ?? []);
  const images = await loadNewRows(rows, { arch, scaling, limit, signal });
  const sample = images.pixels.subarray(0, SAMPLE_ROWS * arch.dInput) as Pixels;
  const batch = Math.min(run.config.batch, images.count);
  await using opened = await openModelEngine(model, { device, sample, batch, cacheDir });
  onEngine?.(opened);
  const { engine } = opened;
  const onProgress: OnNamedProgress = (progress) => {
    signal.throwIfAborted();
    options.onProgress?.(progress);
  };
  const loss = await splitLoss(engine, {
    ...{ pixels: images.pixels, dInput: arch.dInput, batch, weight: run.sparsity.weight },
    onProgress: named("the loss of the rows", onProgress),
  });
  const pass = await measureSplit(engine, {
    ...{ images, arch, objective },
    onProgress: named("measuring the rows", onProgress),
  });
  const classNames = rows.labels?.names ?? [];
  const directions = directionsOf(params, arch);
  const dataset = { test: images, truth: null, classNames };
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
  const rowErrors = rowErrorsOf(pass.imageMse, { model, images, classNames });
  const { kind, height, width, channels } = rows.shape;
  const furthest = furthestRows(rowErrors.mse, options.furthest);
  const chosen = gatherPixels(images.pixels, furthest, arch.dInput);
  const { recon: recons } = await engine.forward(chosen); // sync point
  return {
    rowErrors,
    furthest: { originals: pixelValues(chosen), recons },
    evaluation: NewDataEvaluation.parse({
      schemaVersion: SCHEMA_VERSION,
      run: { id: run.id, title: run.title },
      k: mostLatents(model.definition),
      data: { name: options.name, part: options.part, kind, height, width, channels, rows: images.count, classNames },
      metrics: { ...splitMetrics(pass, { loss, objective }), ...evaluation },
      errors: {
        quantiles: errorQuantiles(pass.imageMse),
        aboveTest: sharesAbove(rowErrors.testPercentiles),
        aboveTrain: sharesAbove(rowErrors.trainPercentiles),
      },
      anomalies: {
        furthest: furthest.map((row) => ({
          row: images.fileRows?.[row] ?? row,
          label: rowErrors.labels && rowErrors.labels[row],
          mse: rowErrors.mse[row],
          testPercentile: rowErrors.testPercentiles[row],
          trainPercentile: rowErrors.trainPercentiles[row],
          words: wordsOf(images.meta, row),
        })),
        normal: normal.length === 0 || !images.labels
          ? null
          : { classes: [...normal], ...separation(rowErrors.mse, { labels: images.labels, normal: normalLabels }) },
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
  { model, images: { labels, fileRows }, classNames }: { model: TrainedModel; images: ImageSet; classNames: string[] },
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
    share: percentiles.filter((own) => own > percentile).length / percentiles.length,
  }));
}

/**
 * The numbers of classes.
 *
 * @throws {UserError} The data have no labels, or no class of this name. Exit code 2.
 */
function labelsNamed(wanted: readonly string[], names: readonly string[]): Set<number> {
  return new Set(wanted.map((name) => {
    const label = names.indexOf(name);
    if (label >= 0) return label;
    const now = names.length === 0 ? "the data have no labels" : `the data have no class ${quoted(name)}`;
    const expected = names.length === 0 ? "--labels FILE" : `some of ${names.slice(0, 100).join(", ")}`;
    throw new UserError(`Cannot use --normal: ${now}, expected ${expected}`, { exitCode: 2 });
  }));
}
