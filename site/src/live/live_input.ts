/**
 * A held-out image as the input of Draw.
 *
 * @module
 */
import { N_PIXELS } from "./draw/strokes.ts";
import type { LiveInput } from "./live.ts";
import type { ShownData } from "./messages.ts";

/** See the module comment; `row` is below `data.heldOutCount`. */
export function heldOutInput({ heldOut }: Pick<ShownData, "heldOut">, row: number): LiveInput {
  return { pixels: heldOut.slice(row * N_PIXELS, (row + 1) * N_PIXELS), from: { row } };
}
