/**
 * A reader's own files on the live page: images of any size, colours, vectors, tables, and one line for what cannot be used.
 *
 * @module
 */
import assert from "node:assert/strict";
import { unzipSync } from "fflate";
import { rowLength } from "../../../lib/data/row_shape.ts";
import { npyHeader } from "../../../lib/formats/npy.ts";
import type { Pixels } from "../../../lib/pixels.ts";
import { Rng } from "../../../lib/rng.ts";
import { shownData } from "../../../site/src/live/worker/data.ts";
import { fitRows, fittedShape } from "../../../site/src/live/worker/fitted.ts";
import { chosenFiles } from "../../../site/src/live/dropped_files.ts";
import { heldOutRows, readOwnRows as readRows } from "../../../site/src/live/worker/own_rows.ts";
import { picturesOf } from "../../../site/src/live/worker/pictures.ts";
import { COLOUR, greyPng, pngOf } from "../../png_of.ts";

const readOwnRows = (files: File[]) => readRows(chosenFiles(files));

function fileOf(name: string, content: Uint8Array<ArrayBuffer> | string): File {
  return new File([content], name);
}

/** Dark pictures with one light pixel: the i-th in the file of the i-th name. */
function dots(count: number, side = 28): File[] {
  return Array.from(
    { length: count },
    (_, i) => fileOf(`dot ${i}.png`, greyPng(side, side, (x, y) => side * y + x === i ? 250 : 0)),
  );
}

/** A NumPy file of normal numbers, twice as large in the first column. */
function vectors(count: number, dInput: number): Uint8Array<ArrayBuffer> {
  const rng = Rng.fromSeed(3, "own"),
    values = Float32Array.from({ length: count * dInput }, (_, i) => (i % dInput === 0 ? 20 : 10) * rng.normal());
  const header = npyHeader({ type: "f32", shape: [count, dInput] }),
    file = new Uint8Array(header.length + values.byteLength);
  file.set(header);
  file.set(new Uint8Array(values.buffer), header.length);
  return file;
}

const rowOf = (pixels: Pixels, row: number, length: number) => pixels.subarray(row * length, (row + 1) * length);

async function assertRefused(files: File[], message: RegExp): Promise<void> {
  await assert.rejects(readOwnRows(files), (error: Error) => {
    assert.equal(error.name, "UserError", `${error.stack}`);
    assert.match(error.message, /^Cannot (read|train on) [^\n]+: [^\n]+, expected [^\n]+$/);
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("pictures of 28 by 28 stay what they are, in the order of their names, a tenth held out", async () => {
  const { data, knobs } = await readOwnRows(dots(70).reverse()), { dataset: { train, test }, summary, median } = data;
  assert.deepEqual([knobs, median, train.labels, train.count, test.count], [null, null, null, 63, 7]);
  assert.equal(summary, "70 images of 70 files: 63 to train on, 7 held out.");
  const heldOut = heldOutRows(70), rows = [...Array(70).keys()];
  for (const [part, wanted] of [[test, heldOut], [train, rows.filter((row) => !heldOut.includes(row))]] as const) {
    wanted.forEach((row, i) => assert.equal(rowOf(part.pixels, i, 784).indexOf(250), row));
  }
  const { canDraw, tile, kind } = shownData(data);
  assert.deepEqual([canDraw, tile, kind], [true, { width: 28, height: 28, channels: 1 }, "image"]);
});

Deno.test("heldOutRows() holds out a tenth, at most 1,024, by the rows' numbers alone, spread over all", () => {
  assert.deepEqual([64, 99, 100, 10_239, 10_240, 70_000].map((count) => heldOutRows(count).length), [
    6,
    9,
    10,
    1023,
    1024,
    1024,
  ]);
  const rows = heldOutRows(10_000);
  assert.deepEqual(rows, [...new Set(rows)].sort((a, b) => a - b));
  for (let i = 0; i < 10; i++) { // 100 ± 9.5 in each tenth
    const count = rows.filter((row) => Math.floor(row / 1000) === i).length;
    assert.ok(count > 60 && count < 140, `${count}`);
  }
});

Deno.test("digits on light backgrounds are inverted, and what was done is said", async () => {
  const paper = Array.from(
    { length: 70 },
    (_, i) => fileOf(`${i}.png`, greyPng(28, 28, (x, y) => x > 20 && y > 20 && x + y < 50 ? 10 : 240)),
  );
  const { data } = await readOwnRows(paper);
  assert.match(
    data.summary,
    /^70 images of 70 files: 63 to train on, 7 held out\. All inverted, because most backgrounds are light\.$/,
  );
  assert.deepEqual([data.dataset.train.pixels[0], data.dataset.train.pixels[28 * 22 + 22]], [15, 245]);
});

Deno.test("colour pictures stay in colour at their size, and large ones are fitted whole into 64 by 64", async () => {
  const rows = Array.from({ length: 10 }, (_, y) => Array.from({ length: 12 }, (_, x) => [20 * x, 25 * y, 128]).flat());
  const colour = pngOf({ width: 12, height: 10, type: COLOUR.rgb, rows });
  const { data } = await readOwnRows(Array.from({ length: 64 }, (_, i) => fileOf(`${i}.png`, colour)));
  const { height, width, channels, test } = data.dataset, shown = shownData(data);
  assert.deepEqual([height, width, channels], [10, 12, 3]);
  assert.deepEqual([...rowOf(test.pixels, 0, 360)], rows.flat());
  assert.deepEqual([shown.canDraw, shown.tile, shown.heldOut.length], [
    false,
    { height: 10, width: 12, channels: 3 },
    6 * 360,
  ]);
  const large = await readOwnRows(
    Array.from({ length: 64 }, (_, i) =>
      fileOf(
        `${i}.png`,
        greyPng(128, 96, (x, y) => x % 2 === 0 ? 40 : y % 2 === 0 ? 80 : 120),
      )),
  );
  assert.deepEqual([large.data.dataset.height, large.data.dataset.width], [48, 64]);
  assert.equal(
    large.data.dataset.train.pixels.every((level) => level === 70),
    true,
    "each pixel is the mean of two by two",
  );
  assert.match(large.data.summary, /Images of 128 by 96 pixels are fitted to 64 by 48\./);
});

Deno.test("fitRows() keeps the mean of a picture whose size is no multiple", () => {
  const from = { kind: "image", height: 100, width: 90, channels: 3 } as const, to = fittedShape(from);
  assert.deepEqual(to, { ...from, height: 64, width: 58 });
  const levels = Uint8Array.from({ length: rowLength(from) }, (_, i) => (i * 7919) % 256);
  const mean = (values: Uint8Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  assert.ok(Math.abs(mean(fitRows(levels, { from, to })) - mean(levels)) < 0.5);
});

Deno.test("vectors are scaled to the mean length √d, drawn as bars, and begin with settings of their own", async () => {
  const { data, knobs } = await readOwnRows([fileOf("acts.npy", vectors(200, 24))]);
  const { dataset } = data, { train, test } = dataset, shown = shownData(data);
  assert.deepEqual([dataset.kind, dataset.width, train.count, test.count, shown.canDraw], [
    "vector",
    24,
    180,
    20,
    false,
  ]);
  assert.deepEqual(knobs, { sparsity: "topk", hidden: [], output: "linear", latent: 96, k: 12 });
  let length = 0;
  for (let row = 0; row < train.count; row++) length += Math.hypot(...rowOf(train.pixels, row, 24));
  assert.ok(Math.abs(length / train.count - Math.sqrt(24)) < 1e-4, `${length / train.count}`);
  assert.deepEqual(shown.tile, { width: 32, height: 32, channels: 1 });
  assert.equal(shown.heldOut.length, 20 * 32 * 32);
  assert.match(
    data.summary,
    /^200 vectors of 24 values of acts\.npy: 180 to train on, 20 held out\. Scaled so that the mean length/,
  );
});

Deno.test("bars begin at 0, go up and down, and a latent's bars have the full range", () => {
  const test = { pixels: Float32Array.of(-1, 0, 3), count: 1 };
  const pictures = picturesOf({
    kind: "vector",
    height: 1,
    width: 3,
    channels: 1,
    black: 0,
    white: 1,
    test: test as never,
  });
  const columnOf = (picture: Uint8Array, x: number) => Array.from({ length: 32 }, (_, y) => picture[y * 32 + x]);
  const count = (levels: number[], level: number) => levels.filter((each) => each === level).length;
  const picture = pictures.levels(Float32Array.of(-1, 0, 3));
  assert.deepEqual([0, 15, 31].map((x) => count(columnOf(picture, x), 255)), [8, 0, 24]);
  assert.equal(columnOf(picture, 0).lastIndexOf(255), 31, "below");
  assert.equal(columnOf(picture, 31).indexOf(255), 0, "above");
  const latent = pictures.signed(Float32Array.of(-0.5, 0, 1));
  assert.deepEqual([0, 15, 31].map((x) => [count(columnOf(latent, x), 1), count(columnOf(latent, x), 255)]), [[8, 0], [
    0,
    0,
  ], [0, 16]]);
  assert.deepEqual(new Set(pictures.signed(new Float32Array(3))), new Set([128]));
});

Deno.test("tables have classes and words; a set's own test part is held out", async () => {
  const line = (i: number) => `${i % 3},word ${i},${i},${i / 2},1`;
  const csv = ["label,text,a,b,c", ...Array.from({ length: 100 }, (_, i) => line(i))].join("\n");
  const shown = shownData((await readOwnRows([fileOf("t.csv", csv)])).data);
  assert.deepEqual([shown.classNames, shown.kind], [["0", "1", "2"], "vector"]);
  assert.equal(shown.words![0], `word ${heldOutRows(100)[0]}`);
  assert.equal(shown.labels![0], heldOutRows(100)[0] % 3);
  const { data } = await readOwnRows([
    fileOf("t_train.csv", csv),
    fileOf("t_test.csv", csv.split("\n").slice(0, 11).join("\n")),
  ]);
  assert.deepEqual([data.dataset.train.count, data.dataset.test.count, data.dataset.split.by], [100, 10, "set"]);
});

Deno.test("fractions of digits become levels", async () => {
  const lines = Array.from(
    { length: 64 },
    (_, row) => Array.from({ length: 784 }, (_, i) => (i + row) % 256 / 255).join(","),
  );
  const { data } = await readOwnRows([fileOf("f.csv", lines.join("\n"))]);
  assert.deepEqual(
    [...data.dataset.train.pixels.subarray(0, 3)],
    [0, 1, 2].map((i) => i + (heldOutRows(64).includes(0) ? 1 : 0)),
  );
  assert.match(data.summary, /Values are made levels from 0 to 255\./);
});

Deno.test("a test part has the levels of the training part, dark ones too", async () => {
  const images = (name: string, values: Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>) => {
    const type = values instanceof Float32Array ? "f32" : "i64", shape = [values.length / 4, 2, 2];
    const header = npyHeader({ type, shape }), file = new Uint8Array(header.length + values.byteLength);
    file.set(header);
    file.set(new Uint8Array(values.buffer), header.length);
    return fileOf(name, file);
  };
  const floats = await readOwnRows([
    images("x_train.npy", Float32Array.from({ length: 4 * 70 }, (_, i) => i % 4 - 1)), // from -1 to 2
    images("x_test.npy", Float32Array.of(0, 1, -1, 5)),
  ]);
  assert.deepEqual([...floats.data.dataset.train.pixels.subarray(0, 4)], [0, 85, 170, 255]);
  assert.deepEqual([...floats.data.dataset.test.pixels], [85, 170, 0, 255]);
  const whole = await readOwnRows([
    images("x_train.npy", BigInt64Array.from({ length: 4 * 70 }, (_, i) => BigInt(60 * (i % 4)))),
    images("x_test.npy", BigInt64Array.of(3n, 0n, 9n, 7n)),
  ]);
  assert.deepEqual([...whole.data.dataset.test.pixels], [3, 0, 9, 7]);
  await assertRefused([
    images("x_train.npy", BigInt64Array.from({ length: 4 * 70 }, (_, i) => BigInt(60 * (i % 4)))),
    images("x_test.npy", Float32Array.of(0.5, 0, 0, 0)),
  ], /test rows are floats, expected bytes as in training/);
});

Deno.test("a folder's classes are its sub-folders, and what is not data is left out and counted", async () => {
  const inFolder = (path: string, file: File) => ({ path: `set/${path}`, file });
  const pictures = dots(64).map((file, i) => inFolder(`${i % 2 ? "odd" : "even"}/${file.name}`, file));
  const others = ["README.md", ".DS_Store", "__MACOSX/odd/dot 1.png", ".git/x.npy"].map((path) =>
    inFolder(path, fileOf(path, "x"))
  );
  const { data: { summary, dataset: { train, classNames } } } = await readRows([...others, ...pictures]);
  assert.equal(
    summary,
    "64 images of 64 files: 58 to train on, 6 held out. 1 file was left out: its name is not that of data.",
  );
  assert.deepEqual([classNames, [...new Set(train.labels)].sort()], [["even", "odd"], [0, 1]]);
  await assert.rejects(readRows(others), { message: /^Cannot read set\/.*, expected / });
});

Deno.test("files that cannot be used are refused in one line", async () => {
  await assertRefused([fileOf("x.png", "hello"), ...dots(70)], /x\.png: it is neither PNG nor JPEG/);
  await assertRefused([...dots(63)], /Cannot train on these files: there are 63 rows, expected at least 64/);
  await assertRefused([], /there is no file/);
  await assertRefused([fileOf("m.pt", "PK\x03\x04 archive")], /m\.pt: it is a PyTorch pickle/);
  await assertRefused(
    [...dots(1), fileOf("a.csv", "1,2\n")],
    /it is an image and a\.csv a CSV file|it is a CSV file and/,
  );
  await assertRefused(
    [...dots(70), fileOf("z.png", greyPng(9, 9, () => 0))],
    /z\.png: it has 9 × 9 pixels, expected 28 × 28/,
  );
  const huge = Object.defineProperty(fileOf("huge.csv", "1"), "size", { value: 1_000_000_001 });
  await assertRefused([huge], /the files have 1(?:\.0)?\s?GB, expected at most/);
  const gone = Object.defineProperty(fileOf("gone.csv", "1,2"), "slice", {
    value: () => ({ arrayBuffer: () => Promise.reject(new Error()) }),
  });
  await assertRefused([gone], /gone\.csv: the browser cannot open it, expected a file that is still there/);
});

Deno.test("a session trains on vectors, looks at one of them, and exports its report", async () => {
  const { TestSession, opening } = await import("./live_session.ts");
  const { DataStore } = await import("../../../site/src/live/worker/data_store.ts");
  const page = new TestSession({ data: new DataStore() });
  await page.ask({ type: "files", files: chosenFiles([fileOf("acts.npy", vectors(200, 24))]) });
  const open = opening(page.last("files").knobs!);
  open.opening.settings.data = "own";
  await page.ask(open, { type: "input", id: 1, pixels: new Uint8Array(), row: 3 }, {
    ...{ type: "train", until: 20, limit: null },
  });
  const { frame } = page.last("frame"), { reconstruction } = page.losses();
  assert.ok(reconstruction.at(-1)! < 0.8 * reconstruction[0], `${reconstruction}`);
  assert.deepEqual([frame.focus!.id, frame.focus!.reconstruction.length, frame.samples.length], [
    1,
    32 * 32,
    8 * 32 * 32,
  ]);
  await page.ask({ type: "input", id: 2, pixels: new Uint8Array(784), row: null });
  assert.equal(page.last("frame").frame.focus, null, "a drawing is no vector");
  await page.ask({ type: "export", what: "report" });
  const files = unzipSync(page.last("exported").bytes);
  const run = Object.entries(files).find(([path]) => path.endsWith("/run.json"))![1];
  const { dataset } = JSON.parse(new TextDecoder().decode(run));
  assert.deepEqual([dataset.kind, dataset.width, dataset.scaling.scale, dataset.split.by], [
    "vector",
    24,
    "mean-norm",
    "hash",
  ]);
  await page.session.close();
});
