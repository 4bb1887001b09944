/**
 * Some of the rows of opened files, as if the files held no others.
 *
 * Which rows they are is the caller's business. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { emptyLike } from "../../pixels.ts";
import type { OpenedRows } from "../readers/opened_rows.ts";
import type { Labels, RowMeta } from "../row_labels.ts";
import { rowLength } from "../row_shape.ts";

/**
 * The wanted rows with their classes and words; the files are read no further than the last of them.
 *
 * @param wanted Numbers of rows over all files, rising; at least one.
 */
export function someRows(rows: OpenedRows, wanted: Uint32Array): OpenedRows {
  const { labels, meta } = rows, dInput = rowLength(rows.shape);
  return {
    ...rows,
    count: wanted.length,
    fileRows: wanted,
    labels: labels && { ...labels, values: labelsOfRows(labels.values, wanted) },
    meta: meta && metaOfRows(meta, wanted),
    flat: null,
    piecesFrom: undefined, // of these rows, not of all
    async *pieces() {
      let first = 0, at = 0;
      for await (const piece of rows.pieces()) {
        const end = first + piece.length / dInput, from = at;
        while (at < wanted.length && wanted[at] < end) at++;
        if (at > from) {
          const kept = emptyLike(piece, (at - from) * dInput);
          for (let i = from; i < at; i++) {
            const start = (wanted[i] - first) * dInput;
            kept.set(piece.subarray(start, start + dInput), (i - from) * dInput);
          }
          yield kept;
        }
        if (at === wanted.length) return;
        first = end;
      }
    },
  };
}

/** The classes of rows. */
export function labelsOfRows(labels: Labels, rows: Uint32Array): Labels {
  const kept = labels.subarray(0, rows.length).slice() as Labels;
  for (let i = 0; i < rows.length; i++) kept[i] = labels[rows[i]];
  return kept;
}

/** The words of rows. */
export function metaOfRows(meta: RowMeta, rows: Uint32Array): RowMeta {
  return { ...meta, values: meta.values.map((column) => Array.from(rows, (row) => column[row])) };
}
