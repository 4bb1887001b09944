/**
 * The input of Draw: a held-out image, or a drawing.
 *
 * @module
 */
import { N_PIXELS } from "./draw/strokes.ts";
import type { LiveInput } from "./live.ts";
import type { ShownData } from "./messages.ts";

/** A held-out image as the input; `row` is below `data.heldOutCount`. */
export function heldOutInput({ heldOut }: Pick<ShownData, "heldOut">, row: number): LiveInput {
  return { pixels: heldOut.slice(row * N_PIXELS, (row + 1) * N_PIXELS), from: { row } };
}

/** The input among other images: a drawing as it is, a held-out image by its row, and without one the first sample. */
export function inputIn(data: ShownData, input: LiveInput | null): LiveInput {
  if (!input) return heldOutInput(data, data.samples[0]);
  return "row" in input.from ? heldOutInput(data, Math.min(input.from.row, data.heldOutCount - 1)) : input;
}
