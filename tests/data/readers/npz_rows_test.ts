/**
 * Rows of NumPy's archives: sparse matrices of formats that are not read, damage that only a checksum shows, names that come
 * twice, labels beside the rows.
 *
 * @module
 */
import assert from "node:assert/strict";
import { openRows } from "../../../lib/data/readers/open_rows.ts";
import { openZip } from "../../../lib/formats/zip.ts";
import { Rng } from "../../../lib/rng.ts";
import { memorySource } from "../../formats/memory_source.ts";
import { npyFile, npyFloats } from "../npy_file.ts";
import { npyWord, npzFile } from "../npz_file.ts";

type Npz = Uint8Array<ArrayBuffer>;

async function valuesOf(npz: Npz): Promise<number[]> {
  const values: number[] = [];
  for await (const piece of (await openRows([memorySource("x.npz", npz)])).pieces()) {
    for (const value of piece) values.push(value);
  }
  return values;
}

const refuses = (npz: Npz, message: string) => assert.rejects(valuesOf(npz), { name: "UserError", message });
const latin1 = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
const doubles = (values: number[], shape = [values.length]) =>
  npyFile("<f8", { shape, values: Float64Array.from(values) });

Deno.test("sparse matrices of other formats than csr are refused, whatever their arrays", async () => {
  const shape = doubles([2, 2]), data = doubles([1, 2, 3, 4], [2, 2]);
  const refusal = (format: string) =>
    `Cannot read x.npz: its sparse format is "${format}", expected "csr", rows one after the other: .tocsr() in scipy`;
  const others: Record<string, Record<string, Npz>> = {
    dia: { offsets: doubles([0, 1]), data },
    coo: { row: doubles([0, 1]), col: doubles([0, 1]), data: doubles([1, 2]) },
    bsr: { indices: doubles([0]), indptr: doubles([0, 1]), data: doubles([1, 2, 3, 4], [1, 2, 2]) },
    lil: { rows: doubles([0, 1], [2, 1]) },
  };
  for (const [format, arrays] of Object.entries(others)) {
    await refuses(await npzFile({ ...arrays, format: npyWord(format), shape }), refusal(format));
  }
  const csr = { data: doubles([5, 6]), indices: doubles([1, 0]), indptr: doubles([0, 1, 2]), shape };
  assert.deepEqual(await valuesOf(await npzFile({ ...csr, format: npyWord("csr") })), [0, 5, 6, 0]);
  assert.deepEqual(await valuesOf(await npzFile(csr)), [0, 5, 6, 0]);
  await refuses(
    await npzFile({ data, format: npyWord("csr"), shape }),
    'Cannot read x.npz: its arrays are "data", "shape", expected data, indices, indptr and shape of sparse rows',
  );
});

/** The archive with one bit turned. */
function damaged(npz: Npz, { at }: { at: number }): Npz {
  const bytes = npz.slice();
  bytes[at] ^= 1;
  return bytes;
}

Deno.test("a stored array whose checksum differs is refused, whether it is read whole, in part or at any place", async () => {
  const x = npyFloats(Float32Array.from({ length: 12 }, (_, i) => i / 8), 3), npz = await npzFile({ x });
  assert.equal((await valuesOf(npz)).length, 12);
  const start = 30 + "x.npy".length, last = damaged(npz, { at: start + x.length - 1 });
  const message = "Cannot read x.npz/x.npy: its checksum differs, expected an undamaged archive";
  await refuses(last, message);
  await refuses(damaged(npz, { at: start + x.length - 48 }), message);
  const [member] = await openZip(memorySource("x.npz", last)), { size } = member.source;
  assert.equal((await member.source.read(0, size - 1)).length, size - 1);
  await assert.rejects(member.source.read(size - 8, size), { message });
  await assert.rejects(member.source.read(0, 1), { message }, "it stays refused");
  const [other] = await openZip(memorySource("x.npz", last));
  assert.equal((await other.source.read(size - 8, size)).length, 8, "a read that leaves a gap compares nothing");
  await assert.rejects(other.check!(), { message });
});

Deno.test("a compressed array whose checksum differs is refused before its last values are given", async () => {
  // Noise does not become shorter: deflate stores it, and a turned bit is a value that differs.
  const rng = Rng.fromSeed(1, "npz/noise"), noise = Uint8Array.from({ length: 300_000 }, () => rng.below(256));
  const npz = await npzFile({ x: npyFile("|u1", { shape: [300, 1000], values: noise }) }, { isDeflated: true });
  assert.deepEqual(await valuesOf(npz), [...noise]);
  const message = "Cannot read x.npz/x.npy: its checksum differs, expected an undamaged archive";
  for (const at of [1000, 100_000, 250_000]) await refuses(damaged(npz, { at }), message);
});

Deno.test("a sparse matrix whose checksum differs is refused", async () => {
  const shape = doubles([2, 2]), indptr = doubles([0, 1, 2]), data = doubles([5, 6]);
  const npz = await npzFile({ data, indices: doubles([1, 0]), indptr, shape });
  await refuses(
    damaged(npz, { at: 30 + "data.npy".length + data.length - 1 }),
    "Cannot read x.npz/data.npy: its checksum differs, expected an undamaged archive",
  );
});

Deno.test("an archive with two arrays of one name is refused", async () => {
  const x = npyFloats(Float32Array.of(1, 2, 3, 4), 2), npz = await npzFile({ x, y: x });
  // The name stands before the bytes, and in the directory.
  const twice = npz.map((byte, i) => byte === 0x79 && /^\.npy/.test(latin1(npz.subarray(i + 1, i + 5))) ? 0x78 : byte);
  await refuses(twice, 'Cannot read x.npz: it has two files called "x.npy", expected one of each name');
});

Deno.test("a label that is no class is said to be of the array that has it", async () => {
  const x = npyFloats(Float32Array.of(1, 2, 3, 4), 2), expected = "expected a whole number";
  for (const label of [0.5, NaN]) {
    await refuses(
      await npzFile({ x, y: doubles([1, label]) }),
      `Cannot read x.npz/y.npy: the label of row 1 (from 0) is ${label}, ${expected}`,
    );
  }
});
