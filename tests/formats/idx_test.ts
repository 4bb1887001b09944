import assert from "node:assert/strict";
import { parseIdxHeader } from "../../lib/formats/idx.ts";

function refuses(start: Uint8Array, message: RegExp): void {
  assert.throws(() => parseIdxHeader(start, "a.idx"), { name: "UserError", message });
}

Deno.test("parseIdxHeader() reads type, shape and lengths of a header written by hand", () => {
  const start = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 1, 3, 10, 20, 30);
  assert.deepEqual(parseIdxHeader(start, "a"), { type: "u8", shape: [2, 1, 259], headerBytes: 16, valueBytes: 518 });
  const bytesOf = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 };
  for (const [code, bytes] of Object.entries(bytesOf)) {
    const { valueBytes } = parseIdxHeader(Uint8Array.of(0, 0, Number(code), 1, 0, 0, 0, 7), "a");
    assert.equal(valueBytes, 7 * bytes);
  }
  const single = parseIdxHeader(Uint8Array.of(0, 0, 8, 0), "a");
  assert.deepEqual(single, { type: "u8", shape: [], headerBytes: 4, valueBytes: 1 });
});

Deno.test("parseIdxHeader() reads a view when it does not begin at its buffer's start", () => {
  const padded = Uint8Array.of(9, 9, 9, 0, 0, 8, 1, 0, 0, 0, 3);
  assert.deepEqual(parseIdxHeader(padded.subarray(3), "a").shape, [3]);
});

Deno.test("parseIdxHeader() takes a shape that is larger than any file, whose bytes it does not touch", () => {
  const huge = new Uint8Array(16).fill(0xff);
  huge.set([0, 0, 8, 3]);
  assert.ok(parseIdxHeader(huge, "a").valueBytes > 7e28);
});

Deno.test("parseIdxHeader() refuses a file that is another one, and names what people save under its name", () => {
  const text = (content: string) => Uint8Array.from(content, (character) => character.charCodeAt(0));
  refuses(text("<!DOCTYPE html><html>"), /^Cannot read a\.idx: it is an HTML page, .*, expected an IDX file$/);
  refuses(text("\n <html>"), /an HTML page/);
  refuses(text("PK\x03\x04 and so on"), /a zip archive, which has to be unpacked/);
  refuses(text("\x93NUMPY\x01"), /a NumPy file/);
  refuses(text("\x1f\x8b\x08"), /gzipped twice/);
  refuses(text("version https://git-lfs.github.com/spec/v1"), /Git LFS/);
  refuses(text("label,pixel0"), /it begins with 6c 61 62 65, expected 00 00, as IDX files do$/);
  refuses(Uint8Array.of(0, 0, 7, 1, 0, 0, 0, 1), /its type of values is 07, expected one of 08, 09/);
});

Deno.test("parseIdxHeader() refuses a header that is cut off", () => {
  refuses(new Uint8Array(), /it has 0 bytes, expected an IDX header$/);
  refuses(Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1), /it has 8 bytes, expected an IDX header of 16$/);
  refuses(Uint8Array.of(0, 0, 8, 255, 0), /it has 5 bytes, expected an IDX header of 1024$/);
});
