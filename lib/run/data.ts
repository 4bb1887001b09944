/**
 * The data of a run: loaded as its knobs say, fitted to the configuration, and identified by checksums.
 *
 * Reads no files itself (`lib/data`), and keeps nothing.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Config, type DataSize, KnobError, type KnobName, type SettledConfig } from "../config.ts";
import { type DataPlace, placeOf } from "../data/files/data_place.ts";
import { type Dataset, trainingCount } from "../data/dataset.ts";
import type { StreamedFile } from "../data/stream/stream_plan.ts";
import { loadDataset } from "../data/load.ts";
import { withoutCredentials } from "../data/mnist/mirror.ts";
import { flagOf } from "../config_flags.ts";
import type { FoundRows } from "../data/files/find_rows.ts";
import type { NumberHint } from "../data/readers/file_rows.ts";
import { rowLength } from "../data/row_shape.ts";
import type { Scaling } from "../data/scaling.ts";
import { quoted, UserError } from "../errors.ts";
import { rawBytes } from "../pixels.ts";
import { totalStepsOf } from "../training/course.ts";
import type { DataIdentity } from "../training/run_identity.ts";
import { withPeakRate } from "../training/schedule.ts";
import type { RunListener } from "./events.ts";

/** Where data may come from, besides what the knobs say. */
export interface DataSource extends DataPlace {
  /** The user's own mirrors of MNIST, tried first. */
  mirrors?: readonly string[];
  cacheDir: string;
}

/**
 * The readers of files, by paths that Deno cannot read in advance: else a first run on MNIST fetches their packages, 12 MB
 * that it does not need.
 */
const FIND_ROWS_PATH: string = "../data/files/find_rows.ts", READ_ROWS_PATH: string = "../data/files/read_rows.ts";

/**
 * Loads the data set a configuration names.
 *
 * @throws {UserError} It cannot be had.
 * @throws The signal's reason, when aborted.
 */
export async function loadData(
  config: Config,
  { source, found, scaling, onEvent, signal }: {
    source: DataSource;
    found: FoundRows | null;
    /** A scaling that a model has already; null if the data's own is measured. */
    scaling: Scaling | null;
    onEvent?: RunListener;
    signal?: AbortSignal;
  },
): Promise<Dataset> {
  if (found) {
    const { scale, subtract, limit, bufferMb } = config, { testShare, meta, cacheDir } = source;
    const onProgress = (what: string, share: number) => onEvent?.({ kind: "reading", what, share });
    const { readRows }: typeof import("../data/files/read_rows.ts") = await import(READ_ROWS_PATH);
    return await readRows(found, {
      scale,
      subtract,
      scaling: scaling ?? undefined,
      limit,
      bufferMb,
      testShare,
      meta,
      cacheDir,
      onProgress,
      signal,
    });
  }
  const { dataset: name } = config;
  if (name === "images" || name === "vectors") {
    throw new KnobError(
      "dataset",
      name,
      "auto, mnist, digits, dictionary or planted-hard without --data, which sets it",
    );
  }
  const dataset = await loadDataset({
    dataset: name,
    dataDir: source.dataDir,
    mirrors: source.mirrors ?? [],
    cacheDir: `${source.cacheDir}/mnist`,
    limit: config.limit ?? undefined,
    dataSeed: config.dataSeed,
    dictionary: {
      width: config.dictionaryWidth,
      features: config.dictionaryFeatures,
      active: config.dictionaryActive,
      correlation: config.dictionaryCorrelation,
      noise: config.dictionaryNoise,
    },
    plantedHard: {
      width: config.plantedWidth,
      features: config.plantedFeatures,
      rows: config.plantedRows,
      most: config.plantedMost,
      least: config.plantedLeast,
      zipf: config.plantedZipf,
      trees: config.plantedTrees,
      branching: config.plantedBranching,
      depth: config.plantedDepth,
      rank: config.plantedRank,
      correlation: config.plantedCorrelation,
      bias: config.plantedBias,
    },
    onProgress: (progress) => onEvent?.({ kind: "download", progress }),
    signal,
  });
  const notes = dataset.provenance.notes.map(withoutCredentials);
  return { ...dataset, provenance: { ...dataset.provenance, notes } };
}

/**
 * Opens what `--data` names, so that settings can follow what is there; null without it.
 *
 * @param hint What is known of the numbers.
 * @throws {UserError} It cannot be read, or flags contradict each other.
 */
export async function findOwnData(source: DataPlace, hint: NumberHint = {}): Promise<FoundRows | null> {
  const { data, dataDir, ...others } = source;
  if (data === undefined) {
    const [flag] = Object.keys(placeOf(others)).map(flagOf);
    if (flag === undefined) return null;
    throw new UserError(`Cannot use --${flag}: there is no --data, expected --data PATH beside it`, { exitCode: 2 });
  }
  if (dataDir !== undefined) {
    const now = `--data-dir is ${quoted(dataDir)} as well`;
    throw new UserError(`Cannot use --data: ${now}, expected one of the two`, { exitCode: 2 });
  }
  const { findRows }: typeof import("../data/files/find_rows.ts") = await import(FIND_ROWS_PATH);
  return await findRows({ ...source, ...hint, data });
}

/**
 * The knobs with the data set that was found.
 *
 * @throws {KnobError} Another one is set.
 */
export function withKind(
  found: FoundRows,
  turned: Partial<Record<KnobName, unknown>>,
): Partial<Record<KnobName, unknown>> {
  const dataset = kindOf(found);
  const typed = turned.dataset ?? dataset;
  if (typed !== dataset) throw new KnobError("dataset", quoted(`${typed}`), `it left out with --data (${dataset})`);
  return { ...turned, dataset };
}

/** The data set that a configuration names for what was found. */
export function kindOf({ rows: { rows: { shape } } }: FoundRows): "images" | "vectors" {
  return shape.kind === "image" ? "images" : "vectors";
}

/** The size of data, which defaults follow: the limit's rows if there is one. */
export function sizeOf(
  { rows: { rows: { shape, count } } }: FoundRows,
  { limit }: Partial<Record<KnobName, unknown>> = {},
): DataSize {
  return { dInput: rowLength(shape), count: typeof limit === "number" && limit >= 1 ? Math.min(limit, count) : count };
}

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
    throw new KnobError("batch", `${config.batch}`, `at most the ${count} training images`);
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

/** What a checkpoint and a report say of which data it is. */
export function dataIdentityOf(dataset: Dataset): DataIdentity {
  const { name, height, width, channels, train, test, stream } = dataset;
  const none = new Uint8Array();
  return {
    name,
    height,
    width,
    channels,
    count: trainingCount(dataset),
    sha256: {
      train: sha256Hex(rawBytes(train.pixels)),
      test: sha256Hex(rawBytes(test.pixels)),
      labels: sha256Hex(train.labels ?? none, test.labels ?? none),
    },
    filesSha256: stream && sha256Hex(new TextEncoder().encode(stream.files.map(contentOf).join("\n"))),
  };
}

/** What of a file that rows are read from must stay; it may be moved. */
function contentOf({ bytes, sampledSha256 }: StreamedFile): string {
  return `${bytes} ${sampledSha256}`;
}

/** Over pieces one after the other; hexadecimal. Several times faster than `crypto.subtle`. */
function sha256Hex(...pieces: (Uint8Array | Uint16Array)[]): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}
