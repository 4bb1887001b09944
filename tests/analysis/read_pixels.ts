/**
 * Inputs of an array as if they were read from disk.
 *
 * @module
 */
import type { ReadPixels } from "../../lib/analysis/pixel_source.ts";
import { gatherPixels, type Pixels } from "../../lib/pixels.ts";

/** The inputs of an array, read anew each time. */
export function readPixels(pixels: Pixels, dInput: number): ReadPixels {
  return {
    length: pixels.length,
    BYTES_PER_ELEMENT: pixels.BYTES_PER_ELEMENT,
    async *pieces({ size, rows = Uint32Array.from({ length: pixels.length / dInput }, (_, row) => row) }) {
      for (let first = 0; first < rows.length; first += size) {
        await Promise.resolve();
        yield { first, pixels: gatherPixels(pixels, rows.subarray(first, first + size), dInput) };
      }
    },
  };
}
