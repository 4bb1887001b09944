/**
 * No values of data are spread into the arguments of a call: beyond some 100,000 of them it overflows the stack, and it
 * does so first for somebody with large images, after the training.
 *
 * @module
 */
import assert from "node:assert/strict";
import { needs } from "./needs.ts";

const LIB = new URL("../lib/", import.meta.url);

/** Built-in functions that take any number of arguments. */
const VARIADIC = /(?:\bMath\.\w+|\.(?:push|unshift|splice|concat|of|fromCharCode|fromCodePoint))\(/g;

/** What may be spread, as it is written, and why it is never long. */
const ALLOWED: Record<string, string> = {
  "...GLYPHS.flat()": "the built-in digits' shapes",
  "...arch.layers.map(": "a model's layers",
  "...Object.values(PRODUCTS)": "the kernels of a product",
  "...this.#trainStep(": "one step's losses",
  "...tf.tidy(": "one step's losses",
  "...await filesIn(": "the files of a run's folder",
  "...runs.map(({ id })": "the runs of a sweep, each of which takes seconds",
  "...rows.map(([, own])": "the lines of a table in the terminal",
  "...rows.map(({ term })": "the lines of a table in the terminal",
  "...names.map((name)": "the buffers of a model",
  "...classProfile": "classes, of which there are at most 256",
};

Deno.test("no values of data are spread into the arguments of a call", needs("permissions"), () => {
  for (const path of sourcesIn(LIB)) {
    const code = Deno.readTextFileSync(path).replace(/\/\*[\s\S]*?\*\//g, "").replace(/(?<!:)\/\/.*/g, "");
    for (const spread of spreadsIn(code)) {
      assert.ok(
        Object.keys(ALLOWED).some((allowed) => spread.startsWith(allowed)),
        `${path.pathname}: ${
          spread.slice(0, 60)
        } is spread into a call; use a loop or lib/norm.ts, or say above why it is short`,
      );
    }
  }
});

Deno.test("the check for spread data finds them, on one line and on several, and nothing else", () => {
  assert.equal(spreadsIn("Math.max(...values)").length, 1);
  assert.equal(spreadsIn("Math.hypot(\n  0,\n  ...values.map((v) => v * 2),\n)").length, 1);
  assert.equal(spreadsIn("rows.push(...a, ...b)").length, 2);
  assert.equal(spreadsIn("Float32Array.of(...a)").length, 1);
  assert.equal(spreadsIn("rows.push([...a]); rows.push({ ...b }); Math.max(f(...c), 1); load(...args)").length, 0);
});

/** The spreads among the arguments of variadic calls, each with the code that follows it. */
function spreadsIn(code: string): string[] {
  const spreads: string[] = [];
  for (const call of code.matchAll(VARIADIC)) {
    let depth = 1;
    for (let i = call.index + call[0].length; depth > 0 && i < code.length; i++) {
      if ("([{".includes(code[i])) depth++;
      else if (")]}".includes(code[i])) depth--;
      else if (depth === 1 && code.startsWith("...", i)) {
        spreads.push(code.slice(i, i + 200));
        i += 2;
      }
    }
  }
  return spreads;
}

function sourcesIn(folder: URL): URL[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) => {
    if (isDirectory) return sourcesIn(new URL(`${encodeURIComponent(name)}/`, folder));
    return name.endsWith(".ts") ? [new URL(encodeURIComponent(name), folder)] : [];
  });
}
