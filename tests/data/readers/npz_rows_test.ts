/**
 * Rows of NumPy's archives: sparse matrices of formats that are not read, damage that only a checksum shows, names that come
 * twice, labels beside the rows.
 *
 * @module
 */
import assert from "node:assert/strict";
import { openRows } from "../../../lib/data/readers/open_rows.ts";
import { memorySource } from "../../formats/memory_source.ts";
import { npyFile } from "../npy_file.ts";
import { npyWord, npzFile } from "../npz_file.ts";

type Npz = Uint8Array<ArrayBuffer>;

async function valuesOf(npz: Npz): Promise<number[]> {
  const values: number[] = [];
  for await (const piece of (await openRows([memorySource("x.npz", npz)])).pieces()) values.push(...piece);
  return values;
}

const refuses = (npz: Npz, message: string) => assert.rejects(valuesOf(npz), { name: "UserError", message });
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
