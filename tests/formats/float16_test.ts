import assert from "node:assert/strict";
import { fromFloat16, toFloat16 } from "../../lib/formats/float16.ts";
import { Rng } from "../../lib/rng.ts";

/** Values that binary16 has, with their bits, worked out by hand. */
const EXACT: [value: number, bits: number][] = [
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [0.5, 0x3800],
  [1 + 2 ** -10, 0x3c01],
  [0.333251953125, 0x3555], // 0.25 · (1 + 341/1024)
  [65504, 0x7bff], // 2^15 · (1 + 1023/1024), the largest
  [2 ** -14, 0x0400], // the smallest normal number
  [2 ** -14 - 2 ** -24, 0x03ff], // the largest subnormal one
  [2 ** -24, 0x0001],
  [-3 * 2 ** -24, 0x8003],
  [Infinity, 0x7c00],
  [-Infinity, 0xfc00],
];

/** Values between two of binary16, with the bits of the one that they are rounded to. */
const ROUNDED: [value: number, bits: number][] = [
  [0.1, 0x2e66], // 1.6 · 2^−4: 614.4 of 1024
  [1 + 2 ** -11, 0x3c00], // halfway: to even
  [1 + 3 * 2 ** -11, 0x3c02],
  [1 + 2 ** -11 + 2 ** -23, 0x3c01],
  [2 - 2 ** -11, 0x4000], // halfway to the next power of 2
  [2049, 0x6800],
  [2051, 0x6802],
  [2 ** -25, 0x0000], // halfway to the smallest
  [2 ** -25 * (1 + 2 ** -23), 0x0001],
  [1.5 * 2 ** -24, 0x0002],
  [2 ** -14 - 2 ** -25, 0x0400], // halfway from the largest subnormal to the smallest normal number
  [1e-30, 0x0000],
  [-1e-30, 0x8000],
  [65519.996, 0x7bff],
  [65520, 0x7c00], // halfway to 65536, which it has not
  [-1e30, 0xfc00],
];

Deno.test("toFloat16() and fromFloat16() give values worked out by hand: normal, subnormal, zeros and infinities", () => {
  for (const [value, bits] of EXACT) {
    assert.equal(toFloat16(Float32Array.of(value))[0], bits, `${value}`);
    assert.ok(Object.is(fromFloat16(Uint16Array.of(bits))[0], Math.fround(value)), `${value}`);
  }
  for (const [value, bits] of ROUNDED) assert.equal(toFloat16(Float32Array.of(value))[0], bits, `${value}`);
  for (const bits of [0x7c01, 0x7e00, 0xfe00, 0x7fff]) assert.ok(Number.isNaN(fromFloat16(Uint16Array.of(bits))[0]));
  assert.ok(Number.isNaN(fromFloat16(toFloat16(Float32Array.of(NaN)))[0]));
});

Deno.test("all 65,536 numbers come back, and both directions agree with the runtime's Float16Array", () => {
  const bits = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
  const values = fromFloat16(bits);
  assert.deepEqual([...values], [...new Float16Array(bits.buffer)]); // as lists: a NaN equals any other
  toFloat16(values).forEach((back, i) => assert.ok(back === i || Number.isNaN(values[i]), `${i}`));

  const rng = Rng.fromSeed(1, "float16");
  const floats = Float32Array.from({ length: 100_000 }, () => rng.uniform(-2, 2) * 2 ** (rng.below(50) - 30));
  // Halfway between two neighbours, and the float32 numbers on either side.
  const halves = Float32Array.from({ length: 0x7bff }, (_, i) => (values[i] + values[i + 1]) / 2);
  const near = [...halves].flatMap((half) => [half, half * (1 + 2 ** -23), half * (1 - 2 ** -24)]);
  for (const given of [floats, Float32Array.from(near)]) {
    assert.deepEqual(toFloat16(given), new Uint16Array(Float16Array.from(given).buffer));
  }
});
