/**
 * The one-to-one assignment of rows to columns with the largest sum of weights, exactly, of a whole matrix or of a list of
 * candidates for each row.
 *
 * Makes no candidates and knows no dictionary. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { ColumnHeap } from "./column_heap.ts";

/** Rounds in which each free row takes its best column from whoever has it; what is left needs augmenting paths. */
const ROUNDS = 10;

/** What may be assigned: the columns that each row may take, with the weight of each. */
export interface Candidates {
  rows: number;
  columns: number;
  /** Where each row's entries begin, and the number of entries, `[rows + 1]`. */
  starts: ArrayLike<number>;
  /** The column of each entry, none twice in a row. */
  entries: Int32Array;
  /** The weight of each entry, finite and at least 0. */
  weights: Float64Array;
}

/** An assignment, and the proof that it is the best. */
export interface Assignment {
  /** The column of each row, −1 if it has none, `[rows]`. */
  columnOf: Int32Array;
  /**
   * The dual value of each column, at least 0, and 0 for a column that no row has, `[columns]`. No row has a candidate with
   * a larger weight less dual value than its own column, and a row without a column none with one above 0.
   */
  duals: Float64Array;
}

/**
 * The assignment of a whole matrix, in which every row has a column, or every column a row if there are more rows.
 *
 * @param weights `[rows, columns]`, finite and at least 0.
 *
 * @example
 * ```ts
 * import { assignAll } from "./assignment.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([...assignAll(Float64Array.of(3, 2, 3, 0), { rows: 2, columns: 2 })], [1, 0]); // 2 + 3
 * ```
 */
export function assignAll(weights: Float64Array, { rows, columns }: { rows: number; columns: number }): Int32Array {
  if (rows > columns) {
    const turned = new Float64Array(weights.length);
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[j * rows + i] = weights[i * columns + j];
    const columnOf = new Int32Array(rows).fill(-1);
    assignAll(turned, { rows: columns, columns: rows }).forEach((row, column) => columnOf[row] = column);
    return columnOf;
  }
  const entries = new Int32Array(rows * columns);
  for (let e = 0; e < entries.length; e++) entries[e] = e % columns;
  const starts = Array.from({ length: rows + 1 }, (_, row) => row * columns);
  return solve({ rows, columns, starts, entries, weights }).columnOf;
}

/**
 * The assignment among candidates: a row that would have to take a column from others at a loss stays without one.
 *
 * @example
 * ```ts
 * import { assignCandidates } from "./assignment.ts";
 * import assert from "node:assert/strict";
 *
 * const entries = Int32Array.of(0, 0, 1), weights = Float64Array.of(2, 3, 1.5), starts = [0, 1, 3];
 * const { columnOf } = assignCandidates({ rows: 2, columns: 2, starts, entries, weights });
 * assert.deepEqual([...columnOf], [0, 1]); // 2 + 1.5, more than 3 alone
 * ```
 */
export function assignCandidates({ rows, columns, starts, entries, weights }: Candidates): Assignment {
  // Each row may also take a column of its own without weight, which means that it has none.
  const length = entries.length + rows;
  const all = { starts: new Int32Array(rows + 1), entries: new Int32Array(length), weights: new Float64Array(length) };
  for (let row = 0, at = 0; row < rows; row++) {
    all.entries.set(entries.subarray(starts[row], starts[row + 1]), at);
    all.weights.set(weights.subarray(starts[row], starts[row + 1]), at);
    at += starts[row + 1] - starts[row];
    all.entries[at++] = columns + row;
    all.starts[row + 1] = at;
  }
  const { columnOf, duals } = solve({ rows, columns: columns + rows, ...all });
  return { columnOf: columnOf.map((column) => column < columns ? column : -1), duals: duals.slice(0, columns) };
}

/**
 * Jonker and Volgenant's method (Computing 38, 1987) on lists of candidates: first each free row takes the column that is best
 * by weight less dual value, and the column's dual value rises to what makes its second best as good; then each row that is still free
 * gets a column by the shortest augmenting path, found with reduced costs as Dijkstra does.
 *
 * Every row must be able to get a column. Dual values begin at 0 and only rise while a row has the column, so that the assignment is
 * also the best if there are more columns than rows.
 */
function solve({ rows, columns, starts, entries, weights }: Candidates): Assignment {
  const duals = new Float64Array(columns), rowOf = new Int32Array(columns).fill(-1);
  /** The entry that each row has taken, −1 for a free row. */
  const entryOf = new Int32Array(rows).fill(-1);
  const take = (row: number, entry: number) => {
    entryOf[row] = entry;
    rowOf[entries[entry]] = row;
  };
  let free = Int32Array.from({ length: rows }, (_, row) => row);
  for (let round = 0; round < ROUNDS && free.length > 0; round++) {
    const next: number[] = [];
    for (const row of free) {
      let best = -Infinity, second = -Infinity, entry = -1;
      for (let e = starts[row]; e < starts[row + 1]; e++) {
        const gain = weights[e] - duals[entries[e]];
        const isFirst = gain > best || (gain === best && rowOf[entries[entry]] >= 0 && rowOf[entries[e]] < 0);
        if (isFirst) {
          second = best;
          best = gain;
          entry = e;
        } else if (gain > second) second = gain;
      }
      const owner = rowOf[entries[entry]];
      const rise = best - second; // Infinity for a single candidate: its dual value may not rise without end
      if (owner >= 0 && (rise === 0 || rise === Infinity)) next.push(row);
      else {
        if (owner >= 0) {
          entryOf[owner] = -1;
          next.push(owner);
        }
        if (rise < Infinity) duals[entries[entry]] += rise;
        take(row, entry);
      }
    }
    free = Int32Array.from(next);
  }

  const distances = new Float64Array(columns).fill(Infinity), from = new Int32Array(columns);
  const heap = new ColumnHeap(distances);
  for (const first of free) {
    const reached: number[] = [], done: number[] = [];
    let row = first, least = 0, sink = -1, bound = Infinity, nearestFree = -1;
    let gain = -Infinity; // of the row's own entry; of the first row: of its best one
    for (let e = starts[row]; e < starts[row + 1]; e++) gain = Math.max(gain, weights[e] - duals[entries[e]]);
    while (sink < 0) {
      for (let e = starts[row]; e < starts[row + 1]; e++) {
        const column = entries[e];
        // at least `least`: rounding must not make a path shorter than its beginning
        const distance = least + Math.max(0, gain - (weights[e] - duals[column]));
        if (distance >= bound || distance >= distances[column]) continue;
        if (distances[column] === Infinity) reached.push(column);
        distances[column] = distance;
        from[column] = e;
        heap.offer(column);
        if (rowOf[column] < 0) { // no longer path is asked for
          bound = distance;
          nearestFree = column;
        }
      }
      if (bound <= least) { // no other can be nearer, which saves the search among equals
        sink = nearestFree;
        break;
      }
      const column = heap.take();
      least = distances[column];
      if (rowOf[column] < 0) sink = column;
      else {
        done.push(column);
        row = rowOf[column];
        gain = weights[entryOf[row]] - duals[column];
      }
    }
    for (const column of done) duals[column] += least - distances[column];
    for (let column = sink;;) {
      const entry = from[column], taker = rowAt(entry, starts);
      const left = entryOf[taker];
      take(taker, entry);
      if (left < 0) break;
      column = entries[left];
    }
    for (const column of reached) distances[column] = Infinity;
    heap.clear();
  }
  return { columnOf: entryOf.map((entry) => entries[entry]), duals };
}

/** The row that an entry belongs to. */
function rowAt(entry: number, starts: ArrayLike<number>): number {
  let low = 0, high = starts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= entry) low = middle;
    else high = middle;
  }
  return low;
}
