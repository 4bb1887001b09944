/**
 * The arithmetic on four floats that everything here is made of.
 *
 * Does not touch memory. This folder is AssemblyScript: TypeScript's syntax, WebAssembly's types (`compile.ts` says how it
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

/** Lane 0 in all four lanes; the next three do the same for lanes 1, 2 and 3 (a shuffle needs literal lanes). */
@inline
export function spread0(x: v128): v128 {
  return i32x4.shuffle(x, x, 0, 0, 0, 0);
}
@inline
export function spread1(x: v128): v128 {
  return i32x4.shuffle(x, x, 1, 1, 1, 1);
}
@inline
export function spread2(x: v128): v128 {
  return i32x4.shuffle(x, x, 2, 2, 2, 2);
}
@inline
export function spread3(x: v128): v128 {
  return i32x4.shuffle(x, x, 3, 3, 3, 3);
}

/** x where |x| ≥ tiny, else 0: arithmetic on denormal floats (below 1e-38) takes a hundred times longer. */
@inline
export function flush(x: v128, tiny: f32): v128 {
  return v128.and(x, f32x4.ge(f32x4.abs(x), f32x4.splat(tiny)));
}

/**
 * e^x for |x| ≤ 80, within 2 units in the last place: e^x = 2ⁿ·e^r with n = round(x / ln 2), |r| ≤ ln(2)/2.
 *
 * The polynomial is that of Cephes' expf (S. Moshier); ln 2 is taken in two parts so that r keeps its low bits.
 */
@inline
export function exp(x: v128): v128 {
  // Adding 1.5·2²³ rounds to an integer, and leaves that integer in the low bits.
  const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504088896341)), f32x4.splat(12582912));
  const n = f32x4.sub(shifted, f32x4.splat(12582912));
  let r = multiplyAdd(n, f32x4.splat(-0.693359375), x);
  r = multiplyAdd(n, f32x4.splat(2.12194440e-4), r);
  let y = f32x4.splat(1.9875691500e-4);
  y = multiplyAdd(y, r, f32x4.splat(1.3981999507e-3));
  y = multiplyAdd(y, r, f32x4.splat(8.3334519073e-3));
  y = multiplyAdd(y, r, f32x4.splat(4.1665795894e-2));
  y = multiplyAdd(y, r, f32x4.splat(1.6666665459e-1));
  y = multiplyAdd(y, r, f32x4.splat(5.0000001201e-1));
  y = f32x4.add(multiplyAdd(y, f32x4.mul(r, r), r), f32x4.splat(1));
  return i32x4.add(y, i32x4.shl(shifted, 23)); // times 2ⁿ: n is added to the exponent's bits
}

/** Beyond ±30, σ is 0 or 1 to float32's precision of its complement; products of smaller values would be denormal. */
const SIGMOID_LIMIT: f32 = 30;

/** σ(x) = 1 / (1 + e^−x). */
@inline
export function sigmoid(x: v128): v128 {
  const bounded = f32x4.max(f32x4.min(x, f32x4.splat(SIGMOID_LIMIT)), f32x4.splat(-SIGMOID_LIMIT));
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp(f32x4.neg(bounded))));
}

/** ln(1 + e^−|x|), from 2·artanh(s) = 2(s + s³/3 + s⁵/5 + …) with s = e/(2 + e) ≤ 1/3, exact for small e too. */
@inline
export function softplusOfMinusAbs(x: v128): v128 {
  const e = exp(f32x4.max(f32x4.neg(f32x4.abs(x)), f32x4.splat(-SIGMOID_LIMIT)));
  const s = f32x4.div(e, f32x4.add(e, f32x4.splat(2)));
  const square = f32x4.mul(s, s);
  let y = f32x4.splat(2.0 / 15);
  y = multiplyAdd(y, square, f32x4.splat(2.0 / 13));
  y = multiplyAdd(y, square, f32x4.splat(2.0 / 11));
  y = multiplyAdd(y, square, f32x4.splat(2.0 / 9));
  y = multiplyAdd(y, square, f32x4.splat(2.0 / 7));
  y = multiplyAdd(y, square, f32x4.splat(2.0 / 5));
  y = multiplyAdd(y, square, f32x4.splat(2.0 / 3));
  y = multiplyAdd(y, square, f32x4.splat(2));
  return f32x4.mul(y, s);
}
