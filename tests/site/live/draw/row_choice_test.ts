import assert from "node:assert/strict";
import { nextOfClass } from "../../../../site/src/live/draw/row_choice.ts";

Deno.test("the rows of a class come one after the other, and then from the start", () => {
  const labels = [3, 1, 3, 2, 3];
  assert.equal(nextOfClass(labels, { label: 3, after: null }), 0);
  assert.equal(nextOfClass(labels, { label: 3, after: 0 }), 2);
  assert.equal(nextOfClass(labels, { label: 3, after: 4 }), 0);
  assert.equal(nextOfClass(labels, { label: 3, after: 3 }), 0, "after an image of another class: the first");
  assert.equal(nextOfClass(labels, { label: 2, after: 3 }), 3, "the only one");
  assert.equal(nextOfClass(labels, { label: 7, after: 0 }), null);
  assert.equal(nextOfClass([], { label: 0, after: null }), null);
});
