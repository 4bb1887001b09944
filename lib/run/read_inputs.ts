/**
 * New data as the inputs of measurements: in memory if they fit into the buffer, else read from disk each time that they
 * are asked for, a few hundred rows ahead.
 *
 * Runs no model. What is kept of rows on disk is their numbers, classes and words, and not their values.
 *
 * @module
 */
import type { PixelPiece, PixelSource, ReadPixels } from "../analysis/pixel_source.ts";
import { identityOf } from "../data/files/file_identity.ts";
import { gatherRows, type RowsOnDisk } from "../data/files/gather_rows.ts";
import { rowsAtAnyPlace } from "../data/files/row_cache.ts";
import type { OpenedRows } from "../data/readers/opened_rows.ts";
import { applyScaling, isIdentity, type Scaling } from "../data/scaling.ts";
import { assertUnchanged } from "../data/stream/assert_unchanged.ts";
import { MB } from "../data/stream/pool_size.ts";
import { assertFitsMemory } from "../memory.ts";
import type { Pixels } from "../pixels.ts";
import type { Architecture } from "../sae/model.ts";
import { assertFits, loadNewRows } from "./new_rows.ts";

/** Rows that decide how a model is run. */
const SAMPLE_ROWS = 1000;
/** What is kept of a row that is read from disk, bytes: its error and two percentiles, and its place in orders of them. */
const ROW_BYTES = 64;

/** What rows are for. */
export interface InputOptions {
  arch: Architecture;
  scaling: Scaling;
  /** Only the first rows, if there are more; null for all. */
  limit: number | null;
  /** Rows that take more memory stay on disk, MB. */
  bufferMb: number;
  cacheDir: string;
  signal: AbortSignal;
  /** Rows that cannot be read at any place of their files are written as plain numbers first: the share that is done. */
  onWriting?: (share: number) => void;
}

/** Inputs to measure. */
export interface MeasuredInputs {
  /** `[count, dInput]`, scaled. */
  pixels: PixelSource;
  count: number;
  /** The first of them. */
  sample: Pixels;
  /** How they are read, in a sentence; null if they are in memory. */
  note: string | null;
  /** @throws {UserError} A file has changed since the inputs were opened. */
  assertUnchanged(): Promise<void>;
}

/**
 * Rows to be measured.
 *
 * @param options.rows The rows.
 * @param options.whole The files that they are in and all of these files' rows; null if the rows are in no file.
 * @throws {UserError} The rows do not fit the model, the memory or the disk, or a row is damaged.
 * @throws The signal's reason, when aborted.
 */
export async function openInputs(
  { rows, whole }: { rows: OpenedRows; whole: RowsOnDisk | null },
  { bufferMb, cacheDir, onWriting, ...options }: InputOptions,
): Promise<MeasuredInputs> {
  const { arch, scaling, limit, signal } = options, { dInput } = arch;
  assertFits(rows, arch);
  const count = Math.min(rows.count, limit ?? Infinity), areBytes = rows.type === "bytes" && isIdentity(scaling);
  const bytes = count * dInput * (areBytes ? Uint8Array.BYTES_PER_ELEMENT : Float32Array.BYTES_PER_ELEMENT);
  // Files of IDX are in memory since they were opened.
  if (whole === null || whole.files.length === 0 || bytes <= bufferMb * MB) {
    const { pixels } = await loadNewRows(rows, options);
    const sample = pixels.subarray(0, SAMPLE_ROWS * dInput) as Pixels;
    return { pixels, count, sample, note: null, assertUnchanged: () => Promise.resolve() };
  }
  assertFitsMemory(bufferMb * MB + count * ROW_BYTES, { what: `measure ${count} rows (--limit takes fewer)` });
  const { disk, note } = await rowsAtAnyPlace(whole, { cacheDir, onProgress: onWriting, signal });
  const files: Awaited<ReturnType<typeof identityOf>>[] = [];
  for (const { path } of disk.files) files.push(await identityOf(path));
  const pixels = new DiskPixels(disk, { ...{ dInput, count, scaling, areBytes, signal }, fileRows: rows.fileRows });
  const isRead =
    `The rows take ${Math.ceil(bytes / MB)} MB, more than --buffer-mb ${bufferMb}: they are read from disk ` +
    "for each measurement";
  return {
    pixels,
    count,
    sample: await pixels.read({ from: 0, to: Math.min(SAMPLE_ROWS, count) }),
    note: note === null ? isRead : `${isRead}. ${note}`,
    assertUnchanged: () => assertUnchanged(files, { areHashed: true, action: "measure" }),
  };
}

/** Which rows of files, and how they become inputs. */
interface DiskOptions {
  dInput: number;
  count: number;
  scaling: Scaling;
  areBytes: boolean;
  signal: AbortSignal;
  /** Which row of the files each is; row i if left out. */
  fileRows?: Uint32Array;
}

/** Rows on disk. */
class DiskPixels implements ReadPixels {
  readonly length: number;
  readonly BYTES_PER_ELEMENT: number;
  readonly #disk: RowsOnDisk;
  readonly #options: DiskOptions;

  constructor(disk: RowsOnDisk, options: DiskOptions) {
    const { count, dInput, areBytes } = options;
    this.#disk = disk;
    this.#options = options;
    this.length = count * dInput;
    this.BYTES_PER_ELEMENT = areBytes ? Uint8Array.BYTES_PER_ELEMENT : Float32Array.BYTES_PER_ELEMENT;
  }

  /** While a piece is used, the next one is read. */
  async *pieces({ size, rows }: { size: number; rows?: Uint32Array }): AsyncGenerator<PixelPiece> {
    const total = rows?.length ?? this.#options.count;
    const readFrom = (from: number) =>
      from < total ? this.read({ from, to: Math.min(total, from + size), rows }) : null;
    let next = readFrom(0);
    try {
      for (let first = 0; next !== null; first += size) {
        const pixels: Pixels = await next;
        next = readFrom(first + size);
        next?.catch(() => {}); // thrown where it is awaited
        yield { first, pixels };
      }
    } finally {
      await next?.catch(() => {});
    }
  }

  /** The rows [from, to), scaled; of those with the numbers `rows`, if they are given. */
  async read({ from, to, rows }: { from: number; to: number; rows?: Uint32Array }): Promise<Pixels> {
    const { dInput, scaling, areBytes, signal, fileRows } = this.#options;
    const wanted = new Uint32Array(to - from);
    for (let i = 0; i < wanted.length; i++) {
      const row = rows ? rows[from + i] : from + i;
      wanted[i] = fileRows ? fileRows[row] : row;
    }
    const into: Pixels = areBytes ? new Uint8Array(wanted.length * dInput) : new Float32Array(wanted.length * dInput);
    await gatherRows(this.#disk, { wanted: [{ rows: wanted, into }], signal });
    if (into instanceof Float32Array && !isIdentity(scaling)) applyScaling(into, { scaling, dInput });
    return into;
  }
}
