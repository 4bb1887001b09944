/**
 * Which rows of a long list are in the page, and the address that keeps what a reader chose.
 *
 * @module
 */
import assert from "node:assert/strict";
import { choiceOf, DEFAULT_CHOICE, queryOf } from "../../../site/src/latents/address.ts";
import { atlasRows, scrollTo, windowOf } from "../../../site/src/latents/windowing.ts";

const box = { viewHeight: 592, rowHeight: 44 };

Deno.test("at any place all rows in view are in the page, and never more than 36", () => {
  for (const rows of [0, 1, 13, 36, 1024, 65536]) {
    for (let scrollTop = 0; scrollTop <= rows * 44; scrollTop += 41) {
      const { from, to } = windowOf({ ...box, scrollTop, rows });
      assert.ok(from >= 0 && to <= rows && to - from <= 36, `${from} to ${to} of ${rows}`);
      const first = Math.floor(scrollTop / 44), last = Math.ceil((scrollTop + 592) / 44);
      if (first < rows) assert.ok(from <= first && to >= Math.min(last, rows), `${from} to ${to} at ${scrollTop}`);
      if (rows) assert.ok(to > from);
    }
  }
  assert.deepEqual(windowOf({ ...box, scrollTop: -200, rows: 100 }), { from: 0, to: 23 }, "a bounce above the top");
});

Deno.test("a row is brought into view by the least scrolling, below the head", () => {
  const at = { ...box, head: 50 };
  assert.equal(scrollTo(3, { ...at, scrollTop: 0 }), 0, "in view already");
  assert.equal(scrollTo(3, { ...at, scrollTop: 400 }), 132, "above");
  assert.equal(scrollTo(20, { ...at, scrollTop: 0 }), 21 * 44 - 542, "below");
});

Deno.test("an atlas in rows: each group starts one, none is longer than the columns", () => {
  assert.deepEqual(atlasRows([5, 0, 2], 2), [
    { group: 0, from: 0, to: 2 },
    { group: 0, from: 2, to: 4 },
    { group: 0, from: 4, to: 5 },
    { group: 2, from: 0, to: 2 },
  ]);
});

Deno.test("an address keeps every choice, and a wrong one is as if it were not there", () => {
  const choice = {
    latent: 17,
    isWhole: true,
    search: "class “a&b” > 5 %",
    sort: { key: "density", isAscending: true },
    shown: "dead",
    bin: 0,
    order: "largest",
  } as const;
  assert.deepEqual(choiceOf(queryOf(choice)), choice);
  assert.equal(queryOf(DEFAULT_CHOICE), "");
  assert.deepEqual(choiceOf(""), DEFAULT_CHOICE);
  const wrong = "?latent=x&latent=1&sort=-toString&show=some&bin=-1&order=__proto__&view=1";
  assert.deepEqual(choiceOf(wrong), DEFAULT_CHOICE);
  assert.deepEqual(choiceOf("?sort=-latent").sort, { key: "latent", isAscending: false });
});
