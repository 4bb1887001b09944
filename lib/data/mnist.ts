/**
 * MNIST and sets stored like it: reads a folder of four IDX files, keeps a verified cache of MNIST, fills it from mirrors.
 *
 * The folder a user names may hold any grey images, and a checksum that differs is recorded; what comes from the cache or
 * a mirror must be the official files, byte for byte. Which data set a run takes is `load.ts`'s business.
 *
 * @module
 */
import { basename, join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { fileError, readWhole } from "../files.ts";
import type { Dataset, ImageSet, SourceFile } from "./dataset.ts";
import { downloadVerified, type DownloadWatch, isAnyAnswering, sha256Hex } from "./download.ts";
import { gunzip, type IdxArray, parseIdx } from "./idx.ts";

/** The official files of a data set stored like MNIST, and where they may be had. */
export interface Manifest {
  /** SHA-256, hexadecimal, of each file, once under its `.gz` name and once (uncompressed) without `.gz`. */
  files: Readonly<Record<string, string>>;
  /** Base addresses of mirrors, each serving the four `.gz` files, in the order to try them. */
  mirrors: readonly string[];
}

/**
 * MNIST (LeCun, Cortes and Burges 1998), in the checksums of its first publication.
 *
 * The mirrors are those of PyTorch's torchvision and of TensorFlow; the original site no longer serves the files.
 */
export const MNIST: Manifest = {
  files: {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  },
  mirrors: ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
};

const IMAGES = { train: "train-images-idx3-ubyte", test: "t10k-images-idx3-ubyte" };
const LABELS = { train: "train-labels-idx1-ubyte", test: "t10k-labels-idx1-ubyte" };
/** The smallest first: a mirror that fails does so before the long download. */
const DOWNLOADS = [LABELS.test, LABELS.train, IMAGES.test, IMAGES.train].map((stem) => `${stem}.gz`);

/**
 * Reads a folder of IDX files named as MNIST's, each with or without `.gz`, `-idx` also spelt `.idx`.
 *
 * Images may have any height and width; labels may be missing. The set is called `mnist` when at least three quarters of
 * the files read hold MNIST's bytes once uncompressed (three of four, so that one repacked or restored file does not
 * rename it, or both of two), else as the folder. Provenance notes each file that differs from the official one.
 *
 * @param manifest The official files to compare with.
 * @throws {UserError} A folder or an images file that is not there; a malformed file; images and labels that differ in
 * number; training and test images that differ in size.
 */
export async function readIdxDirectory(dir: string, manifest: Manifest = MNIST): Promise<Dataset> {
  const names = await namesIn(dir);
  const options = { dir, names, manifest };
  const [train, test] = await Promise.all([readPart("train", options), readPart("test", options)]);
  if (train.height !== test.height || train.width !== test.width) {
    const now = `test images are ${test.height}×${test.width}`;
    throw new UserError(`Cannot read data set ${dir}: ${now}, expected ${train.height}×${train.width} as for training`);
  }
  const labels = [train.set.labels, test.set.labels].filter((array) => array !== null);
  const nClasses = 1 + Math.max(-1, ...labels.flatMap((array) => [...new Set(array)]));
  const files = [...train.files, ...test.files];
  const isMnist = 4 * files.filter((file) => file.isSameContent).length >= 3 * files.length;
  return {
    name: isMnist ? "mnist" : folderName(dir),
    height: train.height,
    width: train.width,
    black: 0,
    white: 1,
    classNames: Array.from({ length: nClasses }, (_, label) => String(label)),
    train: train.set,
    test: test.set,
    truth: null,
    provenance: { source: "directory", files: files.map((file) => file.source), notes: notesOn(files, isMnist) },
  };
}

/** Whether all four official files are in `cacheDir`, checksums included. */
export async function isCached(cacheDir: string, manifest: Manifest = MNIST): Promise<boolean> {
  for (const name of DOWNLOADS) if (await cachedState(cacheDir, { name, manifest }) !== "right") return false;
  return true;
}

/**
 * Reads MNIST from `cacheDir`.
 *
 * @throws {UserError} A file is missing or is not the official one.
 */
export async function readCached(cacheDir: string, manifest: Manifest = MNIST): Promise<Dataset> {
  if (!await isCached(cacheDir, manifest)) {
    throw new UserError(
      `Cannot read MNIST from ${cacheDir}: a file is missing or altered, expected the four official ones`,
    );
  }
  const dataset = await readIdxDirectory(cacheDir, manifest);
  return { ...dataset, provenance: { ...dataset.provenance, source: "cache" } };
}

/**
 * Brings MNIST into `cacheDir` and reads it: what is there and right stays, what is missing or wrong is downloaded.
 *
 * @param options.mirrors Base addresses of all mirrors, in the order to try them; the manifest's if left out.
 * @throws {UserError} A mirror's address is malformed, no mirror has a file, or the cache cannot be written.
 * @throws The signal's reason, when aborted.
 */
export async function downloadMnist(
  options: DownloadWatch & { cacheDir: string; mirrors?: readonly string[]; manifest?: Manifest },
): Promise<Dataset> {
  const { cacheDir, manifest = MNIST, ...watch } = options;
  let mirrors = options.mirrors ?? manifest.mirrors;
  const notes: string[] = [];
  let source: "cache" | "download" = "cache";
  for (const name of DOWNLOADS) {
    const state = await cachedState(cacheDir, { name, manifest });
    if (state === "right") continue;
    if (state === "wrong") notes.push(`the cached ${name} was not the official file and was downloaded again`);
    const urls = mirrors.map((mirror) => mirrorUrl(mirror, name));
    const url = await downloadVerified({ ...watch, urls, sha256: manifest.files[name], path: join(cacheDir, name) });
    // The mirror that answered comes first for the next file: a dead one costs its time-outs once, not four times.
    const answered = mirrors[urls.indexOf(url)];
    mirrors = [answered, ...mirrors.filter((mirror) => mirror !== answered)];
    source = "download";
  }
  const dataset = await readCached(cacheDir, manifest);
  return { ...dataset, provenance: { ...dataset.provenance, source, notes: [...dataset.provenance.notes, ...notes] } };
}

/**
 * Whether a mirror answers: asks all at once for the smallest file, true at the first good answer.
 *
 * @param mirrors Base addresses.
 * @param timeoutMs How long to wait for one, in milliseconds.
 * @throws {UserError} A mirror's address is malformed.
 * @throws The signal's reason, when aborted.
 */
export async function isReachable(
  mirrors: readonly string[],
  timeoutMs: number,
  options: { signal?: AbortSignal } = {},
): Promise<boolean> {
  return await isAnyAnswering(mirrors.map((mirror) => mirrorUrl(mirror, DOWNLOADS[0])), timeoutMs, options);
}

interface FileRead extends IdxArray {
  source: SourceFile;
  /** Whether it holds the official bytes once uncompressed. */
  isSameContent: boolean;
}

interface ReadOptions {
  dir: string;
  /** What is in the folder. */
  names: ReadonlySet<string>;
  manifest: Manifest;
}

async function readPart(part: "train" | "test", options: ReadOptions) {
  const { dir } = options;
  const images = await readIdxFile(IMAGES[part], { ...options, dimensions: 3 });
  if (!images) {
    const wanted = `${IMAGES[part]}.gz, or the same without .gz`;
    throw new UserError(`Cannot read data set ${dir}: ${IMAGES[part]} is not there, expected ${wanted}`);
  }
  const [count, height, width] = images.shape;
  const labels = await readIdxFile(LABELS[part], { ...options, dimensions: 1 });
  if (labels && labels.shape[0] !== count) {
    const now = `${labels.source.name} has ${labels.shape[0]} labels`;
    throw new UserError(`Cannot read data set ${dir}: ${now}, expected ${count}, one for each image`);
  }
  const set: ImageSet = { pixels: images.data, count, labels: labels?.data ?? null, factors: {} };
  return { set, height, width, files: labels ? [images, labels] : [images] };
}

/** A file under any of its spellings, or null where there is none. */
async function readIdxFile(stem: string, options: ReadOptions & { dimensions: number }): Promise<FileRead | null> {
  const { dir, names, manifest, dimensions } = options;
  const dotted = stem.replace("-idx", ".idx");
  const name = [`${stem}.gz`, stem, `${dotted}.gz`, dotted].find((spelling) => names.has(spelling));
  if (name === undefined) return null;
  const path = join(dir, name);
  const stored = await readWhole(path);
  const plain = gunzip(stored, path);
  const official = manifest.files[name.replace(".idx", "-idx")];
  const sha256 = await sha256Hex(stored);
  const isOfficial = official === undefined ? null : sha256 === official;
  const isSameContent = isOfficial === true || await sha256Hex(plain) === manifest.files[stem];
  const array = parseIdx(plain, { name: path, dimensions });
  return { source: { name, sha256, isOfficial }, isSameContent, ...array };
}

function notesOn(files: readonly FileRead[], isMnist: boolean): string[] {
  const others = files.filter((file) => file.source.isOfficial !== true);
  if (!isMnist) return [`not MNIST: ${others.length} of ${files.length} files differ from MNIST's`];
  return others.map(({ source, isSameContent }) =>
    isSameContent
      ? `${source.name} holds the official bytes, packed otherwise than the official file`
      : `${source.name} is not the official file: its SHA-256 is ${source.sha256}`
  );
}

/** A folder's own name; marked where it would pass for a data set that the files are not. */
function folderName(dir: string): string {
  const name = basename(resolve(dir)) || "root";
  return ["mnist", "digits"].includes(name.toLowerCase()) ? `${name}-folder` : name;
}

async function namesIn(dir: string): Promise<Set<string>> {
  try {
    return new Set((await Array.fromAsync(Deno.readDir(dir))).map((entry) => entry.name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      const wanted = `a folder with ${IMAGES.train}.gz and ${IMAGES.test}.gz`;
      throw new UserError(`Cannot read data set ${dir}: there is no such folder, expected ${wanted}`, { cause: error });
    }
    throw fileError("read", dir, error);
  }
}

/** What is at a file's place in the cache; what cannot be read counts as missing, and downloading will say why. */
async function cachedState(
  cacheDir: string,
  options: { name: string; manifest: Manifest },
): Promise<"right" | "wrong" | "missing"> {
  const bytes = await Deno.readFile(join(cacheDir, options.name)).catch(() => null);
  if (bytes === null) return "missing";
  return await sha256Hex(bytes) === options.manifest.files[options.name] ? "right" : "wrong";
}

function mirrorUrl(mirror: string, file: string): string {
  if (!URL.canParse(mirror) || !/^https?:/i.test(mirror)) {
    throw new UserError(`Cannot use mirror ${mirror}: it is no address of a site, expected https://host/folder/`, {
      exitCode: 2,
    });
  }
  const url = new URL(mirror);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${file}`;
  return url.href;
}
