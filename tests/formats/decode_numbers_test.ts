/**
 * Numbers of all types and byte orders, against a DataView.
 *
 * @module
 */
import assert from "node:assert/strict";
import { decodeBytes, decodeExactly, decodeNumbers } from "../../lib/formats/decode_numbers.ts";
import { bytesOf, type NumberType } from "../../lib/formats/number_types.ts";

/** Values that each type has, and how they are written. */
const CASES: [NumberType, number[], (view: DataView, at: number, value: number, isLittle: boolean) => void][] = [
  ["u8", [0, 1, 255], (view, at, value) => view.setUint8(at, value)],
  ["i8", [0, -1, -128, 127], (view, at, value) => view.setInt8(at, value)],
  ["u16", [0, 258, 65535], (view, at, value, isLittle) => view.setUint16(at, value, isLittle)],
  ["i16", [0, -2, 32767, -32768], (view, at, value, isLittle) => view.setInt16(at, value, isLittle)],
  ["u32", [0, 16777216, 4294967295], (view, at, value, isLittle) => view.setUint32(at, value, isLittle)],
  ["i32", [0, -3, 2147483647], (view, at, value, isLittle) => view.setInt32(at, value, isLittle)],
  ["u64", [0, 2 ** 53, 77], (view, at, value, isLittle) => view.setBigUint64(at, BigInt(value), isLittle)],
  ["i64", [0, -(2 ** 53), 5], (view, at, value, isLittle) => view.setBigInt64(at, BigInt(value), isLittle)],
  ["f32", [0.5, -2.25, 1e30], (view, at, value, isLittle) => view.setFloat32(at, value, isLittle)],
  ["f64", [0.1, -1e-300, 3], (view, at, value, isLittle) => view.setFloat64(at, value, isLittle)],
];

for (const [type, values, write] of CASES) {
  for (const isBigEndian of [false, true]) {
    Deno.test(`decodeNumbers() reads ${type}, ${isBigEndian ? "big" : "little"}-endian, wherever it begins in memory`, () => {
      const size = bytesOf(type), memory = new Uint8Array(1 + values.length * size);
      for (const shift of [0, 1]) {
        const bytes = memory.subarray(shift, shift + values.length * size);
        values.forEach((value, i) => write(new DataView(memory.buffer, shift), i * size, value, !isBigEndian));
        const layout = { type, isBigEndian, name: "x" };
        assert.deepEqual(decodeNumbers(bytes, layout), Float32Array.from(values));
        assert.deepEqual(
          decodeExactly(bytes, layout),
          Float64Array.from(values, type === "f32" ? Math.fround : Number),
        );
      }
    });
  }
}

Deno.test("decodeNumbers() reads floats of 16 bits, brain floats and truth values", () => {
  const half = { isBigEndian: false, name: "x" };
  assert.deepEqual(
    decodeNumbers(Uint8Array.of(0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00), { ...half, type: "f16" }),
    Float32Array.of(1, -2, 2 ** -24),
  );
  assert.deepEqual(
    decodeNumbers(Uint8Array.of(0x80, 0x3f, 0x49, 0xc0), { ...half, type: "bf16" }),
    Float32Array.of(1, -3.140625),
  );
  assert.deepEqual(
    decodeNumbers(Uint8Array.of(0x3f, 0x80, 0xc0, 0x49), { type: "bf16", isBigEndian: true, name: "x" }),
    Float32Array.of(1, -3.140625),
  );
  assert.deepEqual(decodeNumbers(Uint8Array.of(0, 1, 7), { ...half, type: "bool" }), Float32Array.of(0, 1, 1));
});

Deno.test("decodeNumbers() reads all 65,536 floats of 16 bits alike, few or many at a time", () => {
  const bits = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i), bytes = new Uint8Array(bits.buffer);
  const many = decodeNumbers(bytes, { type: "f16", isBigEndian: false, name: "x" });
  for (let start = 0; start < bytes.length; start += 2 ** 12) {
    const few = decodeNumbers(bytes.subarray(start, start + 2 ** 12), { type: "f16", isBigEndian: false, name: "x" });
    assert.deepEqual(few, many.slice(start / 2, start / 2 + 2 ** 11));
  }
});

Deno.test("decodeNumbers() shares the memory of little-endian f32 and rounds f64 as Math.fround does", () => {
  const floats = Float32Array.of(1, 2), bytes = new Uint8Array(floats.buffer);
  assert.equal(decodeNumbers(bytes, { type: "f32", isBigEndian: false, name: "x" }).buffer, floats.buffer);
  const doubles = Float64Array.of(0.1, 1e300);
  const read = decodeNumbers(new Uint8Array(doubles.buffer), { type: "f64", isBigEndian: false, name: "x" });
  assert.deepEqual(read, Float32Array.of(Math.fround(0.1), Infinity));
});

Deno.test("decodeNumbers() refuses whole numbers of 64 bits that are not exact, with the file's name", () => {
  const bytes = new Uint8Array(BigUint64Array.of(1n, 2n ** 53n + 1n).buffer);
  const now = "number 1 of a part is 9007199254740993, expected at most 9007199254740992, which is exact";
  for (const read of [decodeNumbers, decodeExactly, decodeBytes]) {
    assert.throws(() => read(bytes, { type: "u64", isBigEndian: false, name: "y.npy" }), {
      name: "UserError",
      message: `Cannot read y.npy: ${now}`,
    });
  }
});

Deno.test("decodeBytes() gives whole numbers up to 255 as bytes", () => {
  const bytes = new Uint8Array(BigInt64Array.of(0n, 7n, 255n).buffer);
  assert.deepEqual(decodeBytes(bytes, { type: "i64", isBigEndian: false, name: "x" }), Uint8Array.of(0, 7, 255));
  assert.equal(decodeBytes(bytes, { type: "u8", isBigEndian: false, name: "x" }), bytes);
});
