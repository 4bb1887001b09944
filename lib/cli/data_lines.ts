/**
 * The lines about data that every command prints alike: which rows, and how they are scaled.
 *
 * @module
 */
import { describeScaling } from "../data/describe.ts";
import type { Scaling } from "../data/scaling.ts";
import { printable } from "../errors.ts";

/** `data     x, 40 vectors of 3 values`. @param described What {@linkcode describeRows} says of them. */
export function dataLine(described: string): string {
  return `data     ${printable(described)}`;
}

/** `scaling  mean-norm (…): times 0.1`. */
export function scalingLine(scaling: Scaling): string {
  return `scaling  ${describeScaling(scaling)}`;
}
