/**
 * A reader's own images: PNG files of every kind, CSV files as they are found, and one line for each that cannot be used.
 *
 * @module
 */
import assert from "node:assert/strict";
import { asBytes } from "../../../lib/pixels.ts";
import { heldOutRows, readOwnFiles } from "../../../site/src/live/worker/dropped_files.ts";
import { readPng } from "../../../site/src/live/worker/png_image.ts";
import { COLOUR, greyPng, pngOf } from "./png_of.ts";

const PIXELS = 784;

/** Row y, column x of a picture of 28 by 28. */
const at = (x: number, y: number) => 28 * y + x;

/** Dark pictures of 28 by 28 with one light pixel: the i-th in the file of the i-th name. */
function dots(count: number): File[] {
  return Array.from(
    { length: count },
    (_, i) => fileOf(`dot ${i}.png`, greyPng(28, 28, (x, y) => at(x, y) === i ? 250 : 0)),
  );
}

function fileOf(name: string, content: Uint8Array<ArrayBuffer> | string, type = ""): File {
  return new File([content], name, { type });
}

/** Lines of a CSV file: images of one level each, with a label first if there are labels. */
function csvOf(
  rows: number,
  { level = (row: number) => row % 256, label = undefined as ((row: number) => number) | undefined } = {},
) {
  return Array.from({ length: rows }, (_, row) => {
    const cells = Array(PIXELS).fill(level(row));
    return (label ? [label(row), ...cells] : cells).join(",");
  });
}

const read = (name: string, lines: string[], end = "\n") => readOwnFiles([fileOf(name, lines.join(end))]);

async function assertRefused(action: () => Promise<unknown>, message: RegExp | string): Promise<void> {
  await assert.rejects(action, (error: Error) => {
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    assert.match(error.message, /^Cannot (read|train on) .+: .+, expected .+$/);
    return error.name === "UserError";
  });
}

Deno.test("PNG files of 28 by 28 stay what they are, in the order of their names, a tenth held out", async () => {
  const { dataset: { train, test }, summary, name, median } = await readOwnFiles(dots(70).reverse());
  assert.deepEqual([name, median, train.labels, train.count, test.count], ["own", null, null, 63, 7]);
  assert.equal(summary, "70 images of 70 PNG files: 63 to train on, 7 held out.");
  const heldOut = heldOutRows(70), rows = [...Array(70).keys()];
  for (const [part, wanted] of [[test, heldOut], [train, rows.filter((row) => !heldOut.includes(row))]] as const) {
    for (const [i, row] of wanted.entries()) {
      const image = asBytes(part.pixels).subarray(i * PIXELS, (i + 1) * PIXELS);
      assert.equal(image.indexOf(250), row);
      assert.equal(image.reduce((a, b) => a + b), 250);
    }
  }
});

Deno.test("heldOutRows() holds out a tenth, at most 1,024, by the rows' numbers alone, spread over all", () => {
  assert.deepEqual([64, 99, 100, 10_239, 10_240, 70_000].map((count) => heldOutRows(count).length), [
    ...[6, 9, 10, 1023, 1024, 1024],
  ]);
  const rows = heldOutRows(10_000);
  assert.deepEqual(rows, heldOutRows(10_000));
  assert.deepEqual(rows, [...new Set(rows)].sort((a, b) => a - b));
  for (let i = 0; i < 10; i++) { // 100 ± 9.5 in each tenth
    const count = rows.filter((row) => Math.floor(row / 1000) === i).length;
    assert.ok(count > 60 && count < 140, `${count}`);
  }
});

Deno.test("every depth and kind of colour gives the same grey", () => {
  const tile = (levels: number[]) => [...levels, ...levels]; // two rows of two pixels
  const pictures = {
    "1 bit": pngOf({ width: 2, height: 2, type: COLOUR.grey, depth: 1, rows: [[0b01000000], [0b01000000]] }),
    "2 bits": pngOf({ width: 2, height: 2, type: COLOUR.grey, depth: 2, rows: [[0b00110000], [0b00110000]] }),
    "4 bits": pngOf({ width: 2, height: 2, type: COLOUR.grey, depth: 4, rows: [[0x0f], [0x0f]] }),
    "8 bits": greyPng(2, 2, (x) => 255 * x),
    "16 bits": pngOf({ width: 2, height: 2, type: COLOUR.grey, depth: 16, rows: [[0, 0, 255, 255], [0, 0, 255, 255]] }),
    "grey with alpha": pngOf({
      width: 2,
      height: 2,
      type: COLOUR.greyAlpha,
      rows: [tile([0, 255, 255, 255]).slice(0, 4), [0, 255, 255, 255]],
    }),
    rgb: pngOf({
      width: 2,
      height: 2,
      type: COLOUR.rgb,
      rows: [tile([0, 0, 0, 255, 255, 255]).slice(0, 6), [0, 0, 0, 255, 255, 255]],
    }),
    "16-bit rgb": pngOf({
      ...{ width: 2, height: 2, type: COLOUR.rgb, depth: 16 },
      rows: Array(2).fill([...Array(6).fill(0), ...Array(6).fill(255)]),
    }),
    rgba: pngOf({ width: 2, height: 2, type: COLOUR.rgba, rows: Array(2).fill([0, 0, 0, 255, 255, 255, 255, 255]) }),
    "1-bit palette": pngOf({
      ...{ width: 2, height: 2, type: COLOUR.palette, depth: 1, rows: [[0b10000000], [0b10000000]] },
      palette: [255, 255, 255, 0, 0, 0],
    }),
    "8-bit palette": pngOf({
      ...{ width: 2, height: 2, type: COLOUR.palette, rows: [[2, 1], [2, 1]] },
      palette: [9, 9, 9, 255, 255, 255, 0, 0, 0],
    }),
  };
  for (const [kind, file] of Object.entries(pictures)) {
    const { levels, isColoured, isFitted } = readPng(file, { name: kind });
    assert.deepEqual([isColoured, isFitted], [false, true], kind);
    for (let y = 0; y < 28; y++) {
      for (let x = 0; x < 28; x++) assert.equal(levels[at(x, y)], x < 14 ? 0 : 255, `${kind} at ${x}, ${y}`);
    }
  }
});

Deno.test("colours become grey by ITU-R BT.601, and what is transparent becomes the other end than the ink", () => {
  const flat = (colour: number[], type: number, more = {}) =>
    readPng(pngOf({ width: 1, height: 1, type, rows: [colour], ...more }), { name: "flat" }).levels[0];
  assert.equal(flat([255, 0, 0], COLOUR.rgb), 76); // 76.245
  assert.equal(flat([0, 255, 0], COLOUR.rgb), 150); // 149.685
  assert.equal(flat([0, 0, 255], COLOUR.rgb), 29); // 29.07
  assert.equal(flat([100, 100, 100], COLOUR.rgb), 100);
  assert.equal(flat([0], COLOUR.palette, { palette: [255, 0, 0] }), 76);
  // Half transparent: black ink on white, white ink on black.
  assert.equal(flat([0, 127], COLOUR.greyAlpha), 128);
  assert.equal(flat([255, 51], COLOUR.greyAlpha), 51);
  assert.equal(flat([9, 0], COLOUR.greyAlpha), 0, "nothing is visible");
  // A black stroke on nothing, by a palette's alpha and by a colour that stands for transparent.
  const rows = [[1, 0, 0], [1, 0, 0], [1, 0, 0]];
  const stroke = {
    width: 3,
    height: 3,
    type: COLOUR.palette,
    rows,
    palette: [7, 7, 7, 0, 0, 0],
    transparency: [0, 255],
  };
  const clear = {
    ...stroke,
    type: COLOUR.grey,
    rows: rows.map((row) => row.map((ink) => ink === 1 ? 0 : 7)),
    transparency: [0, 7],
  };
  for (const picture of [stroke, { ...clear, palette: undefined }]) {
    const { levels, isLight } = readPng(pngOf(picture), { name: "stroke" });
    assert.deepEqual([levels[at(0, 14)], levels[at(27, 14)], isLight], [0, 255, true]);
  }
});

Deno.test("a picture is fitted as a whole: means of what lies under a pixel, its edges' level around it", () => {
  // 56 by 28 becomes 28 by 14: each pixel is the mean of two by two.
  const wide = readPng(greyPng(56, 28, (x, y) => x % 2 === 0 ? 40 : y % 2 === 0 ? 80 : 120), { name: "wide" });
  // Edges: rows above and below have means 60 and 80, columns at the sides 40 and 100, 26 pixels each.
  const edges = Math.round((56 * 60 + 56 * 80 + 26 * 40 + 26 * 100) / (56 + 56 + 52));
  assert.equal(wide.levels[at(14, 14)], 70);
  assert.equal(wide.levels[at(0, 7)], 70);
  assert.equal(wide.levels[at(0, 20)], 70);
  assert.equal(wide.levels[at(14, 6)], edges);
  assert.equal(wide.levels[at(14, 21)], edges);
  // Three pixels on 28: the seam between the first and the second is at 9.33.
  const three = readPng(greyPng(3, 3, (x) => [0, 90, 30][x]), { name: "three" });
  assert.equal(three.levels[at(8, 3)], 0);
  assert.equal(three.levels[at(9, 3)], 60); // a third of the first, two thirds of the second
  assert.equal(three.levels[at(10, 3)], 90);
  assert.equal(three.levels[at(27, 3)], 30);
  // One pixel high: a line in the middle.
  const line = readPng(greyPng(28, 1, (x) => x === 0 ? 255 : 0), { name: "line" });
  assert.equal(line.levels[at(0, 14)] + line.levels[at(0, 13)] > 255, true);
});

Deno.test("pictures with light backgrounds are inverted, all if most are, and what was done is said", async () => {
  const ink = (x: number, y: number) => x > 20 && y > 20 && x < 25 && y < 25;
  const paper = Array.from(
    { length: 40 },
    (_, i) => fileOf(`a${i}.png`, greyPng(56, 56, (x, y) => ink(x / 2, y / 2) ? 10 : 240)),
  );
  const screen = Array.from(
    { length: 30 },
    (_, i) => fileOf(`b${i}.png`, greyPng(28, 28, (x, y) => ink(x, y) ? 200 : 0)),
  );
  const red = fileOf("red.png", pngOf({ width: 1, height: 1, type: COLOUR.rgb, rows: [[255, 250, 250]] }));
  const { summary, dataset } = await readOwnFiles([...paper, ...screen, red]);
  assert.equal(
    summary,
    "71 images of 71 PNG files: 64 to train on, 7 held out. 41 fitted into 28 by 28 pixels. 1 made grey. " +
      "All inverted, because most backgrounds are light.",
  );
  assert.deepEqual(dataset.provenance.notes.length, 3);
  assert.equal(dataset.train.pixels[0], 15);
  assert.equal(dataset.train.pixels[at(22, 22)], 245);
  assert.match((await readOwnFiles([...screen, ...paper, ...dots(40)])).summary, /pixels\.$/);
});

Deno.test("CSV: with names or without, labels first or by name, levels or fractions, any ends of lines", async () => {
  const names = Array.from({ length: PIXELS }, (_, i) => `pixel${i}`);
  const label = (row: number) => [7, 3, 200][row % 3];
  const rows = csvOf(100, { label }), bare = csvOf(100);
  const heldOut = heldOutRows(100);
  const files: [string, string[], string][] = [
    ["Kaggle's training file", [["label", ...names].join(","), ...rows], "\n"],
    ["without names", rows, "\r\n"],
    ["the label last", [[...names, "label"].join(","), ...bare.map((line, row) => `${line},${label(row)}`)], "\n"],
    ["the class last, names that are numbers", [
      [...names.keys(), "Class"].join(","),
      ...bare.map((line, row) => `${line},${label(row)}`),
    ], "\n"],
    ["quotation marks and spaces", rows.map((line) => line.split(",").map((cell) => `"${cell}"`).join(", ")), "\n"],
    ["empty lines at the end", [...rows, "", "  ", ""], "\n"],
    ["a byte order mark", ["\ufeff" + ["label", ...names].join(","), ...rows], "\r\n"],
  ];
  for (const [what, lines, end] of files) {
    const { dataset: { train, test, classNames }, summary } = await read("digits.csv", lines, end);
    assert.equal(summary, "100 images of digits.csv: 90 to train on, 10 held out.", what);
    assert.deepEqual(classNames, ["3", "7", "200"], what);
    assert.deepEqual([...test.labels!], heldOut.map((row) => [1, 0, 2][row % 3]), what);
    assert.deepEqual([train.count, asBytes(test.pixels).length], [90, 10 * PIXELS], what);
    for (const [i, row] of heldOut.entries()) assert.equal(test.pixels[i * PIXELS + 5], row, what);
  }
  const kaggleTest = await read("test.csv", [names.join(","), ...bare]);
  assert.deepEqual([kaggleTest.dataset.train.labels, kaggleTest.dataset.classNames], [null, []]);

  const fractions = await read("unit.csv", csvOf(100, { level: (row) => row / 100, label: (row) => row }));
  assert.match(fractions.summary, / Values from 0 to 1, made levels from 0 to 255\.$/);
  for (const [i, row] of heldOut.entries()) {
    assert.equal(fractions.dataset.test.pixels[i * PIXELS], Math.round(2.55 * row));
  }
  // Levels of which the first rows are 0 and 1 alone, or between: they are levels all the same.
  const late = await read("late.csv", csvOf(100, { level: (row) => row < 95 ? [0, 1, 0.4, 0.5][row % 4] : 254.6 }));
  for (const [i, row] of heldOut.entries()) {
    assert.equal(late.dataset.test.pixels[i * PIXELS], row < 95 ? [0, 1, 0, 1][row % 4] : 255, `row ${row}`);
  }
  assert.doesNotMatch(late.summary, /0 to 1/);
});

Deno.test("a CSV file that cannot be used is refused with row and column", async () => {
  const good = csvOf(80), names = Array.from({ length: PIXELS }, (_, i) => `p${i}`).join(",");
  const changed = (row: number, cells: (cells: string[]) => unknown[]) =>
    good.with(row, cells(good[row].split(",")).join(","));
  const refused: [string[], string][] = [
    [
      csvOf(80).map((line) => line.slice(line.indexOf(",") + 1)),
      "row 1 has 783 columns, expected 784, or 785 with a label",
    ],
    [["label," + names.slice(3), ...good], "row 1 has 784 columns, expected 784, or 785 with a label"],
    [["a;b;c"], "row 1 has 1 column, expected 784, or 785 with a label"],
    [changed(6, (cells) => cells.slice(1)), "row 7 has 783 columns, expected 784 as the first row"],
    [[names, ...changed(6, (cells) => [...cells, 1])], "row 8 has 785 columns, expected 784 as the first row"],
    [changed(6, (cells) => cells.with(4, "abc")), 'row 7 has "abc" in column 5, expected a number from 0 to 255'],
    [changed(0, (cells) => cells.with(4, "abc")), 'row 1 has "abc" in column 5, expected a number from 0 to 255'],
    [changed(6, (cells) => cells.with(783, "NaN")), 'row 7 has "NaN" in column 784, expected a number from 0 to 255'],
    [changed(6, (cells) => cells.with(0, "")), 'row 7 has "" in column 1, expected a number from 0 to 255'],
    [changed(6, (cells) => cells.with(0, "0x10")), 'row 7 has "0x10" in column 1, expected a number from 0 to 255'],
    [changed(6, (cells) => cells.with(0, "-1")), 'row 7 has "-1" in column 1, expected a number from 0 to 255'],
    [changed(6, (cells) => cells.with(0, "256")), 'row 7 has "256" in column 1, expected a number from 0 to 255'],
    [
      changed(6, (cells) => cells.with(0, "Infinity")),
      'row 7 has "Infinity" in column 1, expected a number from 0 to 255',
    ],
    [csvOf(80, { label: (row) => row / 2 }), 'row 2 has "0.5" in column 1, expected a label from 0 to 255'],
    [csvOf(80, { label: (row) => row * 100 }), 'row 4 has "300" in column 1, expected a label from 0 to 255'],
    [["x".repeat(70_000)], "row 1 has more than 65536 characters, expected 784 numbers, or 785 with a label"],
  ];
  for (const [lines, message] of refused) {
    await assertRefused(() => read("my digits.csv", lines), `Cannot read my digits.csv: ${message}`);
  }
  await assertRefused(
    () => read("few.csv", csvOf(63)),
    "Cannot train on few.csv: there are 63 images, expected at least 64",
  );
  await assertRefused(() => read("no.csv", []), "Cannot train on no.csv: there are 0 images, expected at least 64");
  await assertRefused(() => read("names.csv", [names]), /there are 0 images/);
});

Deno.test("files that are no images, damaged, mixed, too large or too few are refused in one line", async () => {
  const png = greyPng(28, 28, (x) => 9 * x), some = dots(70);
  const large = greyPng(1, 1, () => 0);
  new DataView(large.buffer).setUint32(16, 50_000);
  new DataView(large.buffer).setUint32(20, 50_000);
  const flipped = png.with(png.length - 20, png[png.length - 20] ^ 255) as Uint8Array<ArrayBuffer>;
  const short = pngOf({ width: 28, height: 28, type: COLOUR.grey, rows: Array(27).fill(Array(28).fill(0)) });
  const noColour = pngOf({ width: 1, height: 1, type: COLOUR.palette, rows: [[5]], palette: [0, 0, 0] });
  const whole = /^Cannot read x\.png: it is damaged or cut off, expected a whole PNG image$/;
  const pictures: [Uint8Array<ArrayBuffer>, RegExp][] = [
    [new TextEncoder().encode("hello"), /^Cannot read x\.png: it is not a PNG image, whatever its name, expected/],
    [new Uint8Array(), /it is not a PNG image/],
    [
      pngOf({ width: 1, height: 1, type: COLOUR.grey, depth: 1, rows: [[128]] }).fill(1, 28, 29),
      /^Cannot read x\.png: it is interlaced and has fewer than 8 bits a sample, expected a PNG image without interlacing$/,
    ],
    [png.slice(0, 20), /^Cannot read x\.png: it is cut off, expected a whole PNG image$/],
    [flipped, whole],
    [short, whole],
    [noColour, whole],
    [large, /^Cannot read x\.png: it has 50000 × 50000 pixels, expected at most 16777216 of them$/],
    [greyPng(1, 1, () => 0).fill(0, 16, 20), /^Cannot read x\.png: it has 0 × 1 pixels, expected at least one$/],
  ];
  for (const [content, message] of pictures) {
    await assertRefused(() => readOwnFiles([...some, fileOf("x.png", content)]), message);
  }
  for (let length = 29; length < png.length; length++) {
    await assertRefused(() => readOwnFiles([fileOf("x.png", png.slice(0, length))]), whole);
  }
  const jpeg = fileOf("photo.jpg", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46), "image/jpeg");
  await assertRefused(
    () => readOwnFiles([...some, jpeg]),
    "Cannot read photo.jpg: it is neither PNG nor CSV, expected a PNG image or a CSV file",
  );
  const csv = fileOf("a.csv", csvOf(70).join("\n"));
  await assertRefused(
    () => readOwnFiles([csv, ...some]),
    "Cannot read the files: dot 0.png is a PNG file and a.csv a CSV file, expected PNG files or one CSV file",
  );
  await assertRefused(() => readOwnFiles([csv, csv]), /there are 2 CSV files, expected one of them, or PNG files$/);
  await assertRefused(
    () => readOwnFiles([]),
    "Cannot read the files: none are there, expected PNG files or one CSV file",
  );
  await assertRefused(
    () => readOwnFiles(some.slice(0, 63)),
    "Cannot train on 63 PNG files: there are 63 images, expected at least 64",
  );
  await assertRefused(() => readOwnFiles(some.slice(0, 1)), /^Cannot train on 1 PNG file: there is 1 image, expected/);
  const huge = Object.defineProperty(fileOf("huge.csv", "1"), "size", { value: 200_000_001 });
  await assertRefused(
    () => readOwnFiles([huge]),
    "Cannot read the files: they have 200\u202f000\u202f001 bytes, expected at most 200 MB",
  );
  const gone = Object.assign(fileOf("gone.png", png), {
    slice: () => ({ arrayBuffer: () => Promise.reject(new Error()) }),
  });
  await assertRefused(
    () => readOwnFiles([gone]),
    /^Cannot read gone\.png: the browser cannot open it, expected a file/,
  );
});
