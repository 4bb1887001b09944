/**
 * Lines on a terminal that is narrower than they are.
 *
 * @module
 */
import assert from "node:assert/strict";
import { folded } from "../../lib/cli/fold.ts";

Deno.test("folded() breaks between words, under the text of the line", () => {
  assert.equal(folded("a  line that fits", { width: 17 }), "a  line that fits");
  assert.equal(folded("engine   cpu on wasm", { width: 19 }), "engine   cpu on\n         wasm");
  assert.equal(folded("error: this is it", { width: 11 }), "error: this\nis it");
  assert.equal(folded("! one two three", { width: 9 }), "! one two\n  three");
  assert.equal(folded("  a  bbb ccc", { width: 10 }), "  a  bbb\n     ccc");
});

Deno.test("folded() keeps a number and its unit together", () => {
  assert.equal(
    folded("explained variance 0.6023  14 s  5 of 24", { width: 28 }),
    "explained variance 0.6023\n14 s  5 of 24",
  );
  assert.equal(folded("shared (0.0 %), by decoder", { width: 13 }), "shared\n(0.0 %), by\ndecoder");
  assert.equal(folded("of 2 seconds", { width: 6 }), "of 2\nseconds");
});

Deno.test("folded() leaves a word whole that is longer than the width, and spaces that align columns", () => {
  assert.equal(folded("see https://host/a/long/path now", { width: 10 }), "see\nhttps://host/a/long/path\nnow");
  assert.equal(
    folded("  run        test MSE   time and more", { width: 30 }),
    "  run        test MSE   time\n             and more",
  );
});

Deno.test("folded() counts no columns for colours, and keeps them", () => {
  const red = "\x1b[31merror\x1b[39m: one two";
  assert.equal(folded(red, { width: 14 }), red);
  assert.equal(folded(red, { width: 10 }), "\x1b[31merror\x1b[39m: one\ntwo");
});
