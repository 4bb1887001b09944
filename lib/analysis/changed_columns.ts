/**
 * Which columns of a table a latent changes most, by name.
 *
 * Compares changes that others have decoded. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { LatentDetail } from "../report/schema.ts";
import { significants } from "./rounding.ts";

/** Letters of a name that are kept. */
const MOST_LETTERS = 80;

/**
 * The columns with the largest absolute change, the largest first, equal ones in their order; columns that do not change are
 * left out.
 *
 * @param effect The change of each value of a row, `[dInput]`.
 * @param options `names` of the values, `[dInput]`; `most` of them are named.
 *
 * @example
 * ```ts
 * import { changedColumns } from "./changed_columns.ts";
 * import assert from "node:assert/strict";
 *
 * const names = ["age", "weight", "height", "sex"];
 * assert.deepEqual(changedColumns(Float32Array.of(0.5, -2, 0, 0.25), { names, most: 2 }), {
 *   columns: ["weight", "age"],
 *   values: [-2, 0.5],
 * });
 * ```
 */
export function changedColumns(
  effect: Float32Array,
  { names, most }: { names: readonly string[]; most: number },
): NonNullable<LatentDetail["changes"]> {
  const order = Uint32Array.from(effect.keys()).sort((a, b) => Math.abs(effect[b]) - Math.abs(effect[a]) || a - b);
  const largest = Array.from(order.subarray(0, most)).filter((j) => effect[j] !== 0);
  return {
    columns: largest.map((j) => names[j].length > MOST_LETTERS ? `${names[j].slice(0, MOST_LETTERS - 1)}…` : names[j]),
    values: significants(largest.map((j) => effect[j])),
  };
}
