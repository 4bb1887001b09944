/**
 * Rows in words: which column is a row's text, where its token stands, and what is left of a long text.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { RowTexts } from "../../lib/report/row_texts_schema.ts";
import { rowPicture } from "../../site/src/row_picture.ts";
import { plain, RowWords, shortened, tokenText } from "../../site/src/row_words.ts";

const TEXTS: RowTexts = {
  rows: [3, 8],
  labels: [1, 0],
  fileRows: [30, 80],
  names: ["id", "Token", "text"],
  values: [["a", "b"], [" bank", "Ġriver"], ["the bank of the bank", "no such word"]],
};

Deno.test("a row has its text around its token, its class, its row of the files, and all columns", () => {
  const words = new RowWords(TEXTS);
  assert.deepEqual([words.hasText, words.hasLabels], [true, true]);
  assert.deepEqual(words.of(3), {
    row: 3,
    label: 1,
    fileRow: 30,
    text: { before: "the bank of the ", token: "bank", after: "" },
    columns: [
      { name: "id", value: "a" },
      { name: "Token", value: " bank" },
      { name: "text", value: "the bank of the bank" },
    ],
  });
  assert.deepEqual(words.of(8)?.text, { before: "", token: "river", after: " no such word" });
  assert.deepEqual([2, 4, 9].map((row) => words.of(row)), [null, null, null]);
});

Deno.test("without a column of a known name the first one is the text, and without columns there is none", () => {
  const some = new RowWords({ ...TEXTS, names: ["id", "place", "code"] });
  assert.deepEqual(some.of(3)?.text, { before: "a", token: "", after: "" });
  const none = new RowWords({ ...TEXTS, labels: null, fileRows: null, names: [], values: [] });
  assert.deepEqual([none.hasText, none.hasLabels], [false, false]);
  assert.deepEqual(none.of(3), { row: 3, label: null, fileRow: null, text: null, columns: [] });
  assert.equal(new RowWords(null).of(3), null);
});

Deno.test("a token alone is the text", () => {
  const words = new RowWords({ ...TEXTS, names: ["id", "token", "n"] });
  assert.deepEqual(words.of(8)?.text, { before: "Ġriver", token: "", after: "" });
});

Deno.test("a long text is cut far from its token, and never longer than asked for", () => {
  const text = tokenText(`${"a".repeat(50)} bank ${"b".repeat(50)}`, "bank");
  for (const most of [1, 4, 5, 6, 10, 20, 60, 105, 106, 200]) {
    const cut = shortened(text, most);
    assert.ok(plain(cut).length <= Math.max(most, 1), `${most}: ${plain(cut)}`);
    if (most >= 4) assert.equal(cut.token, "bank", `${most}`);
    if (most >= 106) assert.equal(plain(cut), plain(text));
  }
  assert.equal(plain(shortened(text, 20)), "…aaaaaaaaa bank bbb…");
  assert.equal(plain(shortened(tokenText("one two three", ""), 8)), "one two…");
});

Deno.test("a row is an image, bars, or nothing", () => {
  assert.equal(rowPicture({ kind: "image", drawn: true }), "image");
  assert.equal(rowPicture({ kind: "vector", drawn: true }), "bars");
  assert.equal(rowPicture({ kind: "vector", drawn: false }), "none");
});
