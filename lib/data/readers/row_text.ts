/**
 * How a row is named in a message: by its number from 0, as NumPy and pandas count and as every table that the program
 * writes does. Of a table of text the number that a spreadsheet shows stands beside it.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/**
 * A row in words.
 *
 * @param row Its number in the file, from 0; a header is not counted.
 * @param options.line The number that a spreadsheet shows, from 1, the header counted; left out if the file is no table of
 * text.
 *
 * @example
 * ```ts
 * import { rowText } from "./row_text.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(rowText(1), "row 1 (from 0)");
 * assert.equal(rowText(1, { line: 3 }), "row 1 (from 0; row 3 of a spreadsheet)");
 * ```
 */
export function rowText(row: number, { line }: { line?: number } = {}): string {
  return `row ${row} (from 0${line === undefined ? "" : `; row ${line} of a spreadsheet`})`;
}
