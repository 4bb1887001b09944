/**
 * Lists of numbers, and lists of such lists, as one row of values.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { quoted } from "../../errors.ts";
import { rowText } from "./row_text.ts";
import { refusal } from "./file_rows.ts";

/** The lengths of a list, of its first list, and so on. */
export function nestedShape(value: unknown): number[] {
  return isList(value) ? [value.length, ...nestedShape(value[0])] : [];
}

/**
 * Writes the numbers of a list one after the other.
 *
 * @param target Filled from its start to its end.
 * @param place.lengths The lengths that lists have, as {@linkcode nestedShape} gives them.
 * @throws {UserError} A list is longer or shorter, or holds something else than numbers.
 */
export function flatValues(
  list: unknown,
  target: Float32Array | Float64Array,
  { lengths, ...place }: RowPlace & { lengths: readonly number[] },
): void {
  fill(list, { target, at: 0, lengths, place });
}

/** A row in a file. */
interface RowPlace {
  name: string;
  row: number;
}

/** Returns where it ended. */
function fill(
  list: unknown,
  { target, at, lengths: [length, ...others], place }: {
    target: Float32Array | Float64Array;
    at: number;
    lengths: readonly number[];
    place: RowPlace;
  },
): number {
  const { name, row } = place;
  if (!isList(list)) throw refusal(name, `${rowText(row)} has ${kindOf(list)}`, "a list of numbers");
  if (list.length !== length) {
    const what = others.length > 0 ? "lists" : "numbers";
    throw refusal(
      name,
      `${rowText(row)} has a list of ${list.length} ${what}`,
      `${length} as the first list of the first row`,
    );
  }
  let end = at;
  for (let i = 0; i < length; i++) {
    if (others.length === 0) target[end++] = numberOf(list[i], place);
    else end = fill(list[i], { target, at: end, lengths: others, place });
  }
  return end;
}

/**
 * A number of a table.
 *
 * @param place.column Its column, if there are several.
 * @throws {UserError} It is something else, or a whole number of 64 bits beyond 2^53.
 */
export function numberOf(value: unknown, { name, row, column }: RowPlace & { column?: string }): number {
  const number = typeof value === "bigint" ? Number(value) : value, within = column ? ` in ${quoted(column)}` : "";
  if (typeof number !== "number") throw refusal(name, `${rowText(row)} has ${kindOf(value)}${within}`, "a number");
  if (typeof value === "number" || Math.abs(number) <= 2 ** 53) return number;
  throw refusal(
    name,
    `${rowText(row)} has ${value}${within}`,
    "whole numbers up to 2^53, beyond which they are not exact",
  );
}

function kindOf(value: unknown): string {
  return value === null || value === undefined ? "nothing" : typeof value;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || ArrayBuffer.isView(value) && !(value instanceof DataView);
}
