/**
 * The input of Draw: a held-out image, or a drawing.
 *
 * @module
 */
import type { LiveInput } from "./live.ts";
import type { ShownData } from "./messages.ts";
import { tileLength } from "./tile_shape.ts";

/** A held-out image as the input; `row` is below `data.heldOutCount`. */
export function heldOutInput({ heldOut, tile }: Pick<ShownData, "heldOut" | "tile">, row: number): LiveInput {
  const length = tileLength(tile);
  return { pixels: heldOut.slice(row * length, (row + 1) * length), from: { row } };
}

/**
 * The input among other rows: a drawing as it is, if there can be one, a held-out row by its number, and else the first
 * sample.
 */
export function inputIn(data: ShownData, input: LiveInput | null): LiveInput {
  if (!input || !data.canDraw && "drawing" in input.from) return heldOutInput(data, data.samples[0]);
  return "row" in input.from ? heldOutInput(data, Math.min(input.from.row, data.heldOutCount - 1)) : input;
}
