/**
 * A line of comma-separated values, as RFC 4180 has it.
 *
 * Reads none. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Digits of a number that is not an integer: float32 has between 7 and 8. */
const DIGITS = 7;

/**
 * The line, with its line break. Null is an empty cell, which a text without letters is not.
 *
 * @example
 * ```ts
 * import { csvLine } from "./csv_line.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(csvLine([3, 0.1234567891, null, 'a "b", c', ""]), '3,0.1234568,,"a ""b"", c",""\n');
 * ```
 */
export function csvLine(cells: readonly (number | string | null)[]): string {
  return `${cells.map(cellText).join(",")}\n`;
}

function cellText(cell: number | string | null): string {
  if (cell === null) return "";
  if (typeof cell === "number") return Number.isInteger(cell) ? `${cell}` : `${Number(cell.toPrecision(DIGITS))}`;
  return cell === "" || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
