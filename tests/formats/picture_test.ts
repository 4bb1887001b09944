/**
 * PNG files of every kind, written by hand, and what is refused of PNG and JPEG; other programs' files are in
 * `open_rows_test.ts`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { colourPicture, decodePicture, greyPicture, isColoured } from "../../lib/formats/picture.ts";
import { Rng } from "../../lib/rng.ts";
import { COLOUR, greyPng, pngOf } from "../png_of.ts";
import { bytesOf, JPEG } from "./small_files.ts";

const levelsOf = async (file: Uint8Array<ArrayBuffer>) => [...(await decodePicture(file, "x.png")).levels];

Deno.test("decodePicture() reads the same levels from every depth and kind of colour", async () => {
  const size = { width: 2, height: 2 };
  const grey = {
    "1 bit": pngOf({ ...size, type: COLOUR.grey, depth: 1, rows: [[0b01000000], [0b01000000]] }),
    "2 bits": pngOf({ ...size, type: COLOUR.grey, depth: 2, rows: [[0b00110000], [0b00110000]] }),
    "4 bits": pngOf({ ...size, type: COLOUR.grey, depth: 4, rows: [[0x0f], [0x0f]] }),
    "8 bits": greyPng(2, 2, (x) => 255 * x),
    "16 bits": pngOf({ ...size, type: COLOUR.grey, depth: 16, rows: [[0, 0, 255, 255], [0, 0, 255, 255]] }),
    "grey with alpha": pngOf({ ...size, type: COLOUR.greyAlpha, rows: Array(2).fill([0, 255, 255, 255]) }),
  };
  for (const [kind, file] of Object.entries(grey)) assert.deepEqual(await levelsOf(file), [0, 255, 0, 255], kind);
  const coloured = {
    rgb: pngOf({ ...size, type: COLOUR.rgb, rows: Array(2).fill([0, 0, 0, 255, 255, 255]) }),
    "16-bit rgb": pngOf({
      ...size,
      type: COLOUR.rgb,
      depth: 16,
      rows: Array(2).fill([...Array(6).fill(0), ...Array(6).fill(255)]),
    }),
    rgba: pngOf({ ...size, type: COLOUR.rgba, rows: Array(2).fill([0, 0, 0, 255, 255, 255, 255, 255]) }),
    "1-bit palette": pngOf({
      ...{ ...size, type: COLOUR.palette, depth: 1, rows: [[0b10000000], [0b10000000]] },
      palette: [255, 255, 255, 0, 0, 0],
    }),
    "8-bit palette": pngOf({
      ...{ ...size, type: COLOUR.palette, rows: [[2, 1], [2, 1]] },
      palette: [9, 9, 9, 255, 255, 255, 0, 0, 0],
    }),
  };
  for (const [kind, file] of Object.entries(coloured)) {
    const picture = await decodePicture(file, kind);
    assert.deepEqual([picture.channels, isColoured(picture)], [3, false], kind);
    assert.deepEqual([...greyPicture(picture).levels], [0, 255, 0, 255], kind);
    assert.deepEqual(colourPicture(greyPicture(picture)), picture, kind);
  }
});

Deno.test("greyPicture() follows ITU-R BT.601; what is transparent becomes the other end than the ink", async () => {
  const flat = async (colour: number[], type: number, more = {}) =>
    greyPicture(await decodePicture(pngOf({ width: 1, height: 1, type, rows: [colour], ...more }), "flat")).levels[0];
  assert.equal(await flat([255, 0, 0], COLOUR.rgb), 76); // 76.245
  assert.equal(await flat([0, 255, 0], COLOUR.rgb), 150); // 149.685
  assert.equal(await flat([0, 0, 255], COLOUR.rgb), 29); // 29.07
  assert.equal(await flat([0], COLOUR.palette, { palette: [255, 0, 0] }), 76);
  assert.equal(await flat([0, 127], COLOUR.greyAlpha), 128, "black ink on white");
  assert.equal(await flat([255, 51], COLOUR.greyAlpha), 51, "white ink on black");
  assert.equal(await flat([9, 0], COLOUR.greyAlpha), 0, "nothing is visible");
  // A black stroke on nothing, by a palette's alpha and by a colour that stands for transparent.
  const size = { width: 3, height: 1 };
  const stroke = pngOf({
    ...size,
    type: COLOUR.palette,
    rows: [[1, 0, 0]],
    palette: [7, 7, 7, 0, 0, 0],
    transparency: [0, 255],
  });
  assert.deepEqual([...greyPicture(await decodePicture(stroke, "stroke")).levels], [0, 255, 255]);
  assert.deepEqual(await levelsOf(pngOf({ ...size, type: COLOUR.grey, rows: [[0, 7, 7]], transparency: [0, 7] })), [
    0,
    255,
    255,
  ]);
});

Deno.test("decodePicture() refuses what is damaged, cut off or too large before it is decoded", async () => {
  const png = greyPng(28, 28, (x) => 9 * x), noise = Rng.fromSeed(1, "noise");
  const large = greyPng(1, 1, () => 0);
  new DataView(large.buffer).setUint32(16, 50_000);
  new DataView(large.buffer).setUint32(20, 50_000);
  const wide = bytesOf(JPEG.baseline), frame = wide.findIndex((byte, i) => byte === 0xff && wide[i + 1] === 0xc0);
  wide.set([0xff, 0xff, 0xff, 0xff], frame + 5);
  const refused: [Uint8Array<ArrayBuffer>, RegExp][] = [
    [new TextEncoder().encode("hello"), /it is neither PNG nor JPEG, whatever its name, expected a PNG or JPEG image/],
    [
      pngOf({ width: 1, height: 1, type: COLOUR.grey, depth: 1, rows: [[128]] }).fill(1, 28, 29),
      /it is interlaced and has fewer than 8 bits a sample, expected a PNG image without interlacing/,
    ],
    [
      png.with(png.length - 20, png[png.length - 20] ^ 255) as Uint8Array<ArrayBuffer>,
      /it is damaged or cut off, expected a whole image/,
    ],
    [
      pngOf({ width: 28, height: 28, type: COLOUR.grey, rows: Array(27).fill(Array(28).fill(0)) }),
      /damaged or cut off/,
    ],
    [pngOf({ width: 1, height: 1, type: COLOUR.palette, rows: [[5]], palette: [0, 0, 0] }), /damaged or cut off/],
    [
      pngOf({ width: 1, height: 1, type: COLOUR.grey, rows: [Array.from({ length: 5000 }, () => noise.below(256))] }),
      /bytes of pixels, expected at most 2/,
    ],
    [large, /it has 50000 × 50000 pixels|its pixels are cut off/],
    [greyPng(1, 1, () => 0).fill(0, 16, 20), /it has 0 × 1 pixels, expected at least one/],
    [wide, /it has 65535 × 65535 pixels in \d+ bytes, expected a whole JPEG image/],
    [bytesOf(JPEG.cmyk), /its colours are CMYK/],
  ];
  for (const [file, message] of refused) {
    await assert.rejects(decodePicture(file, "x.png"), (error: Error) => {
      assert.equal(error.name, "UserError");
      assert.match(error.message, /^Cannot read x\.png: [^\n]+, expected [^\n]+$/);
      assert.match(error.message, message);
      return true;
    });
  }
  for (let length = 0; length < png.length; length++) {
    await assert.rejects(decodePicture(png.slice(0, length), "x.png"), { name: "UserError" });
  }
});
