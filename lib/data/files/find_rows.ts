/**
 * From where data are to opened rows with their classes: what is known before any row is read.
 *
 * Chooses no split and reads no rows but those of IDX folders, which are read whole; `read_rows.ts` makes a data set.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import { printablePath, UserError } from "../../errors.ts";
import { exists } from "../../files.ts";
import type { DataPlace, RowFiles } from "./data_place.ts";
import type { Dataset, ImageSet, SourceFile, Split } from "../dataset.ts";
import { type DataFile, diskSource } from "./disk_source.ts";
import { HASHED_WHOLE_BYTES, identityOf } from "./file_identity.ts";
import { findFiles, type FoundFiles } from "./find_files.ts";
import type { RowsOnDisk } from "./gather_rows.ts";
import { readIdxDirectory } from "../mnist/idx_folder.ts";
import type { NumberHint } from "../readers/file_rows.ts";
import { otherColumn } from "../readers/joined_rows.ts";
import { openRows } from "../readers/open_rows.ts";
import type { OpenedRows } from "../readers/opened_rows.ts";
import type { LabelColumn } from "../row_labels.ts";
import { type RowShape, shapeText } from "../row_shape.ts";
import { readLabels, readNames, renamed } from "./side_files.ts";

/** Rows that are open, with their classes. */
export interface LabelledRows extends RowsOnDisk {
  labels: LabelColumn | null;
}

/** What was found at a place. */
export interface FoundRows {
  /** What the data are called. */
  name: string;
  rows: LabelledRows;
  /** The rows to measure on, if they are not held out of the others. */
  test: LabelledRows | null;
  /** Where the test set comes from. */
  by: Split["by"];
  sources: SourceFile[];
  notes: string[];
}

/** More files than this are stated as one, by a hash over all of them. */
const MOST_SOURCES = 200;
const IDX_NAME = /idx\d-\w+(?:\.gz)?$/i;

/**
 * Opens what is at a place.
 *
 * @throws {UserError} Nothing is there or it cannot be read; labels, names and rows do not fit one another; or two flags
 * choose the test set.
 */
export async function findRows(place: DataPlace & { data: string } & NumberHint): Promise<FoundRows> {
  const { data, test, testShare } = place;
  if (test !== undefined && testShare !== undefined) throw bothSplits("--test is given");
  const own = await openPlace(data, { place, part: "train" });
  if (own.hasTestPart && test === undefined && testShare !== undefined) {
    throw bothSplits(`the data have a test set of their own (${printablePath(data)})`);
  }
  const other = test !== undefined
    ? await openPlace(test, { place: { ...place, data: test, areBytes: own.rows.rows.type === "bytes" }, part: "test" })
    : own.hasTestPart
    ? await own.openTest()
    : null;
  if (other) assertSameRows(other.rows.rows, { own: own.rows.rows, path: test ?? data });
  const labels = await labelsOf(own.rows.rows, { path: place.labels, of: "the data" });
  const testLabels = other && await labelsOf(other.rows.rows, { path: place.testLabels, of: "the test set" });
  assertUsed(place, { hasLabels: (labels ?? testLabels) !== null, hasTest: other !== null });
  return {
    name: own.name,
    rows: { ...own.rows, labels: labels && await named(labels, place.names) },
    test: other && { ...other.rows, labels: testLabels && await named(testLabels, place.names) },
    by: test !== undefined ? "path" : other ? "set" : "hash",
    sources: [...own.sources, ...(test !== undefined ? other!.sources : [])],
    notes: [...new Set([...own.rows.rows.notes, ...other?.rows.rows.notes ?? []]), ...own.notes],
  };
}

/**
 * Opens the rows at one path, whatever else its set has.
 *
 * @param options.part Which part of a set that has a training and a test part.
 * @throws {UserError} Nothing is there or it cannot be read; labels or names do not fit the rows.
 */
export async function findPart(
  place: RowFiles & { data: string } & NumberHint,
  { part }: { part: "train" | "test" },
): Promise<Omit<FoundRows, "test" | "by"> & { hasParts: boolean }> {
  const found = await openPlace(place.data, { place, part });
  const labels = await labelsOf(found.rows.rows, { path: place.labels, of: "the data" });
  assertUsed(place, { hasLabels: labels !== null, hasTest: false });
  return {
    name: found.name,
    rows: { ...found.rows, labels: labels && await named(labels, place.names) },
    sources: found.sources,
    notes: [...found.rows.rows.notes, ...found.notes],
    hasParts: found.hasTestPart,
  };
}

/** Rows at a path, and how the set's own test part is opened. */
interface Place {
  name: string;
  rows: RowsOnDisk;
  sources: SourceFile[];
  notes: string[];
  hasTestPart: boolean;
  openTest(): Promise<Place>;
}

async function openPlace(
  path: string,
  { place, part }: { place: RowFiles & NumberHint; part: "train" | "test" },
): Promise<Place> {
  const isFile = (await Deno.stat(path).catch(() => null))?.isFile ?? false;
  if (!isFile && await isIdxSet(path)) return idxPlace(await readIdxDirectory(path), part);
  const { labels, names, meta } = place;
  const except = [labels, names, meta].filter((other) => other !== undefined);
  const found = await findFiles(path, { except });
  if (found.files.length > 1 && found.files.every(({ name }) => IDX_NAME.test(name))) {
    return idxPlace(await readIdxDirectory(path), part);
  }
  return await filesPlace(found, { place, part });
}

/** Whether a path is one of several IDX sets in a folder, `gzip/emnist-letters`, which is no file or folder itself. */
async function isIdxSet(path: string): Promise<boolean> {
  if (await exists(path)) return false;
  const prefix = `${basename(path)}-`;
  try {
    for await (const { name } of Deno.readDir(dirname(path))) {
      if (name.startsWith(prefix) && IDX_NAME.test(name)) return true;
    }
  } catch {
    // Said by who looks for files.
  }
  return false;
}

async function filesPlace(
  { name, files }: FoundFiles,
  { place, part }: { place: RowFiles & NumberHint; part: "train" | "test" },
): Promise<Place> {
  const { tensor, labelColumn, areBytes } = place;
  const rows = await openRows(files.map(diskSource), { tensor, labelColumn, part, areBytes });
  return {
    name,
    rows: { rows, files, choice: JSON.stringify([tensor, labelColumn, part]) },
    sources: await sourcesOf(files),
    notes: [],
    hasTestPart: rows.hasTestPart,
    openTest: () =>
      filesPlace({ name, files, folder: "" }, { place: { ...place, areBytes: rows.type === "bytes" }, part: "test" }),
  };
}

function idxPlace(dataset: Dataset, part: "train" | "test"): Place {
  const { name, provenance: { files, notes } } = dataset;
  return {
    name,
    rows: { rows: rowsInMemory(dataset[part], dataset), files: [], choice: part },
    sources: files,
    notes,
    hasTestPart: true,
    openTest: () => Promise.resolve(idxPlace(dataset, "test")),
  };
}

/** Rows that are held already, as if they were opened. */
function rowsInMemory(
  { pixels, count, labels }: ImageSet,
  { kind, height, width, channels, classNames }: RowShape & Pick<Dataset, "classNames">,
): OpenedRows {
  return {
    shape: { kind, height, width, channels },
    count,
    type: "bytes",
    labels: labels && { values: labels, names: classNames },
    meta: null,
    flat: null,
    notes: [],
    hasTestPart: true,
    async *pieces() {
      yield await Promise.resolve(pixels);
    },
  };
}

/** @throws {UserError} The test rows have another shape, other numbers, or other columns. */
function assertSameRows(
  { shape, type, columns }: OpenedRows,
  { own, path }: { own: OpenedRows; path: string },
): void {
  const refuse = (now: string, expected: string) =>
    new UserError(`Cannot measure on ${printablePath(path)}: its rows are ${now}, expected ${expected} as in the data`);
  if (shapeText(shape) !== shapeText(own.shape)) throw refuse(shapeText(shape), shapeText(own.shape));
  if (type !== own.type) throw refuse(type, type === "bytes" ? "floats" : "bytes (whole numbers from 0 to 255)");
  const other = otherColumn(columns, own.columns);
  if (!other) return;
  throw new UserError(
    `Cannot measure on ${printablePath(path)}: ${other.now}, expected ${other.wanted} as in the data`,
  );
}

async function labelsOf(
  { labels, count }: OpenedRows,
  { path, of }: { path: string | undefined; of: string },
): Promise<LabelColumn | null> {
  if (path === undefined) return labels;
  const read = await readLabels(path);
  if (read.values.length === count) return read;
  const now = `it has ${read.values.length} labels`;
  throw new UserError(`Cannot read ${printablePath(path)}: ${now}, expected ${count}, one for each row of ${of}`);
}

/** Classes by the names in a file, if there is one. */
async function named(labels: LabelColumn, path: string | undefined): Promise<LabelColumn> {
  if (path === undefined) return labels;
  return { ...labels, names: renamed(labels.names, { lines: await readNames(path), path }) };
}

/** @throws {UserError} A flag has no effect. */
function assertUsed(
  { names, testLabels }: DataPlace,
  { hasLabels, hasTest }: { hasLabels: boolean; hasTest: boolean },
): void {
  if (names !== undefined && !hasLabels) {
    throw usage("Cannot use --names: the data have no labels, expected it left out, or --labels FILE");
  }
  if (testLabels !== undefined && !hasTest) {
    throw usage("Cannot use --test-labels: the data have no test set of their own, expected it beside --test PATH");
  }
}

function bothSplits(now: string): UserError {
  return usage(`Cannot use --test-share: ${now}, expected one way to choose the test set`);
}

function usage(message: string): UserError {
  return new UserError(message, { exitCode: 2 });
}

/** What a report states of files. */
async function sourcesOf(files: readonly DataFile[]): Promise<SourceFile[]> {
  if (files.length <= MOST_SOURCES) return await Promise.all(files.map(sourceOf));
  const hash = createHash("sha256");
  const step = Math.ceil(files.length / MOST_SOURCES);
  for (const [i, file] of files.entries()) {
    hash.update(`${file.name} ${file.size}\n`);
    if (i % step === 0) hash.update(`${(await sourceOf(file)).sha256}\n`);
  }
  const bytes = files.reduce((sum, { size }) => sum + size, 0), sha256 = hash.digest("hex");
  return [{ name: `${files.length} files`, bytes, sha256, isSampled: true, isOfficial: null }];
}

async function sourceOf({ path, name }: DataFile): Promise<SourceFile> {
  const { bytes, sampledSha256 } = await identityOf(path);
  return { name, bytes, sha256: sampledSha256, isSampled: bytes > HASHED_WHOLE_BYTES, isOfficial: null };
}
