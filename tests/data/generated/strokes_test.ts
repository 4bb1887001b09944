import assert from "node:assert/strict";
import { GLYPHS } from "../../../lib/data/generated/strokes.ts";

Deno.test("GLYPHS holds several ways of writing when asked for any digit", () => {
  assert.equal(GLYPHS.length, 10);
  for (const variants of GLYPHS) assert.ok(variants.length >= 3);
});

Deno.test("GLYPHS fills the unit square's height when flattened", () => {
  for (const { points } of GLYPHS.flat()) {
    assert.ok(points.every((value) => value > -0.05 && value < 1.05));
    const heights = points.filter((_, k) => k % 2 === 1);
    assert.ok(Math.min(...heights) < 0.05 && Math.max(...heights) > 0.94);
  }
});

Deno.test("GLYPHS spaces points evenly when they belong to one stroke", () => {
  for (const { points, count, isStart } of GLYPHS.flat()) {
    assert.deepEqual([points.length, isStart.length, isStart[0]], [2 * count, count, 1]);
    for (let p = 1; p < count; p++) {
      if (isStart[p]) continue;
      const step = Math.hypot(points[2 * p] - points[2 * p - 2], points[2 * p + 1] - points[2 * p - 1]);
      assert.ok(step > 0.02 && step < 0.12, `step is ${step}`);
    }
  }
});

Deno.test("GLYPHS keeps a straight stroke straight when flattened", () => {
  const { points, count } = GLYPHS[1][0];
  for (let p = 0; p < count; p++) {
    assert.equal(points[2 * p], 0.5);
    assert.ok(Math.abs(points[2 * p + 1] - p / (count - 1)) < 1e-12);
  }
});
