/**
 * Plain words on the site: its sources keep the list of `tests/forbidden_words.ts`, in comments and in what pages say.
 *
 * @module
 */
import assert from "node:assert/strict";
import { COPY, FORBIDDEN, FORBIDDEN_IN_PROSE, forbiddenIn, partsOf } from "../forbidden_words.ts";

const SITE = new URL("../../site/", import.meta.url);
/** What pages say, in which nothing is a copy but what a button copies. */
const PROSE = [...FORBIDDEN_IN_PROSE, COPY];

Deno.test("TypeScript of the site uses no forbidden word in comments and texts", () => {
  for (const path of [...filesIn("src", /\.ts$/), ...filesIn("build", /\.ts$/)]) {
    const { comments, texts } = partsOf(Deno.readTextFileSync(new URL(path, SITE)));
    assert.deepEqual(forbiddenIn(comments, FORBIDDEN), [], `comments of ${path}`);
    assert.deepEqual(forbiddenIn(texts, PROSE), [], `texts of ${path}`);
  }
});

Deno.test("pages and components use no forbidden word", () => {
  const files = filesIn("src", /\.astro$/);
  assert.ok(files.length > 40);
  for (const path of files) {
    const { code, page } = splitPage(Deno.readTextFileSync(new URL(path, SITE)));
    const { comments, texts } = partsOf(code);
    assert.deepEqual(forbiddenIn(comments, FORBIDDEN), [], `comments of ${path}`);
    assert.deepEqual(forbiddenIn(`${texts}\n${page}`, PROSE), [], path);
  }
});

/** The TypeScript of a page or component, and the rest without styles and without what buttons say. */
function splitPage(source: string): { code: string; page: string } {
  const code = /^---$(.*?)^---$/ms.exec(source)?.[1] ?? "";
  const page = source.replace(/^---$.*?^---$/ms, "").replace(/<style>.*?<\/style>|<button\b.*?<\/button>/gs, "");
  return { code, page };
}

/** Paths of the files in a folder of the site and below it. */
function filesIn(folder: string, names: RegExp): string[] {
  return Array.from(Deno.readDirSync(new URL(`${folder}/`, SITE))).flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${encodeURIComponent(name)}`;
    return isDirectory ? filesIn(path, names) : names.test(name) ? [path] : [];
  });
}
