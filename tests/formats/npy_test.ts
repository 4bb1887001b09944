/**
 * Headers of NumPy's arrays, written by hand.
 *
 * @module
 */
import assert from "node:assert/strict";
import { npyHeader, readNpyHeader } from "../../lib/formats/npy.ts";
import type { NumberType } from "../../lib/formats/number_types.ts";
import { joined } from "../mutate.ts";
import { memorySource } from "./memory_source.ts";

/** A file of a version with a header and so many bytes behind it. */
function npy(
  dict: string,
  { version = 1, bytes = 0 }: { version?: number; bytes?: number } = {},
): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(`${dict}\n`), length = new Uint8Array(version === 1 ? 2 : 4);
  length.set([text.length & 255, text.length >> 8]);
  return joined(Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0), length, text, new Uint8Array(bytes));
}

const read = (file: Uint8Array) => readNpyHeader(memorySource("x.npy", file));

Deno.test("readNpyHeader() reads versions 1 to 3, either memory order, and fields in any order", async () => {
  const dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
  for (const version of [1, 2, 3]) {
    const { dataStart, ...header } = await read(npy(dict, { version, bytes: 24 }));
    assert.deepEqual(header, { type: "f32", isBigEndian: false, isFortran: false, shape: [2, 3] });
    assert.equal(dataStart, (version === 1 ? 10 : 12) + dict.length + 1);
  }
  const other = await read(npy("{'shape':(4L,),'fortran_order':True,'descr':'>i8'}", { bytes: 32 }));
  assert.deepEqual([other.type, other.isBigEndian, other.isFortran, other.shape], ["i64", true, true, [4]]);
  assert.deepEqual((await read(npy("{'descr': '|u1', 'fortran_order': False, 'shape': ()}", { bytes: 1 }))).shape, []);
});

/** What is refused, each with what the line says. */
const REFUSED: [string, Uint8Array, RegExp][] = [
  ["no bytes", new Uint8Array(), /does not begin as NumPy's arrays do/],
  ["ten bytes", npy("").slice(0, 10), /it has 10 bytes, expected a whole/],
  ["version 4", npy("{}", { version: 4 }), /version 4\.0, expected 1\.0, 2\.0 or 3\.0/],
  [
    "a header of 65,535 bytes",
    npy("{}").slice(0, 12).fill(0xff, 8),
    /header is said to have 65535 bytes, expected at most 10000/,
  ],
  ["a header that is cut off", npy("{'descr': '<f4'").slice(0, 20), /its header ends at byte 26 of 20/],
  ["another header", npy("{'descr': '<f4'}"), /its header is "\{'descr': '<f4'\}", expected descr/],
  [
    "an object",
    npy("{'descr': '|O', 'fortran_order': False, 'shape': (2,)}", { bytes: 9 }),
    /import numpy as np; x = np\.load\("x\.npy", allow_pickle=True\); np\.save/,
  ],
  [
    "records",
    npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", { bytes: 8 }),
    /records of several fields, expected numbers/,
  ],
  ["text", npy("{'descr': '<U3', 'fortran_order': False, 'shape': (2,)}", { bytes: 24 }), /its type is "<U3"/],
  [
    "complex numbers",
    npy("{'descr': '<c8', 'fortran_order': False, 'shape': (2,)}", { bytes: 16 }),
    /its type is "<c8"/,
  ],
  [
    "too few bytes",
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", { bytes: 23 }),
    /23 bytes follow its header, expected 24 for shape \(2, 3\) of f32/,
  ],
  [
    "too many bytes",
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", { bytes: 25 }),
    /25 bytes follow/,
  ],
  [
    "10^15 rows",
    npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000, 768)}", { bytes: 8 }),
    /8 bytes follow its header, expected 6144000000000000000/,
  ],
];

for (const [what, file, message] of REFUSED) {
  Deno.test(`readNpyHeader() refuses ${what}`, async () => {
    await assert.rejects(read(file), (error: Error) => {
      assert.equal(error.name, "UserError");
      assert.match(error.message, /^Cannot read x\.npy: [^\n]+, expected [^\n]+$/);
      assert.match(error.message, message);
      return true;
    });
  });
}

Deno.test("npyHeader() gives what readNpyHeader() reads, and values that begin at a multiple of 64", async () => {
  for (const type of ["bool", "u8", "i8", "u16", "i32", "u64", "i64", "f16", "f32", "f64"] satisfies NumberType[]) {
    for (const shape of [[], [3], [2, 3], [1, 2, 3, 4]]) {
      const size = { bool: 1, u8: 1, i8: 1, u16: 2, f16: 2, i32: 4, f32: 4, u64: 8, i64: 8, f64: 8 }[type];
      const header = npyHeader({ type, shape }), bytes = shape.reduce((a, b) => a * b, size);
      assert.equal(header.length % 64, 0);
      const read = await readNpyHeader(memorySource("x.npy", joined(header, new Uint8Array(bytes))));
      assert.deepEqual(read, { type, isBigEndian: false, isFortran: false, shape, dataStart: header.length });
    }
  }
  assert.throws(() => npyHeader({ type: "bf16", shape: [1] }), /bf16/);
});
