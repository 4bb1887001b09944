/**
 * PNG files, against a reader by other people and zlib's checksum.
 *
 * @module
 */
import assert from "node:assert/strict";
import { decode } from "fast-png";
import { crc32, deflateSync } from "node:zlib";
import { encodePng } from "../../lib/formats/encode_png.ts";

const deflate = (bytes: Uint8Array) => deflateSync(bytes);

for (const channels of [1, 3] as const) {
  Deno.test(`encodePng() gives a picture of ${channels} channels that another reader reads, with zlib's checksum behind each chunk`, () => {
    const levels = Uint8Array.from({ length: 7 * 300 * channels }, (_, i) => i * 37 % 256);
    const file = encodePng(levels, { width: 300, height: 7, channels, deflate });
    const read = decode(file);
    assert.deepEqual([read.width, read.height, read.channels, read.depth], [300, 7, channels, 8]);
    assert.deepEqual(Uint8Array.from(read.data), levels);
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
}

Deno.test("encodePng() refuses levels that do not fill the picture", () => {
  for (const [channels, line] of [[1, 2], [3, 6]] as const) {
    assert.throws(() => encodePng(new Uint8Array(5), { width: 2, height: 3, channels, deflate }), {
      name: "TypeError",
      message: `Cannot encode a PNG: 5 levels, expected 3 rows of ${line}`,
    });
  }
});
