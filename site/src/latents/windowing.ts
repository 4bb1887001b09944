/**
 * Which rows of a long list are in the page: those in view and a few above and below.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Rows from `from` up to, not including, `to`. */
export interface Window {
  from: number;
  to: number;
}

/** The list as it is scrolled; lengths in CSS pixels. */
export interface Scrolled {
  scrollTop: number;
  viewHeight: number;
  rowHeight: number;
  /** Rows of the whole list. */
  rows: number;
  /** Rows kept above and below what is in view. */
  margin?: number;
}

/** The window of a list as it is scrolled; never empty while there are rows. */
export function windowOf({ scrollTop, viewHeight, rowHeight, rows, margin = 8 }: Scrolled): Window {
  const first = Math.min(Math.max(0, Math.floor(scrollTop / rowHeight)), Math.max(0, rows - 1));
  const seen = Math.ceil(viewHeight / rowHeight) + 1;
  return { from: Math.max(0, first - margin), to: Math.min(rows, first + seen + margin) };
}

/** Where to scroll so that a row is in view below a head of some height: as little as possible. */
export function scrollTo(
  row: number,
  { scrollTop, viewHeight, rowHeight, head }: Omit<Scrolled, "rows" | "margin"> & { head: number },
): number {
  const top = row * rowHeight;
  return Math.max(Math.min(scrollTop, top), top + rowHeight - (viewHeight - head));
}

/** A row of the atlas: latents `from` up to `to` of a group. */
export interface AtlasRow {
  group: number;
  from: number;
  to: number;
}

/** The groups of an atlas cut into rows of at most `columns` tiles; a group starts a row. */
export function atlasRows(sizes: number[], columns: number): AtlasRow[] {
  return sizes.flatMap((size, group) =>
    Array.from({ length: Math.ceil(size / columns) }, (_, row) => ({
      group,
      from: row * columns,
      to: Math.min(size, (row + 1) * columns),
    }))
  );
}
