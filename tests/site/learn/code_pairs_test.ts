/** The code of the tutorial beside ours: what a chapter names is there, and an excerpt is the lines that it states. */
import assert from "node:assert/strict";
import { CODE_PAIRS, linesHref } from "../../../site/src/learn/code_pairs.ts";
import { excerptOf } from "../../../site/src/learn/excerpt.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;

Deno.test("each place that the chapter on code names is in its file", async () => {
  for (const { title, shown, named } of CODE_PAIRS) {
    assert.ok(shown.length + named.length > 0, `${title} has no counterpart`);
    for (const place of [...shown, ...named]) {
      const source = await Deno.readTextFile(ROOT + place.file);
      const { first, last, text } = excerptOf(source, place);
      assert.ok(first >= 1 && last >= first, `${place.file}: ${first} to ${last}`);
      const lines = source.split("\n").slice(first - 1, last).map((line) => line.trim());
      assert.deepEqual(text.split("\n").map((line) => line.trim()), lines, title);
      assert.match(source.split("\n").slice(0, last).join("\n"), new RegExp(`\\b${place.symbol}\\b`));
    }
  }
});

Deno.test("what is shown is short enough to be read beside the tutorial's cell", async () => {
  for (const { title, shown } of CODE_PAIRS) {
    for (const place of shown) {
      const { first, last } = excerptOf(await Deno.readTextFile(ROOT + place.file), place);
      assert.ok(last - first < 24, `${title}, ${place.symbol}: ${last - first + 1} lines`);
    }
  }
});

Deno.test("the tutorial has 13 cells beside the one that only shows a batch", () => {
  assert.equal(CODE_PAIRS.length, 13); // get_mnist_loaders … latents.mean, counted in the notebook
});

const SOURCE = `/** A comment that says two(). */
export const one = 1;

export function two(
  a: number,
): number {
  if (a) {
    return a;
  }
  return 2;
}

export class Three {
  async four(a: number): Promise<void> {
    await a;
  }
}
`;

Deno.test("an excerpt is a declaration from its first line to its closing bracket", () => {
  const place = (symbol: string) => excerptOf(SOURCE, { file: "a.ts", symbol });
  assert.deepEqual(place("one"), { first: 2, last: 2, text: "export const one = 1;" });
  assert.deepEqual([place("two").first, place("two").last], [4, 11]);
  assert.deepEqual(place("four"), {
    first: 14,
    last: 16,
    text: "async four(a: number): Promise<void> {\n  await a;\n}",
  });
  assert.deepEqual([place("Three").first, place("Three").last], [13, 17]);
});

Deno.test("an excerpt may be a part of a declaration", () => {
  const part = excerptOf(SOURCE, { file: "a.ts", symbol: "two", from: "if (a)", to: "return a" });
  assert.deepEqual(part, { first: 7, last: 8, text: "if (a) {\n  return a;" });
});

Deno.test("what is not there is an error that names the file", () => {
  assert.throws(
    () => excerptOf(SOURCE, { file: "a.ts", symbol: "five" }),
    /Cannot show code of a\.ts: there is no five/,
  );
  assert.throws(
    () => excerptOf(SOURCE, { file: "a.ts", symbol: "two", from: "await" }),
    /two has no line with "await"/,
  );
});

Deno.test("the address of lines is the one that GitHub understands", () => {
  const place = { file: "lib/kl.ts", symbol: "klSum" };
  assert.equal(
    linesHref("https://github.com/a/b", place, { first: 3, last: 9 }),
    "https://github.com/a/b/blob/main/lib/kl.ts#L3-L9",
  );
});
