/**
 * How numbers of the files become those that a model reads, so that the same can be done to other data later.
 *
 * Applies a scaling; does not measure what it is made from. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Pixels, pixelValues } from "../pixels.ts";

/** The ways to scale, as `--scale` has them; a byte b stands for b / 255 before all of them. */
export const SCALES = ["none", "unit", "mean-norm", "standard", "row-norm", "layer-norm"] as const;

/** What can be subtracted from rows before they are scaled, as `--subtract` has it. */
export const SUBTRACTS = ["none", "mean", "median"] as const;

/** A way to scale. */
export type ScaleName = typeof SCALES[number];

/**
 * x′ = (x − offset) · factor, and with `row-norm` and `layer-norm` then each row on its own.
 *
 * - `unit`: values in [0, 1]; bytes as they are, other numbers by the smallest and largest of a sample.
 * - `mean-norm`: one factor, so that a row of d values has the length √d on average.
 * - `standard`: each value divided by its standard deviation.
 * - `row-norm`: each row multiplied with √d / ‖x‖ (SAELens: `constant_norm_rescale`).
 * - `layer-norm`: each row less its mean, divided by its standard deviation with n − 1, + 1e-5 (SAELens: `layer_norm`).
 */
export interface Scaling {
  scale: ScaleName;
  /** What is subtracted: nothing, or the mean or the geometric median of a sample. */
  subtract: typeof SUBTRACTS[number];
  /** Subtracted from each row, `[dInput]`; null for nothing. */
  offset: Float32Array<ArrayBuffer> | null;
  /** What the difference is multiplied with: one number, or one for each value, `[dInput]`. */
  factor: number | Float32Array<ArrayBuffer>;
  /** Training rows, evenly spread over all files, that offset and factor were measured on; 0 if nothing was. */
  sampledRows: number;
}

/** Numbers as they are: what bytes and generated data have. */
export const UNSCALED: Scaling = { scale: "none", subtract: "none", offset: null, factor: 1, sampledRows: 0 };

/** Whether numbers stay as they are, so that bytes can stay bytes. */
export function isIdentity({ scale, offset, factor }: Scaling): boolean {
  return offset === null && factor === 1 && !isByRow(scale);
}

/** Whether scaled values may be below 0 or above 1 whatever the data are; of `auto` and `none` it is not known. */
export function leavesUnitInterval(
  { scale, subtract }: { scale: ScaleName | "auto"; subtract: Scaling["subtract"] },
): boolean {
  return subtract !== "none" || !["auto", "none", "unit"].includes(scale);
}

/**
 * Scales rows where they are.
 *
 * @param values `[rows, dInput]`; written over.
 *
 * @example
 * ```ts
 * import { applyScaling, UNSCALED } from "./scaling.ts";
 * import assert from "node:assert/strict";
 *
 * const rows = Float32Array.of(3, 4);
 * applyScaling(rows, { scaling: { ...UNSCALED, scale: "row-norm" }, dInput: 2 }); // length √2
 * assert.ok(Math.abs(Math.hypot(...rows) - Math.sqrt(2)) < 1e-6);
 * ```
 */
export function applyScaling(values: Float32Array, { scaling, dInput }: { scaling: Scaling; dInput: number }): void {
  const { scale, offset, factor } = scaling;
  if (offset === null && typeof factor === "number") {
    if (factor !== 1) { for (let i = 0; i < values.length; i++) values[i] *= factor; }
  } else {
    for (let start = 0; start < values.length; start += dInput) {
      for (let i = 0; i < dInput; i++) {
        const by = typeof factor === "number" ? factor : factor[i];
        values[start + i] = (values[start + i] - (offset === null ? 0 : offset[i])) * by;
      }
    }
  }
  if (scale === "row-norm") eachRow(values, dInput, toNormOfSquareRoot);
  if (scale === "layer-norm") eachRow(values, dInput, toStandard);
}

/**
 * Rows as a model reads them.
 *
 * @param pixels `[rows, dInput]`, not changed.
 * @returns The same array if the scaling is the identity, else a new one of floats.
 */
export function scaledRows(pixels: Pixels, options: { scaling: Scaling; dInput: number }): Pixels {
  if (isIdentity(options.scaling)) return pixels;
  const values = pixelValues(pixels);
  applyScaling(values, options);
  return values;
}

/**
 * The inverse of {@linkcode applyScaling}: rows in the units of the data, x = x′ / factor + offset. A value whose factor is
 * 0 becomes its offset.
 *
 * @param values `[rows, dInput]`; written over and returned.
 * @throws {RangeError} Each row was scaled on its own, so that the way back is not known.
 *
 * @example
 * ```ts
 * import { applyScaling, UNSCALED, unscaledRows } from "./scaling.ts";
 * import assert from "node:assert/strict";
 *
 * const scaling = { ...UNSCALED, offset: Float32Array.of(1, 2), factor: 0.5 };
 * const rows = Float32Array.of(3, 4);
 * applyScaling(rows, { scaling, dInput: 2 });
 * assert.deepEqual(unscaledRows(rows, { scaling, dInput: 2 }), Float32Array.of(3, 4));
 * ```
 */
export function unscaledRows<Values extends Float32Array>(
  values: Values,
  { scaling: { scale, offset, factor }, dInput }: { scaling: Scaling; dInput: number },
): Values {
  if (isByRow(scale)) {
    throw new RangeError(`Cannot undo the scaling ${scale}: it is of each row on its own, expected units of the model`);
  }
  if (offset === null && factor === 1) return values;
  for (let start = 0; start < values.length; start += dInput) {
    for (let i = 0; i < dInput; i++) {
      const by = typeof factor === "number" ? factor : factor[i];
      values[start + i] = (by === 0 ? 0 : values[start + i] / by) + (offset === null ? 0 : offset[i]);
    }
  }
  return values;
}

function isByRow(scale: ScaleName): boolean {
  return scale === "row-norm" || scale === "layer-norm";
}

function eachRow(values: Float32Array, dInput: number, change: (row: Float32Array) => void): void {
  for (let start = 0; start < values.length; start += dInput) change(values.subarray(start, start + dInput));
}

/** A row of zeros stays. */
function toNormOfSquareRoot(row: Float32Array): void {
  let squares = 0;
  for (const value of row) squares += value * value;
  if (squares === 0) return;
  const factor = Math.sqrt(row.length / squares);
  for (let i = 0; i < row.length; i++) row[i] *= factor;
}

function toStandard(row: Float32Array): void {
  let sum = 0, squares = 0;
  for (const value of row) sum += value;
  const mean = sum / row.length;
  for (const value of row) squares += (value - mean) ** 2;
  const divisor = Math.sqrt(squares / Math.max(1, row.length - 1)) + 1e-5;
  for (let i = 0; i < row.length; i++) row[i] = (row[i] - mean) / divisor;
}
