/**
 * Reads a run's tiles and decoder from the report's folder, at build.
 *
 * @module
 */
import { decode } from "fast-png";
import { readFile } from "node:fs/promises";
import { type TileGrid, tilePlace } from "../../../lib/report/tile_place.ts";
import type { Layer } from "../../../lib/sae/model.ts";
import { decoderFile, decoderFrom } from "./decoder_file.ts";
import type { TileSize } from "./pixels.ts";
import type { Reader } from "./scene.ts";

/** A run's folder, and what is needed to read from it. */
export interface RunFiles {
  /** Path of the run's folder. */
  folder: string;
  /** Of a tile in the report's files. */
  tile: TileSize;
  /** The weights' file. */
  model: string;
  /** The layers after the latents. */
  layers: Layer[];
}

/** The decoder's weights of a run; see {@linkcode decoderFile}. */
export async function readDecoderFile({ folder, model, layers }: RunFiles): Promise<Uint8Array<ArrayBuffer>> {
  return decoderFile(await readFile(`${folder}/${model}`), layers);
}

/** A {@linkcode Reader} that keeps what it has read. */
export function fileReader(files: RunFiles): Reader {
  const { folder, tile: { width, height } } = files;
  const pictures = new Map<string, Promise<{ width: number; data: Uint8Array }>>();
  const read = async (file: string) => {
    const { width, data } = decode(await readFile(`${folder}/${file}`));
    return { width, data: data as Uint8Array };
  };
  return {
    async levels(grid: TileGrid, tile: number): Promise<Uint8Array> {
      const { file, column, row } = tilePlace(grid, tile);
      if (!pictures.has(file)) pictures.set(file, read(file));
      return cutTile(await pictures.get(file)!, { x: column * width, y: row * height, width, height });
    },
    async decoder() {
      return decoderFrom(await readDecoderFile(files));
    },
  };
}

/** A rectangle of a grey picture, row by row. */
function cutTile(
  picture: { width: number; data: Uint8Array },
  { x, y, width, height }: TileSize & { x: number; y: number },
): Uint8Array {
  const levels = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * picture.width + x;
    levels.set(picture.data.subarray(start, start + width), row * width);
  }
  return levels;
}
