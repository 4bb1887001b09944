import assert from "node:assert/strict";
import { norm } from "../lib/norm.ts";

Deno.test("norm() is the length of a vector", () => {
  assert.equal(norm([]), 0);
  assert.equal(norm([-2]), 2);
  assert.equal(norm(Float64Array.of(2, 3, 6)), 7);
  const values = Float64Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 10 ** (i % 7 - 3));
  assert.ok(Math.abs(norm(values) / Math.hypot(...values) - 1) < 1e-14);
});

Deno.test("norm() takes the largest and smallest float32 numbers, and vectors of any length", () => {
  const largest = Float32Array.of(3.4028234663852886e38, 3.4028234663852886e38);
  assert.ok(Math.abs(norm(largest) / (Math.SQRT2 * largest[0]) - 1) < 1e-15);
  const smallest = Float32Array.of(2 ** -149, 0);
  assert.equal(norm(smallest), 2 ** -149);
  assert.equal(norm(new Float32Array(4_000_000).fill(1)), 2000);
});
