import assert from "node:assert/strict";
import { MOST_POINTS } from "../../../../site/src/live/draw/drawing_text.ts";
import { Sketch } from "../../../../site/src/live/draw/sketch.ts";
import {
  centreOfMass,
  type Drawing,
  EMPTY,
  fitted,
  isEmpty,
  N_PIXELS,
  rasterise,
} from "../../../../site/src/live/draw/strokes.ts";

/** A line from (x, y), `length` to the right. */
function draw(sketch: Sketch, { x, y, length }: { x: number; y: number; length: number }): void {
  sketch.press({ x, y });
  for (let step = 1; step <= length; step++) sketch.move({ x: x + step, y });
  sketch.lift();
}

const givenImage = (): Drawing => ({ under: new Uint8Array(N_PIXELS).fill(9), strokes: [] });

Deno.test("during a stroke the drawing stays under the pen, and the model sees it in the middle", () => {
  const sketch = new Sketch();
  draw(sketch, { x: 2, y: 3, length: 8 });
  const shown = centreOfMass(rasterise(sketch.drawing))!, seen = centreOfMass(rasterise(sketch.seen))!;
  assert.ok(Math.abs(shown.x - 6) < 0.1 && Math.abs(shown.y - 3) < 0.1);
  assert.ok(Math.abs(seen.x - 14) < 0.1 && Math.abs(seen.y - 14) < 0.1);
  const before = sketch.seen;
  assert.ok(sketch.settle());
  assert.equal(sketch.drawing, before);
  assert.equal(sketch.seen, before, "settling changes nothing for the model");
  assert.ok(!sketch.settle(), "and happens once");
  assert.deepEqual(sketch.end, { x: sketch.drawing.strokes[0].points.at(-2)! / 8, y: 14 });
});

Deno.test("nothing settles while the pen is down", () => {
  const sketch = new Sketch();
  sketch.press({ x: 1, y: 1 });
  assert.ok(sketch.isDown && !sketch.settle());
  assert.deepEqual(sketch.drawing.strokes, [{ points: [8, 8], eraser: 0 }]);
});

Deno.test("small movements add no points, and the pen stays on the image", () => {
  const sketch = new Sketch();
  sketch.press({ x: 10, y: 10 });
  assert.ok(!sketch.move({ x: 10.2, y: 10.2 }));
  assert.ok(sketch.move({ x: 90, y: -5 }));
  assert.deepEqual(sketch.drawing.strokes[0].points, [80, 80, 224, 0]);
  sketch.lift();
  assert.ok(!sketch.move({ x: 3, y: 3 }), "nor does a lifted pen");
});

Deno.test("a stroke on a given image takes its place, or is added to it if asked for", () => {
  const sketch = new Sketch();
  sketch.show(givenImage());
  draw(sketch, { x: 5, y: 5, length: 3 });
  assert.equal(sketch.drawing.under, null);
  sketch.undo();
  assert.deepEqual(sketch.drawing, givenImage());
  sketch.tool = "add";
  draw(sketch, { x: 5, y: 5, length: 3 });
  sketch.tool = "draw";
  draw(sketch, { x: 9, y: 9, length: 3 });
  assert.equal(sketch.drawing.strokes.length, 2, "further strokes belong to it");
  assert.deepEqual(sketch.drawing.under, givenImage().under);
  assert.equal(sketch.seen, sketch.drawing, "and nothing moves");
});

Deno.test("the eraser works on ink and on a given image, and not on nothing", () => {
  const sketch = new Sketch();
  assert.ok(!sketch.press({ x: 1, y: 1 }, { tool: "erase" }));
  assert.ok(!sketch.canUndo);
  sketch.show(givenImage());
  assert.ok(sketch.press({ x: 14, y: 14 }, { tool: "erase" }));
  assert.equal(rasterise(sketch.drawing)[14 * 28 + 14], 0);
  assert.equal(rasterise(sketch.drawing)[0], 9);
});

Deno.test("undo goes back stroke by stroke, over a cleared drawing and a replaced one", () => {
  const sketch = new Sketch();
  draw(sketch, { x: 2, y: 2, length: 9 });
  sketch.settle();
  const first = sketch.drawing;
  draw(sketch, { x: 2, y: 20, length: 9 });
  sketch.clear();
  assert.ok(isEmpty(sketch.drawing));
  sketch.clear();
  sketch.show(givenImage());
  sketch.undo();
  assert.ok(isEmpty(sketch.drawing), "clearing an empty drawing is nothing to undo");
  sketch.undo();
  assert.equal(sketch.drawing.strokes.length, 2);
  assert.equal(sketch.seen, sketch.drawing, "what undo shows is fitted already");
  sketch.undo();
  assert.equal(sketch.drawing, first);
  assert.equal(sketch.seen, first);
  sketch.undo();
  assert.equal(sketch.drawing, EMPTY);
  assert.ok(!sketch.canUndo);
  sketch.undo();
});

Deno.test("a drawing has a largest size, and says so", () => {
  const sketch = new Sketch();
  sketch.press({ x: 0, y: 0 });
  for (let i = 0; i < MOST_POINTS + 5; i++) sketch.move({ x: i % 2 === 0 ? 20 : 4, y: i % 28 });
  assert.ok(sketch.isFull);
  assert.equal(sketch.drawing.strokes[0].points.length, 2 * MOST_POINTS);
  sketch.lift();
  assert.ok(!sketch.press({ x: 1, y: 1 }));
  assert.deepEqual(fitted(sketch.drawing).strokes[0].points.length, 2 * MOST_POINTS);
});
