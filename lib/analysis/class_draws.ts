/**
 * Which rows of labelled data a probe learns from and is tested on: a part of each class for each, and for one class
 * against the rest as many negatives as positives, drawn evenly from the other classes.
 *
 * Works on row numbers, and on sums over the rows of a matrix that is read once for all draws.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Labels } from "../data/row_labels.ts";
import { Rng } from "../rng.ts";
import type { RowSource } from "./sparse_rows.ts";

/** The share of a class kept for testing. */
const TEST_SHARE = 0.2;

/** Rows of each class in random order: `train[c]` and `test[c]` have none in common. */
export interface ClassRows {
  train: Uint32Array[];
  test: Uint32Array[];
}

/** As many rows of one class as of all others together. */
export interface Draw {
  positives: Uint32Array;
  negatives: Uint32Array;
}

/**
 * Splits the rows of each class, four fifths for training, the rest for testing; a class of one row has none for
 * training and one for testing, so that nothing is learned of it.
 *
 * @param labels `[rows]`, each below `nClasses`.
 * @param options `seed` of the random order, stream "probing"; `trainCap` and `testCap` are the most rows kept of a
 * class.
 * @throws RangeError if a label is not below `nClasses`.
 *
 * @example
 * ```ts
 * import { splitClasses } from "./class_draws.ts";
 * import assert from "node:assert/strict";
 *
 * const labels = Uint8Array.of(0, 0, 0, 0, 0, 1);
 * const { train, test } = splitClasses(labels, { nClasses: 2, seed: 0, trainCap: 100, testCap: 100 });
 * assert.deepEqual(train.map((rows) => rows.length), [4, 0]);
 * assert.deepEqual(test.map((rows) => rows.length), [1, 1]);
 * ```
 */
export function splitClasses(
  labels: Labels,
  options: { nClasses: number; seed: number; trainCap: number; testCap: number },
): ClassRows {
  const { nClasses, seed, trainCap, testCap } = options;
  const byClass = Array.from({ length: nClasses }, () => [] as number[]);
  for (const row of Rng.fromSeed(seed, "probing").permutation(labels.length)) {
    if (labels[row] >= nClasses) {
      throw new RangeError(`Cannot split classes: row ${row} has label ${labels[row]}, expected 0 to ${nClasses - 1}`);
    }
    byClass[labels[row]].push(row);
  }
  const train: Uint32Array[] = [], test: Uint32Array[] = [];
  for (const rows of byClass) {
    const tested = Math.ceil(rows.length * TEST_SHARE);
    test.push(Uint32Array.from(rows.slice(0, Math.min(tested, testCap))));
    train.push(Uint32Array.from(rows.slice(tested, tested + trainCap)));
  }
  return { train, test };
}

/**
 * Positives of one class and as many negatives, drawn evenly: one from each other class in turn until there are enough.
 *
 * @param rowsByClass `train` or `test` of {@linkcode splitClasses}.
 * @param options `positive` is the class; `cap` is the most positives wanted.
 * @returns Equally many of both: fewer positives than there are if the others have too few rows.
 *
 * @example
 * ```ts
 * import { drawBalanced } from "./class_draws.ts";
 * import assert from "node:assert/strict";
 *
 * const rowsByClass = [Uint32Array.of(7, 8, 9), Uint32Array.of(1), Uint32Array.of(4, 5, 6)];
 * assert.deepEqual(drawBalanced(rowsByClass, { positive: 0, cap: 100 }), {
 *   positives: Uint32Array.of(7, 8, 9),
 *   negatives: Uint32Array.of(1, 4, 5),
 * });
 * ```
 */
export function drawBalanced(rowsByClass: Uint32Array[], options: { positive: number; cap: number }): Draw {
  const { positive, cap } = options;
  const own = rowsByClass[positive];
  const others = rowsByClass.filter((_, c) => c !== positive);
  const wanted = Math.min(cap, own.length, others.reduce((sum, rows) => sum + rows.length, 0));
  const negatives = new Uint32Array(wanted);
  for (let turn = 0, n = 0; n < wanted; turn++) {
    for (const rows of others) if (turn < rows.length && n < wanted) negatives[n++] = rows[turn];
  }
  return { positives: own.slice(0, wanted), negatives };
}

/** One row of a draw. */
export interface DrawnRow {
  /** Index of the draw. */
  draw: number;
  /** Its place among the positives and then the negatives of that draw. */
  example: number;
}

/** The rows of several draws, each once. */
export interface DrawnRows {
  /** Row numbers, ascending. */
  rows: Uint32Array;
  /** For each of them, the draws it is in. */
  drawn: DrawnRow[][];
}

/** Which rows several draws have, so that a matrix is read once for all of them. */
export function drawnRows(draws: Draw[]): DrawnRows {
  const byRow = new Map<number, DrawnRow[]>();
  draws.forEach(({ positives, negatives }, draw) => {
    for (let example = 0; example < positives.length + negatives.length; example++) {
      const row = example < positives.length ? positives[example] : negatives[example - positives.length];
      const own = byRow.get(row);
      if (own) own.push({ draw, example });
      else byRow.set(row, [{ draw, example }]);
    }
  });
  const rows = Uint32Array.from(byRow.keys()).sort();
  return { rows, drawn: Array.from(rows, (row) => byRow.get(row)!) };
}

/**
 * For each draw and column, mean over the positives − mean over the negatives, float64.
 *
 * @param draws As many negatives as positives each, not none.
 * @returns `[draws][width]`.
 */
export async function meanDifferences(source: RowSource, draws: Draw[]): Promise<Float64Array[]> {
  const sums = draws.map(() => new Float64Array(source.width));
  const { rows, drawn } = drawnRows(draws);
  for await (const { first, count, starts, columns, values } of source.pieces(rows)) {
    for (let i = 0; i < count; i++) {
      for (const { draw, example } of drawn[first + i]) {
        const own = sums[draw], sign = example < draws[draw].positives.length ? 1 : -1;
        for (let e = starts[i]; e < starts[i + 1]; e++) own[columns[e]] += sign * values[e];
      }
    }
  }
  return sums.map((own, draw) => own.map((sum) => sum / draws[draw].positives.length));
}
