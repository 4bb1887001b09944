/**
 * Makes a data set of a folder of IDX files: finds the files by the names that MNIST and similar data sets have, and reads them.
 *
 * Knows MNIST's names, those of EMNIST and QMNIST (a name of the set in front) and torchvision's folders. What is in one
 * file is `idx_file.ts`'s business.
 *
 * @module
 */
import type { Labels } from "../row_labels.ts";
import { basename, dirname, join } from "node:path";
import { printable, printablePath, UserError } from "../../errors.ts";
import { fileError, readWhole } from "../../files.ts";
import { dataNameOf } from "../files/data_name.ts";
import { charactersIn, isEmnist, MOST_TABLE_BYTES, transposed, TURNED_NOTE } from "../readers/idx_sets.ts";
import { type Dataset, GREY_IMAGES, imageSet, type SourceFile } from "../dataset.ts";
import { sha256Hex } from "./download.ts";
import { readIdxFile } from "./idx_file.ts";
import { type Manifest, MNIST } from "./manifest.ts";

/** An images file's name, the set's name in front of it if there is one. */
const IMAGES_NAME = /^(?:(?<set>.+)-)?(?:train|t10k|test)-images[-.]idx3-ubyte(?:\.gz)?$/;
const ENDINGS = { images: ["images-idx3-ubyte"], labels: ["labels-idx1-ubyte", "labels-idx2-int"] };
const PARTS = { train: ["train"], test: ["t10k", "test"] };
/** Where torchvision puts files, below the folder that it is given. */
const TORCHVISION = ["MNIST", "FashionMNIST", "KMNIST", "QMNIST", "EMNIST"].map((name) => `${name}/raw`);
/** Data sets that a message names. */
const MOST_WAYS = 8;

/** A set of IDX files in a folder. */
interface IdxSet {
  folder: string;
  /** What stands in front of the files' names, `emnist-letters`; empty for MNIST's own names. */
  prefix: string;
  /** The names of all files in the folder. */
  names: ReadonlySet<string>;
}

/**
 * Reads a folder of IDX files: MNIST's names, each with or without `.gz`, `-idx` also spelt `.idx`; or the same with the
 * set's name in front, as in `emnist-letters-train-images-idx3-ubyte`, where `test` stands for `t10k`.
 *
 * If the folder has none, torchvision's folders in it are looked through (`MNIST/raw` and the like). Images may have any
 * height and width; labels may be missing. Classes are the labels that occur, in order; EMNIST's `-mapping.txt` gives them
 * their letters, and its images, which are stored transposed, are turned upright. The set is called `mnist` when at least
 * three quarters of the files hold MNIST's bytes once uncompressed (three of four, so that one restored file does not
 * rename it, or both of two), else as the folder.
 *
 * @param dir The folder; or `folder/emnist-letters`, one of several sets in a folder.
 * @param manifest The official files to compare with.
 * @throws {UserError} A folder or an images file that is not there; several sets to choose from; a malformed file; images
 * and labels that differ in number; training and test images that differ in size; more than there is memory for.
 */
export async function readIdxDirectory(dir: string, manifest: Manifest = MNIST): Promise<Dataset> {
  const set = await findSet(dir);
  const train = await readPart("train", { set, manifest }), test = await readPart("test", { set, manifest });
  if (train.height !== test.height || train.width !== test.width) {
    const now = `test images are ${test.height}×${test.width}`;
    throw refusal(dir, now, `${train.height}×${train.width} as for training`);
  }
  const files = [...train.files, ...test.files];
  const isMnist = 4 * files.filter((file) => file.isOfficial).length >= 3 * files.length;
  const table = `${set.prefix}-mapping.txt`;
  const characters = set.names.has(table) ? await readCharacters(join(set.folder, table)) : new Map<number, string>();
  const labels = numberClasses([train.set.labels, test.set.labels]);
  return {
    ...GREY_IMAGES,
    name: isMnist ? "mnist" : dataNameOf(set.prefix || set.folder, { isFolder: true }),
    height: train.height,
    width: train.width,
    black: 0,
    white: 1,
    classNames: labels.map((label) => characters.get(label) ?? String(label)),
    train: train.set,
    test: test.set,
    truth: null,
    provenance: { source: "directory", files, fallback: null, notes: notesOn(files, { set, isMnist }) },
  };
}

/** The set of files that a path means. */
async function findSet(dir: string): Promise<IdxSet> {
  const names = await filesIn(dir);
  if (names === null) {
    const folder = dirname(dir), prefix = basename(dir);
    const siblings = await filesIn(folder);
    if (siblings && prefix && setsOf(siblings).includes(prefix)) return { folder, prefix, names: siblings };
    throw refusal(
      dir,
      "there is no such folder",
      "a folder with train-images-idx3-ubyte.gz and t10k-images-idx3-ubyte.gz",
    );
  }
  const here = setsIn(dir, names);
  const plain = here.find(({ prefix }) => prefix === "");
  if (plain) return plain;
  const found = here.length > 0 ? here : (await Promise.all(TORCHVISION.map(async (below) => {
    const folder = join(dir, below);
    return setsIn(folder, await filesIn(folder) ?? new Set());
  }))).flat();
  if (found.length === 1) return found[0];
  if (found.length === 0) {
    const wanted = "train-images-idx3-ubyte.gz, or the same without .gz";
    throw refusal(dir, "train-images-idx3-ubyte is not there", wanted);
  }
  const ways = found.map(({ folder, prefix }) => printablePath(join(folder, prefix)));
  const shown = ways.length > MOST_WAYS ? `${ways.slice(0, MOST_WAYS).join(", ")}, …` : ways.join(", ");
  throw refusal(dir, `it holds ${found.length} data sets`, `one of ${shown}`);
}

function setsIn(folder: string, names: ReadonlySet<string>): IdxSet[] {
  return setsOf(names).map((prefix) => ({ folder, prefix, names }));
}

/** What stands in front of the names of images files, each once, in order. */
function setsOf(names: ReadonlySet<string>): string[] {
  const matches = Array.from(names, (name) => IMAGES_NAME.exec(name)).filter((match) => match !== null);
  return [...new Set(matches.map((match) => match.groups!.set ?? ""))].sort();
}

/** The names of the files in a folder, links among them; null if there is no such folder. */
async function filesIn(folder: string): Promise<Set<string> | null> {
  const names = new Set<string>();
  try {
    // Kaggle's archive has folders of the names that files have elsewhere.
    for await (const { name, isDirectory } of Deno.readDir(folder)) if (!isDirectory) names.add(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw fileError("read", folder, error);
  }
  return names;
}

async function readPart(part: "train" | "test", { set, manifest }: { set: IdxSet; manifest: Manifest }) {
  const images = await readFileOf(set, { part, holds: "images", manifest });
  if (!images) {
    const stem = fileStems(set, { part, holds: "images" })[0];
    throw refusal(set.folder, `${printable(stem)} is not there`, `${printable(stem)}.gz, or the same without .gz`);
  }
  const [count, height, width] = images.shape;
  const labels = await readFileOf(set, { part, holds: "labels", manifest });
  if (labels && labels.shape[0] !== count) {
    const now = `${printable(labels.source.name)} has ${labels.shape[0]} labels`;
    throw refusal(set.folder, now, `${count}, one for each image`);
  }
  const isTurned = isEmnist(set.prefix);
  const pixels = isTurned ? transposed(images.values, { height, width }) : images.values;
  return {
    set: imageSet({ pixels, count, labels: labels?.values ?? null }),
    ...(isTurned ? { height: width, width: height } : { height, width }),
    files: labels ? [images.source, labels.source] : [images.source],
  };
}

interface FileOfSet {
  part: keyof typeof PARTS;
  holds: keyof typeof ENDINGS;
}

/** What a file may be called, without `.gz` and with `-idx`, the most usual name first. */
function fileStems({ prefix }: IdxSet, { part, holds }: FileOfSet): string[] {
  const parts = prefix === "" ? PARTS[part] : PARTS[part].toReversed();
  return parts.flatMap((name) =>
    ENDINGS[holds].map((ending) => `${prefix === "" ? "" : `${prefix}-`}${name}-${ending}`)
  );
}

/** A file of a set under any of its names, or null if there is none. */
async function readFileOf(
  set: IdxSet,
  { manifest, ...file }: FileOfSet & { manifest: Manifest },
): Promise<{ shape: number[]; values: Uint8Array<ArrayBuffer>; source: SourceFile } | null> {
  for (const stem of fileStems(set, file)) {
    const dotted = stem.replace(/-(idx\d-\w+)$/, ".$1");
    const name = [`${stem}.gz`, stem, `${dotted}.gz`, dotted].find((spelling) => set.names.has(spelling));
    if (name === undefined) continue;
    const { shape, values, stored, content } = await readIdxFile(join(set.folder, name), { holds: file.holds });
    const sha256 = await sha256Hex(stored);
    const official = manifest.files[stem];
    // Unpacked or packed anew they are the same images.
    const isOfficial = official === undefined
      ? null
      : (stored === content ? sha256 : await sha256Hex(content)) === official;
    return { shape, values, source: { name, bytes: stored.length, sha256, isSampled: false, isOfficial } };
  }
  return null;
}

function notesOn(files: readonly SourceFile[], { set, isMnist }: { set: IdxSet; isMnist: boolean }): string[] {
  if (isEmnist(set.prefix)) return [TURNED_NOTE];
  const others = files.filter((file) => file.isOfficial === false);
  if (isMnist) {
    return others.map(({ name }) =>
      `${name} is not the official MNIST file (its SHA-256 differs), so results may differ slightly from published ones`
    );
  }
  // That other images are not MNIST needs no note; that a folder mixes both does.
  const isMixed = files.some((file) => file.isOfficial);
  return isMixed ? [`not MNIST: ${others.length} of ${files.length} files differ from MNIST's`] : [];
}

/** @throws {UserError} The file cannot be read or is not a table of characters. */
async function readCharacters(path: string): Promise<Map<number, string>> {
  const { isFile, size } = await Deno.stat(path).catch((error) => {
    throw fileError("read", path, error);
  });
  if (!isFile || size > MOST_TABLE_BYTES) {
    const now = isFile ? `it has ${size} bytes` : "it is not a file";
    throw new UserError(`Cannot read ${printablePath(path)}: ${now}, expected a short table of characters`);
  }
  return charactersIn(new TextDecoder().decode(await readWhole(path)), { name: path });
}

/** Numbers the labels that occur from 0 on, in place, so that every class has images. Returns the labels, in order. */
function numberClasses(sets: (Labels | null)[]): number[] {
  const classes = new Int16Array(256).fill(-1);
  for (const labels of sets) for (const label of labels ?? []) classes[label] = 0;
  const occurring = Array.from(classes.keys()).filter((label) => classes[label] === 0);
  for (const [i, label] of occurring.entries()) classes[label] = i;
  for (const labels of sets) if (labels) { for (let i = 0; i < labels.length; i++) labels[i] = classes[labels[i]]; }
  return occurring;
}

function refusal(dir: string, now: string, expected: string): UserError {
  return new UserError(`Cannot read data set ${printablePath(dir)}: ${now}, expected ${expected}`);
}
