/**
 * Reads one IDX file of images or of labels from disk, gzipped or plain, and no more of it than its header announces.
 *
 * The header is read and checked before anything is allocated. Which files make a data set is `idx_folder.ts`'s business.
 *
 * @module
 */
import { printablePath, UserError } from "../../errors.ts";
import { fileError, readWhole } from "../../files.ts";
import { gunzip, gunzipStart, isGzip, mostUncompressed } from "../../formats/gzip.ts";
import { type IdxHeader, parseIdxHeader } from "../../formats/idx.ts";
import { assertFitsMemory } from "../../memory.ts";

/** What an IDX file holds, and its bytes. */
export interface IdxFile {
  /** Length of each dimension: `[count, height, width]` for images, `[count]` for labels. */
  shape: number[];
  /** The values, row-major, `[product of shape]`: pixels, or the class of each image. */
  values: Uint8Array<ArrayBuffer>;
  /** The file as stored. */
  stored: Uint8Array<ArrayBuffer>;
  /** The file uncompressed; `stored` itself if it is not gzipped. */
  content: Uint8Array<ArrayBuffer>;
}

/** What a file must hold. */
type Holds = "images" | "labels";

/** Enough for the header of any gzip and IDX file met, and at most 4 MB uncompressed. */
const START_BYTES = 4096;

/**
 * Reads an IDX file.
 *
 * Images are bytes in three dimensions. Labels are bytes in one; or 32-bit integers from 0 to 255 in one dimension, or in
 * two of which the first column is the class (QMNIST has eight columns).
 *
 * @throws {UserError} The file cannot be read, is not what it must be, has fewer or more bytes than its header announces,
 * or needs more memory than is free.
 */
export async function readIdxFile(path: string, { holds }: { holds: Holds }): Promise<IdxFile> {
  const { size, start } = await readStart(path);
  const isPacked = isGzip(start);
  const header = parseIdxHeader(isPacked ? gunzipStart(start, path) : start, path);
  const wholeBytes = header.headerBytes + header.valueBytes;
  assertHolds(header, { path, holds });
  // A gzip file's end is not known before it is read, but how much it can hold at most is.
  if (isPacked ? mostUncompressed(size) < wholeBytes : size !== wholeBytes) {
    throw wrongLength(path, { header, has: isPacked ? `can hold at most ${mostUncompressed(size)}` : `has ${size}` });
  }
  assertFitsMemory(isPacked ? size + wholeBytes : wholeBytes, { what: `read ${printablePath(path)}` });
  const stored = await readWhole(path);
  const content = isPacked ? gunzip(stored, { name: path, most: wholeBytes }) : stored;
  if (content.length !== wholeBytes) throw wrongLength(path, { header, has: `has ${content.length}` });
  const data = content.subarray(header.headerBytes);
  if (header.type === "u8") return { shape: header.shape, values: data, stored, content };
  return { shape: header.shape.slice(0, 1), values: firstColumn(data, { path, header }), stored, content };
}

/** A file's size and its first bytes. */
async function readStart(path: string): Promise<{ size: number; start: Uint8Array<ArrayBuffer> }> {
  try {
    // Asked before it is opened: opening a pipe would wait for a writer, and a device has no end.
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) throw new UserError(`Cannot read ${printablePath(path)}: it is not a file, expected an IDX file`);
    using file = await Deno.open(path);
    const start = new Uint8Array(Math.min(size, START_BYTES));
    let length = 0;
    for (let read: number | null = 1; length < start.length && read; length += read ?? 0) {
      read = await file.read(start.subarray(length));
    }
    return { size, start: start.subarray(0, length) };
  } catch (error) {
    throw error instanceof UserError ? error : fileError("read", path, error);
  }
}

/** @throws {UserError} The type or the dimensions are not those of images or labels; the line says what to do. */
function assertHolds({ type, shape }: IdxHeader, { path, holds }: { path: string; holds: Holds }): void {
  const refuse = (now: string, wanted: string) =>
    new UserError(`Cannot read ${holds} from ${printablePath(path)}: ${now}, expected ${wanted}`);
  const shown = `${shape.length} dimension${shape.length === 1 ? "" : "s"}${
    shape.length ? `, ${shape.join("×")}` : ""
  }`;
  if (holds === "images") {
    if (shape.length === 4) {
      throw refuse(`it has ${shown}`, "3: count, height and width; make colour images grey first");
    }
    if (shape.length !== 3) throw refuse(`it has ${shown}`, "3: count, height and width; 1×d for vectors of d values");
    if (type !== "u8") {
      throw refuse(`its values are ${type}`, "u8: scale them to 0 … 255 and write unsigned bytes (IDX type 08)");
    }
  } else {
    const isWide = type === "i32" && shape.length === 2;
    if (shape.length !== 1 && !isWide) throw refuse(`it has ${shown}`, "1: one class for each image");
    if (type !== "u8" && type !== "i32") throw refuse(`its values are ${type}`, "u8: classes from 0 to 255");
  }
  if (shape.includes(0)) throw refuse(`its shape is ${shape.join("×")}`, "at least one item");
}

/** The classes of labels that are big-endian 32-bit integers, the first of each row. */
function firstColumn(
  data: Uint8Array,
  { path, header: { shape: [count, columns = 1] } }: { path: string; header: IdxHeader },
): Uint8Array<ArrayBuffer> {
  const view = new DataView(data.buffer, data.byteOffset);
  const classes = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const label = view.getInt32(4 * columns * i);
    if (label < 0 || label > 255) {
      const now = `label ${i} (from 0) is ${label}`;
      throw new UserError(`Cannot read labels from ${printablePath(path)}: ${now}, expected a class from 0 to 255`);
    }
    classes[i] = label;
  }
  return classes;
}

function wrongLength(path: string, { header, has }: { header: IdxHeader; has: string }): UserError {
  const wanted = `${header.headerBytes + header.valueBytes} for its shape ${header.shape.join("×")}`;
  return new UserError(`Cannot read ${printablePath(path)}: it ${has} bytes, expected ${wanted}`);
}
