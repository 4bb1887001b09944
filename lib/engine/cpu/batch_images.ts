/**
 * Writes images for a pass without training into the place of a batch. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels } from "../../pixels.ts";
import type { Arena, Matrix } from "./arena.ts";

/** Where a batch is: as floats in the first layer's inputs, and as bytes. */
export interface BatchPlaces {
  inputs: Matrix;
  bytes: Matrix;
  /** Most images. */
  maxRows: number;
}

/** Writes images, `[rows, dInput]`: bytes where the kernels decode them, floats as the first layer's inputs; the rest is 0. */
export function writeBatch(
  arena: Arena,
  { pixels, dInput, places: { inputs, bytes, maxRows } }: { pixels: Pixels; dInput: number; places: BatchPlaces },
): void {
  if (pixels instanceof Float32Array) {
    arena.view(inputs, maxRows).fill(0);
    arena.writeRows(inputs, { values: pixels, width: dInput });
    return;
  }
  const { address, stride } = bytes;
  arena.bytes.fill(0, address, address + stride * maxRows);
  for (let row = 0; row * dInput < pixels.length; row++) {
    arena.bytes.set(pixels.subarray(row * dInput, (row + 1) * dInput), address + row * stride);
  }
}
