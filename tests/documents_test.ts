/**
 * The documents beside the code: short enough, with links that lead somewhere, a licence and a citation that tools can read.
 *
 * Words that may not appear in them are the business of `words_test.ts`; what their examples do, of the tests that run them.
 *
 * @module
 */
import assert from "node:assert/strict";
import project from "../deno.json" with { type: "json" };
import { needs } from "./needs.ts";

const ROOT = new URL("../", import.meta.url);
const MOST_README_LINES = 130;
const DOCS = [
  "data",
  "decisions",
  "engines",
  "guide",
  "new_data",
  "pytorch",
  "results",
  "science",
  "speed",
  "sweeps",
  "teaching",
  "variants",
];
const DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...DOCS.map((name) => `docs/${name}.md`)];

const read = (path: string) => Deno.readTextFileSync(new URL(path, ROOT));

Deno.test("the README fits into 130 lines and links every page of docs/", needs("read"), () => {
  const readme = read("README.md");
  assert.ok(readme.trimEnd().split("\n").length <= MOST_README_LINES);
  for (const name of DOCS) assert.ok(readme.includes(`(docs/${name}.md)`), name);
  const pages = Array.from(Deno.readDirSync(new URL("docs/", ROOT)), ({ name }) => name);
  assert.deepEqual(pages.filter((name) => name.endsWith(".md")).sort(), DOCS.map((name) => `${name}.md`));
});

Deno.test("the tutorial is introduced once in the README, by its title and with its address", needs("read"), () => {
  const readme = read("README.md"),
    address = "https://github.com/Tony-Ale/Notebooks/blob/main/Sparse_Autoencoder.ipynb";
  assert.ok(readme.includes(`[*Sparse Autoencoders*](${address})`));
  assert.equal(readme.split(address).length, 2);
  assert.ok(readme.indexOf(address) < readme.indexOf("the tutorial"), "introduced before it is named");
});

Deno.test(
  "links between the documents lead to files that are there, and to headings that they have",
  needs("read"),
  () => {
    for (const path of DOCUMENTS) {
      const text = read(path).replace(/```.*?```/gs, "");
      for (const [, target] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
        const [file, heading] = target.split("#");
        const url = new URL(file || path.split("/").at(-1)!, new URL(path, ROOT));
        assert.ok(isThere(url), `${path} links to ${target}`);
        if (heading) assert.ok(headingsOf(Deno.readTextFileSync(url)).includes(heading), `${path} links to ${target}`);
      }
    }
  },
);

Deno.test("LICENSE is MIT's, and deno.json and CITATION.cff agree with it and with each other", needs("read"), () => {
  assert.match(read("LICENSE"), /^MIT License\n\nCopyright \(c\) 2026 the sparse-autoencoders authors\n/);
  const citation = topFields(read("CITATION.cff"));
  assert.equal(citation["cff-version"], "1.2.0");
  assert.equal(citation.license, "MIT");
  assert.equal(citation.version, project.version);
  assert.match(citation["date-released"], /^\d{4}-\d\d-\d\d$/);
  assert.equal(citation.type, "software");
  assert.ok(citation.title && citation.message);
  assert.match(read("CITATION.cff"), /^authors:\n {2}- name: \S/m);
});

Deno.test(
  "CHANGELOG.md keeps a changelog: versions with dates, newest first, and known kinds of change",
  needs("read"),
  () => {
    const text = read("CHANGELOG.md");
    const titles = Array.from(text.matchAll(/^## (.*)$/gm), ([, title]) => title);
    assert.equal(titles[0], "[Unreleased]");
    for (const title of titles.slice(1)) assert.match(title, /^\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d$/);
    assert.ok(titles.some((title) => title.startsWith(`[${project.version}]`)));
    const kinds = new Set(Array.from(text.matchAll(/^### (.*)$/gm), ([, kind]) => kind));
    for (const kind of kinds) assert.match(kind, /^(Added|Changed|Deprecated|Removed|Fixed|Security)$/);
  },
);

function isThere(url: URL): boolean {
  try {
    Deno.statSync(url);
    return true;
  } catch {
    return false;
  }
}

/** A document's headings as GitHub makes anchors of them. */
function headingsOf(text: string): string[] {
  return Array.from(
    text.matchAll(/^#+ (.*)$/gm),
    ([, title]) => title.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"),
  );
}

/** The fields of a YAML file's first level that have a value on their line. */
function topFields(yaml: string): Record<string, string> {
  return Object.fromEntries(Array.from(yaml.matchAll(/^([\w-]+): (.+)$/gm), ([, name, value]) => [name, value.trim()]));
}
