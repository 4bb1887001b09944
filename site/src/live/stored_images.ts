/**
 * Two files of the live page: the geometric median of the generated digits, and 6,000 images of MNIST.
 *
 *     digits: u32 checksum of the training images | 784 f64 median
 *     MNIST:  u32 training images | u32 held-out images | 784 f64 median of the training images |
 *             u8 label of each image | 392 bytes of each image: two pixels in a byte
 *
 * All little-endian. Greys of MNIST have 4 bits: the file is half as large, and an image differs by 8 of 255 at most.
 * The build makes the files, the Worker reads them; knows neither addresses nor gzip. PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { UserError } from "../../../lib/errors.ts";
import { geometricMedian } from "../../../lib/geometric_median.ts";
import { N_PIXELS, SIDE } from "./draw/strokes.ts";

/** How many images the live page trains on, and how many it measures on. */
export const IMAGE_COUNTS = { train: 4_976, heldOut: 1_024 };

/** The `dataSeed` of the generated digits: the program's default. */
export const DATA_SEED = 0;

/** Shades of grey in the file of MNIST. */
export const GREY_LEVELS = 16;

const MEDIAN_BYTES = N_PIXELS * Float64Array.BYTES_PER_ELEMENT;
const CHECKSUM_BYTES = 4, COUNTS_BYTES = 8;
/** A level of grey as a byte is this many times its number: 15 becomes 255. */
const LEVEL = 255 / (GREY_LEVELS - 1);

/** Images with their classes. */
export interface LabelledImages {
  /** `[count, 784]` */
  pixels: Uint8Array<ArrayBuffer>;
  /** `[count]` */
  labels: Uint8Array<ArrayBuffer>;
}

/** What the file of MNIST holds. */
export interface StoredImages {
  train: LabelledImages;
  heldOut: LabelledImages;
  /** Geometric median of the training images as they are here, values in [0, 1], `[784]`. */
  median: Float64Array<ArrayBuffer>;
}

/** The file with the geometric median of training images, `[count, 784]`. */
export function encodeMedian(pixels: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(CHECKSUM_BYTES + MEDIAN_BYTES), view = new DataView(file.buffer);
  view.setUint32(0, checksumOf(pixels), true);
  writeMedian(view, CHECKSUM_BYTES, geometricMedian(pixels, N_PIXELS));
  return file;
}

/**
 * The geometric median in a file, `[784]`; null if the file is damaged or belongs to other images. A browser whose sines
 * differ in the last digit may draw other digits than the build did.
 */
export function decodeMedian(
  file: Uint8Array,
  { pixels }: { pixels: Uint8Array<ArrayBuffer> },
): Float64Array<ArrayBuffer> | null {
  if (file.length !== CHECKSUM_BYTES + MEDIAN_BYTES) return null;
  const view = new DataView(file.buffer, file.byteOffset);
  return view.getUint32(0, true) === checksumOf(pixels) ? readMedian(view, CHECKSUM_BYTES) : null;
}

/**
 * The file of labelled images, before gzip; greys are rounded to 16 levels.
 *
 * @param images Pixels of 256 levels.
 */
export function encodeImages({ train, heldOut }: Pick<StoredImages, "train" | "heldOut">): Uint8Array<ArrayBuffer> {
  const counts = [train.labels.length, heldOut.labels.length], count = counts[0] + counts[1];
  const file = new Uint8Array(COUNTS_BYTES + MEDIAN_BYTES + count + count * N_PIXELS / 2);
  const view = new DataView(file.buffer);
  counts.forEach((count, i) => view.setUint32(4 * i, count, true));
  const labelsAt = COUNTS_BYTES + MEDIAN_BYTES;
  file.set(train.labels, labelsAt);
  file.set(heldOut.labels, labelsAt + counts[0]);
  const packed = file.subarray(labelsAt + count);
  packImages(train.pixels, packed);
  packImages(heldOut.pixels, packed.subarray(counts[0] * N_PIXELS / 2));
  const shown = unpackImages(packed.subarray(0, counts[0] * N_PIXELS / 2));
  writeMedian(view, COUNTS_BYTES, geometricMedian(shown, N_PIXELS));
  return file;
}

/**
 * Reads the file of labelled images, without its gzip.
 *
 * @param options.name What an error calls the file.
 * @throws {UserError} It is not whole.
 */
export function decodeImages(file: Uint8Array, { name }: { name: string }): StoredImages {
  const labelsAt = COUNTS_BYTES + MEDIAN_BYTES;
  if (file.length < labelsAt) throw wrongLength(file, { name, expected: `at least ${labelsAt}` });
  const view = new DataView(file.buffer, file.byteOffset);
  const nTrain = view.getUint32(0, true), count = nTrain + view.getUint32(4, true);
  const bytes = labelsAt + count + count * N_PIXELS / 2;
  if (file.length !== bytes) throw wrongLength(file, { name, expected: `${bytes} for ${count} images` });
  const packed = file.subarray(labelsAt + count), half = N_PIXELS / 2;
  const part = (from: number, to: number): LabelledImages => ({
    labels: file.slice(labelsAt + from, labelsAt + to),
    pixels: unpackImages(packed.subarray(from * half, to * half)),
  });
  return { train: part(0, nTrain), heldOut: part(nTrain, count), median: readMedian(view, COUNTS_BYTES) };
}

/** Each byte holds a pixel and, in its upper half, the pixel below: gzip takes a tenth less than with pixels side by side. */
function packImages(pixels: Uint8Array, packed: Uint8Array): void {
  const level = (at: number) => Math.round(pixels[at] / LEVEL);
  for (let i = 0; i < pixels.length / 2; i++) {
    const above = pixelAbove(i);
    packed[i] = level(above) | level(above + SIDE) << 4;
  }
}

function unpackImages(packed: Uint8Array): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(2 * packed.length);
  for (let i = 0; i < packed.length; i++) {
    const above = pixelAbove(i);
    pixels[above] = LEVEL * (packed[i] & 15);
    pixels[above + SIDE] = LEVEL * (packed[i] >> 4);
  }
  return pixels;
}

/** The place of the upper of the two pixels in byte i, over all images: rows come in pairs. */
function pixelAbove(i: number): number {
  return i + SIDE * Math.floor(i / SIDE);
}

function writeMedian(view: DataView, at: number, median: Float64Array): void {
  median.forEach((value, i) => view.setFloat64(at + 8 * i, value, true));
}

function readMedian(view: DataView, at: number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: N_PIXELS }, (_, i) => view.getFloat64(at + 8 * i, true));
}

/** FNV-1a with 32 bits (G. Fowler, L. C. Noll and K.-P. Vo, 1991). */
function checksumOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return hash >>> 0;
}

function wrongLength({ length }: Uint8Array, { name, expected }: { name: string; expected: string }): UserError {
  return new UserError(`Cannot read ${name}: it has ${length} bytes, expected ${expected}`);
}
