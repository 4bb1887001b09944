/**
 * Tiles of a run, put together in a small PNG beside a page. A build writes the file.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import type { Sprite } from "../../lib/report/sprite_schema.ts";
import { publish } from "./figure_files.ts";
import { REPORTS_DIR } from "./reports_dir.ts";
import { type Cut, tileStrip } from "./tile_strip.ts";

/** A strip and its address. */
export interface PlacedStrip {
  src: string;
  sprite: Sprite;
}

/**
 * Cuts tiles out of a run's sprites and puts the picture beside a page.
 *
 * @param page The page's address, ending in `/`.
 * @param options.name The file's name.
 * @param options.shades Shades of grey; see {@linkcode tileStrip}.
 */
export async function stripBeside(
  page: string,
  { name, run, ...strip }: {
    name: string;
    run: { id: string };
    cuts: readonly Cut[];
    columns: number;
    shades?: number;
  },
): Promise<PlacedStrip> {
  const read = (file: string) => readFile(`${REPORTS_DIR}/${run.id}/${file}`);
  const { png, sprite } = await tileStrip(strip.cuts, { ...strip, read, file: `figures/${name}` });
  await publish(page, sprite.files[0], png);
  return { src: page + sprite.files[0], sprite };
}
