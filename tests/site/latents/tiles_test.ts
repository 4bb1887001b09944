/**
 * Tiles of latents: PNG files against another library, sheets, places, bars, strips and colours against numbers by hand.
 *
 * @module
 */
import { decode, encode } from "fast-png";
import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { readTilePng, writeTilePng } from "../../../site/src/tile_png.ts";
import { barLevels, barsSize, tileValues } from "../../../site/src/latents/bars.ts";
import { spriteTile, tileHtml } from "../../../site/src/latents/pictures.ts";
import { placeIn } from "../../../site/src/place_in.ts";
import { shownLevels, stripLevels } from "../../../site/src/latents/shown_tiles.ts";
import { FILTER_TABLES, signedColour } from "../../../site/src/latents/signed_colour.ts";
import { levelsOfValues, strengthValues } from "../../../site/src/latents/strengths.ts";
import { tileSheet } from "../../../site/src/latents/tile_sheet.ts";
import { TileReader } from "../../../site/src/tile_reader.ts";

/** Levels that differ from pixel to pixel. */
const someLevels = (length: number, factor = 37) =>
  Uint8Array.from({ length }, (_, i) => (i * factor + (i >> 3)) % 256);

Deno.test("a PNG of another library is read, and another library reads what is written", () => {
  for (const [width, height] of [[1, 1], [5, 3], [3, 5], [28, 28], [448, 64]]) {
    for (const channels of [1, 3] as const) {
      const levels = someLevels(width * height * channels);
      const png = encode({ width, height, data: levels, channels, depth: 8 });
      assert.deepEqual(readTilePng(png, "a.png"), { width, height, channels, levels });
      const back = decode(writeTilePng({ width, height, channels, levels }));
      assert.deepEqual([back.width, back.height, back.channels, back.depth], [width, height, channels, 8]);
      assert.deepEqual(Uint8Array.from(back.data), levels);
    }
  }
});

Deno.test("each of the PNG's five filters is undone: another library reads the same levels", () => {
  for (const channels of [1, 3] as const) undoesFilters(channels);
});

function undoesFilters(channels: 1 | 3): void {
  const width = 6, height = 10, line = width * channels + 1, lines = someLevels(line * height, 91);
  for (let y = 0; y < height; y++) lines[y * line] = y % 5;
  const png = writeTilePng({ width, height, channels, levels: new Uint8Array(width * height * channels) });
  // The picture's data chunk stands after the signature (8) and the header (25); its content is replaced.
  const data = deflateSync(lines), view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, data.length);
  const end = png.subarray(png.length - 12);
  const parts = [png.subarray(0, 33), new Uint8Array(view.buffer), new TextEncoder().encode("IDAT"), data];
  const bytes = Uint8Array.from([...parts.flatMap((part) => [...part]), 0, 0, 0, 0, ...end]);
  const expected = decode(bytes, { checkCrc: false });
  assert.deepEqual(readTilePng(bytes, "a.png").levels, Uint8Array.from(expected.data));
}

Deno.test("what is no PNG of grey or RGB is refused", () => {
  assert.throws(() => readTilePng(new Uint8Array(100), "a.png"), /a\.png: it is no PNG/);
  const rgba = encode({ width: 2, height: 2, data: new Uint8Array(16), channels: 4, depth: 8 });
  assert.throws(() => readTilePng(rgba, "a.png"), /colour type 6, interlacing 0, expected 8, 0 or 2, and 0/);
});

Deno.test("a reader cuts tiles out of several files, and a sheet puts them together", async () => {
  const dir = await Deno.makeTempDir();
  // Nine tiles of 3 × 2 pixels, tile i of level 10 · i + pixel, in files of at most four.
  const tile = (i: number) => Uint8Array.from({ length: 6 }, (_, pixel) => 10 * i + pixel);
  const sprite = {
    files: ["a.png", "b.png", "c.png"],
    tileWidth: 3,
    tileHeight: 2,
    columns: 2,
    tilesPerFile: 4,
    count: 9,
  };
  for (const [f, file] of sprite.files.entries()) {
    const count = Math.min(4, 9 - 4 * f), height = 2 * Math.ceil(count / 2), data = new Uint8Array(6 * height);
    for (let i = 0; i < count; i++) {
      tile(4 * f + i).forEach((level, pixel) => {
        data[(2 * Math.floor(i / 2) + Math.floor(pixel / 3)) * 6 + 3 * (i % 2) + pixel % 3] = level;
      });
    }
    await Deno.writeFile(`${dir}/${file}`, encode({ width: 6, height, data, channels: 1, depth: 8 }));
  }
  const reader = new TileReader(dir);
  for (let i = 0; i < 9; i++) assert.deepEqual(await reader.levels(sprite, i), tile(i), `tile ${i}`);

  const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
  const { png, at } = tileSheet(new Map(keys.map((key, i) => [key, tile(i)])), {
    width: 3,
    height: 2,
    channels: 1,
    src: "s.png",
  });
  const sheet = decode(png);
  assert.deepEqual([sheet.width, sheet.height], [48, 4], "16 in a row");
  keys.forEach((key, i) => {
    const { column, row, columns, rows, src } = at(key)!;
    assert.deepEqual([src, columns, rows], ["s.png", 16, 2]);
    const levels = Array.from(
      { length: 6 },
      (_, p) => sheet.data[(2 * row + Math.floor(p / 3)) * 48 + 3 * column + p % 3],
    );
    assert.deepEqual(levels, [...tile(i)]);
  });
  assert.equal(at("other"), null);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a tile's style shows its part of the file", () => {
  const sprite = {
    files: ["d-000.png", "d-001.png"],
    channels: 1 as const,
    tileWidth: 28,
    tileHeight: 28,
    columns: 4,
    tilesPerFile: 8,
    count: 11,
  };
  const last = spriteTile(sprite, 10, "../");
  assert.deepEqual(last, { src: "../d-001.png", column: 2, row: 0, columns: 4, rows: 1 });
  assert.match(tileHtml(last), /background:url\(\.\.\/d-001\.png\) 66\.6667% 0%\/400% 100%/);
  assert.match(tileHtml(spriteTile(sprite, 5, "../")), /d-000\.png\) 33\.3333% 100%\/400% 200%/);
  assert.match(tileHtml(null, { isSigned: true }), /class="tile signed missing"/);
  assert.match(tileHtml({ ...last, src: `"><script>` }), /&quot;&gt;&lt;script/);
  assert.match(tileHtml({ ...last, bars: "change" }), /^<canvas .*data-bars="change" .*data-column="2" data-row="0"/);
});

Deno.test("the place of a number among ascending ones", () => {
  assert.deepEqual([1, 4, 9].map((n) => placeIn([1, 4, 9], n)), [0, 1, 2]);
  assert.deepEqual([0, 2, 5, 10].map((n) => placeIn([1, 4, 9], n)), [-1, -1, -1, -1]);
  assert.equal(placeIn([], 3), -1);
});

Deno.test("a strip of a linear decoder is the decoder's own output, within the tile's rounding", () => {
  // x̂ = bias + a · direction; the base has the latent at its mean, 0.2, and the tile at its largest, 1.6.
  const bias = [0.1, 0.5, 0.9, 0.3], direction = [0.4, -0.3, 0.2, 0], mean = 0.2, largest = 1.6;
  const output = (a: number) => bias.map((value, i) => value + a * direction[i]);
  const base = output(mean), change = output(largest).map((value, i) => value - base[i]);
  const effectScale = Math.max(...change.map(Math.abs));
  const effect = change.map((value) => Math.round(128 + 127 * value / effectScale));
  for (const share of [0.2, 0.4, 0.6, 0.8, 1]) {
    const strip = strengthValues({ base, effect, effectScale }, { share, atRest: mean, largest });
    output(share * largest).forEach((value, i) => {
      assert.ok(Math.abs(strip[i] - value) <= effectScale / 254 + 1e-9, `pixel ${i} at ${share}`);
    });
  }
  const constant = strengthValues({ base, effect, effectScale }, { share: 0.4, atRest: 0, largest: 0 });
  assert.deepEqual([...constant], base, "a latent that is always 0");
  assert.deepEqual([...levelsOfValues([-1, 0, 0.5, 1, 2], { black: 0, white: 1 })], [0, 0, 128, 255, 255]);
  assert.deepEqual([...levelsOfValues([-2, 0, 2], { black: -2, white: 2 })], [0, 128, 255]);
});

Deno.test("bars go up from the middle for positive values and down for negative ones", () => {
  const levels = barLevels([1, -0.5, ...new Array(62).fill(0)]);
  const column = (bar: number) => Array.from({ length: 32 }, (_, y) => levels[64 * y + bar]);
  assert.deepEqual(column(0), [...new Array(16).fill(255), ...new Array(16).fill(128)]);
  assert.deepEqual(column(1), [...new Array(16).fill(128), ...new Array(8).fill(1), ...new Array(8).fill(128)]);
  assert.deepEqual(column(2), new Array(32).fill(128));
  const half = barLevels([0.5, ...new Array(63).fill(0)], 1).filter((level) => level === 255);
  assert.equal(half.length, 8, "on a scale that is given");
  assert.ok(barLevels([0, 0]).every((level) => level === 128), "nothing but zeros");
  assert.deepEqual(barsSize(4096), { width: 128, height: 32 });
  const many = new Float64Array(4096);
  many[33] = -3; // the second of 128 bars has the values 32 to 63
  assert.deepEqual(
    [...barLevels(many)].flatMap((level, i) => level === 128 ? [] : [i % 128]),
    new Array(16).fill(1),
  );
  assert.ok(barsSize(200).width <= 128);
});

Deno.test("bars of few values are wide, with a gap to the next, and their tile is nearly a square", () => {
  assert.deepEqual(barsSize(4), { width: 32, height: 32 });
  for (let values = 1; values <= 32; values++) {
    const { width, height } = barsSize(values);
    assert.ok(width >= 0.65 * height && width <= 1.5 * height, `${values} values: ${width} × ${height}`);
    assert.equal(barLevels(new Array(values).fill(1)).length, width * height);
  }
  const top = barLevels([1, -1, 0, 1]).subarray(0, 32), bottom = barLevels([1, -1, 0, 1]).subarray(31 * 32);
  const bar = (level: number) => [...new Array(7).fill(level), 128], none = new Array(8).fill(128);
  assert.deepEqual([...top], [...bar(255), ...none, ...none, ...bar(255)]);
  assert.deepEqual([...bottom], [...none, ...bar(1), ...none, ...none]);
});

Deno.test("rows of values are shown as bars on their own scale, a strip on the scale of its last", () => {
  const facts = { picture: "bars", range: { black: -4, white: 4 } } as const;
  assert.deepEqual([...tileValues([0, 255], { kind: "values", range: facts.range })], [-4, 4]);
  const shown = shownLevels([128, 255, 1], { kind: "change", facts });
  assert.deepEqual(shown, barLevels([0, 127, -127]));
  const image = Uint8Array.of(3, 4);
  assert.equal(shownLevels(image, { kind: "change", facts: { ...facts, picture: "image" } }), image);
  const [half, whole] = stripLevels([Float64Array.of(0.5), Float64Array.of(1)], facts);
  const up = (levels: Uint8ClampedArray) => levels.filter((level) => level > 128).length;
  assert.deepEqual([up(half), up(whole)], [8 * 31, 16 * 31]);
});

Deno.test("signed colours: ground at no change, white and blue-green at the ends, and the filter has the same", () => {
  assert.deepEqual(signedColour(255), [255, 255, 255]);
  assert.deepEqual(signedColour(0), [66, 190, 212]);
  signedColour(128).forEach((part, i) => assert.ok(Math.abs(part - [13, 15, 18][i]) <= 1));
  const tables = FILTER_TABLES.map((table) => table.split(" ").map((value) => Math.round(255 * Number(value))));
  assert.deepEqual(tables, [[66, 13, 255], [190, 15, 255], [212, 18, 255]]);
});
