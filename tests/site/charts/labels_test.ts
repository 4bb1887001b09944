/**
 * Letters and labels of charts: none over another, as near as there is room.
 *
 * @module
 */
import assert from "node:assert/strict";
import { placed } from "../../../site/src/charts/badges.ts";
import { spreadApart } from "../../../site/src/charts/direct_labels.ts";
import { Rng } from "../../../lib/rng.ts";

Deno.test("placed() leaves a disc at its point unless another is there, and then moves it to the nearest free place", () => {
  const frame = { width: 300, height: 200 };
  const apart = [{ letter: "A", x: 10, y: 10 }, { letter: "B", x: 40, y: 10 }];
  assert.deepEqual(placed(apart, frame), apart);
  const [a, b, c] = placed(["A", "B", "C"].map((letter) => ({ letter, x: 100, y: 100 })), frame);
  assert.deepEqual([a, b, c].map(({ x, y }) => [x, y]), [[100, 100], [100, 76], [100, 124]]);
  const vertical = placed(["A", "B"].map((letter) => ({ letter, x: 100, y: 0 })), { ...frame, towards: "vertical" });
  assert.deepEqual(vertical.map(({ x, y }) => [x, y]), [[100, 0], [100, 24]], "not out of the plot");
});

Deno.test("placed() keeps eight discs apart wherever their points are", () => {
  const rng = Rng.fromSeed(1, "discs"), frame = { width: 300, height: 250 };
  for (let trial = 0; trial < 50; trial++) {
    const points = [..."ABCDEFGH"].map((letter) => ({
      letter,
      x: 100 + 30 * rng.uniform(),
      y: 100 + 30 * rng.uniform(),
    }));
    const discs = placed(points, frame);
    for (const [i, a] of discs.entries()) {
      for (const b of discs.slice(0, i)) {
        assert.ok(Math.hypot(a.x - b.x, a.y - b.y) >= 20, `${a.letter} on ${b.letter}`);
      }
      assert.ok(a.x >= 0 && a.x <= 300 && a.y >= 0 && a.y <= 250);
    }
  }
});

Deno.test("spreadApart() keeps order and distance, moves nothing without need, and stays within its ends", () => {
  const options = { apart: 16, from: 0, to: 200 };
  assert.deepEqual(spreadApart([10, 50, 90], options), [10, 50, 90]);
  assert.deepEqual(spreadApart([100, 100, 100], options), [84, 100, 116]);
  assert.deepEqual(spreadApart([199, 10, 198], options), [200, 10, 184]);
  assert.deepEqual(spreadApart([1, 2], options), [0, 16]);
  assert.deepEqual(
    spreadApart([50, 60, 75, 76], options),
    [42, 58, 74, 90].map((y) => y - 1),
    "a block stays round its middle",
  );
  assert.deepEqual(spreadApart([], options), []);
});
