/**
 * Pictures of a report: equally large tiles, grey or in colour, in one or more PNG files, and where each tile is.
 *
 * Draws nothing; `sprites.ts` does. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";

export { type TilePlace, tilePlace } from "./tile_place.ts";

/** Tiles in one file, at most. */
export const MOST_TILES_IN_FILE = 256;
/** Values of one file, at most, unless a single tile has more: 256 grey tiles of 28 × 28. */
export const MOST_FILE_VALUES = MOST_TILES_IN_FILE * 28 * 28;
/** A sprite with more tiles than this is a damaged file, not a report. */
const MOST_TILES = 2 ** 22;

const tiles = z.int().min(1).max(MOST_TILES);

/** Equally large tiles in one or more PNG files. */
export const Sprite = z.strictObject({
  files: z.array(
    z.string().regex(/^(?:[A-Za-z0-9_-]+\/)?[A-Za-z0-9_-]+\.png$/),
  ).min(1).describe(
    "PNG files of 8 bits a value, grey or RGB as `channels` says; paths from the run's folder. Tile i is in " +
      "files[⌊i / tilesPerFile⌋].",
  ),
  channels: z.union([z.literal(1), z.literal(3)]).describe("1 for grey tiles; 3 for red, green and blue."),
  tileWidth: z.int().min(1).describe("Pixels."),
  tileHeight: z.int().min(1).describe("Pixels."),
  columns: z.int().min(1).max(MOST_TILES_IN_FILE).describe(
    "Tiles in a row. With p = i mod tilesPerFile, tile i is in row ⌊p / columns⌋ and column p mod columns of its file.",
  ),
  tilesPerFile: z.int().min(1).max(MOST_TILES_IN_FILE).describe(
    "Tiles in each file but the last, which may have fewer; a file is as high as its tiles need.",
  ),
  count: tiles.describe("Tiles in all."),
}).superRefine(({ files, tilesPerFile, columns, count }, context) => {
  const wrong = (path: string, expected: string) =>
    context.addIssue({ code: "custom", path: [path], message: `expected ${expected}` });
  const wanted = Math.ceil(count / tilesPerFile);
  if (files.length !== wanted) wrong("files", `${wanted} files for ${count} tiles`);
  if (columns > tilesPerFile) wrong("columns", `at most the ${tilesPerFile} tiles of a file`);
});

/** See the schema of the same name. */
export type Sprite = z.infer<typeof Sprite>;
