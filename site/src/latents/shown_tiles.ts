/**
 * Tiles of the report as they are shown: images as they are, grey or in colour, rows of values as bars.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { largestOf } from "../inputs/pixels.ts";
import { barLevels, barsSize, type TileKind, tileValues } from "./bars.ts";
import { isOfBars, type RunFacts } from "./facts.ts";
import { levelsOfValues } from "./strengths.ts";

/** Width and height of a tile, in pixels, and the values of a pixel. */
export interface TileSize {
  width: number;
  height: number;
  channels: 1 | 3;
}

/** The size of a tile as it is shown, from its size in the report. */
export function shownSize({ width, height, channels }: TileSize, facts: Pick<RunFacts, "picture">): TileSize {
  return isOfBars(facts) ? { ...barsSize(width * height), channels: 1 } : { width, height, channels };
}

/** A tile's levels as they are shown; bars have the tile's own scale. */
export function shownLevels(
  levels: ArrayLike<number>,
  { kind, facts }: { kind: TileKind; facts: Pick<RunFacts, "picture" | "range"> },
): ArrayLike<number> {
  return isOfBars(facts) ? barLevels(tileValues(levels, { kind, range: facts.range })) : levels;
}

/** A strip's outputs, in units of the data, as levels that are shown; bars have one scale, that of the last. */
export function stripLevels(
  outputs: ArrayLike<number>[],
  facts: Pick<RunFacts, "picture" | "range">,
): Uint8ClampedArray<ArrayBuffer>[] {
  const reach = largestOf([outputs.at(-1)!]);
  return outputs.map((values) => isOfBars(facts) ? barLevels(values, reach) : levelsOfValues(values, facts.range));
}
