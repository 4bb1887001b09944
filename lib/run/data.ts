/**
 * The data of a run: found, and loaded as its knobs say.
 *
 * Reads no files itself (`lib/data`), and keeps nothing.
 *
 * @module
 */
import { type Config, type DataSize, KnobError, type KnobName } from "../config.ts";
import { type DataPlace, placeOf } from "../data/files/data_place.ts";
import type { Dataset } from "../data/dataset.ts";
import { loadDataset } from "../data/load.ts";
import { withoutCredentials } from "../data/mnist/mirror.ts";
import { flagOf } from "../config_flags.ts";
import type { FoundRows } from "../data/files/find_rows.ts";
import type { NumberHint } from "../data/readers/file_rows.ts";
import { rowLength } from "../data/row_shape.ts";
import type { Scaling } from "../data/scaling.ts";
import { quoted, UserError } from "../errors.ts";
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
