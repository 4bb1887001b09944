/**
 * Images as they are kept: bytes, a quarter of the memory, or floats if values are not in [0, 1].
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { typeName } from "./errors.ts";

/** Values of images one after the other: bytes stand for byte / 255, in [0, 1]; floats for themselves, of any size. */
export type Pixels = Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/** How many numbers images have and how they are stored: what a place for them is sized by. */
export type PixelsSize = Pick<Pixels, "length" | "BYTES_PER_ELEMENT">;

/**
 * The size of a place for images.
 *
 * @param options.mostRows The place is to have room for at least so many images of `dInput` numbers; 0 if left out.
 */
export function pixelsRoom(
  pixels: Pixels,
  { mostRows = 0, dInput }: { mostRows?: number; dInput: number },
): PixelsSize {
  return { length: Math.max(pixels.length, mostRows * dInput), BYTES_PER_ELEMENT: pixels.BYTES_PER_ELEMENT };
}

/**
 * Refuses arrays of another type, whose numbers would be taken for something else.
 *
 * @param action What cannot be done with them, such as `encode inputs`.
 * @throws {TypeError} They are neither bytes nor floats of 32 bits.
 */
export function assertPixels(values: unknown, action: string): asserts values is Pixels {
  if (values instanceof Uint8Array || values instanceof Float32Array) return;
  throw new TypeError(`Cannot ${action}: their type is ${typeName(values)}, expected Float32Array or Uint8Array`);
}

/** Whether images are stored as floats, else as bytes. */
export function areFloats(pixels: Pixels): pixels is Float32Array<ArrayBuffer> {
  return pixels instanceof Float32Array;
}

/** What a stored number is multiplied with. */
export function pixelScale(pixels: Pixels): number {
  return pixels instanceof Uint8Array ? 1 / 255 : 1;
}

/** The values, as a new array. */
export function pixelValues(pixels: Pixels): Float32Array<ArrayBuffer> {
  if (pixels instanceof Float32Array) return pixels.slice();
  const values = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) values[i] = pixels[i] / 255; // Float32Array.from is 50 times slower
  return values;
}

/** The images of the given indices, in order, as they are stored. `[order.length, dInput]` */
export function gatherPixels<P extends Pixels>(pixels: P, order: ArrayLike<number>, dInput: number): P {
  const gathered = emptyLike(pixels, order.length * dInput);
  for (let i = 0; i < order.length; i++) {
    gathered.set(pixels.subarray(order[i] * dInput, (order[i] + 1) * dInput), i * dInput);
  }
  return gathered;
}

/** n zeros of the same kind. */
export function emptyLike<P extends Pixels>(pixels: P, length: number): P {
  return (pixels instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length)) as P;
}

/**
 * Pixels that must be bytes.
 *
 * @throws {TypeError} They are floats.
 */
export function asBytes(pixels: Pixels): Uint8Array<ArrayBuffer> {
  if (pixels instanceof Uint8Array) return pixels;
  throw new TypeError("Cannot read images: they are floats, expected bytes");
}

/** The bytes in memory, for a checksum. */
export function rawBytes({ buffer, byteOffset, byteLength }: Pixels): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
