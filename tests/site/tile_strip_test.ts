/** Tiles cut out of sprites: each pixel is that of the tile, in the order asked for. */
import assert from "node:assert/strict";
import { decode, encode } from "fast-png";
import type { Sprite } from "../../lib/report/sprite_schema.ts";
import { added, tileStrip } from "../../site/src/tile_strip.ts";

/** Two files of 2 × 2 and 1 tiles, 2 × 1 pixels each; tile i has the levels 10 i and 10 i + 1. */
const SPRITE: Sprite = {
  channels: 1,
  files: ["a.png", "b.png"],
  tileWidth: 2,
  tileHeight: 1,
  columns: 2,
  tilesPerFile: 4,
  count: 5,
};
const FILES: Record<string, Uint8Array> = {
  "a.png": encode({ width: 4, height: 2, channels: 1, depth: 8, data: Uint8Array.of(0, 1, 10, 11, 20, 21, 30, 31) }),
  "b.png": encode({ width: 4, height: 1, channels: 1, depth: 8, data: Uint8Array.of(40, 41, 0, 0) }),
};

let reads: string[] = [];
const read = (file: string) => {
  reads.push(file);
  return Promise.resolve(FILES[file]);
};

Deno.test("tiles come from their files in the order asked for, and each file is read once", async () => {
  reads = [];
  const { png, sprite } = await tileStrip([{ sprite: SPRITE, tiles: [4, 3, 0] }], { read, columns: 2, file: "s.png" });
  const { width, height, data } = decode(png);
  assert.deepEqual([width, height], [4, 2]);
  assert.deepEqual([...data], [40, 41, 30, 31, 0, 1, 0, 0]);
  assert.deepEqual(sprite, {
    files: ["s.png"],
    channels: 1,
    tileWidth: 2,
    tileHeight: 1,
    columns: 2,
    tilesPerFile: 3,
    count: 3,
  });
  assert.deepEqual(reads, ["b.png", "a.png"]);
});

Deno.test("cuts of several sprites follow each other, each with its own levels", async () => {
  const cuts = [{ sprite: SPRITE, tiles: [1] }, { sprite: SPRITE, tiles: [1], level: (grey: number) => 255 - grey }];
  const { png } = await tileStrip(cuts, { read, columns: 8, file: "s.png" });
  assert.deepEqual([...decode(png).data], [10, 11, 245, 244]);
});

Deno.test("colour tiles stay in colour", async () => {
  const data = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  const file = encode({ width: 4, height: 1, channels: 3, depth: 8, data });
  const sprite = { ...SPRITE, channels: 3 as const, files: ["a.png"], columns: 2, tilesPerFile: 2, count: 2 };
  const made = await tileStrip([{ sprite, tiles: [1, 0] }], {
    read: () => Promise.resolve(file),
    columns: 2,
    file: "s.png",
  });
  assert.equal(made.sprite.channels, 3);
  assert.deepEqual([...decode(made.png).data], [7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6]);
});

Deno.test("fewer shades keep black, white and the nearest level between", async () => {
  const levels = Uint8Array.of(0, 255, 100, 200);
  const file = encode({ width: 4, height: 1, channels: 1, depth: 8, data: levels });
  const sprite = { ...SPRITE, files: ["a.png"], tileWidth: 4, columns: 1, tilesPerFile: 1, count: 1 };
  const cut = (shades: number) =>
    tileStrip([{ sprite, tiles: [0] }], { read: () => Promise.resolve(file), columns: 1, file: "s.png", shades });
  assert.deepEqual([...decode((await cut(4)).png).data], [0, 255, 85, 170]);
  assert.deepEqual([...decode((await cut(256)).png).data], [...levels]);
});

Deno.test("what cannot be cut is refused", async () => {
  const options = { read, columns: 2, file: "s.png" };
  await assert.rejects(tileStrip([{ sprite: SPRITE, tiles: [5] }], options), RangeError);
  await assert.rejects(tileStrip([{ sprite: SPRITE, tiles: [] }], options), RangeError);
  const other = { ...SPRITE, tileWidth: 4, columns: 1 };
  await assert.rejects(
    tileStrip([{ sprite: SPRITE, tiles: [0] }, { sprite: other, tiles: [0] }], options),
    /tiles are 4 × 1 pixels, expected 2 × 1/,
  );
  const colour = encode({ width: 1, height: 1, channels: 3, depth: 8, data: Uint8Array.of(1, 2, 3) });
  await assert.rejects(
    tileStrip([{ sprite: SPRITE, tiles: [0] }], { ...options, read: () => Promise.resolve(colour) }),
    /a\.png has 3 values a pixel, expected 1 as in the first sprite/,
  );
});

Deno.test("what a latent adds: 128 is nothing, 255 all, and less than nothing is black", () => {
  assert.deepEqual([0, 127, 128, 129, 191, 255].map(added), [0, 0, 0, 2, 126, 254]);
});
