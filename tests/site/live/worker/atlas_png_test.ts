/**
 * The picture of all latents, pixel by pixel.
 *
 * @module
 */
import assert from "node:assert/strict";
import { decode } from "fast-png";
import { zlibSync } from "fflate";
import { atlasPng } from "../../../../site/src/live/worker/atlas_png.ts";

Deno.test("atlasPng() enlarges each image by three and keeps them apart on white", () => {
  const images = Uint8Array.from({ length: 3 * 4 }, (_, i) => 10 * i); // three images of 2 by 2
  const { width, height, channels, data } = decode(
    atlasPng(images, { tile: { height: 2, width: 2, channels: 1 }, deflate: zlibSync }),
  );
  assert.deepEqual([width, height, channels], [6 + 2 * 12, 6 + 2 * 12, 1]);
  const at = (x: number, y: number) => data[y * width + x];
  assert.deepEqual([at(5, 6), at(6, 6), at(8, 8), at(9, 6), at(6, 9), at(11, 11)], [255, 0, 0, 10, 20, 30]);
  assert.deepEqual([at(18, 6), at(6, 18), at(18, 18)], [40, 80, 255], "right, below, and no fourth");
});
