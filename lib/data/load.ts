/**
 * Decides which data set a run takes, and says so: a folder, MNIST from cache or mirror, or the built-in digits.
 *
 * Reads, downloads and draws nothing itself.
 *
 * @module
 */
import { UserError } from "../errors.ts";
import type { Dataset, ImageSet } from "./dataset.ts";
import { type DictionaryOptions, generateDictionary } from "./dictionary.ts";
import { generateDigits } from "./digits.ts";
import type { DownloadProgress } from "./download.ts";
import { readIdxDirectory } from "./idx_folder.ts";
import { type Manifest, MNIST } from "./manifest.ts";
import { downloadMnist, isCached, isReachable, readCached } from "./mnist.ts";

/** What to train on. */
export interface LoadOptions {
  /** `mnist` from cache or mirror, `digits` and `dictionary` generated, `auto` MNIST where it can be had and else digits. */
  dataset: "auto" | "mnist" | "digits" | "dictionary";
  /** A folder of IDX files; it decides alone. */
  dataDir?: string;
  /** The user's own mirrors, tried before the official ones. */
  mirrors: readonly string[];
  /** Where downloads are kept. */
  cacheDir: string;
  /** Keep so many training images, the first ones; all if left out. The test set stays whole. */
  limit?: number;
  /** Seed of generated data. */
  dataSeed: number;
  /** What `dictionary` draws; needed for it alone. */
  dictionary?: Omit<DictionaryOptions, "seed">;
  onProgress?: (progress: DownloadProgress) => void;
  /** Called with each note of the provenance: what the user must know about the data. */
  onNote?: (note: string) => void;
  /** Ends a download; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** The official files and mirrors; MNIST's if left out. */
  manifest?: Manifest;
}

/** How long `auto` waits for a mirror's first answer before it takes the digits: long for a network, short for a person. */
const PROBE_MS = 4000;

/**
 * Loads the data set a run trains on.
 *
 * @throws {UserError} Flags that contradict each other, a folder that cannot be read, MNIST asked for and not to be had,
 * a limit larger than the training set.
 * @throws The signal's reason, when aborted.
 */
export async function loadDataset(options: LoadOptions): Promise<Dataset> {
  const dataset = keepFirst(await choose(options), options.limit);
  for (const note of dataset.provenance.notes) options.onNote?.(note);
  return dataset;
}

async function choose(options: LoadOptions): Promise<Dataset> {
  const { dataset, dataDir, cacheDir, signal, manifest = MNIST } = options;
  if (dataDir !== undefined) {
    if (dataset === "auto" || dataset === "mnist") return await readIdxDirectory(dataDir, manifest);
    const now = `the ${dataset === "digits" ? "digits are" : "dictionary is"} generated, not read`;
    throw new UserError(`Cannot take --dataset ${dataset} from ${dataDir}: ${now}, expected one of the two flags`, {
      exitCode: 2,
    });
  }
  if (dataset === "dictionary") return drawDictionary(options);
  if (dataset === "digits") return generateDigits({ seed: options.dataSeed });
  if (await isCached(cacheDir, manifest)) return await readCached(cacheDir, manifest);

  const mirrors = [...options.mirrors, ...manifest.mirrors];
  if (dataset === "auto" && !await isReachable(mirrors, PROBE_MS, { signal })) {
    const why = `MNIST is not on disk and no mirror answered within ${PROBE_MS / 1000} s${deniedHint(options.mirrors)}`;
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

/** Deno denies hosts that no flag named; a user who named a mirror would else look for the fault there. */
function deniedHint(mirrors: readonly string[]): string {
  const denied = mirrors.map((mirror) => new URL(mirror).host)
    .filter((host) => Deno.permissions.querySync({ name: "net", host }).state !== "granted");
  return denied.length === 0
    ? ""
    : ` (Deno may not ask ${denied.join(", ")}: run with --allow-net=${denied.join(",")})`;
}

function drawDictionary({ dictionary, dataSeed }: LoadOptions): Dataset {
  if (!dictionary) throw new TypeError("Cannot draw the dictionary: nothing says what, expected options.dictionary");
  if (dictionary.active <= dictionary.features) return generateDictionary({ ...dictionary, seed: dataSeed });
  const now = `it is ${dictionary.active}`;
  throw new UserError(
    `Cannot use --dictionary-active: ${now}, expected at most the ${dictionary.features} features there are`,
    { exitCode: 2 },
  );
}

function digitsInstead(options: LoadOptions, why: string): Dataset {
  const digits = generateDigits({ seed: options.dataSeed });
  const note = `${why}: training on the built-in synthetic digits instead`;
  return { ...digits, provenance: { ...digits.provenance, notes: [...digits.provenance.notes, note] } };
}

function keepFirst(dataset: Dataset, limit: number | undefined): Dataset {
  if (limit === undefined) return dataset;
  const { count, pixels, labels, factors } = dataset.train;
  if (!Number.isInteger(limit) || limit < 1 || limit > count) {
    throw new UserError(
      `Cannot keep ${limit} training images of ${dataset.name}: it has ${count}, expected 1 to ${count}`,
      {
        exitCode: 2,
      },
    );
  }
  const train: ImageSet = {
    count: limit,
    pixels: pixels.subarray(0, limit * dataset.height * dataset.width),
    labels: labels?.subarray(0, limit) ?? null,
    factors: Object.fromEntries(Object.entries(factors).map(([name, values]) => [name, values.subarray(0, limit)])),
  };
  const notes = [...dataset.provenance.notes, `the first ${limit} of ${count} training images`];
  return { ...dataset, train, provenance: { ...dataset.provenance, notes } };
}
