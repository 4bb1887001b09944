/**
 * Reads a run's tiles and decoder over the network, in the browser, each file once.
 *
 * @module
 */
import { type TileGrid, tilePlace } from "../../../lib/report/tile_place.ts";
import { decoderFrom } from "./decoder_file.ts";
import { type InputSize, levelsOfPixels } from "./pixels.ts";
import type { Reader } from "./scene.ts";

/**
 * A {@linkcode Reader} of files beside the page.
 *
 * @param options.run Address of the run's folder, with a slash at the end.
 * @param options.decoder Address of `decoder.safetensors`.
 * @param options.tile The size of a tile in the report's files.
 */
export function networkReader(
  { run, decoder, tile: { width, height, channels } }: { run: URL; decoder: URL; tile: InputSize },
): Reader {
  const pictures = new Map<string, Promise<CanvasRenderingContext2D>>();
  const kept = <T>(key: string, from: Map<string, Promise<T>>, read: () => Promise<T>): Promise<T> => {
    const known = from.get(key);
    if (known) return known;
    const reading = read();
    from.set(key, reading);
    reading.catch(() => from.delete(key)); // it did not arrive: the next call asks again
    return reading;
  };
  const weights = new Map<string, ReturnType<Reader["decoder"]>>();
  return {
    async levels(grid: TileGrid, tile: number): Promise<Uint8Array> {
      const { file, column, row } = tilePlace(grid, tile);
      const picture = await kept(file, pictures, () => pictureAt(new URL(file, run)));
      const { data } = picture.getImageData(column * width, row * height, width, height);
      return levelsOfPixels(data, channels);
    },
    decoder: () =>
      kept("decoder", weights, async () => decoderFrom(new Uint8Array(await (await fetched(decoder)).arrayBuffer()))),
  };
}

async function pictureAt(url: URL): Promise<CanvasRenderingContext2D> {
  const bitmap = await createImageBitmap(await (await fetched(url)).blob(), { colorSpaceConversion: "none" });
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  return context;
}

/** @throws {Error} There is no such file. */
export async function fetched(url: URL): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`Cannot load ${url.pathname}: the server answered ${response.status}, expected 200`);
  }
  return response;
}
