/**
 * Nobody asks for a variant's name: what follows from a variant is derived from what its file states.
 *
 * @module
 */
import assert from "node:assert/strict";
import { VARIANT_NAMES } from "../lib/sae/sparsity/variants.ts";
import { needs } from "./needs.ts";

const ROOT = new URL("../", import.meta.url);
/** Where no name may be asked for; a variant's own folder may. */
const FOLDERS = ["lib/", "site/src/", "bench/"], OWN = "lib/sae/sparsity/";

const NAME = `["'\`](?:${VARIANT_NAMES.join("|")})["'\`]`;
/** A name that is compared, is a case, is looked for or is listed among others to be looked for. */
const COMPARISONS = [
  `[=!]==?\\s*${NAME}`,
  `${NAME}\\s*[=!]==?`,
  `\\bcase\\s+${NAME}`,
  `\\.(?:includes|indexOf|startsWith|endsWith|has|search)\\(\\s*${NAME}`,
  `\\[\\s*${NAME}\\s*[,\\]]`,
];

/** The comparisons with a variant's name in a source, comments left out. */
function comparisonsIn(source: string): string[] {
  const code = source.replaceAll(/\/\*.*?\*\/|(?<!["'`:])\/\/[^\n]*/gs, "");
  return COMPARISONS.flatMap((pattern) => code.match(new RegExp(pattern, "g")) ?? []);
}

Deno.test("comparisonsIn() finds every way to ask for a name, and no mention or choice of one", () => {
  const asked = [
    'if (sparsity === "topk") {}',
    'if ("l1" != sparsity) {}',
    'switch (sparsity) { case "gated": }',
    'const isIt = ["kl", "l1"].includes(sparsity);',
    'sparsity.endsWith("topk")',
    'const NAMES = ["batchtopk"];',
  ];
  for (const source of asked) assert.equal(comparisonsIn(source).length, 1, source);
  const others = [
    '// as sparsity === "topk"',
    '/** @example sparsity === "topk" */',
    'resolveConfig({ sparsity: "topk" })',
    'default: "kl",',
    'if (name === "topkish") {}',
    'const url = "https://example.org"; dictionary("topk");',
  ];
  for (const source of others) assert.deepEqual(comparisonsIn(source), [], source);
});

Deno.test("nothing outside a variant's own folder compares a variant's name", needs("read"), async () => {
  const found: string[] = [];
  let count = 0;
  for (const folder of FOLDERS) {
    for await (const path of sources(folder)) {
      if (path.startsWith(OWN)) continue;
      count++;
      const text = await Deno.readTextFile(new URL(path, ROOT));
      found.push(...comparisonsIn(text).map((comparison) => `${path}: ${comparison}`));
    }
  }
  assert.ok(count > 200);
  assert.deepEqual(found, []);
});

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    const path = `${folder}${name}${isDirectory ? "/" : ""}`;
    if (isDirectory) yield* sources(path);
    else if (/\.(ts|tsx|js|astro|wgsl)$/.test(name)) yield path;
  }
}
