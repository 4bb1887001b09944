/**
 * Bytes of a file to numbers, whatever their type and byte order.
 *
 * Knows no format. On the little-endian machines that every JavaScript engine runs on. PORTABLE: no Deno, no Node, no
 * tfjs.
 *
 * @module
 */
import { printablePath, UserError } from "../errors.ts";
import { fromFloat16 } from "./float16.ts";
import { bytesOf, type NumberType } from "./number_types.ts";

/** How numbers are stored. */
export interface NumberLayout {
  type: NumberType;
  isBigEndian: boolean;
}

/** Whole numbers of 64 bits up to this one are exact. */
const MOST_EXACT = BigInt(Number.MAX_SAFE_INTEGER) + 1n;

/**
 * The values as floats of 32 bits: other types are rounded to the nearest, and doubles beyond 3.4e38 become infinite.
 *
 * Little-endian f32 shares the memory of `bytes` if they begin at a multiple of 4 bytes.
 *
 * @param bytes Whole numbers of them, one after the other.
 * @param layout.name What the file is called in an error.
 * @throws {UserError} A whole number of 64 bits is beyond 2^53.
 *
 * @example
 * ```ts
 * import { decodeNumbers } from "./decode_numbers.ts";
 * import assert from "node:assert/strict";
 *
 * const bytes = Uint8Array.of(0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0);
 * assert.deepEqual(decodeNumbers(bytes, { type: "f32", isBigEndian: true, name: "x.npy" }), Float32Array.of(1, -2));
 * ```
 */
export function decodeNumbers(
  bytes: Uint8Array<ArrayBuffer>,
  layout: NumberLayout & { name: string },
): Float32Array<ArrayBuffer> {
  const values = arrayOf(bytes, layout);
  if (values instanceof Float32Array) return values;
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return new Float32Array(values);
  const floats = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) floats[i] = exact(values[i], i, layout.name);
  return floats;
}

/**
 * Whole numbers as they are, such as labels: of 64 bits too, as doubles. Floats are taken too.
 *
 * @throws {UserError} A whole number of 64 bits is beyond 2^53.
 */
export function decodeExactly(
  bytes: Uint8Array<ArrayBuffer>,
  layout: NumberLayout & { name: string },
): Float64Array<ArrayBuffer> {
  if (layout.type === "f64") return new Float64Array(inOrder(bytes, { size: 8, isBigEndian: layout.isBigEndian }));
  const values = arrayOf(bytes, layout);
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return new Float64Array(values);
  return Float64Array.from(values, (value, i) => exact(value, i, layout.name));
}

/**
 * Values that are known to be whole numbers from 0 to 255, as bytes. u8 shares the memory of `bytes`.
 *
 * @throws {UserError} A whole number of 64 bits is beyond 2^53.
 */
export function decodeBytes(
  bytes: Uint8Array<ArrayBuffer>,
  layout: NumberLayout & { name: string },
): Uint8Array<ArrayBuffer> {
  return layout.type === "u8" ? bytes : new Uint8Array(decodeNumbers(bytes, layout));
}

/** The numbers in an array of their own type; types that JavaScript has none for become f32. */
function arrayOf(bytes: Uint8Array<ArrayBuffer>, { type, isBigEndian }: NumberLayout) {
  const size = bytesOf(type), buffer = inOrder(bytes, { size, isBigEndian });
  switch (type) {
    case "bool":
      return bytes.map((byte) => byte === 0 ? 0 : 1);
    case "u8":
      return bytes;
    case "i8":
      return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    case "u16":
      return new Uint16Array(buffer);
    case "i16":
      return new Int16Array(buffer);
    case "u32":
      return new Uint32Array(buffer);
    case "i32":
      return new Int32Array(buffer);
    case "u64":
      return new BigUint64Array(buffer);
    case "i64":
      return new BigInt64Array(buffer);
    case "f16":
      return fromFloat16(new Uint16Array(buffer));
    case "bf16":
      return fromBrainFloat(new Uint16Array(buffer));
    case "f32": {
      const isShared = !isBigEndian && bytes.byteOffset % size === 0;
      return isShared
        ? new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / size)
        : new Float32Array(buffer);
    }
    case "f64":
      return new Float64Array(buffer);
  }
}

/** The upper half of an f32 is the value. */
function fromBrainFloat(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i] << 16;
  return new Float32Array(bits.buffer);
}

/** The bytes in memory of their own, the lowest of each number first. */
function inOrder(
  bytes: Uint8Array<ArrayBuffer>,
  { size, isBigEndian }: { size: number; isBigEndian: boolean },
): ArrayBuffer {
  if (size === 1) return bytes.buffer;
  if (!isBigEndian) {
    return bytes.byteOffset % size === 0 && bytes.length === bytes.buffer.byteLength
      ? bytes.buffer
      : bytes.slice().buffer;
  }
  const turned = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += size) {
    for (let i = 0; i < size; i++) turned[start + i] = bytes[start + size - 1 - i];
  }
  return turned.buffer;
}

function exact(value: bigint, index: number, name: string): number {
  if (value <= MOST_EXACT && value >= -MOST_EXACT) return Number(value);
  const now = `number ${index} of a part is ${value}`;
  throw new UserError(`Cannot read ${printablePath(name)}: ${now}, expected at most ${MOST_EXACT}, which is exact`);
}
