/**
 * A configuration and the data that it is trained on, fitted to each other: what would have no effect, what is known before
 * data are loaded, and the settings as they are trained and stored.
 *
 * Loads nothing.
 *
 * @module
 */
import { type Config, KnobError, type KnobName, type SettledConfig } from "../config.ts";
import { type Dataset, trainingCount } from "../data/dataset.ts";
import type { FoundRows } from "../data/files/find_rows.ts";
import { rowLength } from "../data/row_shape.ts";
import { UserError } from "../errors.ts";
import { totalStepsOf } from "../training/course.ts";
import { withPeakRate } from "../training/schedule.ts";
import type { DataSource } from "./data.ts";
import type { RunListener } from "./events.ts";

/**
 * Refuses what would have no effect on the data that a run takes: mirrors if nothing is downloaded, and a random seed
 * of data that are read.
 *
 * @param turned The knobs that were set, by name.
 * @throws {KnobError} `dataSeed` beside a folder.
 * @throws {UserError} Mirrors beside a folder, or beside generated data. Exit code 2.
 */
export function assertHasEffect(
  { dataset }: Config,
  { turned, source }: {
    turned: Partial<Record<KnobName, unknown>>;
    source: Pick<DataSource, "dataDir" | "data" | "mirrors">;
  },
): void {
  const isRead = source.dataDir !== undefined || source.data !== undefined;
  const seed = turned.dataSeed ?? null;
  if (isRead && seed !== null) {
    throw new KnobError("dataSeed", `${seed}`, "it left out with --data-dir (it belongs to generated data)");
  }
  if ((source.mirrors ?? []).length === 0) return;
  if (isRead || GENERATED.includes(dataset)) {
    const now = `nothing is downloaded with ${
      isRead ? `--${source.data === undefined ? "data-dir" : "data"}` : `dataset ${dataset}`
    }`;
    throw new UserError(`Cannot use --mirror: ${now}, expected it left out`, { exitCode: 2 });
  }
}

/** Data sets that are drawn, not read. */
const GENERATED: Config["dataset"][] = ["digits", "dictionary", "planted-hard"];
/** Pixels of MNIST's images, and of the digits that stand in for them. */
const DIGIT_PIXELS = 28 * 28;

/**
 * The least that a data set can be, before it is loaded: its inputs' length and their number.
 *
 * A folder may hold anything, so that at least one input of length 1 is all that is known of it.
 */
export function leastData(
  { dataset, limit, dictionaryWidth, plantedWidth }: Config,
  { dataDir, found }: Pick<DataSource, "dataDir"> & { found: FoundRows | null },
): { dInput: number; count: number } {
  if (found) {
    const { shape, count } = found.rows.rows;
    return { dInput: rowLength(shape), count: limit ?? count };
  }
  const widths: Partial<Record<Config["dataset"], number>> = {
    dictionary: dictionaryWidth,
    "planted-hard": plantedWidth,
  };
  const dInput = dataDir !== undefined ? 1 : widths[dataset] ?? DIGIT_PIXELS;
  return { dInput, count: limit ?? 1 };
}

/**
 * The configuration as it is trained and stored on a data set: `auto` says what was found, so that a stopped run goes
 * on with the data it began with, the default batch is at most all training inputs, and a learning rate of `auto` is
 * the number that the run's steps give.
 *
 * @param options.isBatchGiven Whether this batch was asked for: it is refused instead of changed.
 * @throws {KnobError} A batch that was asked for is larger than the training set.
 */
export function settledConfig(
  config: Config,
  { dataset, isBatchGiven, isStarted, onEvent }: {
    dataset: Dataset;
    isBatchGiven: boolean;
    /** Whether the run starts from a trained model. */
    isStarted?: boolean;
    onEvent?: RunListener;
  },
): SettledConfig {
  const count = trainingCount(dataset);
  if (config.batch > count && isBatchGiven) {
    throw new KnobError("batch", `${config.batch}`, `at most the ${count} training rows`);
  }
  if (config.batch > count) {
    const text = `The default batch of ${config.batch} is larger than the training set: ${count} is used instead`;
    onEvent?.({ kind: "notice", text });
  }
  const { black, white, scaling } = dataset, isOwn = config.dataset === "images" || config.dataset === "vectors";
  if (isOwn && config.output === "sigmoid" && (black < 0 || white > 1)) {
    const expected = `linear, or --scale unit: the data's values are from ${black} to ${white}`;
    throw new KnobError("output", "sigmoid", expected);
  }
  const settled = {
    ...config,
    dataset: pinnedDataset(config, dataset),
    scale: isOwn ? scaling.scale : config.scale,
    batch: Math.min(config.batch, count),
  };
  return withPeakRate(settled, { totalSteps: totalStepsOf(settled, count), isStarted });
}

/** `auto` may find another data set later. */
function pinnedDataset({ dataset }: Config, { provenance }: Dataset): Config["dataset"] {
  const { source } = provenance;
  if (dataset !== "auto" || source === "directory" || source === "memory") return dataset;
  return source === "generated" ? "digits" : "mnist";
}
