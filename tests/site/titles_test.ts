/** Where titles break, and which of them several runs have. */
import assert from "node:assert/strict";
import { sharedTitles, titleParts, unbrokenParts } from "../../site/src/titles.ts";

const LONG = "a title that its author wrote without any dot";

Deno.test("a title breaks after its dots only, and within a part that is long", () => {
  assert.equal(
    unbrokenParts("MNIST · TopK k 16 · random seed 0"),
    "MNIST\u00a0· TopK\u00a0k\u00a016\u00a0· random\u00a0seed\u00a00",
  );
  assert.equal(unbrokenParts(LONG), LONG);
  assert.deepEqual(titleParts(`MNIST · ${LONG}`), [{ text: "MNIST", isLong: false }, { text: LONG, isLong: true }]);
});

Deno.test("the titles that several runs have", () => {
  const runs = ["once", "twice", "thrice", "twice", "thrice", "thrice"].map((title) => ({ title }));
  assert.deepEqual(sharedTitles(runs), new Set(["twice", "thrice"]));
  assert.equal(sharedTitles([]).size, 0);
});
