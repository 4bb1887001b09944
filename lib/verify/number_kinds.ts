/**
 * What a number of a report is, by its field: a choice of a row or latent, settled before anything is measured, a count, or a
 * measurement; and how far two of a kind may be apart if another engine measured.
 *
 * Walks no file: `compare.ts` does. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Numbers that say which row or latent is meant. Two of them may be equally good: then another engine may name the other one. */
const CHOICES = new Set([
  ...["row", "rows", "image", "latent", "latents", "nearest", "bestLatents", "shown", "drawn", "detailed"],
  ...["label", "labels", "mainClass"],
]);
/** Numbers that are settled before anything is measured, and have no tolerance. */
const SETTLED = new Set([
  ...["schemaVersion", "images", "measured", "count", "errorRows", "latentsPerFile", "dIn", "dOut", "parameters"],
  ...["edges", "tileWidth", "tileHeight", "columns", "tilesPerFile", "channels", "epoch", "step", "stepStride"],
  ...["k", "n", "threshold"],
]);
/** Means and shares, which are no counts although they may be whole numbers: an accuracy of 1, 0 active latents. */
const MEAN = /(?:^|\.)(?:value|shares\.\w+)$/;

/** Choices that may differ, as a share of a file's and at least. */
const MOST_OTHER_CHOICES = 0.01, LEAST_OTHER_CHOICES = 2;
/**
 * Numbers that an activation at a threshold moved, as a share of a file's and at least: one activation changes a latent's
 * rows, two bins of its histogram and a class.
 */
const MOST_MOVED = 0.01, LEAST_MOVED = 4;
/** Such a count differs by at most this share, or by this many. */
const COUNT_SHARE = 0.005, LEAST_COUNT = 1;
/** Such a measurement differs by at most this share of the largest in its list, or by one in the last of its four decimals. */
const MOVED_BY = 0.01, LAST_DECIMAL = 1e-4;

/** Whether the field of this name says which row or latent is meant. */
export function isChoice(key: string): boolean {
  return CHOICES.has(key);
}

/** Whether the field of this name is settled before anything is measured. */
export function isSettled(key: string): boolean {
  return SETTLED.has(key);
}

/** Two numbers of one field. */
export interface NumberPair {
  stored: number;
  measured: number;
}

/** Whether two numbers are counts of rows or latents. */
export function isCount({ stored, measured }: NumberPair, pattern: string): boolean {
  return Number.isInteger(stored) && Number.isInteger(measured) && !MEAN.test(pattern);
}

/**
 * Whether an activation that is kept on one engine and not on the other may have made the difference of two numbers.
 *
 * @param options.pattern The field's path without numbers. `scale`: the largest number of its list by magnitude.
 */
export function mayBeMoved(pair: NumberPair, { pattern, scale }: { pattern: string; scale: number }): boolean {
  const { stored, measured } = pair;
  const difference = Math.abs(stored - measured), largest = Math.max(Math.abs(stored), Math.abs(measured));
  if (isCount(pair, pattern) && difference <= Math.max(LEAST_COUNT, COUNT_SHARE * largest)) return true;
  return difference <= MOVED_BY * scale ||
    difference < 1.5 * LAST_DECIMAL && isOfFewDecimals(stored) && isOfFewDecimals(measured);
}

/** How many numbers of a file may be moved, and how many choices may be others. */
export function mostOf(file: { numbers: number; choices: number }): { moved: number; otherChoices: number } {
  return {
    moved: Math.max(LEAST_MOVED, MOST_MOVED * file.numbers),
    otherChoices: Math.max(LEAST_OTHER_CHOICES, MOST_OTHER_CHOICES * file.choices),
  };
}

/** Whether a number is stored to four decimals. */
function isOfFewDecimals(value: number): boolean {
  return value === Number(value.toFixed(4));
}
