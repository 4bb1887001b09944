/**
 * Directions in the units of the data, for two dictionaries whose data were scaled value by value in different ways: an angle
 * between directions is one thing where each value is divided by its standard deviation, and another where it is not.
 *
 * With x = (r − o) ∘ c an encoder's row w reads r as w ∘ c, and a decoder's column v adds v ∘ 1/c to the reconstruction of r.
 * What is done to each row on its own has no part in it. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Scaling } from "../../data/scaling.ts";
import type { Directions } from "../directions.ts";

type Factor = Scaling["factor"];

/** Factors differ in more than rounding if their ratio varies by more than this. */
const SAME_RATIO = 1e-5;

/**
 * Whether two dictionaries have the same angles in the units that they read as in those of the data: one factor is a multiple
 * of the other.
 *
 * @example
 * ```ts
 * import { haveSameAngles } from "./data_units.ts";
 * import assert from "node:assert/strict";
 *
 * assert.ok(haveSameAngles(0.5, 3) && haveSameAngles(Float32Array.of(1, 2), Float32Array.of(2, 4)));
 * assert.ok(!haveSameAngles(Float32Array.of(1, 2), 1));
 * ```
 */
export function haveSameAngles(a: Factor, b: Factor): boolean {
  const length = Math.max(lengthOf(a), lengthOf(b)), first = at(a, 0) / at(b, 0);
  for (let i = 1; i < length; i++) {
    if (!(Math.abs(at(a, i) / at(b, i) / first - 1) <= SAME_RATIO)) return false;
  }
  return true;
}

/** The directions of a dictionary in the units of the data. A value whose factor is 0 was not read, and is 0 in both. */
export function inDataUnits<D extends Directions>(dictionary: D, factor: Factor): D {
  const { decoder, encoder } = dictionary, length = lengthOf(factor);
  const inverse = (i: number) => at(factor, i) === 0 ? 0 : 1 / at(factor, i);
  return {
    ...dictionary,
    decoder: decoder.map((value, i) => value * inverse(i % length)),
    encoder: encoder.map((value, i) => value * at(factor, i % length)),
  };
}

function lengthOf(factor: Factor): number {
  return typeof factor === "number" ? 1 : factor.length;
}

function at(factor: Factor, i: number): number {
  return typeof factor === "number" ? factor : factor[i];
}
