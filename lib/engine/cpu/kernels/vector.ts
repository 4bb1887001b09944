/**
 * The arithmetic on four floats that everything here is made of.
 *
 * This folder is AssemblyScript: TypeScript's syntax, WebAssembly's types (`../build_kernels.ts` says how it
 * is compiled). `f32x4` holds four floats, and is typed `v128`.
 *
 * @module
 */

/** a·b + c, rounded once where the machine can. The choice is made by the compiler's flags, so it costs nothing here. */
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Stores four rows of four as four columns. */
@inline
export function storeTransposed(at: usize, stride: usize, r0: v128, r1: v128, r2: v128, r3: v128): void {
  const low01 = i32x4.shuffle(r0, r1, 0, 4, 1, 5), high01 = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
  const low23 = i32x4.shuffle(r2, r3, 0, 4, 1, 5), high23 = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
  v128.store(at, i64x2.shuffle(low01, low23, 0, 2));
  v128.store(at + stride, i64x2.shuffle(low01, low23, 1, 3));
  v128.store(at + 2 * stride, i64x2.shuffle(high01, high23, 0, 2));
  v128.store(at + 3 * stride, i64x2.shuffle(high01, high23, 1, 3));
}

/** The sums of four vectors' lanes, as one vector. */
@inline
export function fold(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(i32x4.shuffle(a, b, 0, 4, 1, 5), i32x4.shuffle(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(i32x4.shuffle(c, d, 0, 4, 1, 5), i32x4.shuffle(c, d, 2, 6, 3, 7));
  return f32x4.add(i64x2.shuffle(ab, cd, 0, 2), i64x2.shuffle(ab, cd, 1, 3));
}

/** Σ aᵢbᵢ of two rows; `width` is a multiple of 4. */
export function dot(a: usize, b: usize, width: usize): f32 {
  let sum = f32x4.splat(0);
  for (let offset: usize = 0; offset < 4 * width; offset += 16) {
    sum = multiplyAdd(v128.load(a + offset), v128.load(b + offset), sum);
  }
  return sumOfLanes(sum);
}

/** The same of four rows, `stride` apart, with one row `b`. */
export function dots4(a: usize, stride: usize, b: usize, width: usize): v128 {
  let sum0 = f32x4.splat(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
  for (const end = a + 4 * width; a < end; a += 16, b += 16) {
    const y = v128.load(b);
    sum0 = multiplyAdd(v128.load(a), y, sum0);
    sum1 = multiplyAdd(v128.load(a + stride), y, sum1);
    sum2 = multiplyAdd(v128.load(a + 2 * stride), y, sum2);
    sum3 = multiplyAdd(v128.load(a + 3 * stride), y, sum3);
  }
  return fold(sum0, sum1, sum2, sum3);
}

/** The sum of a vector's four lanes. */
export function sumOfLanes(a: v128): f32 {
  const zero = f32x4.splat(0);
  return f32x4.extract_lane(fold(a, zero, zero, zero), 0);
}

/**
 * Four times a constant of `memory.data`. A literal splat would be rebuilt from 64-bit immediates at each use, three
 * instructions each time; reading it takes one, and no bounds check because the address is known.
 */
@inline
export function constant(address: usize): v128 {
  return v128.load32_splat(address);
}

/** x where |x| ≥ tiny, else 0: arithmetic on denormal floats (below 1e-38) takes a hundred times longer. */
@inline
export function flush(x: v128, tiny: usize): v128 {
  return v128.and(x, f32x4.ge(f32x4.abs(x), constant(tiny)));
}

const ZERO_POINT_FIVE = memory.data<f32>([0.5]);
const ONE = memory.data<f32>([1]);
const TWO = memory.data<f32>([2]);
const LOG2_E = memory.data<f32>([1.44269504088896341]);
/** Adding 1.5·2²³ rounds a float to an integer, and leaves that integer in the low bits. */
const ROUNDER = memory.data<f32>([12582912]);
/** ln 2 in two parts, so that r below keeps its low bits. */
const MINUS_LN2_HIGH = memory.data<f32>([-0.693359375]);
const MINUS_LN2_LOW = memory.data<f32>([2.12194440e-4]);
/** The polynomial of Cephes' expf (S. Moshier), from r⁷ down to r³; r² and r have 1/2 and 1. */
const EXP_7 = memory.data<f32>([1.9875691500e-4]);
const EXP_6 = memory.data<f32>([1.3981999507e-3]);
const EXP_5 = memory.data<f32>([8.3334519073e-3]);
const EXP_4 = memory.data<f32>([4.1665795894e-2]);
const EXP_3 = memory.data<f32>([1.6666665459e-1]);

/** e^x for |x| ≤ 80, within 2 units in the last place: e^x = 2ⁿ·e^r with n = round(x / ln 2), |r| ≤ ln(2)/2. */
@inline
export function exp(x: v128): v128 {
  const shifted = multiplyAdd(x, constant(LOG2_E), constant(ROUNDER));
  const n = f32x4.sub(shifted, constant(ROUNDER));
  let r = multiplyAdd(n, constant(MINUS_LN2_HIGH), x);
  r = multiplyAdd(n, constant(MINUS_LN2_LOW), r);
  let y = constant(EXP_7);
  y = multiplyAdd(y, r, constant(EXP_6));
  y = multiplyAdd(y, r, constant(EXP_5));
  y = multiplyAdd(y, r, constant(EXP_4));
  y = multiplyAdd(y, r, constant(EXP_3));
  y = multiplyAdd(y, r, constant(ZERO_POINT_FIVE));
  y = f32x4.add(multiplyAdd(y, f32x4.mul(r, r), r), constant(ONE));
  return i32x4.add(y, i32x4.shl(shifted, 23)); // times 2ⁿ: n is added to the exponent's bits
}

/** Beyond ±30 σ's distance from 0 or 1 is below 1e-13, and products of such numbers become denormal. */
const SIGMOID_LIMIT = memory.data<f32>([30]);
const MINUS_SIGMOID_LIMIT = memory.data<f32>([-30]);

/** σ(x) = 1 / (1 + e^−x). NaN stays NaN (`pmin` and `pmax` return their first argument then, and are one instruction). */
@inline
export function sigmoid(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(f32x4.neg(x), constant(MINUS_SIGMOID_LIMIT)), constant(SIGMOID_LIMIT));
  return f32x4.div(constant(ONE), f32x4.add(exp(bounded), constant(ONE)));
}

/** σ' in terms of σ: a (1 − a). */
@inline
export function logisticSlope(a: v128): v128 {
  return f32x4.mul(a, f32x4.sub(constant(ONE), a));
}

const TWO_FIFTEENTHS = memory.data<f32>([2.0 / 15]);
const TWO_THIRTEENTHS = memory.data<f32>([2.0 / 13]);
const TWO_ELEVENTHS = memory.data<f32>([2.0 / 11]);
const TWO_NINTHS = memory.data<f32>([2.0 / 9]);
const TWO_SEVENTHS = memory.data<f32>([2.0 / 7]);
const TWO_FIFTHS = memory.data<f32>([2.0 / 5]);
const TWO_THIRDS = memory.data<f32>([2.0 / 3]);

/** ln(1 + e^−|x|), from 2·artanh(s) = 2(s + s³/3 + s⁵/5 + …) with s = e/(2 + e) ≤ 1/3, exact for small e too. */
@inline
function softplusOfMinusAbs(x: v128): v128 {
  const e = exp(f32x4.pmax(f32x4.neg(f32x4.abs(x)), constant(MINUS_SIGMOID_LIMIT)));
  const s = f32x4.div(e, f32x4.add(e, constant(TWO)));
  const square = f32x4.mul(s, s);
  let y = constant(TWO_FIFTEENTHS);
  y = multiplyAdd(y, square, constant(TWO_THIRTEENTHS));
  y = multiplyAdd(y, square, constant(TWO_ELEVENTHS));
  y = multiplyAdd(y, square, constant(TWO_NINTHS));
  y = multiplyAdd(y, square, constant(TWO_SEVENTHS));
  y = multiplyAdd(y, square, constant(TWO_FIFTHS));
  y = multiplyAdd(y, square, constant(TWO_THIRDS));
  y = multiplyAdd(y, square, constant(TWO));
  return f32x4.mul(y, s);
}

/** −x ln σ(l) − (1−x) ln(1−σ(l)) as max(l, 0) − l·x + ln(1 + e^−|l|), which does not overflow. */
@inline
export function crossEntropy(logits: v128, x: v128): v128 {
  const positive = f32x4.pmax(logits, f32x4.splat(0));
  return f32x4.add(f32x4.sub(positive, f32x4.mul(logits, x)), softplusOfMinusAbs(logits));
}
