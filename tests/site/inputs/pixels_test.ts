/**
 * Tiles from numbers: values, changes and errors as colours, rows of numbers as bars; and sheets of tiles as PNG.
 *
 * @module
 */
import assert from "node:assert/strict";
import { decode } from "fast-png";
import {
  drawTile,
  largestOf,
  levelsOfPixels,
  meanSquaredError,
  pictureSize,
  valuesOf,
} from "../../../site/src/inputs/pixels.ts";
import { TileSheet } from "../../../site/src/inputs/sheet.ts";

const GROUND = [13, 15, 18], WHITE = [255, 255, 255], LESS = [66, 190, 212], ERROR = [255, 79, 139];
const unit = { black: 0, white: 1 };

/** Red, green and blue of a pixel. */
const pixel = ({ rgba }: { rgba: Uint8ClampedArray }, i: number) => [...rgba.subarray(4 * i, 4 * i + 3)];

Deno.test("valuesOf() turns 8-bit levels into values of the data", () => {
  assert.deepEqual([...valuesOf([0, 51, 255], { black: -1, white: 4 })], [-1, 0, 4]);
});

Deno.test("meanSquaredError() and largestOf() are what their names say", () => {
  assert.equal(meanSquaredError([1, 2, 3], [1, 0, 6]), 13 / 3);
  assert.equal(largestOf([[0.5, -3], [2]]), 3);
  assert.equal(largestOf([]), 0);
});

Deno.test("an image's values run from black to white, and are cut off beyond", () => {
  const tile = drawTile({ values: [-1, 0, 1, 2], kind: "values", range: unit }, { width: 2, height: 2, channels: 1 });
  assert.deepEqual([0, 1, 2, 3].map((i) => pixel(tile, i)), [GROUND, GROUND, WHITE, WHITE]);
  assert.deepEqual([...tile.rgba.filter((_, i) => i % 4 === 3)], [255, 255, 255, 255], "opaque");
});

Deno.test("changes are white where they add, blue-green where they remove, black at 0; errors have their own colour", () => {
  const size = { width: 3, height: 2, channels: 1 } as const, values = [2, 0, -2, 4, 0, -4];
  const changes = drawTile({ values, kind: "changes", range: { black: 0, white: 2 } }, size);
  assert.deepEqual([0, 1, 2, 3, 5].map((i) => pixel(changes, i)), [WHITE, GROUND, LESS, WHITE, LESS]);
  const errors = drawTile({ values: [2, 0, 0, 0, 0, 1], kind: "errors", range: { black: 0, white: 2 } }, size);
  assert.deepEqual([pixel(errors, 0), pixel(errors, 1)], [ERROR, GROUND]);
  pixel(errors, 5).forEach((c, i) => assert.ok(Math.abs(c - (ERROR[i] + GROUND[i]) / 2) <= 0.5, "half way"));
});

Deno.test("a row of numbers is drawn as bars from 0, down where they are negative", () => {
  const size = { width: 4, height: 1, channels: 1 } as const, { height } = pictureSize(size);
  const tile = drawTile({ values: [1, -1, 0.5, 0], kind: "changes", range: { black: 0, white: 1 } }, size);
  assert.deepEqual([tile.width, tile.height], [4, height]);
  const column = (x: number) => Array.from({ length: height }, (_, y) => pixel(tile, y * 4 + x).join());
  const count = (x: number, colour: number[]) => column(x).filter((own) => own === colour.join()).length;
  assert.deepEqual([count(0, WHITE), count(1, LESS), count(2, WHITE)], [height / 2, height / 2, height / 4]);
  assert.equal(count(3, GROUND), height);
  assert.equal(column(0)[0], WHITE.join(), "up to the top");
  assert.equal(column(1)[height - 1], LESS.join(), "down to the bottom");
  const positive = drawTile({ values: [1, 0.5], kind: "values", range: unit }, { width: 2, height: 1, channels: 1 });
  assert.deepEqual(
    [pixel(positive, 0), pixel(positive, 1)],
    [WHITE, GROUND],
    "values that are never negative stand on the bottom",
  );
});

Deno.test("colour: values as they are, mid-grey where nothing changes, and the mean error of red, green and blue", () => {
  const size = { width: 3, height: 1, channels: 3 } as const;
  const values = drawTile({ values: [0, 0.2, 1, -1, 2, 0, 1, 1, 1], kind: "values", range: unit }, size);
  assert.deepEqual([0, 1, 2].map((i) => pixel(values, i)), [[0, 51, 255], [0, 255, 0], WHITE]);
  const changes = drawTile({ values: [0, 0, 0, 1, -1, 0, 0.5, 2, -2], kind: "changes", range: unit }, size);
  assert.deepEqual([0, 1, 2].map((i) => pixel(changes, i)), [[128, 128, 128], [255, 1, 128], [192, 255, 0]]);
  const errors = drawTile({ values: [0, 0, 0, 1, -1, 1, 1.5, 0, 0], kind: "errors", range: unit }, size);
  assert.deepEqual([0, 1].map((i) => pixel(errors, i)), [GROUND, ERROR]);
  pixel(errors, 2).forEach((c, i) => assert.ok(Math.abs(c - (ERROR[i] + GROUND[i]) / 2) <= 0.5, "half way"));
  assert.deepEqual([...levelsOfPixels([1, 2, 3, 255, 4, 5, 6, 255], 3)], [1, 2, 3, 4, 5, 6]);
  assert.deepEqual([...levelsOfPixels([7, 7, 7, 255, 8, 8, 8, 255], 1)], [7, 8]);
  assert.deepEqual(pictureSize(size), { width: 3, height: 1 }, "one line of colours is an image, not bars");
});

Deno.test("a sheet holds its tiles where its HTML says", () => {
  const sheet = new TileSheet("a.png", { width: 2, height: 3, channels: 1 });
  for (let k = 0; k < 18; k++) sheet.add({ values: Array(6).fill(k === 17 ? 1 : 0), kind: "values", range: unit });
  const { width, height, data, channels } = decode(sheet.png());
  assert.deepEqual([width, height, channels], [32, 6, 3]);
  const html = sheet.html(17, { classes: "change", label: 'a "1"' });
  assert.match(html, /class="t change" role="img" aria-label="a &quot;1&quot;" viewBox="2 3 2 3"/);
  assert.match(html, /<image href="a\.png" width="32" height="6"/);
  for (let y = 0; y < 6; y++) {
    for (let x = 0; x < 32; x++) {
      const isLast = y >= 3 && x >= 2 && x < 4, isThere = y < 3 || x < 4;
      const wanted = isLast ? 255 : isThere ? GROUND[0] : 0;
      assert.equal(data[3 * (y * 32 + x)], wanted, `${x} ${y}`);
    }
  }
});
