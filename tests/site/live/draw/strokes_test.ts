import assert from "node:assert/strict";
import { Rng } from "../../../../lib/rng.ts";
import {
  centreOfMass,
  type Drawing,
  EMPTY,
  ERASER,
  fitted,
  isEmpty,
  N_PIXELS,
  rasterise,
  SIDE,
  type Stroke,
  UNITS,
} from "../../../../site/src/live/draw/strokes.ts";
import { fastestMs } from "../../../fastest.ts";

const MIDDLE = SIDE / 2;

/** A stroke through places in pixels. */
const line = (...places: number[]): Stroke => ({
  points: places.map((pixels) => Math.round(pixels * UNITS)),
  eraser: 0,
});
const drawing = (...strokes: Stroke[]): Drawing => ({ under: null, strokes });

/** Rows and columns that have ink. */
function boxOf(pixels: Uint8Array) {
  const at = Array.from(pixels.keys()).filter((i) => pixels[i] > 0);
  const columns = at.map((i) => i % SIDE), rows = at.map((i) => Math.floor(i / SIDE));
  return {
    left: Math.min(...columns),
    right: Math.max(...columns),
    top: Math.min(...rows),
    bottom: Math.max(...rows),
  };
}

Deno.test("a line's pixels are its coverage, worked by hand", () => {
  // From (10, 14.5) to (18, 14.5): row 14's middle lies on the line, rows 13 and 15 one pixel off it.
  const pixels = rasterise(drawing(line(10, 14.5, 18, 14.5)));
  assert.equal(pixels[14 * SIDE + 14], 255);
  // Half the line is 1.2 and the fade 0.5: at distance 1 the coverage is 1.7 − 1 = 0.7.
  assert.equal(pixels[13 * SIDE + 14], Math.round(0.7 * 255));
  assert.equal(pixels[15 * SIDE + 14], Math.round(0.7 * 255));
  assert.equal(pixels[12 * SIDE + 14], 0);
  // The middle of column 8 lies 1.5 left of the end: coverage 0.2.
  assert.equal(pixels[14 * SIDE + 8], Math.round(0.2 * 255));
  assert.equal(pixels[14 * SIDE + 7], 0);
});

Deno.test("coverage of random lines agrees with the distance to 2,000 places along each of them", () => {
  const rng = Rng.fromSeed(1, "lines");
  for (let n = 0; n < 20; n++) {
    const [ax, ay, bx, by] = Array.from({ length: 4 }, () => Math.round(rng.uniform(0, SIDE * UNITS)) / UNITS);
    const pixels = rasterise(drawing(line(ax, ay, bx, by)));
    for (let i = 0; i < N_PIXELS; i++) {
      const x = i % SIDE + 0.5, y = Math.floor(i / SIDE) + 0.5;
      let distance = Infinity;
      for (let k = 0; k <= 2000; k++) {
        distance = Math.min(distance, Math.hypot(ax + k / 2000 * (bx - ax) - x, ay + k / 2000 * (by - ay) - y));
      }
      const coverage = Math.min(1, Math.max(0, 1.7 - distance));
      assert.ok(Math.abs(pixels[i] - 255 * coverage) < 1, `line ${n}, pixel ${i}`);
    }
  }
});

Deno.test("an empty drawing has no ink, whatever is erased from it", () => {
  assert.ok(isEmpty(EMPTY));
  const erased = drawing({ points: [8, 8, 100, 100], eraser: ERASER });
  assert.ok(isEmpty(erased));
  for (const empty of [EMPTY, erased]) {
    assert.deepEqual(rasterise(empty), new Uint8Array(N_PIXELS));
    assert.equal(fitted(empty), empty);
  }
});

Deno.test("a single point becomes a dot in the middle, as large as it was", () => {
  const dot = drawing(line(3, 5)), centre = centreOfMass(rasterise(fitted(dot)))!;
  assert.ok(Math.abs(centre.x - MIDDLE) < 0.07 && Math.abs(centre.y - MIDDLE) < 0.07);
  const sum = (pixels: Uint8Array) => pixels.reduce((sum, value) => sum + value, 0) / 255;
  // The area under a coverage that falls from 1 to 0 between the radii 0.7 and 1.7: π · ∫ = π (0.7² + 0.7 · 1.7 + 1.7²) / 3.
  const area = Math.PI * (0.7 ** 2 + 0.7 * 1.7 + 1.7 ** 2) / 3;
  assert.ok(Math.abs(sum(rasterise(dot)) - area) < 0.4);
  assert.ok(Math.abs(sum(rasterise(fitted(dot))) - area) < 0.4);
});

Deno.test("a square outline in a corner fills the 20 × 20 square in the middle", () => {
  const square = drawing(line(2, 2, 8, 2, 8, 8, 2, 8, 2, 2));
  const pixels = rasterise(fitted(square));
  assert.deepEqual(boxOf(pixels), { left: 4, right: 23, top: 4, bottom: 23 }, "20 pixels in each direction");
  // The line's middle lies 8.8 left of the image's, rounded to an eighth: at 5.25, 0.75 from the middle of column 4.
  assert.equal(pixels[14 * SIDE + 4], Math.round(255 * 0.95));
  const centre = centreOfMass(pixels)!;
  assert.ok(Math.abs(centre.x - MIDDLE) < 0.01 && Math.abs(centre.y - MIDDLE) < 0.01);
});

Deno.test("a large drawing shrinks, keeps its proportions and the width of its lines", () => {
  const cross = drawing(line(14, 0, 14, 28), line(7, 14, 21, 14)), pixels = rasterise(fitted(cross));
  const { left, right, top, bottom } = boxOf(pixels);
  assert.equal(bottom - top + 1, 20);
  assert.ok(Math.abs(right - left + 1 - 12) <= 1, "half as wide as high: 8.8 + 2.4, and the fade");
  // The upright lies between columns 13 and 14: 0.5 and 1.5 from the middles of columns 13 and 12.
  assert.deepEqual([11, 12, 13, 14, 15, 16].map((x) => pixels[8 * SIDE + x]), [0, 51, 255, 255, 51, 0]);
});

Deno.test("an L is centred by its mass, not by its box", () => {
  // Two lines of equal length a: the mass lies a/4 right of the upright and a/4 above the foot.
  const pixels = rasterise(fitted(drawing(line(5, 5, 5, 15, 15, 15)))), centre = centreOfMass(pixels)!;
  assert.ok(Math.abs(centre.x - MIDDLE) < 0.1 && Math.abs(centre.y - MIDDLE) < 0.1);
  const { left, right } = boxOf(pixels);
  assert.ok(left > 28 - 1 - right, "the box lies to the right of the middle");
});

Deno.test("ink never leaves the image: a heavy end is centred as far as there is room", () => {
  const scribble = Array.from({ length: 30 }, (_, i) => line(4 + i % 3, 4, 4 + i % 3, 8));
  const pixels = rasterise(fitted(drawing(...scribble, line(6, 8, 26, 26))));
  const { right, bottom } = boxOf(pixels);
  assert.ok(right <= 27 && bottom <= 27);
  const inside = fitted(drawing(...scribble, line(6, 8, 26, 26))).strokes.flatMap(({ points }) => points);
  assert.ok(Math.max(...inside) <= (SIDE - 1.2) * UNITS + 1);
});

Deno.test("the mass of 300 random scribbles comes within half a pixel of the middle", () => {
  const rng = Rng.fromSeed(2, "scribbles");
  for (let n = 0; n < 300; n++) {
    const strokes = Array.from({ length: 1 + rng.below(3) }, () => {
      const points: number[] = [];
      let x = rng.uniform(0, SIDE), y = rng.uniform(0, SIDE);
      for (let i = 0; i < 12; i++) {
        points.push(x, y);
        x = Math.min(SIDE, Math.max(0, x + rng.uniform(-4, 4)));
        y = Math.min(SIDE, Math.max(0, y + rng.uniform(-4, 4)));
      }
      return line(...points);
    });
    const centre = centreOfMass(rasterise(fitted(drawing(...strokes))))!;
    assert.ok(Math.hypot(centre.x - MIDDLE, centre.y - MIDDLE) < 0.5, `scribble ${n}: ${centre.x}, ${centre.y}`);
  }
});

Deno.test("the eraser removes what is under it, and what is enlarged stays removed", () => {
  const stroke = line(6, 14, 22, 14), hole: Stroke = { points: [14 * UNITS, 14 * UNITS], eraser: ERASER };
  const pixels = rasterise(drawing(stroke, hole));
  assert.equal(pixels[14 * SIDE + 14], 0);
  assert.equal(pixels[14 * SIDE + 8], 255);
  const small = fitted(drawing(line(10, 14, 18, 14), hole));
  assert.ok(small.strokes[1].eraser > 2 * ERASER, "the eraser grows with the drawing");
  assert.equal(rasterise(small)[14 * SIDE + 14], 0);
  // The end that was erased has no part in the box: what is left is fitted.
  const half = fitted(
    drawing(line(2, 14, 8, 14), line(20, 14, 26, 14), { points: [160, 112, 208, 112], eraser: ERASER }),
  );
  const { left, right } = boxOf(rasterise(half));
  assert.ok(right - left >= 19);
});

Deno.test("a drawing on a given image stays where it is, and the image under it too", () => {
  const under = Uint8Array.from({ length: N_PIXELS }, (_, i) => i % 256);
  const onTop: Drawing = { under, strokes: [line(2, 2, 5, 2)] };
  assert.equal(fitted(onTop), onTop);
  const pixels = rasterise(onTop);
  assert.equal(pixels[2 * SIDE + 3], Math.max(under[2 * SIDE + 3], 255 * Math.min(1, 1.7 - 0.5)));
  assert.deepEqual(pixels.slice(300), under.slice(300));
});

Deno.test("the longest drawing becomes pixels within 50 ms", () => {
  const rng = Rng.fromSeed(3, "long");
  const longest = drawing(line(...Array.from({ length: 8000 }, () => rng.uniform(0, SIDE))));
  const ms = fastestMs(() => fitted(longest));
  assert.ok(ms < 150, `three rasters took ${ms} ms`);
});
