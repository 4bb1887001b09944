/**
 * Decides which data set a run takes, and says so: a folder, MNIST from cache or mirror, or the built-in digits.
 *
 * Reads, downloads and draws nothing itself.
 *
 * @module
 */
import { rowLength } from "./row_shape.ts";
import { printablePath, UserError } from "../errors.ts";
import { assertFitsMemory } from "../memory.ts";
import type { Dataset, ImageSet } from "./dataset.ts";
import { limitNote } from "./describe.ts";
import {
  DICTIONARY_COUNTS,
  dictionaryBytes,
  type DictionaryOptions,
  generateDictionary,
} from "./generated/dictionary.ts";
import { DIGITS_COUNTS, digitsBytes, generateDigits } from "./generated/digits.ts";
import {
  generatePlantedHard,
  plantedHardBytes,
  type PlantedHardOptions,
  plantedHardProducts,
} from "./generated/planted_hard/planted_hard.ts";
import type { DownloadProgress } from "./mnist/download.ts";
import { readIdxDirectory } from "./mnist/idx_folder.ts";
import { type Manifest, MNIST } from "./mnist/manifest.ts";
import { downloadMnist, isCached, isReachable, readCached } from "./mnist/mnist.ts";

/** What to train on. */
export interface LoadOptions {
  /**
   * `mnist` from cache or mirror, `digits`, `dictionary` and `planted-hard` generated, `auto` MNIST if it can be had, else
   * digits.
   */
  dataset: "auto" | "mnist" | "digits" | "dictionary" | "planted-hard";
  /** A folder of IDX files; it decides alone. */
  dataDir?: string;
  /** The user's own mirrors, tried before the official ones. */
  mirrors: readonly string[];
  /** Where downloads are kept. */
  cacheDir: string;
  /** Number of training images to keep, the first ones; all if left out. The test set stays whole. */
  limit?: number;
  /** Seed of generated data. */
  dataSeed: number;
  /** What `dictionary` draws; needed for it alone. */
  dictionary?: Omit<DictionaryOptions, "seed">;
  /** What `planted-hard` draws; needed for it alone. */
  plantedHard?: Omit<PlantedHardOptions, "seed">;
  onProgress?: (progress: DownloadProgress) => void;
  /** How long `auto` waits for a mirror's first answer before it takes the digits, milliseconds; 4,000 if left out. */
  probeMs?: number;
  /** Ends a download; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** The official files and mirrors; MNIST's if left out. */
  manifest?: Manifest;
}

/** Long enough for most networks, and short enough to wait for. */
const PROBE_MS = 4000;

/** Most multiplications that drawing vectors may take, five minutes: nothing is shown meanwhile. */
const MOST_PRODUCTS = 2e11;

/**
 * Loads the data set a run trains on.
 *
 * @throws {UserError} Flags that contradict each other, a folder that cannot be read, MNIST asked for and not to be
 * had, a limit larger than the training set, data that do not fit into memory.
 * @throws The signal's reason, when aborted.
 */
export async function loadDataset(options: LoadOptions): Promise<Dataset> {
  return keepFirst(await choose(options), options);
}

async function choose(options: LoadOptions): Promise<Dataset> {
  const { dataset, dataDir, cacheDir, signal, manifest = MNIST, probeMs = PROBE_MS } = options;
  if (dataDir !== undefined) {
    if (dataset === "auto" || dataset === "mnist") return await readIdxDirectory(dataDir, manifest);
    const now = `${dataset === "digits" ? "the digits are" : "its vectors are"} generated, not read`;
    throw new UserError(
      `Cannot take --dataset ${dataset} from ${printablePath(dataDir)}: ${now}, expected one of the two flags`,
      {
        exitCode: 2,
      },
    );
  }
  if (dataset === "dictionary") return drawDictionary(options);
  if (dataset === "planted-hard") return drawPlantedHard(options);
  if (dataset === "digits") return drawDigits(options);
  if (await isCached(cacheDir, manifest)) return await readCached(cacheDir, manifest);

  const mirrors = [...options.mirrors, ...manifest.mirrors];
  if (dataset === "auto" && !await isReachable(mirrors, probeMs, { signal })) {
    const why = `MNIST is not on disk and no mirror answered within ${probeMs / 1000} s${deniedHint(options.mirrors)}`;
    return digitsInstead(options, why);
  }
  try {
    return await downloadMnist({ cacheDir, mirrors, manifest, signal, onProgress: options.onProgress });
  } catch (error) {
    if (!(error instanceof UserError) || signal?.aborted) throw error;
    if (dataset === "auto") return digitsInstead(options, `MNIST is not on disk (${error.message})`);
    throw new UserError(`${error.message}, or --data-dir with a folder of its files, or --dataset digits`, {
      cause: error,
    });
  }
}

/**
 * Deno denies hosts that no flag named; without this hint a user who named a mirror would look for the fault in the
 * mirror.
 */
function deniedHint(mirrors: readonly string[]): string {
  const denied = mirrors.map((mirror) => new URL(mirror).host)
    .filter((host) => Deno.permissions.querySync({ name: "net", host }).state !== "granted");
  return denied.length === 0
    ? ""
    : ` (Deno may not ask ${denied.join(", ")}: run with --allow-net=${denied.join(",")})`;
}

/**
 * The arrays of generated data in bytes, as the code that draws them counts them; 0 for data that are read, whose files
 * say it themselves.
 */
export function generatedBytes(
  options: Pick<LoadOptions, "dataset" | "dictionary" | "plantedHard" | "limit">,
): number {
  if (options.dataset === "digits") return digitsBytes({ trainCount: drawnCount(options, DIGITS_COUNTS.train) });
  if (options.dataset === "planted-hard" && options.plantedHard) {
    return plantedHardBytes({ ...options.plantedHard, rows: drawnCount(options, options.plantedHard.rows) });
  }
  if (options.dataset !== "dictionary" || !options.dictionary) return 0;
  return dictionaryBytes({ ...options.dictionary, trainCount: drawnCount(options, DICTIONARY_COUNTS.train) });
}

/** How many training inputs are drawn: the first ones are the same however many follow. */
function drawnCount({ limit }: Pick<LoadOptions, "limit">, all: number): number {
  return limit !== undefined && Number.isInteger(limit) && limit >= 1 ? Math.min(limit, all) : all;
}

function drawDigits(options: LoadOptions): Dataset {
  return generateDigits({ seed: options.dataSeed, trainCount: drawnCount(options, DIGITS_COUNTS.train) });
}

function drawDictionary(options: LoadOptions): Dataset {
  const { dictionary, dataSeed } = options;
  if (!dictionary) throw new TypeError("Cannot draw the dictionary: nothing says what, expected options.dictionary");
  const { active, features, width } = dictionary;
  if (active > features) {
    const expected = `at most the ${features} features there are`;
    throw new UserError(`Cannot use --dictionary-active: it is ${active}, expected ${expected}`, { exitCode: 2 });
  }
  const what = `draw vectors of ${width} values from ${features} features`;
  assertFitsMemory(generatedBytes({ ...options, dataset: "dictionary" }), { what });
  const trainCount = drawnCount(options, DICTIONARY_COUNTS.train);
  assertAffordable((trainCount + DICTIONARY_COUNTS.test) * active * width, { what: `${what}, ${active} active` });
  return generateDictionary({ ...dictionary, seed: dataSeed, trainCount });
}

function drawPlantedHard(options: LoadOptions): Dataset {
  const { plantedHard: wanted, dataSeed } = options;
  if (!wanted) throw new TypeError("Cannot draw planted data: nothing says what, expected options.plantedHard");
  const { least, most, width, features } = wanted;
  if (least > most) {
    const expected = `at most the largest chance, --planted-most ${most}`;
    throw new UserError(`Cannot use --planted-least: it is ${least}, expected ${expected}`, { exitCode: 2 });
  }
  const plantedHard = { ...wanted, rows: drawnCount(options, wanted.rows) };
  const what = `draw ${plantedHard.rows} vectors of ${width} values from ${features} features`;
  assertFitsMemory(generatedBytes({ ...options, dataset: "planted-hard" }), { what });
  assertAffordable(plantedHardProducts(plantedHard), { what });
  return generatePlantedHard({ ...plantedHard, seed: dataSeed });
}

/** @throws {UserError} Drawing would take minutes, in which nothing is shown. */
function assertAffordable(products: number, { what }: { what: string }): void {
  if (products <= MOST_PRODUCTS) return;
  const now = `it takes ${products.toExponential(1)} multiplications`;
  throw new UserError(`Cannot ${what}: ${now}, expected at most ${MOST_PRODUCTS.toExponential()}`);
}

function digitsInstead(options: LoadOptions, fallback: string): Dataset {
  const digits = drawDigits(options);
  return { ...digits, provenance: { ...digits.provenance, fallback } };
}

/** How many training inputs a data set has before a limit. */
function wholeCount({ name, train, provenance: { source } }: Dataset, { plantedHard }: LoadOptions): number {
  if (source !== "generated") return train.count;
  if (name === "planted-hard") return plantedHard!.rows;
  return name === "digits" ? DIGITS_COUNTS.train : DICTIONARY_COUNTS.train;
}

function keepFirst(dataset: Dataset, options: LoadOptions): Dataset {
  const { limit } = options;
  if (limit === undefined) return dataset;
  const { pixels, labels, factors } = dataset.train;
  const count = wholeCount(dataset, options);
  if (!Number.isInteger(limit) || limit < 1 || limit > count) {
    const what = `keep ${limit} training images of ${dataset.name}`;
    throw new UserError(`Cannot ${what}: it has ${count}, expected 1 to ${count}`, { exitCode: 2 });
  }
  const train: ImageSet = {
    ...dataset.train,
    count: limit,
    pixels: pixels.subarray(0, limit * rowLength(dataset)),
    labels: labels?.subarray(0, limit) ?? null,
    factors: Object.fromEntries(Object.entries(factors).map(([name, values]) => [name, values.subarray(0, limit)])),
  };
  if (limit === count) return { ...dataset, train };
  const notes = [...dataset.provenance.notes, limitNote({ kind: dataset.kind, limit, count })];
  return { ...dataset, train, provenance: { ...dataset.provenance, notes } };
}
