import assert from "node:assert/strict";
import { Rng } from "../lib/rng.ts";
import { geometricMedian } from "../lib/geometric_median.ts";
import { resolveConfig } from "../lib/config.ts";
import { typicalImage } from "../lib/sae/init.ts";

const near = (actual: ArrayLike<number>, expected: number[], tolerance: number) =>
  assert.ok(expected.every((v, i) => Math.abs(actual[i] - v) < tolerance), `${Array.from(actual)} ≠ ${expected}`);

Deno.test("geometricMedian() is a triangle's Fermat point", () => {
  // An equilateral triangle's is its centre; at an angle of 120° or more it is that corner.
  near(geometricMedian(Float32Array.of(0, 0, 1, 0, 0.5, Math.sqrt(3) / 2), 2), [0.5, Math.sqrt(3) / 6], 1e-5);
  near(geometricMedian(Float32Array.of(0, 0, 10, 0.1, -10, 0.1), 2), [0, 0], 1e-2);
});

Deno.test("geometricMedian() of the corners of a convex quadrilateral is where its diagonals cross", () => {
  // (0,0)–(4,4) and (3,0)–(0,3): y = x and x + y = 3.
  near(geometricMedian(Float32Array.of(0, 0, 4, 4, 3, 0, 0, 3), 2), [1.5, 1.5], 1e-4);
});

Deno.test("geometricMedian() has the least sum of distances, where the mean is dragged along by outliers", () => {
  const rng = Rng.fromSeed(1, "median"), d = 5, count = 201;
  const points = Float32Array.from({ length: count * d }, (_, i) => rng.normal() + (i < 20 * d ? 50 : 0));
  const distances = (m: ArrayLike<number>) => {
    let sum = 0;
    for (let row = 0; row < count; row++) sum += Math.hypot(...Array.from(m, (v, i) => points[row * d + i] - v));
    return sum;
  };
  const median = geometricMedian(points, d), least = distances(median);
  assert.ok(median.every((v) => Math.abs(v) < 0.5));
  for (let trial = 0; trial < 50; trial++) {
    assert.ok(distances(median.map((v) => v + rng.normal(0, 0.1))) >= least * (1 - 1e-6));
  }
});

Deno.test("geometricMedian() takes bytes for byte / 255, and one image or equal images for themselves", () => {
  near(geometricMedian(Uint8Array.of(0, 51, 255), 3), [0, 0.2, 1], 1e-9);
  near(geometricMedian(Float32Array.of(-2, 3, -2, 3, -2, 3), 2), [-2, 3], 1e-9);
  near(geometricMedian(new Float32Array(8), 4), [0, 0, 0, 0], 1e-12);
});

Deno.test("geometricMedian() looks at images spread over all of a large set", () => {
  const pixels = Float32Array.from({ length: 10_000 }, (_, i) => i < 5000 ? 0 : i < 5001 ? 0.25 : 1);
  const [median] = geometricMedian(pixels, 1);
  assert.ok(median > 0.05 && median < 0.95, `${median} is not between the halves`);
});

Deno.test("typicalImage() is the median where that is wanted, else the mean, of bytes and of floats", () => {
  const floats = Float32Array.of(0, 0, 0, 100), bytes = Uint8Array.of(0, 0, 0, 255);
  const typical = (outputBias: "data" | "median", pixels: typeof floats | typeof bytes) =>
    typicalImage({ ...resolveConfig(), outputBias }, pixels, 1)[0];
  assert.equal(typical("data", floats), 25);
  assert.equal(typical("data", bytes), 0.25);
  assert.ok(typical("median", floats) < 0.1);
  assert.ok(typical("median", bytes) < 1e-3);
});

Deno.test("geometricMedian() takes images of any size", () => {
  const dInput = 400 * 400, pixels = new Float32Array(3 * dInput).fill(1);
  pixels.subarray(2 * dInput).fill(100); // two in one place and one far away
  const median = geometricMedian(pixels, dInput);
  assert.ok(median.every((value) => Math.abs(value - 1) < 0.01));
});
