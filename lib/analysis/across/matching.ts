/**
 * The best one-to-one matching of two sets of directions by |cosine|.
 *
 * Up to 2,048 directions the matching is exact. Of more, each direction may be matched with those of the other set that have
 * the largest |cosine| with it, or to which it is such a one itself; every cosine is computed, few are kept. What is left in
 * both sets, such as copies of one direction whose candidates are the same, is then matched exactly. Where a set has a
 * direction and its opposite, as principal components have, two matchings are equally good: the one with more cosines above
 * 0 is taken. Knows no latents. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { norm } from "../../norm.ts";
import { eachProduct } from "../cosines.ts";
import { Nearest } from "../nearest.ts";
import { assignAll, assignCandidates, type Candidates } from "./assignment.ts";

/** The most directions of a set of which every pair is kept: 2,048 × 2,048 numbers. */
const MOST_EXACT = 2048;
/** Directions of the other set that are kept for each. */
const CANDIDATES = 32;
/** A cosine below 0 counts this share less than its size: it decides between equal sums, and is above their rounding. */
const OPPOSITE = 2 ** -44;
/** Bytes for each: what is nearest, in a map, as lists, and as lists with a column for no partner. */
const CANDIDATE_BYTES = 12 + 80 + 12 + 12;

/** Some rows of a matrix. */
export interface DirectionRows {
  /** `[n, width]` */
  values: Float32Array;
  /** Which rows are matched. */
  rows: ArrayLike<number>;
}

/** A one-to-one matching of two sets of directions. */
export interface DirectionMatching {
  /** For each row of the first matrix the matched one of the second, −1 for none, `[n]`. */
  partners: Int32Array;
  /** The cosine of each matched pair with its sign, in [−1, 1]; 0 for none, `[n]`. */
  cosines: Float64Array;
  /** Whether no matching has a larger sum of |cosine|. */
  isExact: boolean;
}

/** How directions are matched. */
export interface MatchingOptions {
  /** Numbers in a direction. */
  width: number;
  /** Called once with each row of the first, each of the second matrix, and their cosine, if both have a direction. */
  onCosine?: (a: number, b: number, cosine: number) => void;
  /** More directions than this in one of the sets are matched among candidates. */
  mostExact?: number;
  /** How many candidates are kept for each direction. */
  candidates?: number;
}

/**
 * Matches directions; one of length 0 has cosine 0 with all others.
 *
 * @throws RangeError if a direction is not finite.
 *
 * @example
 * ```ts
 * import { matchDirections } from "./matching.ts";
 * import assert from "node:assert/strict";
 *
 * const a = { values: Float32Array.of(1, 0, 0, 1), rows: [0, 1] };
 * const b = { values: Float32Array.of(0, 2, -3, 0), rows: [0, 1] };
 * const { partners, cosines } = matchDirections(a, b, { width: 2 });
 * assert.deepEqual([[...partners], [...cosines]], [[1, 0], [-1, 1]]);
 * ```
 */
export function matchDirections(a: DirectionRows, b: DirectionRows, options: MatchingOptions): DirectionMatching {
  const { width, onCosine, mostExact = MOST_EXACT, candidates = CANDIDATES } = options;
  const count = a.values.length / width, n = a.rows.length, m = b.rows.length;
  const isExact = n <= mostExact && m <= mostExact;
  const units = unitRows(a, width), others = unitRows(b, width);
  const isDirected = { a: areDirected(units, width), b: areDirected(others, width) };
  const visit = (keep: (i: number, j: number, size: number) => void) =>
    eachProduct(units, {
      ...{ width, others },
      offer(i, j, product) {
        keep(i, j, sizeOf(product));
        if (isDirected.a[i] && isDirected.b[j]) onCosine?.(a.rows[i], b.rows[j], cosineOf(product));
      },
    });

  let columnOf: Int32Array;
  if (isExact) {
    const sizes = new Float64Array(n * m);
    visit((i, j, size) => sizes[i * m + j] = size);
    columnOf = assignAll(sizes, { rows: n, columns: m });
  } else {
    const ofA = new Nearest(n, candidates), ofB = new Nearest(m, candidates);
    visit((i, j, size) => {
      ofA.offer(i, j, size);
      ofB.offer(j, i, size);
    });
    ({ columnOf } = assignCandidates(candidateLists(ofA, ofB, { rows: n, columns: m })));
    assignRest(columnOf, { units, others, width });
  }

  const partners = new Int32Array(count).fill(-1), cosines = new Float64Array(count);
  for (let i = 0; i < n; i++) {
    const j = columnOf[i];
    if (j < 0) continue;
    partners[a.rows[i]] = b.rows[j];
    let product = 0;
    for (let k = 0; k < width; k++) product += units[i * width + k] * others[j * width + k];
    cosines[a.rows[i]] = cosineOf(product);
  }
  return { partners, cosines, isExact };
}

/** Matches the rows that have no column with the columns that no row has, unless there are more than can be matched exactly. */
function assignRest(
  columnOf: Int32Array,
  { units, others, width }: { units: Float64Array; others: Float64Array; width: number },
): void {
  const isTaken = new Uint8Array(others.length / width);
  for (const column of columnOf) if (column >= 0) isTaken[column] = 1;
  const rows = [...columnOf.keys()].filter((row) => columnOf[row] < 0);
  const columns = [...isTaken.keys()].filter((column) => isTaken[column] === 0);
  const m = columns.length;
  if (rows.length === 0 || m === 0 || Math.max(rows.length, m) > MOST_EXACT) return;
  const sizes = new Float64Array(rows.length * m),
    gathered = (of: Float64Array, chosen: number[]) => {
      const some = new Float64Array(chosen.length * width);
      for (const [i, row] of chosen.entries()) some.set(of.subarray(row * width, (row + 1) * width), i * width);
      return some;
    };
  eachProduct(gathered(units, rows), {
    ...{ width, others: gathered(others, columns) },
    offer: (i, j, product) => sizes[i * m + j] = sizeOf(product),
  });
  const found = assignAll(sizes, { rows: rows.length, columns: m });
  for (const [i, row] of rows.entries()) if (found[i] >= 0) columnOf[row] = columns[found[i]];
}

/** |cosine|, a little less for opposite directions. */
function sizeOf(product: number): number {
  const cosine = cosineOf(product);
  return cosine < 0 ? -cosine * (1 - OPPOSITE) : cosine;
}

function cosineOf(product: number): number {
  return Math.max(-1, Math.min(1, product));
}

/** Whether each row has a direction: is not zeros. */
function areDirected(units: Float64Array, width: number): boolean[] {
  return Array.from(
    { length: units.length / width },
    (_, i) => units.subarray(i * width, (i + 1) * width).some((value) => value !== 0),
  );
}

/** Bytes that {@linkcode matchDirections} needs at most for n and m directions. */
export function matchingBytes({ n, m, width }: { n: number; m: number; width: number }): number {
  const units = 8 * (n + m) * width;
  const exactBytes = (rows: number, columns: number) => 20 * rows * columns; // |cosines|, the same turned, and each column's number
  if (Math.max(n, m) <= MOST_EXACT) return units + exactBytes(n, m);
  const [rows, columns] = [Math.min(n, MOST_EXACT), Math.min(m, MOST_EXACT)]; // of what candidates leave
  return units + (n + m) * CANDIDATES * CANDIDATE_BYTES + 8 * (rows + columns) * width + exactBytes(rows, columns);
}

/** Every pair of which one is a candidate of the other, as lists of the rows. */
function candidateLists(ofA: Nearest, ofB: Nearest, { rows, columns }: { rows: number; columns: number }): Candidates {
  const pairs = Array.from({ length: rows }, () => new Map<number, number>());
  for (let i = 0; i < rows; i++) for (const { j, cosine } of ofA.of(i)) pairs[i].set(j, cosine);
  for (let j = 0; j < columns; j++) for (const { j: i, cosine } of ofB.of(j)) pairs[i].set(j, cosine);
  const starts = new Int32Array(rows + 1);
  for (let i = 0; i < rows; i++) starts[i + 1] = starts[i] + pairs[i].size;
  const entries = new Int32Array(starts[rows]), weights = new Float64Array(starts[rows]);
  let at = 0;
  for (const own of pairs) {
    for (const [column, weight] of own) {
      entries[at] = column;
      weights[at++] = weight;
    }
  }
  return { rows, columns, starts, entries, weights };
}

/** The chosen rows at length 1, `[rows, width]`; a row of zeros stays. */
function unitRows({ values, rows }: DirectionRows, width: number): Float64Array {
  const units = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const own = values.subarray(rows[i] * width, (rows[i] + 1) * width), length = norm(own);
    if (!Number.isFinite(length)) {
      throw new RangeError(`Cannot match directions: row ${rows[i]} has length ${length}, expected finite numbers`);
    }
    if (length > 0) { for (let k = 0; k < width; k++) units[i * width + k] = own[k] / length; }
  }
  return units;
}
