/**
 * What a scaling is made from: mean, median, lengths, deviations and range of a sample of rows, in doubles.
 *
 * Takes the sample that it is given; `sampled_scaling.ts` chooses it. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { geometricMedian } from "../geometric_median.ts";
import type { OpenedRows } from "./readers/opened_rows.ts";
import { type ScaleName, type Scaling, UNSCALED } from "./scaling.ts";

/** A column whose deviation is below this share of its mean is constant: that is the precision of its numbers. */
const CONSTANT = 2 ** -23;

/**
 * The scaling that `auto` stands for: bytes and images are in [0, 1], other vectors have a mean length of √d.
 *
 * @param rows What is scaled.
 */
export function settledScale(scale: ScaleName | "auto", rows: Pick<OpenedRows, "type" | "shape">): ScaleName {
  if (scale !== "auto") return scale;
  return rows.type === "bytes" || rows.shape.kind === "image" ? "unit" : "mean-norm";
}

/**
 * The scaling of data without looking at them: of bytes that stay what they are. Null if a sample must be measured.
 */
export function unmeasuredScaling(
  { scale, subtract }: { scale: ScaleName; subtract: Scaling["subtract"] },
  { type }: Pick<OpenedRows, "type">,
): Scaling | null {
  if (subtract !== "none") return null;
  if (scale === "none" || scale === "row-norm" || scale === "layer-norm") return { ...UNSCALED, scale };
  return scale === "unit" && type === "bytes" ? { ...UNSCALED, scale } : null;
}

/**
 * Measures a scaling.
 *
 * @param sample Unscaled rows, `[rows, dInput]`; bytes as byte / 255.
 * @param options.areBytes Whether the data are bytes, which are in [0, 1] already.
 *
 * @example
 * ```ts
 * import { measureScaling } from "./measure_scaling.ts";
 * import assert from "node:assert/strict";
 *
 * // Lengths 5 and 10, 7.5 on average: the factor is √2 / 7.5.
 * const rows = Float32Array.of(3, 4, 6, 8);
 * const options = { scale: "mean-norm", subtract: "none", dInput: 2, areBytes: false } as const;
 * assert.equal(measureScaling(rows, options).factor, Math.SQRT2 / 7.5);
 * ```
 */
export function measureScaling(
  sample: Float32Array<ArrayBuffer>,
  options: { scale: ScaleName; subtract: Scaling["subtract"]; dInput: number; areBytes: boolean },
): Scaling {
  const { scale, subtract, dInput, areBytes } = options, sampledRows = sample.length / dInput;
  const mean = columnMeans(sample, dInput);
  const centre = subtract === "none" ? null : subtract === "mean" ? mean : geometricMedian(sample, dInput);
  const measured = { scale, subtract, sampledRows, offset: centre && Float32Array.from(centre) };
  switch (scale) {
    case "none":
    case "row-norm":
    case "layer-norm":
      return { ...measured, factor: 1 };
    case "unit":
      return areBytes ? { ...measured, factor: 1 } : { ...measured, ...range(sample, centre, dInput) };
    case "mean-norm": {
      const length = meanLength(sample, centre, dInput);
      return { ...measured, factor: length > 0 ? Math.sqrt(dInput) / length : 1 };
    }
    case "standard":
      return { ...measured, factor: inverseDeviations(sample, mean, dInput) };
  }
}

/** To [0, 1] by the smallest and the largest number; if something else is subtracted, to a range of length 1. */
function range(
  sample: Float32Array,
  centre: ArrayLike<number> | null,
  dInput: number,
): { offset?: Float32Array<ArrayBuffer> | null; factor: number } {
  let least = Infinity, most = -Infinity;
  for (let i = 0; i < sample.length; i++) {
    if (sample[i] < least) least = sample[i];
    if (sample[i] > most) most = sample[i];
  }
  const factor = most > least ? 1 / (most - least) : 1;
  if (centre !== null) return { factor };
  return { factor, offset: least === 0 ? null : new Float32Array(dInput).fill(least) };
}

/** `[dInput]` */
function columnMeans(sample: Float32Array, dInput: number): Float64Array {
  const sums = new Float64Array(dInput), rows = sample.length / dInput;
  for (let start = 0; start < sample.length; start += dInput) {
    for (let i = 0; i < dInput; i++) sums[i] += sample[start + i];
  }
  return sums.map((sum) => sum / rows);
}

/** The mean of the rows' lengths, after what is subtracted. */
function meanLength(sample: Float32Array, centre: ArrayLike<number> | null, dInput: number): number {
  let sum = 0;
  for (let start = 0; start < sample.length; start += dInput) {
    let squares = 0;
    for (let i = 0; i < dInput; i++) squares += (sample[start + i] - (centre?.[i] ?? 0)) ** 2;
    sum += Math.sqrt(squares);
  }
  return sum * dInput / sample.length;
}

/** 1 / standard deviation of each value over the sample (with n); 1 for a value that does not vary. `[dInput]` */
function inverseDeviations(sample: Float32Array, mean: Float64Array, dInput: number): Float32Array<ArrayBuffer> {
  const squares = new Float64Array(dInput), rows = sample.length / dInput;
  for (let start = 0; start < sample.length; start += dInput) {
    for (let i = 0; i < dInput; i++) squares[i] += (sample[start + i] - mean[i]) ** 2;
  }
  return Float32Array.from(squares, (sum, i) => {
    const deviation = Math.sqrt(sum / rows);
    return deviation > CONSTANT * Math.abs(mean[i]) ? 1 / deviation : 1;
  });
}
