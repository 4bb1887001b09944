/**
 * Reads a run's tiles and decoder from the report's folder, at build.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import type { TileGrid } from "../../../lib/report/tile_place.ts";
import type { Layer } from "../../../lib/sae/model.ts";
import { TileReader } from "../tile_reader.ts";
import { decoderFile, decoderFrom } from "./decoder_file.ts";
import type { InputSize } from "./pixels.ts";
import type { Reader } from "./scene.ts";

/** A run's folder, and what is needed to read from it. */
export interface RunFiles {
  /** Path of the run's folder. */
  folder: string;
  /** Of a tile in the report's files. */
  tile: InputSize;
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
  const reader = new TileReader(folder);
  return {
    levels: (grid: TileGrid, tile: number) => reader.levels({ ...grid, tileWidth: width, tileHeight: height }, tile),
    async decoder() {
      return decoderFrom(await readDecoderFile(files));
    },
  };
}
