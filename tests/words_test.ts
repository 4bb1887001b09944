/**
 * Plain words: the list of `forbidden_words.ts` is kept by the documents, the help, the descriptions of a report's fields,
 * error messages and comments. The site's texts are the business of `tests/site/words_test.ts`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { setColorEnabled } from "@std/fmt/colors";
import { benchHelp } from "../lib/cli/bench_command.ts";
import { devicesHelp } from "../lib/cli/devices_command.ts";
import { importHelp } from "../lib/cli/import_command.ts";
import { exportHelp } from "../lib/cli/export_command.ts";
import { docsHelp } from "../lib/cli/docs_command.ts";
import { encodeHelp } from "../lib/cli/encode_command.ts";
import { evaluateHelp } from "../lib/cli/evaluate_command.ts";
import { examplesHelp } from "../lib/cli/examples_command.ts";
import { sweepHelp, trainHelp } from "../lib/cli/help.ts";
import { type HelpPage, helpText } from "../lib/cli/help_page.ts";
import { reportHelp, siteHelp } from "../lib/cli/site_command.ts";
import { reportsReadme } from "../lib/report/documentation.ts";
import { COPY, FORBIDDEN, FORBIDDEN_IN_PROSE, forbiddenIn, partsOf } from "./forbidden_words.ts";
import { needs } from "./needs.ts";

setColorEnabled(false);

const ROOT = new URL("../", import.meta.url);
/** They name the words themselves. */
const ABOUT_WORDS = ["tests/forbidden_words.ts", "tests/words_test.ts", "tests/site/words_test.ts"];

Deno.test("forbiddenIn() finds whole words, whatever their case and line, and says what to write", () => {
  assert.deepEqual(forbiddenIn("Each image\nWAKES a few; a wakeful night, awakening, silentLatents.", FORBIDDEN), [
    '"WAKES" in "…Each image WAKES a few; a wakeful night, awakening, sile…": write active; is active on',
  ]);
  assert.deepEqual(forbiddenIn("The field `silentLatents` counts them.", FORBIDDEN_IN_PROSE), []);
  assert.equal(forbiddenIn("a silent latent", FORBIDDEN_IN_PROSE).length, 1);
  assert.equal(forbiddenIn("copies of the input", [COPY]).length, 1);
});

Deno.test("README, documents and the report's documentation use no forbidden word", needs("read"), () => {
  const docs = Array.from(Deno.readDirSync(new URL("docs/", ROOT)), ({ name }) => `docs/${name}`)
    .filter((path) => path.endsWith(".md"));
  for (const path of ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "CITATION.cff", ...docs]) {
    assert.deepEqual(forbiddenIn(proseOf(Deno.readTextFileSync(new URL(path, ROOT))), FORBIDDEN_IN_PROSE), [], path);
  }
  const described = proseOf(reportsReadme());
  assert.deepEqual(forbiddenIn(described, [...FORBIDDEN_IN_PROSE, COPY]), []);
  assert.deepEqual(forbiddenIn(proseOf(Deno.readTextFileSync(new URL("README.md", ROOT))), [COPY]), []);
});

Deno.test("the help of every command uses no forbidden word", () => {
  const pages: HelpPage[] = [
    trainHelp(),
    sweepHelp(),
    siteHelp(),
    reportHelp(),
    devicesHelp(),
    benchHelp(),
    docsHelp(),
    encodeHelp(),
    evaluateHelp(),
    examplesHelp(),
    exportHelp(),
    importHelp(),
  ];
  for (const page of pages) {
    assert.deepEqual(forbiddenIn(helpText(page, 80), [...FORBIDDEN_IN_PROSE, COPY]), [], page.usage);
  }
});

Deno.test("error messages, descriptions and comments use no forbidden word", needs("read"), () => {
  for (const path of ["main.ts", ...filesIn("lib", /\.(ts|wgsl)$/), ...filesIn("bench", /\.ts$/)]) {
    const { comments, texts } = partsOf(Deno.readTextFileSync(new URL(path, ROOT)));
    assert.deepEqual(forbiddenIn(comments, FORBIDDEN), [], `comments of ${path}`);
    assert.deepEqual(forbiddenIn(texts, FORBIDDEN_IN_PROSE), [], `texts of ${path}`);
  }
  for (const path of filesIn("bench", /\.py$/)) {
    assert.deepEqual(forbiddenIn(Deno.readTextFileSync(new URL(path, ROOT)), FORBIDDEN), [], path);
  }
  for (const path of filesIn("tests", /\.ts$/).filter((path) => !ABOUT_WORDS.includes(path))) {
    assert.deepEqual(forbiddenIn(partsOf(Deno.readTextFileSync(new URL(path, ROOT))).comments, FORBIDDEN), [], path);
  }
});

/** A document without its blocks of code, code in lines, and addresses. */
function proseOf(markdown: string): string {
  return markdown.replace(/^```.*?^```$/gms, "").replace(/`[^`\n]*`/g, "`…`").replace(/\]\([^)]*\)/g, "]");
}

/** Paths of the files in a folder and below it, from the project's. */
function filesIn(folder: string, names: RegExp): string[] {
  return Array.from(Deno.readDirSync(new URL(`${folder}/`, ROOT))).flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? filesIn(path, names) : names.test(name) ? [path] : [];
  });
}
