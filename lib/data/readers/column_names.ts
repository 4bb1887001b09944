/**
 * What columns of tables and arrays in files are usually called.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

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
