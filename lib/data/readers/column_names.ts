/**
 * What columns of tables and arrays in files are usually called, and a note that names some.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { quoted } from "../../errors.ts";

const LABEL_NAME = /^(?:label|labels|class|classes|target|targets|y|digit|fine_label)$/i;
/** Columns that number the rows, as pandas writes them: no values. */
const INDEX_NAME = /^(?:id|idx|index|row|image_?id|unnamed: 0|__index_level_0__|)$/i;
/** The first that is there is taken. */
const ROW_NAMES = [
  ...["activation", "activations", "acts", "x", "data", "image", "images", "img", "features", "embedding"],
  ...["embeddings", "vector", "rows", "arr_0"],
];

/** Whether a column of this name has the classes. */
export function isLabelName(name: string): boolean {
  return LABEL_NAME.test(name);
}

/** Whether a column of this name numbers the rows. */
export function isIndexName(name: string): boolean {
  return INDEX_NAME.test(name);
}

/** The name among those that is most usual for rows; null if none is. */
export function rowsName(names: readonly string[]): string | null {
  return ROW_NAMES.find((name) => names.includes(name)) ?? null;
}

/** Columns that a note names; of more it says how many. */
const MOST_NAMED = 3;

/**
 * A note on some columns.
 *
 * @param options.one What one column is or does, after "1 column ".
 * @param options.many The same for several.
 * @returns One sentence, or none if there are no columns.
 *
 * @example
 * ```ts
 * import { columnsNote } from "./column_names.ts";
 * import assert from "node:assert/strict";
 *
 * const note = (names: string[]) => columnsNote(names, { one: "was left out", many: "were left out" });
 * assert.deepEqual(note(["a"]), ['1 column was left out: "a".']);
 * assert.deepEqual(note(["a", "b", "c", "d"]), ['4 columns were left out: "a", "b", "c" and 1 more.']);
 * assert.deepEqual(note([]), []);
 * ```
 */
export function columnsNote(names: readonly string[], { one, many }: { one: string; many: string }): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, MOST_NAMED).map(quoted).join(", "), rest = names.length - MOST_NAMED;
  const what = names.length === 1 ? `1 column ${one}` : `${names.length} columns ${many}`;
  return [`${what}: ${shown}${rest > 0 ? ` and ${rest} more` : ""}.`];
}
