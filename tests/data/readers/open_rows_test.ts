/**
 * Files of every kind as rows: bytes written by hand, files of other programs, and what NumPy writes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parquetWriteBuffer } from "hyparquet-writer";
import { type OpenOptions, openRows } from "../../../lib/data/readers/open_rows.ts";
import type { OpenedRows } from "../../../lib/data/readers/opened_rows.ts";
import { UserError } from "../../../lib/errors.ts";
import { npyHeader } from "../../../lib/formats/npy.ts";
import type { NumberType } from "../../../lib/formats/number_types.ts";
import { encodeSafetensors } from "../../../lib/formats/safetensors.ts";
import { joined } from "../../mutate.ts";
import { hasNumpy, python } from "../../python.ts";
import { temporaryFolder } from "../../temporary_folder.ts";
import { memorySource } from "../../formats/memory_source.ts";
import { bytesOf, COLOURS, GREY, JPEG, PARQUET, PNG } from "../../formats/small_files.ts";

type Files = Record<string, Uint8Array | string>;

const open = (files: Files, options: OpenOptions = {}) =>
  openRows(
    Object.entries(files).map(([name, content]) =>
      memorySource(name, typeof content === "string" ? new TextEncoder().encode(content) : content)
    ),
    options,
  );

/** What is refused, with the whole line. */
const refuses = (files: Files, message: RegExp, options: OpenOptions = {}) =>
  assert.rejects(async () => await valuesOf(await open(files, options)), (error: Error) => {
    assert.ok(error instanceof UserError, error.stack);
    assert.equal(error.exitCode, 1, "2 is for the command line, not for what files hold");
    assert.match(error.message, /^Cannot [^\n]+, expected [^\n]+$/);
    assert.match(error.message, message);
    return true;
  });

async function valuesOf(rows: OpenedRows): Promise<number[]> {
  const values: number[] = [];
  for await (const piece of rows.pieces()) {
    assert.equal(piece instanceof Uint8Array, rows.type === "bytes");
    values.push(...piece);
  }
  return values;
}

function npy(type: NumberType, shape: number[], values: ArrayBufferView): Uint8Array<ArrayBuffer> {
  return joined(npyHeader({ type, shape }), new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

const vector = (width: number) => ({ kind: "vector", height: 1, width, channels: 1 });
const image = (height: number, width: number, channels = 1) => ({ kind: "image", height, width, channels });

Deno.test("openRows() reads vectors, images of one and three channels, and images stored channel by channel", async () => {
  const floats = Float32Array.from({ length: 12 }, (_, i) => i - 3.5);
  const rows = await open({ "x.npy": npy("f32", [4, 3], floats) });
  assert.deepEqual([rows.shape, rows.count, rows.type], [vector(3), 4, "floats"]);
  assert.deepEqual(rows.flat, [{ file: 0, offset: 128, type: "f32", isBigEndian: false, count: 4 }]);
  assert.deepEqual(await valuesOf(rows), [...floats]);
  const bytes = Uint8Array.from({ length: 12 }, (_, i) => 20 * i);
  assert.deepEqual((await open({ "x.npy": npy("u8", [3, 2, 2], bytes) })).shape, image(2, 2));
  assert.deepEqual((await open({ "x.npy": npy("u8", [3, 2, 2, 1], bytes) })).shape, image(2, 2));
  assert.deepEqual((await open({ "x.npy": npy("u8", [2, 2, 1, 3], bytes) })).shape, image(2, 1, 3));
  const turned = await open({ "x.npy": npy("u8", [1, 3, 2, 2], bytes) });
  assert.deepEqual([turned.shape, turned.flat], [image(2, 2, 3), null]);
  assert.deepEqual(await valuesOf(turned), [0, 80, 160, 20, 100, 180, 40, 120, 200, 60, 140, 220]);
  assert.deepEqual(
    (await open({ "x.npy": npy("u8", [3, 1, 2, 2], bytes) })).flat?.length,
    1,
    "one channel is in order",
  );
});

Deno.test("openRows() takes whole numbers from 0 to 255 for bytes, but not 0 and 1 alone, and no float vectors", async () => {
  const typeOf = async (type: NumberType, shape: number[], values: ArrayBufferView) =>
    (await open({ "x.npy": npy(type, shape, values) })).type;
  assert.equal(await typeOf("i64", [2, 2], BigInt64Array.of(0n, 7n, 255n, 3n)), "bytes");
  assert.equal(await typeOf("i64", [2, 2], BigInt64Array.of(0n, 7n, 256n, 3n)), "floats");
  assert.equal(await typeOf("i16", [2, 2], Int16Array.of(0, 1, 1, 0)), "floats");
  assert.equal(await typeOf("f32", [2, 2], Float32Array.of(0, 7, 255, 3)), "floats");
  assert.equal(await typeOf("f32", [1, 2, 2], Float32Array.of(0, 7, 255, 3)), "bytes", "images of levels");
  assert.equal(await typeOf("bool", [2, 2], Uint8Array.of(0, 1, 1, 0)), "floats");
});

Deno.test("openRows() takes dark rows for bytes if a model of bytes reads them, and bright ones not if one of floats does", async () => {
  const table = (cells: string) => new TextEncoder().encode(`a,b\n${cells}\n`);
  const files = (dark: number): Files[] => [
    { "x.npy": npy("i64", [1, 2], BigInt64Array.of(0n, BigInt(dark))) },
    { "x.npy": npy("f32", [1, 2], Float32Array.of(0, dark)) },
    { "x.csv": table(`0,${dark}`) },
    { "x.parquet": new Uint8Array(parquetWriteBuffer({ columnData: [{ name: "a", data: [0, dark] }] })) },
  ];
  for (const given of files(20)) assert.equal((await open(given, { areBytes: true })).type, "bytes");
  for (const given of files(200)) assert.equal((await open(given, { areBytes: false })).type, "floats");
  const unit = { "x.npy": npy("f32", [1, 2], Float32Array.of(0, 0.5)) };
  assert.equal((await open(unit, { areBytes: true })).type, "floats", "levels that are divided already");
});

Deno.test("openRows() knows a header that a blank line, or a megabyte of names, parts from the rows", async () => {
  const text = (lines: string[]) => ({ "x.csv": new TextEncoder().encode(lines.join("\n")) });
  assert.deepEqual(await valuesOf(await open(text(["0,1,2", "", "5,6,300"]))), [5, 6, 300]);
  const names = Array.from({ length: 150_000 }, (_, i) => String(i)), row = names.map(() => "0.25");
  const wide = await open(text([names.join(","), row.join(","), row.join(",")]));
  assert.deepEqual([wide.count, wide.shape], [2, vector(150_000)]);
});

Deno.test("openRows() takes rows of 784 levels for images, and rows of 784 activations not", async () => {
  const unit = Float32Array.from({ length: 784 }, (_, i) => i / 784), others = unit.map((value) => value - 0.5);
  const seen = await open({ "x.npy": npy("f32", [1, 784], unit) });
  assert.deepEqual([seen.shape, seen.type], [image(28, 28), "floats"]);
  assert.deepEqual(seen.notes, ["Rows of 784 levels are taken as images of 28×28 pixels."]);
  assert.deepEqual((await open({ "x.npy": npy("f32", [1, 784], others) })).shape, vector(784));
  assert.deepEqual((await open({ "x.npy": npy("u8", [1, 784], new Uint8Array(784)) })).shape, image(28, 28));
});

Deno.test("openRows() reads shards in natural order, with their labels beside them", async () => {
  const part = (value: number) => npy("f32", [1, 2], Float32Array.of(value, -value));
  const rows = await open({
    "x-10.npy": part(10),
    "x-9.npy": part(9),
    "labels.npy": npy("i64", [2], BigInt64Array.of(7n, 3n)),
  });
  assert.deepEqual(await valuesOf(rows), [9, -9, 10, -10]);
  assert.deepEqual(rows.flat?.map(({ file }) => file), [1, 0], "files are numbered as they were given");
  assert.deepEqual(rows.labels, { values: Uint8Array.of(1, 0), names: ["3", "7"] });
  await refuses(
    { "x-1.npy": part(1), "x-2.npy": npy("f32", [1, 3], new Float32Array(3)) },
    /x-2\.npy: its rows are vectors of 3 values, expected vectors of 2 values as in x-1\.npy/,
  );
  await refuses(
    { "x.npy": part(1), "y.npy": npy("u8", [2], new Uint8Array(2)) },
    /y\.npy: there are 2 labels, expected 1/,
  );
});

Deno.test("openRows() finds the training and the test part by the names of files, and leaves validation out", async () => {
  const part = (value: number) => npy("u8", [1, 2, 2], new Uint8Array(4).fill(value));
  const label = (value: number) => npy("u8", [1], Uint8Array.of(value));
  const files = {
    ...{ "x_train.npy": part(1), "x_test.npy": part(2), "x_val.npy": part(3) },
    ...{ "y_train.npy": label(4), "y_test.npy": label(5), "y_val.npy": label(6) },
  };
  const train = await open(files), test = await open(files, { part: "test" });
  assert.deepEqual([train.hasTestPart, await valuesOf(train), train.labels?.names], [true, [1, 1, 1, 1], ["4"]]);
  assert.deepEqual([await valuesOf(test), test.labels?.names], [[2, 2, 2, 2], ["5"]]);
  assert.match(train.notes[0], /1 arrays of neither/);
  assert.equal((await open({ "test/x.npy": part(1) })).hasTestPart, false, "a folder called test is one set");
});

Deno.test("openRows() takes the activations of a safetensors file, or the array that is named", async () => {
  const tensors = {
    activation: { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) },
    tokens: { shape: [2], values: Float32Array.of(9, 9) },
    other: { shape: [1, 3], values: Float32Array.of(5, 6, 7) },
  };
  const file = encodeSafetensors({ tensors, metadata: {} });
  assert.deepEqual(await valuesOf(await open({ "chunk-00000000.safetensors": file })), [1, 2, 3, 4]);
  assert.deepEqual(await valuesOf(await open({ "a.safetensors": file }, { tensor: "other" })), [5, 6, 7]);
  await refuses({ "a.safetensors": file }, /its arrays are "activation" \[2, 2\], .*expected one called "z"/, {
    tensor: "z",
  });
  const two = encodeSafetensors({ tensors: { a: tensors.other, b: tensors.other }, metadata: {} });
  await refuses({ "a.safetensors": two }, /Cannot choose an array of a\.safetensors: .*--tensor NAME/);
  const half = encodeSafetensors({ tensors: { x: tensors.activation }, metadata: {} }, { dtype: "F16" });
  assert.deepEqual((await open({ "a.safetensors": half })).flat?.[0].type, "f16");
});

Deno.test("rows are read from any row on, of one file and of several, and rows before it are not read from an array", async () => {
  const values = (rows: number, first: number) => Float32Array.from({ length: 3 * rows }, (_, i) => first + i);
  const table = (rows: number, first: number) =>
    ["a,b,c", ...Array.from({ length: rows }, (_, row) => [0, 1, 2].map((i) => first + 3 * row + i + 0.5))].join("\n");
  const sets: Files[] = [
    { "a.npy": npy("f32", [5, 3], values(5, 0)), "b.npy": npy("f32", [4, 3], values(4, 50)) },
    { "a.csv": table(5, 0), "b.csv": table(2, 90), "c.csv": table(3, 200) },
  ];
  for (const files of sets) {
    const whole = await open(files), all = await valuesOf(whole);
    for (let row = 0; row <= whole.count; row++) {
      const found: number[] = [];
      for await (const piece of (await open(files)).piecesFrom!(row)) found.push(...piece);
      assert.deepEqual(found, all.slice(3 * row), `from row ${row} of ${Object.keys(files)}`);
    }
  }
  const rows = 400_000,
    file = npy("f32", [rows, 3], values(rows, 0)),
    { size, read, name } = memorySource("a.npy", file);
  let least = Infinity;
  const watched = { name, size, read: (from: number, to: number) => (least = Math.min(least, from), read(from, to)) };
  const opened = await openRows([watched]);
  least = Infinity;
  for await (const piece of opened.piecesFrom!(rows - 5)) {
    assert.deepEqual([piece.length, piece[0]], [15, 3 * rows - 15]);
  }
  assert.equal(least, file.length - 4 * 15);
});

Deno.test("openRows() refuses NaN and infinity with row and column, both from 0", async () => {
  const values = Float32Array.of(1, 2, 3, NaN), inf = Float32Array.of(1, -Infinity, 3, 4);
  await refuses(
    { "x.npy": npy("f32", [2, 2], values) },
    /x\.npy: row 1, column 1 \(both from 0\) is NaN, expected a finite/,
  );
  await refuses({ "x.npy": npy("f32", [2, 2], inf) }, /row 0, column 1 .* is -Infinity, expected/);
  await refuses(
    { "x.npy": npy("f64", [2, 2], Float64Array.of(1, 2, 1e300, 4)) },
    /row 1, column 0 .* is 1e\+300, which is beyond float32, expected a finite number$/,
  );
  await refuses(
    { "x.csv": "a,b\n1,2\n3,nan\n" },
    /x\.csv: row 1 \(from 0; row 3 of a spreadsheet\) has "nan" in column "b", expected a finite number/,
  );
});

Deno.test("openRows() reads tables: header or none, quotes, any line ends and separators, a byte order mark", async () => {
  const rows = await open({
    "t.csv": '\ufeffid,text,a,b,label\r\n1,"hello, you",0.5,2,cat\r\n2,"x ""q""\r\ny",1,3e-1,dog\r\n',
  });
  assert.deepEqual([rows.shape, rows.type, rows.count], [vector(2), "floats", 2]);
  assert.deepEqual(await valuesOf(rows), [0.5, 2, 1, Math.fround(0.3)]);
  assert.deepEqual(rows.labels, { values: Uint8Array.of(0, 1), names: ["cat", "dog"] });
  assert.deepEqual(rows.meta, { names: ["id", "text"], values: [["1", "2"], ["hello, you", 'x "q"\r\ny']] });
  for (
    const [name, text] of [["a.csv", "1,2\n3,4\n\n"], ["a.csv", "1;2\n3;4"], ["a.tsv", "1\t2\r3\t4\r"], [
      "a.csv",
      "0,1\n1,2\n3,4",
    ]]
  ) {
    assert.deepEqual(await valuesOf(await open({ [name]: text })), [1, 2, 3, 4], JSON.stringify(text));
  }
  const named = await open({ "a.csv": "x,kind\n1,7\n2,8\n" }, { labelColumn: "kind" });
  assert.deepEqual([named.shape.width, named.labels?.names], [1, ["7", "8"]]);
});

Deno.test("openRows() reads tables of digits with header or without, labels first", async () => {
  const pixels = Array.from({ length: 784 }, (_, i) => i % 256), row = `5,${pixels.join(",")}`;
  const header = `label,${pixels.map((_, i) => `pixel${i}`).join(",")}`;
  for (const text of [`${header}\n${row}\n`, `${row}\n${row}`]) {
    const rows = await open({ "train.csv": text });
    assert.deepEqual([rows.shape, rows.type, rows.labels?.names], [image(28, 28), "bytes", ["5"]]);
    assert.deepEqual((await valuesOf(rows)).slice(0, 784), pixels);
  }
  const unlabelled = await open({ "test.csv": `${header.slice(6)}\n${pixels.join(",")}\n` });
  assert.deepEqual([unlabelled.shape, unlabelled.labels], [image(28, 28), null]);
});

Deno.test("openRows() names row and column of a table that it refuses", async () => {
  await refuses(
    { "a.csv": "a,b\n1,2\n3\n" },
    /a\.csv: row 1 \(from 0; row 3 of a spreadsheet\) has 1 columns, expected 2 as the first row/,
  );
  await refuses({ "a.csv": "a,b\n1,2\n3,x\n" }, /row 1 \(from 0; row 3 of a spreadsheet\) has "x" in column "b"/);
  await refuses({ "a.csv": "a,b\n1,2\n3,0x10\n" }, /row 1 \(from 0; row 3 of a spreadsheet\) has "0x10"/);
  await refuses({ "a.csv": "a,b\n1,2\n3,1e39\n" }, /row 1 \(from 0; row 3 of a spreadsheet\) has "1e39" in column "b"/);
  await refuses({ "a.csv": "a,b\n1,2\n3,\n" }, /row 1 \(from 0; row 3 of a spreadsheet\) has "" in column "b"/);
  await refuses({ "a.csv": 'a,b\n1,2\n"3,4\n' }, /a quotation mark in row 3 of a spreadsheet does not end its cell/);
  await refuses({ "a.csv": "a,b\n" }, /no rows|none of its 2 columns/);
  await refuses({ "a.csv": Uint8Array.of(0x31, 0x2c, 0xff, 0x0a) }, /are not UTF-8, expected text/);
});

Deno.test("openRows() reads Parquet: lists in any compression, columns, pictures with the names of their classes", async () => {
  for (const name of ["listPlain", "listSnappy", "listGzip", "listBrotli", "listZstd", "listLz4"] as const) {
    const rows = await open({ "x.parquet": bytesOf(PARQUET[name]) });
    assert.deepEqual([rows.shape, await valuesOf(rows)], [vector(2), [1.5, -2, 0.25, 4, -8, 16]], name);
    assert.deepEqual(rows.meta, { names: ["text"], values: [["one", "two", "three"]] });
  }
  assert.deepEqual(await valuesOf(await open({ "x.parquet": bytesOf(PARQUET.f16) })), [1.5, -2]);
  assert.deepEqual(await valuesOf(await open({ "x.parquet": bytesOf(PARQUET.fixed) })), [1, 2, 3, 300]);
  const columns = await open({ "x.parquet": bytesOf(PARQUET.columns) });
  assert.deepEqual([await valuesOf(columns), columns.labels?.names], [[1, 3, 2, 4], ["a", "b"]]);
  const pictures = await open({ "train-00000-of-00001.parquet": bytesOf(PARQUET.pictures) });
  assert.deepEqual([pictures.shape, pictures.type], [image(2, 2), "bytes"]);
  assert.deepEqual(await valuesOf(pictures), [...GREY, ...GREY.map((level) => 255 - level)]);
  assert.deepEqual(pictures.labels, { values: Uint8Array.of(1, 0), names: ["cat", "dog"] });
  await refuses({ "x.parquet": bytesOf(PARQUET.missing) }, /row 1 \(from 0\) has nothing in "x", expected a number/);
});

Deno.test("openRows() reads PNG and JPEG: sub-folders are classes, and grey pictures are grey however they are stored", async () => {
  const grey = await open({ "b/1.png": bytesOf(PNG.grey), "a/2.png": bytesOf(PNG.greyAsRgb) });
  assert.deepEqual([grey.shape, await valuesOf(grey)], [image(2, 2), [...GREY, ...GREY]]);
  assert.deepEqual(grey.labels, { values: Uint8Array.of(0, 1), names: ["a", "b"] });
  const colour = await open({ "1.png": bytesOf(PNG.rgb), "2.png": bytesOf(PNG.palette), "3.png": bytesOf(PNG.grey) });
  assert.deepEqual([colour.shape, colour.labels], [image(2, 2, 3), null]);
  assert.deepEqual(await valuesOf(colour), [...COLOURS, ...COLOURS, ...GREY.flatMap((level) => [level, level, level])]);
  assert.deepEqual(await valuesOf(await open({ "1.png": bytesOf(PNG.sixteenBits) })), [0, 128, 255, 1]);
  assert.deepEqual(await valuesOf(await open({ "1.png": bytesOf(PNG.oneBit) })), [0, 255, 255, 0]);
  for (const name of ["baseline", "progressive"] as const) {
    const rows = await open({ "1.jpg": bytesOf(JPEG[name]) }), values = await valuesOf(rows);
    assert.deepEqual(rows.shape, image(16, 16, 3));
    [200, 40, 90].forEach((level, i) => assert.ok(Math.abs(values[i] - level) <= 2, `${name}: ${values.slice(0, 3)}`));
    [20, 200, 240].forEach((level, i) => assert.ok(Math.abs(values.at(i - 3)! - level) <= 2));
  }
  assert.ok(Math.abs((await valuesOf(await open({ "1.jpg": bytesOf(JPEG.grey) })))[0] - 94) <= 1);
});

Deno.test("openRows() composes transparent pixels: ink stays visible", async () => {
  // Visible: red, blue and half of a dark pixel, 94 on average: dark, so that paper is white.
  const rows = await valuesOf(await open({ "1.png": bytesOf(PNG.rgba) }));
  assert.deepEqual(rows.slice(0, 9), [255, 0, 0, 255, 255, 255, 0, 0, 255]);
  const half = 128 / 255;
  assert.deepEqual(rows.slice(9), [10, 20, 30].map((level) => Math.round(half * level + (1 - half) * 255)));
});

Deno.test("openRows() refuses pictures of other sizes, CMYK, and images beside a class", async () => {
  await refuses(
    { "1.png": bytesOf(PNG.grey), "2.jpg": bytesOf(JPEG.grey) },
    /2\.jpg: it has 16 × 16 pixels, expected 2 × 2 as 1\.png/,
  );
  await refuses(
    { "1.jpg": bytesOf(JPEG.cmyk) },
    /its colours are CMYK, for printing, expected a JPEG image in RGB or grey/,
  );
  await refuses({ "a/1.png": bytesOf(PNG.grey), "2.png": bytesOf(PNG.grey) }, /2\.png: it is in no sub-folder/);
  await refuses({ "1.png": "no picture" }, /it is neither PNG nor JPEG, whatever its name/);
});

Deno.test("openRows() refuses what it cannot read with a way out", async () => {
  const pickled = Uint8Array.of(0x80, 0x04, 0x95, 0);
  await refuses(
    { "x.pkl": pickled },
    /a Python pickle.*import pickle, numpy as np; x = pickle\.load\(open\("x\.pkl", "rb"\)\); np\.save/,
  );
  await refuses(
    { "x.pt": joined(Uint8Array.of(0x50, 0x4b, 3, 4), new Uint8Array(60)) },
    /a PyTorch pickle.*torch\.load\("x\.pt", .*save_file/,
  );
  await refuses({ "x.arrow": "ARROW1\0\0" }, /an Arrow file, expected Parquet: in Python, datasets\.load_from_disk/);
  const none = encodeSafetensors({ tensors: {}, metadata: {} });
  await refuses({ "x.safetensors": none }, /no file holds an array/);
  await refuses({ "x.h5": "\x89HDF\r\n" }, /x\.h5: /);
  await refuses({ "x.bin": new Uint8Array(100).fill(1) }, /x\.bin: it is a PyTorch pickle|its kind is not known/);
  await refuses({ "x.npy": "" }, /x\.npy: it is empty/);
  await refuses({}, /there is no file, expected at least one/);
  await refuses(
    { "x.npy": npy("u8", [1, 2], new Uint8Array(2)), "a.csv": "1,2\n" },
    /x\.npy: it is a NumPy array and a\.csv a CSV file, expected files of one kind/,
  );
  await refuses(
    { "x.npy": npy("u8", [3], new Uint8Array(3)) },
    /its shape is \[3\], expected rows: at least two dimensions/,
  );
});

/** Arrays that NumPy writes into a folder, and what their values are. */
const NUMPY = `
import sys, numpy as np
from collections import OrderedDict
folder = sys.argv[1]
r = np.random.default_rng(0)
x = r.normal(size=(50, 24))
for name, a in OrderedDict([
  ("f8", x), ("f4", x.astype("f4")), ("f2", x.astype("f2")), ("big", x.astype(">f4")), ("fortran", np.asfortranarray(x)),
  ("fortran3", np.asfortranarray(x.reshape(50, 4, 6))), ("i8", (100 * x).astype("i8")), ("i1", (30 * x).astype("i1")),
]).items():
  np.save(f"{folder}/{name}.npy", a)
  open(f"{folder}/{name}.f4", "wb").write(np.ascontiguousarray(a).astype("<f4").tobytes())
images = r.integers(0, 256, (30, 5, 4)).astype("u1")
labels = r.integers(0, 10, 30)
for save, name in [(np.savez, "stored"), (np.savez_compressed, "deflated")]:
  save(f"{folder}/{name}.npz", x_train=images, y_train=labels, x_test=images[:7], y_test=labels[:7])
images.tofile(f"{folder}/images.u1")
labels.astype("u1").tofile(f"{folder}/labels.u1")
dense = np.where(r.random((40, 9)) < 0.2, r.normal(size=(40, 9)), 0).astype("f4")
rows, columns = np.nonzero(dense)
indptr = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=40))]).astype("i4")
np.savez_compressed(f"{folder}/csr.npz", indices=columns.astype("i4"), indptr=indptr, format=np.array(b"csr"), shape=np.array(dense.shape), data=dense[rows, columns])
dense.tofile(f"{folder}/csr.f4")
np.savez(f"{folder}/half.npz", indices=columns + 0.5, indptr=indptr, shape=np.array(dense.shape), data=dense[rows, columns])
np.savez(f"{folder}/two.npz", a=dense, b=dense)
np.save(f"{folder}/object.npy", np.array([1, "a"], dtype=object), allow_pickle=True)
`;

Deno.test("openRows() reads what NumPy writes: types, byte orders, memory orders, archives, sparse rows", {
  ignore: !await hasNumpy(),
}, async () => {
  await using place = await temporaryFolder();
  await python(NUMPY, [place.path]);
  const bytes = (name: string) => Deno.readFile(`${place.path}/${name}`);
  for (const name of ["f8", "f4", "f2", "big", "fortran", "fortran3", "i8", "i1"]) {
    const rows = await open({ [`${name}.npy`]: await bytes(`${name}.npy`) });
    const expected = [...new Float32Array((await bytes(`${name}.f4`)).buffer)];
    assert.deepEqual(await valuesOf(rows), expected, name);
    const rest: number[] = [], width = expected.length / rows.count;
    for await (const piece of rows.piecesFrom!(rows.count - 2)) rest.push(...piece);
    assert.deepEqual(rest, expected.slice(-2 * width), `the last two rows of ${name}`);
    assert.equal(rows.flat === null, name.startsWith("fortran"), name);
  }
  const images = [...await bytes("images.u1")], labels = [...await bytes("labels.u1")];
  for (const name of ["stored.npz", "deflated.npz"]) {
    const archive = { [name]: await bytes(name) },
      train = await open(archive),
      test = await open(archive, { part: "test" });
    assert.deepEqual([train.shape, train.hasTestPart, await valuesOf(train)], [image(5, 4), true, images]);
    assert.deepEqual(Array.from(train.labels!.values, (i) => Number(train.labels!.names[i])), labels);
    assert.deepEqual([test.count, await valuesOf(test)], [7, images.slice(0, 7 * 20)]);
    const [flat] = train.flat ?? [];
    assert.equal(flat === undefined, name === "deflated.npz");
    if (flat) assert.deepEqual([...archive[name].subarray(flat.offset, flat.offset + images.length)], images);
  }
  const sparse = await open({ "csr.npz": await bytes("csr.npz") });
  for await (const piece of sparse.piecesFrom!(37)) {
    assert.deepEqual([...piece], [...new Float32Array((await bytes("csr.f4")).buffer)].slice(37 * 9));
  }
  assert.deepEqual([sparse.shape, await valuesOf(sparse)], [vector(9), [
    ...new Float32Array((await bytes("csr.f4")).buffer),
  ]]);
  await refuses({ "half.npz": await bytes("half.npz") }, /number \d+ is \d+\.5, expected a column from 0 to 8$/);
  const two = { "two.npz": await bytes("two.npz") }; // named as the person named it, not by the first of its members
  await refuses(two, /^Cannot choose an array of two\.npz: it has "a" \[40, 9\], "b" \[40, 9\], expected/);
  await refuses(two, /^Cannot read two\.npz: its arrays are "a" .*, expected one called "c"$/, { tensor: "c" });
  await refuses({ "object.npy": await bytes("object.npy") }, /an array of Python objects/);
});
