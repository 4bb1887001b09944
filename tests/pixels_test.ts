import assert from "node:assert/strict";
import { asBytes, emptyLike, gatherPixels, pixelScale, pixelValues, rawBytes } from "../lib/pixels.ts";

const bytes = Uint8Array.of(0, 51, 255, 102, 1, 2);
const floats = Float32Array.of(-1.5, 0, 3, 2.25, 1e6, -0.5);

Deno.test("pixelValues() takes bytes for byte / 255 and floats for themselves, in a new array", () => {
  assert.deepEqual(pixelValues(bytes), Float32Array.from(bytes, (byte) => byte / 255));
  const copy = pixelValues(floats);
  assert.deepEqual(copy, floats);
  assert.notEqual(copy.buffer, floats.buffer);
  for (const pixels of [bytes, floats]) {
    assert.deepEqual(pixelValues(pixels), Float32Array.from(pixels, (stored) => stored * pixelScale(pixels)));
  }
});

Deno.test("gatherPixels() takes images in the given order, some twice, as they are stored", () => {
  assert.deepEqual(gatherPixels(bytes, [2, 0, 2], 2), Uint8Array.of(1, 2, 0, 51, 1, 2));
  assert.deepEqual(gatherPixels(floats, Uint32Array.of(1), 3), Float32Array.of(2.25, 1e6, -0.5));
  assert.deepEqual(gatherPixels(floats.subarray(2), [1], 2), Float32Array.of(1e6, -0.5));
  assert.deepEqual(gatherPixels(bytes, [], 2), new Uint8Array());
});

Deno.test("emptyLike() is of the same kind", () => {
  assert.deepEqual(emptyLike(bytes, 2), new Uint8Array(2));
  assert.deepEqual(emptyLike(floats, 2), new Float32Array(2));
});

Deno.test("asBytes() lets bytes pass and refuses floats", () => {
  assert.equal(asBytes(bytes), bytes);
  assert.throws(() => asBytes(floats), /^TypeError: Cannot read images: they are floats, expected bytes$/);
});

Deno.test("rawBytes() are the bytes of a part alone", () => {
  assert.deepEqual(rawBytes(bytes.subarray(1, 3)), Uint8Array.of(51, 255));
  const one = new Uint8Array(4);
  new DataView(one.buffer).setFloat32(0, 3, true);
  assert.deepEqual(rawBytes(floats.subarray(2, 3)), one);
});
