import assert from "node:assert/strict";
import { activeText, inputText, sumEndText, testImageText } from "../../../../site/src/live/draw/words.ts";
import type { Side } from "../../../../site/src/live/live.ts";

const data = { labels: Uint8Array.of(7, 2), classNames: ["0", "1", "shoe"], words: null, canDraw: true };

Deno.test("a test image is named by its number and class, if there are classes", () => {
  assert.equal(testImageText(1, data), "test image 1, class shoe");
  assert.equal(testImageText(0, data), "test image 0, class 7", "a label without a name");
  assert.equal(testImageText(4, { labels: null, classNames: [] }), "test image 4");
  assert.equal(testImageText(4, null), "test image 4");
});

Deno.test("the pad says what it shows: the class of a test image, a drawing, or that it is empty", () => {
  const pixels = new Uint8Array(784), all = { data, isEmpty: false };
  assert.equal(inputText({ pixels, from: { row: 1 } }, all), "class shoe");
  assert.equal(inputText({ pixels, from: { row: 1 } }, { ...all, data: null }), "");
  assert.match(inputText({ pixels, from: { drawing: "iAA" } }, all), /^Your drawing/);
  assert.match(inputText({ pixels, from: { drawing: "0" } }, { data, isEmpty: true }), /^Draw a digit/);
  assert.match(inputText(null, { data: null, isEmpty: true }), /^Draw a digit/);
});

Deno.test("active latents in words: some, one, none, and all dead", () => {
  const side = (activeAbove: number, stats: object | null) =>
    ({ opened: { nLatents: 1024, activeAbove }, focus: {}, stats, step: 5 }) as unknown as Side;
  assert.equal(activeText(side(0, null), 16), "16 of 1\u202f024 latents are active");
  assert.equal(activeText(side(0.1, null), 1), "1 of 1\u202f024 latent is active (above 0.1)");
  assert.equal(activeText(side(0, { dead: 3, rows: 1024 }), 0), "No latent is active on this input.");
  assert.equal(
    activeText(side(0, { dead: 1024, rows: 1024 }), 0),
    "No latent is active: all 1\u202f024 are dead, active on none of the 1\u202f024 held-out rows.",
  );
});

Deno.test("the ends of the growing sum", () => {
  const sum = { isFirst: false, nLatents: 32, nActive: 9, nAdded: 7, isSigmoid: false };
  assert.equal(sumEndText({ ...sum, isFirst: true }), "none");
  assert.equal(sumEndText(sum), "+ 2 more");
  assert.equal(sumEndText({ ...sum, nActive: 7 }), "all");
  assert.equal(sumEndText({ ...sum, isSigmoid: true }), "all 32");
});
