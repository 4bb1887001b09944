/**
 * Lists of numbers, and lists of such lists, as one row of values.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { refusal } from "./file_rows.ts";

/** The lengths of a list, of its first list, and so on. */
export function nestedShape(value: unknown): number[] {
  return isList(value) ? [value.length, ...nestedShape(value[0])] : [];
}

/**
 * Writes the numbers of a list one after the other.
 *
 * @param target Filled from its start to its end.
 * @throws {UserError} The list has fewer or more numbers, or something else in it.
 */
export function flatValues(list: unknown, target: Float32Array, { name, row }: { name: string; row: number }): void {
  const end = fill(list, { target, at: 0, name, row });
  if (end !== target.length) throw refusal(name, `row ${row} has ${end} numbers`, `${target.length} as row 0`);
}

/** Returns where it ended; beyond the target's end nothing is written. */
function fill(list: unknown, place: { target: Float32Array; at: number; name: string; row: number }): number {
  const { target, name, row } = place;
  if (!isList(list)) {
    throw refusal(
      name,
      `row ${row} has ${list === null || list === undefined ? "nothing" : typeof list}`,
      "a list of numbers",
    );
  }
  let { at } = place;
  for (let i = 0; i < list.length; i++) {
    const value = list[i];
    if (typeof value === "number" || typeof value === "bigint") target[at++] = Number(value);
    else at = fill(value, { ...place, at });
  }
  return at;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || ArrayBuffer.isView(value) && !(value instanceof DataView);
}
