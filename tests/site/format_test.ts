import assert from "node:assert/strict";
import { count, duration, figure, fixed, percent, utc, withRange } from "../../site/src/format.ts";

Deno.test("figure() keeps significant digits in plain notation", () => {
  assert.deepEqual([0.0081971, 12.345, 0, null, 0.00001234, 1234.5, -0.5].map((x) => figure(x)), [
    "0.00820",
    "12.3",
    "0",
    "–",
    "0.0000123",
    "1235",
    "−0.500",
  ]);
});

Deno.test("fixed(), percent(), count(), duration() and utc() read as people write", () => {
  assert.equal(fixed(-0.256, 2), "−0.26");
  assert.deepEqual([0.0004, 0.068, 0.5, 0.98, 0.99804, 0.99996, 1, 0].map(percent), [
    "0.040\u00a0%",
    "6.8\u00a0%",
    "50\u00a0%",
    "98\u00a0%",
    "99.8\u00a0%",
    "99.996\u00a0%",
    "100\u00a0%",
    "0\u00a0%",
  ]);
  assert.equal(count(1234567), "1\u202f234\u202f567");
  assert.deepEqual([12, 9500, 34_000, 150_000].map(duration), [
    "12\u00a0ms",
    "9.5\u00a0s",
    "34\u00a0s",
    "2.5\u00a0min",
  ]);
  assert.equal(utc("2026-11-21T07:30:59.000Z"), "2026-11-21 07:30 UTC");
});

Deno.test("withRange() has the range where there is one", () => {
  const text = (value: number) => fixed(value, 2);
  assert.equal(withRange({ median: 0.5, least: 0.4, largest: 0.61 }, text), "0.50 (0.40\u00a0to\u00a00.61)");
  assert.equal(withRange({ median: 0.5, least: 0.498, largest: 0.501 }, text), "0.50", "all are written alike");
});
