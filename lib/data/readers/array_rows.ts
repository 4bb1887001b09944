/**
 * An array of numbers in a file (NumPy's, safetensors', IDX) as rows: vectors, or images, grey or in colour.
 *
 *     [N, d]                     vectors
 *     [N, H, W]                  grey images
 *     [N, H, W, C], [N, C, H, W] images, C 1 or 3
 *
 * Rows are read some at a time, in any memory order. Does not know the formats. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { decodeBytes, decodeExactly, decodeNumbers, type NumberLayout } from "../../formats/decode_numbers.ts";
import type { ByteSource } from "../../formats/byte_source.ts";
import { bytesOf, isFloat } from "../../formats/number_types.ts";
import type { Pixels } from "../../pixels.ts";
import { asImages, mayBeImages } from "./as_images.ts";
import { assertRowLength, type FileRows, leastWhite, type NumberHint, refusal, rowsPerPiece } from "./file_rows.ts";
import { assertFinite } from "./finite.ts";
import { transposed, TURNED_NOTE } from "./idx_sets.ts";
import { rowLength, type RowShape } from "../row_shape.ts";

/** An array that a file holds. */
export interface StoredArray extends NumberLayout {
  /** The file that was opened. */
  file: ByteSource;
  /** What errors call it: the file, or the file and the array's name in it. */
  name: string;
  /** What the array is called in its file, or the file's own name: `x_train`. */
  key: string;
  /** Where its bytes are: the file, or a member of an archive. */
  source: ByteSource;
  /** Where its values begin in `source`. */
  dataStart: number;
  /** Where its values begin in the file that was opened; null if they are compressed. */
  flatStart: number | null;
  shape: number[];
  /** Whether the first index changes fastest. */
  isFortran: boolean;
  /** Whether bytes of images have rows and columns exchanged, as EMNIST's have; false if left out. */
  isTransposed?: boolean;
  /** Compares the checksum of all its bytes; null if there is none, or if `source` does so as they are read. */
  check: (() => Promise<void>) | null;
}

/** At least so many bytes are read at a place of a Fortran array: one column of a piece. */
const COLUMN_BYTES = 2 ** 16;
/** Bytes that a piece of a Fortran array may need. */
const FORTRAN_PIECE_BYTES = 2 ** 26;
const MOST_BYTE = 255;

/** What an array's shape means. */
export interface RowLayout {
  shape: RowShape;
  /** Whether pixels are stored as `[C, H, W]`, and must be turned to `[H, W, C]`. */
  isChannelsFirst: boolean;
}

/**
 * The rows of an array.
 *
 * @param hint What is known of the numbers.
 * @throws {UserError} It has another number of dimensions, or whole numbers of 64 bits beyond 2^53.
 */
export async function arrayRows(array: StoredArray, hint: NumberHint = {}): Promise<FileRows> {
  const { file, name, type, isBigEndian, flatStart, isFortran, isTransposed = false } = array;
  const { isChannelsFirst, ...stored } = rowLayout(array), dInput = rowLength(stored.shape), [count = 0] = array.shape;
  assertRowLength(dInput, name);
  if (count === 0) throw refusal(name, "it has no rows", "at least one");
  const areBytes = type === "u8" || await holdsBytes(array, { isImage: stored.shape.kind === "image", hint });
  const areLevels = areBytes || mayBeImages(stored.shape) && await isWithin(array, 1);
  const { shape, notes } = areLevels ? asImages(stored.shape) : { shape: stored.shape, notes: [] };
  const isPlain = !isFortran && !isChannelsFirst && !isTransposed, { height, width } = shape;
  const piecesFrom = async function* (row: number): AsyncGenerator<Pixels> {
    let firstRow = row;
    for await (const bytes of rowBytes(array, row)) {
      const values: Pixels = areBytes ? decodeBytes(bytes, array) : decodeNumbers(bytes, array);
      assertFinite(values, { name, firstRow, dInput, stored: (at) => decodeExactly(bytes, array)[at] });
      firstRow += values.length / dInput;
      if (isTransposed && values instanceof Uint8Array) yield transposed(values, shape);
      else yield isChannelsFirst ? channelsLast(values, shape) : values;
    }
  };
  return {
    ...{ file, name, count, areBytes },
    shape: isTransposed ? { ...shape, height: width, width: height } : shape,
    notes: isTransposed ? [...notes, `${TURNED_NOTE}.`] : notes,
    flat: isPlain && flatStart !== null ? { offset: flatStart, type, isBigEndian, count } : null,
    labels: null,
    meta: null,
    pieces: () => piecesFrom(0),
    piecesFrom,
  };
}

/**
 * The classes in an array of one dimension, or of two with one column.
 *
 * @throws {UserError} It holds whole numbers of 64 bits beyond 2^53.
 */
export async function arrayLabels(array: StoredArray): Promise<Float64Array> {
  const bytes = array.shape[0] * bytesOf(array.type);
  return decodeExactly(await array.source.read(array.dataStart, array.dataStart + bytes), array);
}

/** Whether an array can hold one class for each row: one dimension, or a second of length 1. */
export function isColumn({ shape }: Pick<StoredArray, "shape">): boolean {
  return shape.length === 1 || shape.length === 2 && shape[1] === 1;
}

/** What rows of this shape are. @throws {UserError} No rows have this shape. */
export function rowLayout({ name, shape: dimensions }: Pick<StoredArray, "name" | "shape">): RowLayout {
  const [, ...rest] = dimensions;
  const grey = (height: number, width: number): RowShape => ({ kind: "image", height, width, channels: 1 });
  if (rest.length === 1) {
    return { shape: { kind: "vector", height: 1, width: rest[0], channels: 1 }, isChannelsFirst: false };
  }
  if (rest.length === 2) return { shape: grey(rest[0], rest[1]), isChannelsFirst: false };
  const [first, second, third] = rest;
  if (rest.length === 3 && (third === 1 || third === 3)) {
    return { shape: { kind: "image", height: first, width: second, channels: third }, isChannelsFirst: false };
  }
  if (rest.length === 3 && (first === 1 || first === 3)) {
    const shape: RowShape = { kind: "image", height: second, width: third, channels: first };
    return { shape, isChannelsFirst: first === 3 };
  }
  throw refusal(
    name,
    `its shape is [${dimensions.join(", ")}]`,
    "[rows, values], or images as [rows, height, width], [rows, height, width, 1 or 3] or [rows, 1 or 3, height, width]",
  );
}

/**
 * Whether numbers of another type are bytes: whole, from 0 to 255, and not all of them small. Floats are only if they are
 * images, or if bytes are expected.
 */
async function holdsBytes(
  array: StoredArray,
  { isImage, hint }: { isImage: boolean; hint: NumberHint },
): Promise<boolean> {
  if (array.type === "bool" || isFloat(array.type) && !isImage && !hint.areBytes) return false;
  return await isWithin(array, MOST_BYTE, Number.isInteger) && !await isWithin(array, leastWhite(hint) - 1);
}

/** Whether all numbers are from 0 to `most`. Reads as far as the first that is not. */
async function isWithin(array: StoredArray, most: number, is = (_: number) => true): Promise<boolean> {
  for await (const bytes of rowBytes(array)) {
    const values = decodeNumbers(bytes, array);
    for (let i = 0; i < values.length; i++) if (!(values[i] >= 0 && values[i] <= most && is(values[i]))) return false;
  }
  return true;
}

/** The bytes of whole rows in C order from a row on, some rows at a time. */
async function* rowBytes(array: StoredArray, from = 0): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { source, dataStart, shape: [count, ...rest], isFortran } = array;
  const length = rest.reduce((product, size) => product * size, 1), size = bytesOf(array.type);
  if (isFortran && rest.length > 0 && length > 1) return yield* fortranBytes(array, from);
  const most = rowsPerPiece(length), bytes = length * size;
  const read = (row: number) => {
    const to = Math.min(count, row + most);
    const piece = row < count ? source.read(dataStart + row * bytes, dataStart + to * bytes) : null;
    piece?.catch(() => {}); // thrown where it is awaited
    return piece;
  };
  let next = read(from);
  try {
    for (let row = from + most; next !== null; row += most) {
      const piece: Uint8Array<ArrayBuffer> = await next;
      next = read(row); // while this piece is used
      yield piece;
    }
  } finally {
    await next?.catch(() => {}); // whoever stops early finds no file open
  }
}

/** The same where the first index changes fastest: value j of all rows lies together, j counted with the second index fastest. */
async function* fortranBytes(
  { source, dataStart, shape: [count, ...rest], type }: StoredArray,
  from: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const length = rest.reduce((product, size) => product * size, 1), size = bytesOf(type);
  const rows = Math.max(1, Math.min(Math.floor(FORTRAN_PIECE_BYTES / (length * size)), Math.ceil(COLUMN_BYTES / size)));
  const places = cOrder(rest);
  for (let row = from; row < count; row += rows) {
    const n = Math.min(rows, count - row), piece = new Uint8Array(n * length * size);
    for (let column = 0; column < length; column++) {
      const start = dataStart + (column * count + row) * size;
      const values = await source.read(start, start + n * size);
      for (let i = 0, at = places[column] * size; i < n; i++, at += length * size) {
        for (let byte = 0; byte < size; byte++) piece[at + byte] = values[i * size + byte];
      }
    }
    yield piece;
  }
}

/** Where value j of a row, counted with the first index fastest, lies with the last index fastest. */
function cOrder(lengths: readonly number[]): Uint32Array {
  const total = lengths.reduce((product, length) => product * length, 1), places = new Uint32Array(total);
  for (let j = 0; j < total; j++) {
    let rest = j, place = 0;
    for (let axis = 0, stride = total; axis < lengths.length; axis++) {
      stride /= lengths[axis];
      place += rest % lengths[axis] * stride;
      rest = Math.floor(rest / lengths[axis]);
    }
    places[j] = place;
  }
  return places;
}

/** Images of `[3, H, W]` to `[H, W, 3]`. */
function channelsLast<P extends Pixels>(values: P, { height, width, channels }: RowShape): P {
  const turned = values.slice() as P, pixels = height * width;
  for (let start = 0; start < values.length; start += pixels * channels) {
    for (let channel = 0; channel < channels; channel++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        turned[start + pixel * channels + channel] = values[start + channel * pixels + pixel];
      }
    }
  }
  return turned;
}
