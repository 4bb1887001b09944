/**
 * How many rows are measured and how many are trained on, with what the user must know about it.
 *
 * Which rows these are is `split_rows.ts`'s business.
 *
 * @module
 */
import { printablePath, UserError } from "../../errors.ts";
import { limitNote } from "../describe.ts";
import type { FoundRows } from "./find_rows.ts";
import { countHeldOut, DEFAULT_TEST_SHARE, defaultShare, MOST_TEST, type RowSplit } from "./split_rows.ts";

/** A split, the training rows that are kept of it, and sentences about both. */
export interface ChosenSplit {
  split: RowSplit;
  /** Training rows that are kept, the first ones. */
  count: number;
  notes: string[];
}

/**
 * Chooses.
 *
 * @param options.testShare The share that is held out; about a tenth if left out.
 * @param options.limit Training rows that are kept; null for all.
 * @param options.rowBytes Bytes of a row in memory.
 * @throws {UserError} The share or the limit leaves no rows, or asks for more than there are.
 */
export function chooseSplit(
  found: FoundRows,
  options: { testShare?: number; limit: number | null; rowBytes: number },
): ChosenSplit {
  const { split, notes } = splitOf(found, options), { trainCount } = split;
  const limit = options.limit ?? trainCount;
  if (limit > trainCount) {
    const what = `keep ${limit} training rows of ${printablePath(found.name)}`;
    throw usage(`Cannot ${what}: it has ${trainCount}, expected 1 to ${trainCount}`);
  }
  if (limit === trainCount) return { split, count: limit, notes };
  const { kind } = found.rows.rows.shape;
  return { split, count: limit, notes: [...notes, limitNote({ kind, limit, count: trainCount })] };
}

function splitOf(
  { rows: { rows: { count } }, test, name }: FoundRows,
  { testShare, rowBytes }: { testShare?: number; rowBytes: number },
): { split: RowSplit; notes: string[] } {
  if (test) return { split: { share: 0, testCount: test.rows.count, trainCount: count }, notes: [] };
  const what = `hold out rows of ${printablePath(name)}`;
  if (count < 2) throw new UserError(`Cannot ${what}: there is ${count} row, expected at least 2, or --test PATH`);
  const share = testShare ?? defaultShare(count, rowBytes), testCount = countHeldOut(count, share);
  if (testCount === 0 || testCount === count) {
    const now = `a test share of ${share} takes ${testCount === 0 ? "none" : "all"} of ${count} rows`;
    throw usage(`Cannot ${what}: ${now}, expected one that leaves rows in both sets`);
  }
  const isLowered = testShare === undefined && share < DEFAULT_TEST_SHARE;
  const percent = (100 * share).toPrecision(2);
  const note =
    `The test set has ${testCount} rows (${percent} % of all) instead of a tenth: at most ${MOST_TEST.rows} ` +
    `rows and ${MOST_TEST.bytes / 1e6} MB are held out unless --test-share chooses`;
  return { split: { share, testCount, trainCount: count - testCount }, notes: isLowered ? [note] : [] };
}

function usage(message: string): UserError {
  return new UserError(message, { exitCode: 2 });
}
