/**
 * Rows of an array as if they had been opened from files.
 *
 * @module
 */
import type { OpenedRows } from "../../lib/data/readers/opened_rows.ts";
import type { Pixels } from "../../lib/pixels.ts";

/** Vectors of an array, in pieces of so many rows. */
export function openedArray(
  pixels: Pixels,
  { dInput, pieceRows = 7, ...known }: { dInput: number; pieceRows?: number } & Partial<OpenedRows>,
): OpenedRows {
  return {
    shape: { kind: "vector", height: 1, width: dInput, channels: 1 },
    count: pixels.length / dInput,
    type: pixels instanceof Uint8Array ? "bytes" : "floats",
    labels: null,
    meta: null,
    flat: null,
    hasTestPart: false,
    notes: [],
    ...known,
    async *pieces() {
      for (let start = 0; start < pixels.length; start += pieceRows * dInput) {
        await Promise.resolve();
        yield pixels.subarray(start, start + pieceRows * dInput) as Pixels;
      }
    },
  };
}
