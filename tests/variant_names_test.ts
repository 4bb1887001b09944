/**
 * Nobody asks for a variant's name: what follows from a variant is derived from what its file states.
 *
 * @module
 */
import assert from "node:assert/strict";
import { VARIANT_NAMES } from "../lib/sae/sparsity/variants.ts";
import { comparisonsWith, sources } from "./compared_names.ts";
import { needs } from "./needs.ts";

/** A variant's own folder, where its name may be asked for. */
const OWN = "lib/sae/sparsity/";

const comparisonsIn = (source: string) => comparisonsWith(VARIANT_NAMES, source);

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
  for await (const path of sources()) {
    if (path.startsWith(OWN)) continue;
    count++;
    const text = await Deno.readTextFile(new URL(`../${path}`, import.meta.url));
    found.push(...comparisonsIn(text).map((comparison) => `${path}: ${comparison}`));
  }
  assert.ok(count > 200);
  assert.deepEqual(found, []);
});
