/**
 * Files that are whole, but say something odd of their rows: shards that do not fit one another, lists of other lengths, words
 * for classes, missing classes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parquetWriteBuffer } from "hyparquet-writer";
import { csvRows } from "../../../lib/data/readers/csv_rows.ts";
import { KeptBytes } from "../../../lib/data/readers/kept_parts.ts";
import { flatValues, nestedShape } from "../../../lib/data/readers/nested_values.ts";
import { openRows } from "../../../lib/data/readers/open_rows.ts";
import type { OpenedRows } from "../../../lib/data/readers/opened_rows.ts";
import { memorySource } from "../../formats/memory_source.ts";
import { bytesOf, PARQUET } from "../../formats/small_files.ts";
import { hasNumpy, python } from "../../python.ts";
import { temporaryFolder } from "../../temporary_folder.ts";
import { npyFile, npyFloats } from "../npy_file.ts";
import { npzFile } from "../npz_file.ts";

type Files = Record<string, Uint8Array<ArrayBuffer> | string>;

const source = (name: string, content: Uint8Array<ArrayBuffer> | string) =>
  memorySource(name, typeof content === "string" ? new TextEncoder().encode(content) : content);
const open = (files: Files) => openRows(Object.entries(files).map(([name, content]) => source(name, content)));
const refuses = (files: Files, message: string) =>
  assert.rejects(async () => await valuesOf(await open(files)), { name: "UserError", message });

async function valuesOf(rows: Pick<OpenedRows, "pieces">): Promise<number[]> {
  const values: number[] = [];
  for await (const piece of rows.pieces()) values.push(...piece);
  return values;
}

const parquet = (columnData: Parameters<typeof parquetWriteBuffer>[0]["columnData"]) =>
  new Uint8Array(parquetWriteBuffer({ columnData }));
const classesOf = ({ labels }: OpenedRows) => labels && Array.from(labels.values, (value) => labels.names[value]);

Deno.test("lists of lists are rows of one shape: others are refused, also if they have as many numbers", () => {
  const lengths = nestedShape([[1, 2, 3], [4, 5, 6]]), target = new Float32Array(6);
  const place = { name: "x.parquet", row: 8, lengths };
  flatValues([[7, 8, 9], [1, 2, 3n]], target, place);
  assert.deepEqual([...target], [7, 8, 9, 1, 2, 3]);
  const refusesList = (list: unknown, message: string) =>
    assert.throws(() => flatValues(list, target, place), {
      message: `Cannot read x.parquet: row 8 (from 0) has ${message}`,
    });
  refusesList([[1, 2], [3, 4], [5, 6]], "a list of 3 lists, expected 2 as the first list of the first row");
  refusesList([[1, 2], [3, 4, 5, 6]], "a list of 2 numbers, expected 3 as the first list of the first row");
  refusesList([[1, 2, 3], 4], "number, expected a list of numbers");
  refusesList([[1, 2, 3], [4, null, 6]], "nothing, expected a number");
  refusesList([[1, 2, 3], null], "nothing, expected a list of numbers");
});

Deno.test("whole numbers beyond 2^53 are refused in Parquet files as in others", async () => {
  const file = (big: bigint) => parquet([{ name: "x", data: [1n, big], type: "INT64" }]);
  assert.deepEqual(await valuesOf(await open({ "x.parquet": file(2n ** 53n) })), [1, 2 ** 53]);
  const expected = "expected whole numbers up to 2^53, beyond which they are not exact";
  await refuses(
    { "x.parquet": file(2n ** 53n + 2n) },
    `Cannot read x.parquet: row 1 (from 0) has 9007199254740994 in "x", ${expected}`,
  );
});

Deno.test("the columns of tables in shards are the same, in the same order", async () => {
  const first = "a,b\n1,2\n3,4\n";
  const rows = await open({ "1.csv": first, "2.csv": "5.5,6.5\n", "3.csv": "a,b\n7,8\n" });
  assert.deepEqual([rows.columns, await valuesOf(rows)], [["a", "b"], [1, 2, 3, 4, 5.5, 6.5, 7, 8]]);
  await refuses(
    { "1.csv": first, "2.csv": "b,a\n5,6\n" },
    'Cannot read 2.csv: column 1 of its values is "b", expected "a" as in 1.csv',
  );
  const column = (name: string) => ({ name, data: [0.5, 1.5], type: "DOUBLE" as const });
  await refuses(
    { "1.parquet": parquet(["a", "b"].map(column)), "2.parquet": parquet(["a", "c"].map(column)) },
    'Cannot read 2.parquet: column 2 of its values is "c", expected "b" as in 1.parquet',
  );
});

Deno.test("a class is one class, as a number in one shard and as a word in another", async () => {
  const rows = await open({ "1.csv": "a,label\n0.5,1\n0.5,0\n", "2.csv": "a,label\n0.5,x\n0.5,1\n" });
  assert.deepEqual([rows.labels!.names, classesOf(rows)], [["0", "1", "x"], ["1", "0", "x", "1"]]);
});

Deno.test("rows without a class are a class that says so", async () => {
  const rows = await open({ "x.csv": "a,label\n0.5,cat\n0.5,\n0.5,dog\n" });
  assert.deepEqual(classesOf(rows), ["cat", "(none)", "dog"]);
});

Deno.test("rows of one value are rows if no other array is", async () => {
  const x = npyFloats(Float32Array.of(0.5, 1.5, 2.5), 1);
  const rows = await open({ "x.npy": x });
  assert.deepEqual([rows.shape.width, rows.count, await valuesOf(rows)], [1, 3, [0.5, 1.5, 2.5]]);
  const labelled = await open({ "x.npy": x, "y.npy": npyFile("|u1", { shape: [3], values: Uint8Array.of(4, 5, 4) }) });
  assert.deepEqual(classesOf(labelled), ["4", "5", "4"]);
});

Deno.test("files share what may be kept of them, and are read again beyond it", async () => {
  const table = "a,b\n" + Array.from({ length: 50 }, (_, i) => `${i}.5,${i}.25\n`).join("");
  const budget = new KeptBytes(900), options = { labelColumn: null, budget };
  const [first, second, third] = [
    await csvRows(source("1.csv", table), options), // 400 bytes each
    await csvRows(source("2.csv", table), options),
    await csvRows(source("3.csv", table), options),
  ];
  assert.ok(budget.take(100) && !budget.take(1), "two are kept");
  budget.give(100);
  const expected = Array.from({ length: 50 }, (_, i) => [i + 0.5, i + 0.25]).flat();
  for (const rows of [first, second, third, third]) assert.deepEqual(await valuesOf(rows), expected);
  assert.ok(budget.take(900), "all is given back");
});

Deno.test("columns of a table that are no values are named in one note", async () => {
  const day = new Date(0), text = ["one", "two"];
  const column = (name: string, data: unknown[], type: string) => ({ name, data, type }) as never;
  const table = parquet([
    column("a", [0.5, 1.5], "DOUBLE"),
    column("day", [day, day], "TIMESTAMP"),
    column("text", text, "STRING"),
    ...["p", "q", "r"].map((name) => column(name, [true, false], "BOOLEAN")),
  ]);
  const rows = await open({ "1.parquet": table, "2.parquet": table });
  assert.deepEqual([rows.columns, rows.meta?.names], [["a"], ["text"]]);
  assert.deepEqual(rows.notes, [
    '4 columns hold neither values nor words of the rows and were left out: "day", "p", "q" and 1 more.',
  ]);
  const cells = '0.5,"1,000",2020-01-01,False,cat,7\n1.5,"2,000",2020-01-02,True,dog,8\n';
  const csv = await open({ "x.csv": `a,price,day,flag,text,id\n${cells}` });
  assert.deepEqual([csv.columns, csv.meta?.names], [["a"], ["price", "day", "flag", "text", "id"]]);
  const what = "dates, true and false, or numbers not written as 1000.5";
  assert.deepEqual(csv.notes, [`3 columns of ${what} are read as words, not as values: "price", "day", "flag".`]);
  assert.deepEqual((await open({ "x.csv": "a,text,id\n0.5,cat,7\n" })).notes, []);
});

Deno.test("a column of decimal numbers in a Parquet file is a column of numbers", async () => {
  const decimal = {
    type: "INT64",
    converted_type: "DECIMAL",
    scale: 2,
    precision: 10,
    repetition_type: "REQUIRED",
  } as const;
  const buffer = parquetWriteBuffer({
    schema: [{ name: "root", num_children: 2 }, { name: "a", ...decimal }, { name: "b", ...decimal }],
    columnData: [{ name: "a", data: [0.25, -12.5] }, { name: "b", data: [3, 1000.75] }],
  });
  const rows = await open({ "x.parquet": new Uint8Array(buffer) });
  assert.deepEqual([rows.columns, await valuesOf(rows), rows.notes], [["a", "b"], [0.25, 3, -12.5, 1000.75], []]);
});

Deno.test("a number beyond float32 is shown as the file has it, and infinity is infinity", async () => {
  const refusesIn = (files: Files, now: string) =>
    refuses(files, `Cannot read ${Object.keys(files)[0]}: ${now}, expected a finite number`);
  const npy = (values: Float32Array | Float64Array) =>
    npyFile(values instanceof Float32Array ? "<f4" : "<f8", { shape: [2, 2], values });
  const place = "row 1, column 0 (both from 0) is", beyond = "which is beyond float32";
  await refusesIn({ "x.npy": npy(Float32Array.of(0, 1, Infinity, 0)) }, `${place} Infinity`);
  await refusesIn({ "x.npy": npy(Float64Array.of(0, 1, -Infinity, 0)) }, `${place} -Infinity`);
  await refusesIn({ "x.npy": npy(Float64Array.of(0, 1, 1e300, 0)) }, `${place} 1e+300, ${beyond}`);
  await refusesIn({ "x.npy": npy(Float64Array.of(0, 1, NaN, 0)) }, `${place} NaN`);
  const column = (data: number[]) =>
    parquet([{ name: "a", data, type: "DOUBLE" }, { name: "b", data: [0, 1], type: "DOUBLE" }]);
  await refusesIn({ "x.parquet": column([0, -1e300]) }, `${place} -1e+300, ${beyond}`);
  await refusesIn({ "x.parquet": column([0, Infinity]) }, `${place} Infinity`);
  const lists = bytesOf(PARQUET.listPlain),
    four = lists.findIndex((_, i) => lists[i + 2] === 0x80 && lists[i + 3] === 0x40);
  lists[four + 3] = 0x7f; // the upper byte of 4, which becomes infinity
  await refusesIn({ "x.parquet": lists }, "row 1, column 1 (both from 0) is Infinity");
  const cell = "row 1 (from 0; row 3 of a spreadsheet) has";
  await refusesIn({ "x.csv": "a,b\n0,1\n1e300,2\n" }, `${cell} "1e300" in column "a", ${beyond}`);
  await refusesIn({ "x.csv": "a,b\n0,1\ninf,2\n" }, `${cell} "inf" in column "a"`);
  const doubles = (values: number[]) => npyFile("<f8", { shape: [values.length], values: Float64Array.from(values) });
  const csr = {
    data: doubles([2, 1e300, 1e300]),
    indices: doubles([1, 0, 0]),
    indptr: doubles([0, 1, 3]),
    shape: doubles([2, 2]),
  };
  await refusesIn({ "x.npz": await npzFile(csr) }, `${place} 2e+300, ${beyond}`);
});

Deno.test(
  "words that NumPy wrote are classes, and the layout of sparse rows",
  { ignore: !await hasNumpy() },
  async () => {
    await using place = await temporaryFolder();
    await python(
      `
import numpy as np, sys
x, words = np.eye(3, dtype=np.float32), ["a,b", "日本語", ""]
np.savez(sys.argv[1] + "/unicode.npz", X=x, labels=np.array(words))
np.savez_compressed(sys.argv[1] + "/big.npz", X=x, y=np.array(words).astype(">U3"))
np.savez(sys.argv[1] + "/bytes.npz", x, np.array([b"cat", b"b", b"cat"]))
sparse = dict(indices=np.array([0, 1, 1]), indptr=np.array([0, 1, 3]), data=np.array([1.5, 2, 3]), shape=np.array([2, 2]))
np.savez(sys.argv[1] + "/rows.npz", format=np.array(b"csr"), **sparse)
np.savez(sys.argv[1] + "/columns.npz", format=np.array("csc"), **sparse)
`,
      [place.path],
    );
    const file = async (name: string) => ({ [name]: await Deno.readFile(`${place.path}/${name}`) });
    assert.deepEqual(classesOf(await open(await file("unicode.npz"))), ["a,b", "日本語", "(none)"]);
    assert.deepEqual(classesOf(await open(await file("big.npz"))), ["a,b", "日本語", "(none)"]);
    assert.deepEqual(classesOf(await open(await file("bytes.npz"))), ["cat", "b", "cat"]);
    assert.deepEqual(await valuesOf(await open(await file("rows.npz"))), [1.5, 0, 0, 5]);
    await refuses(
      await file("columns.npz"),
      'Cannot read columns.npz: its sparse format is "csc", expected "csr", rows one after the other: .tocsr() in scipy',
    );
  },
);
