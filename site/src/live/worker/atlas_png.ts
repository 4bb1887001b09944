/**
 * The decoder images of all latents as one picture, for readers to take away.
 *
 * Arranges what was decoded; decodes nothing. PORTABLE: no Deno, no Node, no DOM, no tfjs.
 *
 * @module
 */
import { type Deflate, encodePng } from "../../../../lib/formats/encode_png.ts";
import type { TileShape } from "../tile_shape.ts";

/** Pixels of the picture for each pixel of an image, and between two images: images stay apart on a screen and in print. */
const ENLARGED = 3, GAP = 6;
/** The ground between images; what changes no pixel is grey 128 inside. */
const WHITE = 255;

/**
 * The picture, nearly square: latents in their order, row by row.
 *
 * @param images Levels, `[count, height, width, channels]`.
 */
export function atlasPng(
  images: Uint8Array,
  { tile: { height, width, channels }, deflate }: { tile: TileShape; deflate: Deflate },
): Uint8Array<ArrayBuffer> {
  const count = images.length / (height * width * channels);
  const columns = Math.ceil(Math.sqrt(count)), rows = Math.ceil(count / columns);
  const stepX = width * ENLARGED + GAP, stepY = height * ENLARGED + GAP;
  const size = { width: columns * stepX + GAP, height: rows * stepY + GAP };
  const levels = new Uint8Array(size.width * size.height * channels).fill(WHITE);
  for (let latent = 0; latent < count; latent++) {
    const left = GAP + latent % columns * stepX, top = GAP + Math.floor(latent / columns) * stepY;
    for (let y = 0; y < height * ENLARGED; y++) {
      const row = (latent * height + Math.floor(y / ENLARGED)) * width;
      const line = (top + y) * size.width + left;
      for (let x = 0; x < width * ENLARGED; x++) {
        const pixel = (row + Math.floor(x / ENLARGED)) * channels;
        levels.set(images.subarray(pixel, pixel + channels), (line + x) * channels);
      }
    }
  }
  return encodePng(levels, { ...size, channels, deflate });
}
