/**
 * Opened rows as a data set: split, read into memory or left on disk, scaled.
 *
 * What is at a path is `find_rows.ts`'s business; which numbers a scaling is made of, `measure_scaling.ts`'s.
 *
 * @module
 */
import { printablePath, quoted } from "../../errors.ts";
import { assertFitsMemory } from "../../memory.ts";
import type { Pixels } from "../../pixels.ts";
import { type Dataset, imageSet } from "../dataset.ts";
import { identityOf } from "./file_identity.ts";
import type { FoundRows } from "./find_rows.ts";
import { gatherRows, type RowsOnDisk } from "./gather_rows.ts";
import { joinedClasses } from "./joined_classes.ts";
import { settledScale, unmeasuredScaling } from "../measure_scaling.ts";
import type { Labels, RowMeta } from "../row_labels.ts";
import { rowsAtAnyPlace } from "./row_cache.ts";
import { rowLength } from "../row_shape.ts";
import { sampledScaling } from "./sampled_scaling.ts";
import { applyScaling, isIdentity, type ScaleName, type Scaling } from "../scaling.ts";
import { classesInWords, readMeta } from "./side_files.ts";
import { chooseSplit } from "./choose_split.ts";
import { labelsOfRows, metaOfRows } from "./some_rows.ts";
import { heldOutRows, type RowSplit, trainingRows } from "./split_rows.ts";
import { MB } from "../stream/pool_size.ts";
import type { StreamPlan } from "../stream/stream_plan.ts";

/** How rows become a data set. */
export interface ReadOptions {
  scale: ScaleName | "auto";
  subtract: Scaling["subtract"];
  /** A scaling that a model has already, which stands for both. */
  scaling?: Scaling;
  /** Training rows that are kept, the first ones; null for all. */
  limit: number | null;
  /** The share that is held out, in (0, 1), if the data have no test set of their own; about a tenth if left out. */
  testShare?: number;
  /** Training rows that need more memory stay on disk, MB. */
  bufferMb: number;
  /** A file of words for each row that is measured, if there is one. */
  meta?: string;
  /** Where rows are kept that cannot be read at any place of their files. */
  cacheDir: string;
  /** What is being done, and the share of it that is done. */
  onProgress?: (what: string, share: number) => void;
  signal?: AbortSignal;
}

/** Rows that stand for streamed training rows when they are measured, bytes. */
const RESIDENT_BYTES = 64 * MB;

/**
 * Reads a data set.
 *
 * @throws {UserError} A row is damaged; the share or the limit leaves no rows; the data do not fit into memory or on the
 * disk; the file of words has another number of lines.
 * @throws The signal's reason, when aborted.
 */
export async function readRows(found: FoundRows, options: ReadOptions): Promise<Dataset> {
  const { shape } = found.rows.rows, dInput = rowLength(shape);
  const scale = settledScale(options.scale, found.rows.rows);
  const known = options.scaling ?? unmeasuredScaling({ scale, subtract: options.subtract }, found.rows.rows);
  const areBytes = found.rows.rows.type === "bytes" && known !== null && isIdentity(known);
  const rowBytes = dInput * (areBytes ? 1 : Float32Array.BYTES_PER_ELEMENT);
  const { split, count, notes } = chooseSplit(found, { ...options, rowBytes });
  const isStreamed = count * rowBytes > options.bufferMb * MB;
  const trainRows = isStreamed ? Math.max(1, Math.floor(RESIDENT_BYTES / rowBytes)) : count;
  const what = `read ${printablePath(found.name)}`;
  assertFitsMemory((Math.min(trainRows, count) + split.testCount) * rowBytes, {
    what: options.testShare === undefined ? what : `${what} with a test share of ${options.testShare}`,
  });

  const work = { ...options, areBytes, known, scale, split, count };
  const own = isStreamed ? await onDisk(found.rows, { ...options, notes }) : found.rows;
  const wanted = {
    train: trainingRows(split, { limit: count, most: trainRows }),
    test: found.test ? null : heldOutRows(split),
  };
  const pixels = await readBoth(found, { own, wanted, work });
  const scaling = known ?? await sampledScaling(own, {
    ...work,
    held: isStreamed ? null : { rows: wanted.train, pixels: pixels.train },
  });
  if (!isIdentity(scaling)) {
    for (const values of [pixels.train, pixels.test]) {
      applyScaling(values as Float32Array, { scaling, dInput });
    }
  }
  const stream = isStreamed ? await streamPlan(own, { scaling, areBytes, split, count }) : null;
  const classes = joinedClasses(found.rows.labels, found.test ? found.test.labels : found.rows.labels);
  const isOneClass = classes.names.length === 1;
  if (isOneClass) notes.push(`All rows are of class ${quoted(classes.names[0])}: the report has no classes.`);
  if (classes.train !== null && classes.test === null) {
    notes.push("The test set has no labels, so that nothing is measured by class; --test-labels FILE has them");
  }
  const meta = await metaOf(found, { path: options.meta, rows: wanted.test });
  const inWords = options.meta !== undefined && classes.names.length === 0 ? classesInWords(meta!) : [];
  const labelsAt = (labels: Labels | null, rows: Uint32Array | null) =>
    labels === null || isOneClass ? null : rows === null ? labels : labelsOfRows(labels, rows);
  const isAll = wanted.train.length === found.rows.rows.count;
  const [black, white] = areBytes || scaling.scale === "unit" && scaling.subtract === "none"
    ? [0, 1]
    : rangeOf(pixels.train);
  return {
    ...shape,
    ...{ name: found.name, black, white, classNames: isOneClass ? [] : classes.names, stream, scaling, truth: null },
    columns: shape.kind === "vector" ? found.rows.rows.columns ?? null : null,
    areBytes: found.rows.rows.type === "bytes",
    train: imageSet({
      pixels: pixels.train,
      count: wanted.train.length,
      labels: labelsAt(classes.train, wanted.train),
      fileRows: isAll ? null : wanted.train,
    }),
    test: imageSet({
      pixels: pixels.test,
      count: split.testCount,
      labels: labelsAt(classes.test, wanted.test),
      fileRows: wanted.test,
      meta,
    }),
    split: { by: found.by, share: found.by === "hash" ? split.share : null },
    provenance: {
      source: "path",
      files: found.sources,
      fallback: null,
      notes: [...found.notes, ...notes, ...inWords],
    },
  };
}

/** Rows that stay on disk; a note says in which file of the cache, if they are in one. */
async function onDisk(
  rows: RowsOnDisk,
  { cacheDir, notes, onProgress, signal }: ReadOptions & { notes: string[] },
): Promise<RowsOnDisk> {
  const what = "writing the rows as plain numbers";
  const { disk, note } = await rowsAtAnyPlace(rows, {
    ...{ cacheDir, signal },
    onProgress: (share) => onProgress?.(what, share),
  });
  if (note !== null) notes.push(note);
  return disk;
}

/** What reading needs to know. */
interface Work extends ReadOptions {
  areBytes: boolean;
  known: Scaling | null;
  scale: ScaleName;
  split: RowSplit;
  count: number;
}

/** The chosen rows of both sets, unscaled. */
async function readBoth(
  { rows, test }: FoundRows,
  { own, wanted, work }: {
    own: RowsOnDisk;
    wanted: { train: Uint32Array; test: Uint32Array | null };
    work: Work;
  },
): Promise<{ train: Pixels; test: Pixels }> {
  const { areBytes, onProgress, signal } = work, dInput = rowLength(rows.rows.shape);
  const room = (count: number): Pixels => areBytes ? new Uint8Array(count * dInput) : new Float32Array(count * dInput);
  const train = room(wanted.train.length), held = room(work.split.testCount);
  const watch = { onProgress: (share: number) => onProgress?.("reading the data", share), signal };
  const first = { rows: wanted.train, into: train };
  if (wanted.test) {
    await gatherRows(own, { wanted: [first, { rows: wanted.test, into: held }], ...watch });
  } else {
    await gatherRows(own, { wanted: [first], ...watch });
    await gatherRows(test!, { wanted: [{ rows: everyRow(work.split.testCount), into: held }], ...watch });
  }
  return { train, test: held };
}

function everyRow(count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) rows[row] = row;
  return rows;
}

/** See {@linkcode StreamPlan}. */
async function streamPlan(
  { rows, files }: RowsOnDisk,
  { scaling, areBytes, split, count }: Pick<StreamPlan, "scaling" | "areBytes" | "count"> & { split: RowSplit },
): Promise<StreamPlan> {
  const identities = [];
  for (const { path } of files) identities.push(await identityOf(path));
  return {
    files: identities,
    parts: rows.flat!,
    dInput: rowLength(rows.shape),
    storesBytes: rows.type === "bytes",
    areBytes,
    scaling,
    testShare: split.share,
    count,
  };
}

/** Words of the rows that are measured: of a file for them, else of the data's own columns. */
async function metaOf(
  { rows, test }: FoundRows,
  { path, rows: held }: { path?: string; rows: Uint32Array | null },
): Promise<RowMeta | null> {
  const measuredRows = test?.rows ?? rows.rows;
  if (path !== undefined) return await readMeta(path, { count: measuredRows.count, rows: held });
  const { meta } = measuredRows;
  if (meta === null || held === null) return meta;
  return metaOfRows(meta, held);
}

/** The smallest and the largest value; 0 and 1 if all are equal. */
function rangeOf(values: Pixels): [number, number] {
  let least = Infinity, most = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < least) least = values[i];
    if (values[i] > most) most = values[i];
  }
  return least < most ? [least, most] : [0, 1];
}
