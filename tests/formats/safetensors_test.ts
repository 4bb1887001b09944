import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeSafetensors, encodeSafetensors } from "../../lib/formats/safetensors.ts";

Deno.test("encodeSafetensors() lays the bytes out as the format says", () => {
  const file = encodeSafetensors({
    tensors: { w: { shape: [1, 2], values: Float32Array.of(1, -2) } },
    metadata: { a: "b" },
  });
  const view = new DataView(file.buffer);
  const headerLength = Number(view.getBigUint64(0, true));
  assert.equal(headerLength % 8, 0);
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerLength)));
  assert.deepEqual(header, { __metadata__: { a: "b" }, w: { dtype: "F32", shape: [1, 2], data_offsets: [0, 8] } });
  assert.deepEqual([view.getFloat32(8 + headerLength, true), view.getFloat32(12 + headerLength, true)], [1, -2]);
  assert.equal(file.length, 16 + headerLength);
});

Deno.test("decodeSafetensors() gives back what was encoded, whatever the names and sizes", () => {
  const tensor = fc.float32Array({ maxLength: 20 }).map((values) => ({ shape: [values.length], values }));
  const name = fc.string({ minLength: 1 }).filter((name) => !["__metadata__", "__proto__"].includes(name));
  const tensors = fc.dictionary(name, tensor, { noNullPrototype: true });
  fc.assert(fc.property(tensors, fc.dictionary(name, fc.string(), { noNullPrototype: true }), (tensors, metadata) => {
    const content = { tensors, metadata };
    assert.deepEqual(decodeSafetensors(encodeSafetensors(content)), content);
  }));
});

Deno.test("decodeSafetensors() refuses what is not a whole file", () => {
  const file = encodeSafetensors({ tensors: { w: { shape: [3], values: new Float32Array(3) } }, metadata: {} });
  for (const length of [0, 7, 8, 20, file.length - 1]) {
    assert.throws(
      () => decodeSafetensors(file.subarray(0, length)),
      /^SyntaxError: Cannot read safetensors: /,
      `${length} bytes`,
    );
  }
  const longer = new Uint8Array(file.length + 4);
  longer.set(file);
  assert.throws(() => decodeSafetensors(longer), /4 bytes follow the data, expected none/);
});

Deno.test("encodeSafetensors() refuses a shape that does not fit", () => {
  const wrong = { tensors: { w: { shape: [2, 2], values: new Float32Array(3) } }, metadata: {} };
  assert.throws(
    () => encodeSafetensors(wrong),
    /^TypeError: Cannot encode w: length is 3, expected 4 for shape \[2,2\]$/,
  );
});
