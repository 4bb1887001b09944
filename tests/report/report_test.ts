import assert from "node:assert/strict";
import { decode } from "fast-png";
import { deflateSync } from "node:zlib";
import { UserError } from "../../lib/errors.ts";
import { reportsReadme } from "../../lib/report/documentation.ts";
import { listedInputCounts } from "../../lib/report/inputs_schema.ts";
import { Sprite, tilePlace } from "../../lib/report/sprite_schema.ts";
import { coarseLevels, signedLevels, SpriteDrawer, valueLevels } from "../../lib/report/sprites.ts";
import { runFolder } from "../../lib/report/writer.ts";
import { needs } from "../needs.ts";

const deflate = (bytes: Uint8Array) => deflateSync(bytes);

Deno.test(
  "reports/README.md is what reportsReadme() makes of the schemas (deno task docs writes it)",
  needs("permissions"),
  async () => {
    assert.equal(await Deno.readTextFile(new URL("../../reports/README.md", import.meta.url)), reportsReadme());
  },
);

for (const channels of [1, 3] as const) {
  Deno.test(`SpriteDrawer puts tile i of ${channels} channels into row ⌊i / columns⌋, column i mod columns, without wrapping`, () => {
    const tiles = [[0, 1, 2, 3], [10, 11, 12, 13], [300, -5, 22.6, 23]]; // three tiles of 2×2
    const spread = (levels: number[]) => levels.flatMap((level) => channels === 1 ? [level] : [level, level + 40, 7]);
    const size = { channels, tileWidth: 2, tileHeight: 2, columns: 2 };
    const drawer = new SpriteDrawer({ ...size, name: "a", count: 3, deflate });
    drawer.add(tiles.flatMap(spread));
    const { sprite, pictures } = drawer.finish();
    assert.deepEqual(Sprite.parse(sprite), { files: ["a.png"], ...size, tilesPerFile: 256, count: 3 });
    assert.deepEqual(pictures.map(({ file }) => file), ["a.png"]);
    const read = decode(pictures[0].png);
    assert.deepEqual([read.width, read.height, read.channels], [4, 4, channels]);
    const drawn = [0, 1, 10, 11, 2, 3, 12, 13, 300, -5, 0, 0, 22.6, 23, 0, 0];
    const isMissing = (i: number) => [10, 11, 14, 15].includes(i);
    const wanted = drawn.flatMap((level, i) => isMissing(i) ? Array(channels).fill(0) : spread([level]));
    assert.deepEqual([...read.data], [...Uint8ClampedArray.from(wanted)]);
  });
}

for (
  const [tileHeight, tileWidth, channels, count] of [
    [28, 28, 1, 600],
    [1, 4096, 1, 120],
    [400, 400, 1, 3],
    [1, 1, 1, 257],
    [28, 28, 1, 256],
    [32, 32, 3, 150],
  ] as const
) {
  Deno.test(`SpriteDrawer spreads ${count} tiles of ${tileHeight}×${tileWidth}×${channels} over files that are quick to load`, () => {
    const drawer = new SpriteDrawer({ name: "latents/a", count, tileWidth, tileHeight, channels, deflate });
    const tileOf = (i: number) => new Uint8ClampedArray(tileWidth * tileHeight * channels).fill(1 + i % 255);
    for (let i = 0; i < count; i += 3) { // several at a time, across the ends of files
      const tiles = Array.from({ length: Math.min(3, count - i) }, (_, k) => tileOf(i + k));
      drawer.add(Uint8ClampedArray.from(tiles.flatMap((tile) => [...tile])));
    }
    const { sprite, pictures } = drawer.finish();
    Sprite.parse(sprite);
    assert.deepEqual(pictures.map(({ file }) => file), sprite.files);
    const images = new Map(pictures.map(({ file, png }) => [file, decode(png)]));
    for (const { width, height } of images.values()) {
      assert.ok(channels * width * height <= 256 * 784 + 16 * tileWidth * tileHeight * channels, `${width}×${height}`);
    }
    for (let i = 0; i < count; i++) {
      const { file, column, row, rows } = tilePlace(sprite, i);
      const { width, height, data } = images.get(file)!;
      assert.equal(height, rows * tileHeight);
      const corner = (row * tileHeight * width + column * tileWidth) * channels;
      const end = corner + ((tileHeight - 1) * width + tileWidth) * channels - 1;
      assert.deepEqual([data[corner], data[end]], [1 + i % 255, 1 + i % 255], `tile ${i}`);
    }
  });
}

Deno.test("SpriteDrawer refuses half a tile, more tiles than announced, and to finish too early", () => {
  const shape = { name: "a", tileWidth: 2, tileHeight: 2, channels: 1 as const, deflate };
  const drawer = new SpriteDrawer({ ...shape, count: 1 });
  assert.throws(() => drawer.finish(), /^TypeError: Cannot finish a: 0 of 1 files are full, expected 1 tiles$/);
  assert.throws(() => drawer.add([1, 2, 3]), TypeError);
  drawer.add([1, 2, 3, 4]);
  assert.throws(() => drawer.add([1, 2, 3, 4]), /expected at most 0 whole ones$/);
});

Deno.test("valueLevels() scales by the data's black and white, and cuts off what is beyond", () => {
  const range = { black: -1, white: 3 };
  assert.deepEqual([...valueLevels(Float32Array.of(-1, 1, 3, 9, -9), range)], [0, 128, 255, 255, 0]);
});

Deno.test("coarseLevels() keeps black, white and the nearest of evenly spaced levels", () => {
  assert.deepEqual([...coarseLevels(Uint8ClampedArray.of(0, 8, 9, 128, 246, 251, 255), 16)], [
    0,
    0,
    17,
    136,
    238,
    255,
    255,
  ]);
  const all = coarseLevels(Uint8ClampedArray.from({ length: 256 }, (_, i) => i), 64);
  assert.equal(new Set(all).size, 64);
  all.forEach((level, i) => assert.ok(Math.abs(level - i) <= 3));
});

Deno.test("signedLevels() draws each tile on its own scale, and no change at all as 128", () => {
  const { levels, scales } = signedLevels(Float32Array.of(0, 4, -4, 2, 0, 0, 0, 0, 0.25, -0.5, 0, 0), 4);
  assert.deepEqual([...levels], [128, 255, 1, 192, 128, 128, 128, 128, 192, 1, 128, 128]);
  assert.deepEqual(scales, [4, 0, 0.5]);
});

Deno.test("listedInputCounts() lists fewer inputs if each has very many values", () => {
  assert.deepEqual(listedInputCounts(784), { first: 200, perRank: 50 });
  assert.deepEqual(listedInputCounts(11_983), { first: 200, perRank: 50 });
  assert.deepEqual(listedInputCounts(400 * 400), { first: 14, perRank: 3 });
  assert.deepEqual(listedInputCounts(10 ** 7), { first: 8, perRank: 2 });
});

Deno.test("runFolder() refuses ids that could leave the reports folder", () => {
  for (const id of ["..", "a/b", "../a", "a..b", "", ".hidden", "a\\b", "a b", "x".repeat(81), "a\n"]) {
    assert.throws(
      () => runFolder("reports", id),
      (error: Error) => error instanceof UserError && /Cannot use run id/.test(error.message),
    );
  }
  assert.equal(runFolder("reports", "a-1_b.2"), "reports/a-1_b.2");
});

Deno.test("runFolder() refuses names that mean something else on the site or to a file system", () => {
  for (
    const id of [
      "sweeps",
      "comparisons",
      "bench",
      "constructor",
      "toString",
      "index.html",
      "README.md",
      "Readme",
      "404.html",
      "a.json",
      "CON",
      "nul.x",
      "a.",
    ]
  ) {
    assert.throws(
      () => runFolder("reports", id),
      (error: Error) => error instanceof UserError && /the reports folder or the site uses it/.test(error.message),
      id,
    );
  }
  for (const id of ["sweeps-1", "comparisons-1", "benchmark", "readme-2", "v1.2"]) {
    assert.equal(runFolder("r", id), `r/${id}`);
  }
});
