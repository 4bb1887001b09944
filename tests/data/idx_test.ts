import assert from "node:assert/strict";
import { gunzip, parseIdx } from "../../lib/data/idx.ts";
import { gzip, idxFile } from "./idx_files.ts";

const IMAGES = { name: "a.idx", dimensions: 3 };

function refuses(bytes: Uint8Array<ArrayBuffer>, message: string, options = IMAGES): void {
  assert.throws(() => parseIdx(bytes, options), { name: "UserError", message });
}

Deno.test("parseIdx() returns shape and values when the bytes are written by hand", () => {
  const bytes = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60);
  assert.deepEqual(parseIdx(bytes, IMAGES), { shape: [2, 1, 3], data: Uint8Array.of(10, 20, 30, 40, 50, 60) });
});

Deno.test("parseIdx() returns the same when the file is gzipped and when it is plain", async () => {
  const plain = idxFile([5, 3, 1]);
  assert.deepEqual(parseIdx(await gzip(plain), IMAGES), parseIdx(plain, IMAGES));
});

Deno.test("parseIdx() reads a view when it does not begin at its buffer's start", () => {
  const plain = idxFile([2]);
  const padded = new Uint8Array(3 + plain.length);
  padded.set(plain, 3);
  assert.deepEqual(parseIdx(padded.subarray(3), { name: "a", dimensions: 1 }), {
    shape: [2],
    data: Uint8Array.of(0, 1),
  });
});

Deno.test("parseIdx() refuses a file when its magic, type or number of dimensions is another", () => {
  const html = new TextEncoder().encode("<!DOCTYPE html>");
  refuses(html, "Cannot read a.idx: it begins with 3c 21 44 4f, expected the IDX magic 00 00 08 03");
  const floats = idxFile([1, 1, 1]);
  floats[2] = 0x0d;
  refuses(floats, "Cannot read a.idx: its values are of IDX type 0x0d, expected 0x08 (bytes)");
  refuses(idxFile([4]), "Cannot read a.idx: it has 1 dimension, expected 3");
  refuses(idxFile([2, 2, 1]), "Cannot read a.idx: it has 3 dimensions, expected 1", {
    name: "a.idx",
    dimensions: 1,
  });
});

Deno.test("parseIdx() refuses a file when it is empty, cut off, too long or without items", () => {
  const whole = idxFile([2, 3, 2]);
  refuses(new Uint8Array(), "Cannot read a.idx: it has 0 bytes, expected an IDX header of 16");
  refuses(whole.slice(0, 15), "Cannot read a.idx: it has 15 bytes, expected an IDX header of 16");
  refuses(whole.slice(0, 27), "Cannot read a.idx: it has 27 bytes (cut off), expected 28 for its shape 2×3×2");
  const long = new Uint8Array(29);
  long.set(whole);
  refuses(long, "Cannot read a.idx: it has 29 bytes (too many), expected 28 for its shape 2×3×2");
  refuses(idxFile([0, 28, 28]), "Cannot read a.idx: its shape is 0×28×28, expected at least one item");
  refuses(idxFile([3, 0, 28]), "Cannot read a.idx: its shape is 3×0×28, expected at least one item");
});

Deno.test("parseIdx() refuses a header when its shape is larger than any file", () => {
  const huge = new Uint8Array(16).fill(0xff);
  huge.set([0, 0, 8, 3]);
  assert.throws(() => parseIdx(huge, IMAGES), { name: "UserError", message: /it has 16 bytes \(cut off\)/ });
});

Deno.test("gunzip() refuses a stream when it is cut off, altered or followed by more", async () => {
  const whole = await gzip(idxFile([4, 8, 8]));
  const altered = whole.slice();
  altered[20] ^= 0xff;
  const long = new Uint8Array(whole.length + 5);
  long.set(whole);
  const message = "Cannot uncompress a.gz: its gzip stream is corrupt or cut off, expected a whole gzip file";
  for (const bytes of [whole.slice(0, -3), whole.slice(0, 2), altered, long]) {
    assert.throws(() => gunzip(bytes, "a.gz"), { name: "UserError", message });
  }
});

Deno.test("gunzip() returns the bytes themselves when they are plain", () => {
  const plain = idxFile([3]);
  assert.equal(gunzip(plain, "a"), plain);
});
