/**
 * What is known of rows besides their numbers: classes, and columns of words.
 *
 * Types alone. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Classes by number, `[count]`: the shorter type for up to 256 of them. */
export type Labels = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** Classes that files hold. */
export interface LabelColumn {
  /** Class of each row, below the number of names. */
  values: Labels;
  /** What each class is called. */
  names: string[];
}

/** What is known of rows in words: columns such as `text`, `token` or `url`. */
export interface RowMeta {
  names: string[];
  /** `[column][row]`, as many columns as names. */
  values: string[][];
}
