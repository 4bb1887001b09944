/**
 * What a report says of shown rows in words: their class, their place in the files, and columns such as text or url.
 *
 * Gathers what the data hold; writes nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { ImageSet } from "../data/dataset.ts";
import { MOST_TEXT, type RowTexts } from "../report/schema.ts";

/** Columns of words, at most: the first ones. */
const MOST_COLUMNS = 8;
/** Rows of one table, and characters of all its values, at most. */
const MOST_ROWS = 16_384, MOST_CHARACTERS = 2 ** 22;

/**
 * The table of some rows.
 *
 * @param options.rows The rows in the order of their importance: as many of them as there is room for are in the table.
 * @param options.isDrawn Whether rows have pictures, beside which their classes stand.
 * @returns Null if the rows have pictures and nothing else is known of them.
 */
export function rowTexts(
  { labels, fileRows, meta }: Pick<ImageSet, "labels" | "fileRows" | "meta">,
  { rows, isDrawn }: { rows: Iterable<number>; isDrawn: boolean },
): RowTexts | null {
  if (isDrawn && !fileRows && !meta) return null;
  const columns = (meta?.values ?? []).slice(0, MOST_COLUMNS);
  const chosen: number[] = [];
  let left = MOST_CHARACTERS;
  for (const row of rows) {
    for (const column of columns) left -= Math.min(MOST_TEXT, column[row].length);
    if (left < 0 || chosen.length === MOST_ROWS) break;
    chosen.push(row);
  }
  chosen.sort((a, b) => a - b);
  return {
    rows: chosen,
    labels: labels && chosen.map((row) => labels[row]),
    fileRows: fileRows && chosen.map((row) => fileRows[row]),
    names: (meta?.names ?? []).slice(0, MOST_COLUMNS),
    values: columns.map((column) => chosen.map((row) => cutText(column[row]))),
  };
}

/** A value of at most {@linkcode MOST_TEXT} characters; half of a pair of surrogates is not left at its end. */
function cutText(text: string): string {
  if (text.length <= MOST_TEXT) return text;
  return `${text.slice(0, MOST_TEXT - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
