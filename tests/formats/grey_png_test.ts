/**
 * PNG files, against a reader by other people and zlib's checksum.
 *
 * @module
 */
import assert from "node:assert/strict";
import { decode } from "fast-png";
import { crc32, deflateSync } from "node:zlib";
import { encodeGreyPng } from "../../lib/formats/grey_png.ts";

const deflate = (bytes: Uint8Array) => deflateSync(bytes);

Deno.test("encodeGreyPng() gives a picture that another reader reads, with zlib's checksum behind each chunk", () => {
  const levels = Uint8Array.from({ length: 7 * 300 }, (_, i) => i * 37 % 256);
  const file = encodeGreyPng(levels, { width: 300, height: 7, deflate });
  const { width, height, channels, depth, data } = decode(file);
  assert.deepEqual([width, height, channels, depth], [300, 7, 1, 8]);
  assert.deepEqual(Uint8Array.from(data), levels);
  const view = new DataView(file.buffer);
  const names: string[] = [];
  for (let at = 8; at < file.length;) {
    const length = view.getUint32(at);
    names.push(new TextDecoder().decode(file.subarray(at + 4, at + 8)));
    assert.equal(view.getUint32(at + 8 + length), crc32(file.subarray(at + 4, at + 8 + length)), names.at(-1));
    at += 12 + length;
  }
  assert.deepEqual(names, ["IHDR", "IDAT", "IEND"]);
});

Deno.test("encodeGreyPng() refuses levels that do not fill the picture", () => {
  assert.throws(() => encodeGreyPng(new Uint8Array(5), { width: 2, height: 3, deflate }), {
    name: "TypeError",
    message: "Cannot encode a PNG: 5 levels, expected 3 rows of 2",
  });
});
