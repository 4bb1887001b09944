/**
 * Figures of several runs together: medians, the items that no other item beats, and explained variance under
 * one name.
 *
 * Reads no file and knows no chart. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { SplitMetrics } from "../../report/schema.ts";

/**
 * EV-A, 1 − fvu; null if the data do not vary.
 *
 * @example
 * ```ts
 * import { explainedVariance } from "./figures.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(explainedVariance({ fvu: 0.25 }), 0.75);
 * assert.equal(explainedVariance({ fvu: null }), null);
 * ```
 */
export function explainedVariance({ fvu }: Pick<SplitMetrics, "fvu">): number | null {
  return fvu === null ? null : 1 - fvu;
}

/** The middle value, or the mean of the two in the middle; nulls are left out, null if nothing is left. */
export function median(values: (number | null)[]): number | null {
  const sorted = numbers(values).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

function numbers(values: (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

/**
 * The items that no other beats, by cost: no other costs at most as much and gains more.
 *
 * @example
 * ```ts
 * import { paretoFront } from "./figures.ts";
 * import assert from "node:assert/strict";
 *
 * const items = [{ l0: 4, ev: 0.5 }, { l0: 8, ev: 0.4 }, { l0: 8, ev: 0.7 }, { l0: 2, ev: 0.1 }];
 * const front = paretoFront(items, { cost: ({ l0 }) => l0, gain: ({ ev }) => ev });
 * assert.deepEqual(front, [items[3], items[0], items[2]]);
 * ```
 */
export function paretoFront<T>(items: T[], { cost, gain }: { cost(item: T): number; gain(item: T): number }): T[] {
  const front: T[] = [];
  for (const item of items.toSorted((a, b) => cost(a) - cost(b) || gain(b) - gain(a))) {
    if (front.length === 0 || gain(item) > gain(front.at(-1)!)) front.push(item);
  }
  return front;
}
