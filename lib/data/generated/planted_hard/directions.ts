/**
 * Directions of features that are as nearly orthogonal as so many can be in so few dimensions.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { norm } from "../../../norm.ts";
import type { Rng } from "../../../rng.ts";

/** Enough for random directions, whose frame operator is within a factor of 2 of its mean; each step squares the distance. */
const STEPS = 4;

/**
 * Random unit vectors whose sum of squared cosines is made as small as it can be, n² / d for n ≥ d vectors.
 *
 * A step is D ← D · (3/2 − 1/2 · DᵀD · d/n), with each row to length 1 afterwards: Newton's and Schulz's iteration for the
 * inverse root of the frame operator DᵀD, whose fixed point is a tight frame, where the sum of squared cosines is least
 * (Benedetto and Fickus, "Finite normalized tight frames", 2003). The published data descend on the same sum. With fewer
 * vectors than dimensions they are left as they are drawn.
 *
 * @returns `[count, width]`.
 */
export function drawDirections(
  rng: Rng,
  { count, width }: { count: number; width: number },
): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(count * width);
  for (let i = 0; i < rows.length; i++) rows[i] = rng.normal();
  toUnit(rows, width);
  if (count < width) return rows;
  const next = new Float64Array(width);
  for (let step = 0; step < STEPS; step++) {
    const frame = frameOperator(rows, width), half = width / count / 2;
    for (let start = 0; start < rows.length; start += width) {
      for (let i = 0; i < width; i++) next[i] = 1.5 * rows[start + i];
      for (let j = 0; j < width; j++) {
        const factor = half * rows[start + j], at = j * width;
        for (let i = 0; i < width; i++) next[i] -= factor * frame[at + i];
      }
      for (let i = 0; i < width; i++) rows[start + i] = next[i];
    }
    toUnit(rows, width);
  }
  return rows;
}

/** Multiplications that {@linkcode drawDirections} takes. */
export function directionProducts({ count, width }: { count: number; width: number }): number {
  return count < width ? 0 : 1.5 * STEPS * count * width * width;
}

/** DᵀD, `[width, width]`. */
function frameOperator(rows: Float32Array, width: number): Float64Array {
  const frame = new Float64Array(width * width);
  for (let start = 0; start < rows.length; start += width) {
    for (let i = 0; i < width; i++) {
      const value = rows[start + i], at = i * width;
      for (let j = i; j < width; j++) frame[at + j] += value * rows[start + j];
    }
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) frame[i * width + j] = frame[j * width + i];
  return frame;
}

function toUnit(rows: Float32Array, width: number): void {
  for (let start = 0; start < rows.length; start += width) {
    const row = rows.subarray(start, start + width), length = norm(row);
    for (let i = 0; i < width; i++) row[i] /= length;
  }
}
