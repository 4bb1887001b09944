/**
 * Compressed files and the types of safetensors, as `openRows()` reads them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { openRows } from "../../../lib/data/readers/open_rows.ts";
import { toFloat16 } from "../../../lib/formats/float16.ts";
import { memorySource } from "../../formats/memory_source.ts";
import { joined } from "../../mutate.ts";

async function valuesOf(name: string, file: Uint8Array): Promise<number[]> {
  const values: number[] = [], rows = await openRows([memorySource(name, file)]);
  for await (const piece of rows.pieces()) values.push(...piece);
  return values;
}

const zipped = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes));
const table = new TextEncoder().encode("a,b\n1,0.5\n3,4\n");
const idx = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 9, 8, 7, 200);

Deno.test("openRows() reads tables and IDX files that are packed with gzip, and refuses those that are cut off", async () => {
  assert.deepEqual(await valuesOf("t.csv.gz", zipped(table)), [1, 0.5, 3, 4]);
  assert.deepEqual(await valuesOf("x-images-idx3-ubyte.gz", zipped(idx)), [9, 8, 7, 200]);
  for (const [name, file] of [["t.csv.gz", zipped(table)], ["x-images-idx3-ubyte.gz", zipped(idx)]] as const) {
    for (const length of [12, file.length - 6, file.length - 1]) {
      await assert.rejects(valuesOf(name, file.slice(0, length)), {
        name: "UserError",
        message: `Cannot read ${name}: its gzip stream is corrupt or cut off, expected a whole gzip file`,
      });
    }
  }
});

Deno.test("openRows() reads all types of safetensors", async () => {
  const numbers: [string, ArrayBufferView][] = [
    ["F64", Float64Array.of(1.5, -2, 0.25, 300)],
    ["F32", Float32Array.of(1.5, -2, 0.25, 300)],
    ["F16", toFloat16(Float32Array.of(1.5, -2, 0.25, 300))],
    ["BF16", Uint16Array.of(0x3fc0, 0xc000, 0x3e80, 0x4396)],
    ["I64", BigInt64Array.of(1n, -2n, 0n, 300n)],
    ["I32", Int32Array.of(1, -2, 0, 300)],
    ["I16", Int16Array.of(1, -2, 0, 300)],
    ["I8", Int8Array.of(1, -2, 0, 100)],
    ["U64", BigUint64Array.of(1n, 2n, 0n, 300n)],
    ["U32", Uint32Array.of(1, 2, 0, 300)],
    ["U16", Uint16Array.of(1, 2, 0, 300)],
    ["U8", Uint8Array.of(1, 2, 0, 200)],
    ["BOOL", Uint8Array.of(1, 0, 0, 1)],
  ];
  for (const [dtype, values] of numbers) {
    const { byteLength } = values,
      header = JSON.stringify({ x: { dtype, shape: [2, 2], data_offsets: [0, byteLength] } });
    const length = new Uint8Array(8);
    new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
    const file = joined(length, new TextEncoder().encode(header), new Uint8Array(values.buffer));
    const isFloat = dtype.includes("F");
    const expected = isFloat
      ? [1.5, -2, 0.25, 300]
      : Array.from(values as unknown as ArrayLike<number | bigint>, Number);
    assert.deepEqual(await valuesOf("x.safetensors", file), expected, dtype);
  }
});
