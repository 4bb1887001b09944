/**
 * Numbers of 16 bits, binary16 of IEEE 754: 1 bit for the sign, 5 for the exponent, 10 for the fraction.
 *
 *     exponent 1 … 30: ±2^(exponent − 15) · (1 + fraction / 1024)      normal, 2^−14 … 65,504
 *     exponent 0:      ±2^−14 · fraction / 1024                        subnormal, and 0
 *     exponent 31:     ±∞ with fraction 0, else NaN
 *
 * In plain arithmetic, because not every browser has a Float16Array. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

const FRACTION_BITS = 10, EXPONENT_BIAS = 15;
/** All bits of the exponent, for infinity and NaN. */
const INFINITY = 0x7c00;
const QUIET_NAN = 0x7e00;
const SIGN = 0x8000;
/** The value of each of the 65,536 bit patterns, once many are asked for. */
let allValues: Float32Array | undefined;
/** The smallest exponent of a normal number, and the largest. */
const [LEAST_EXPONENT, MOST_EXPONENT] = [1 - EXPONENT_BIAS, EXPONENT_BIAS];

/**
 * The nearest numbers of 16 bits; halfway between two, the one whose last bit is 0. From 65,520 on it is infinity.
 *
 * @returns Their bits, as many as there are values.
 *
 * @example
 * ```ts
 * import { toFloat16 } from "./float16.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([...toFloat16(Float32Array.of(1, -2, 65504))], [0x3c00, 0xc000, 0x7bff]);
 * ```
 */
export function toFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) bits[i] = bitsOf(values[i]);
  return bits;
}

/**
 * The values of numbers of 16 bits, which are exact.
 *
 * @example
 * ```ts
 * import { fromFloat16 } from "./float16.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([...fromFloat16(Uint16Array.of(0x3c00, 0x0001))], [1, 2 ** -24]);
 * ```
 */
export function fromFloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(bits.length);
  if (bits.length < 2 ** 16) { for (let i = 0; i < bits.length; i++) values[i] = valueOf(bits[i]); }
  else {
    const all = allValues ??= Float32Array.from({ length: 2 ** 16 }, (_, i) => valueOf(i)); // 15 times as fast
    for (let i = 0; i < bits.length; i++) values[i] = all[bits[i]];
  }
  return values;
}

function bitsOf(value: number): number {
  if (Number.isNaN(value)) return QUIET_NAN;
  const sign = value < 0 || Object.is(value, -0) ? SIGN : 0, size = Math.abs(value);
  if (size < 2 ** LEAST_EXPONENT) return sign | toEven(size * 2 ** (FRACTION_BITS - LEAST_EXPONENT)); // 1024 is 2^−14
  if (size >= 2 ** (MOST_EXPONENT + 1)) return sign | INFINITY;
  let exponent = Math.floor(Math.log2(size)); // may be one off beside a power of 2
  if (2 ** exponent > size) exponent--;
  else if (2 ** (exponent + 1) <= size) exponent++;
  const steps = toEven(size * 2 ** (FRACTION_BITS - exponent)); // 1024 … 2048; 2048 is the next power of 2, or infinity
  return sign | (exponent + EXPONENT_BIAS << FRACTION_BITS) + steps - 2 ** FRACTION_BITS;
}

function valueOf(bits: number): number {
  const sign = bits & SIGN ? -1 : 1, exponent = bits >> FRACTION_BITS & 31, fraction = bits & 2 ** FRACTION_BITS - 1;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  const steps = exponent === 0 ? fraction : fraction + 2 ** FRACTION_BITS;
  return sign * steps * 2 ** (Math.max(exponent, 1) - EXPONENT_BIAS - FRACTION_BITS);
}

/** The nearest whole number; halfway between two, the even one. */
function toEven(value: number): number {
  const below = Math.floor(value), rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
