/**
 * The glossary: every entry defined, every anchor one of a kind, every formula one that KaTeX can set.
 *
 * @module
 */
import katex from "katex";
import assert from "node:assert/strict";
import { DEFINITIONS } from "../../lib/analysis/definitions.ts";
import { KNOB_NAMES } from "../../lib/config_knobs.ts";
import { documentedFiles } from "../../lib/report/documentation.ts";
import { VARIANT_NAMES, VARIANTS } from "../../lib/sae/sparsity/variants.ts";
import { BASICS } from "../../site/src/glossary/basics.ts";
import { FIELD } from "../../site/src/glossary/field.ts";
import { entryOf, GLOSSARY, searchText } from "../../site/src/glossary/glossary.ts";
import { codeParts } from "../../site/src/glossary/code_parts.ts";
import { measureAnchor } from "../../site/src/glossary/measures.ts";
import { fileAnchor, measureOf } from "../../site/src/glossary/report_fields.ts";
import { isMatch } from "../../site/src/glossary/search.ts";
import { settingAnchor } from "../../site/src/glossary/settings.ts";

const entries = GLOSSARY.flatMap(({ entries }) => entries);

Deno.test("every entry has a name, whole sentences and an anchor that is a plain word", () => {
  for (const { anchor, name, meaning, facts = [] } of entries) {
    assert.ok(name.trim().length > 0, anchor);
    assert.match(anchor, /^[a-zA-Z][\w-]*$/);
    assert.match(meaning, /^[A-Z0-9`].*\.$/s, `${name}: ${meaning}`);
    for (const { name, value } of facts) assert.ok(name && value.trim(), `${anchor}: ${name} has no value`);
  }
});

Deno.test("no two entries or parts share an anchor, and no two of one part a name", () => {
  const anchors = [...GLOSSARY, ...entries].map(({ anchor }) => anchor);
  assert.deepEqual(anchors.filter((anchor, i) => anchors.indexOf(anchor) !== i), []);
  for (const { entries } of GLOSSARY) {
    const names = entries.map(({ name }) => name.toLowerCase());
    assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), []);
  }
});

Deno.test("KaTeX sets every formula without a warning", () => {
  const formulas = entries.flatMap(({ name, tex, symbol }) =>
    [tex, symbol].flatMap((tex) => tex === undefined ? [] : [{ name, tex }])
  );
  assert.ok(formulas.length > 60);
  for (const { name, tex } of formulas) {
    assert.doesNotThrow(
      () => katex.renderToString(tex, { displayMode: true, throwOnError: true, strict: "error" }),
      name,
    );
  }
});

Deno.test("the twelve terms, every measure, every method and every setting have an entry", () => {
  assert.deepEqual(BASICS.map(({ name }) => name).sort(), [
    "activation",
    "active",
    "dead latent",
    "density",
    "dictionary",
    "feature",
    "input",
    "latent",
    "pre-activation",
    "reconstruction",
    "reconstruction error",
    "sparsity penalty",
  ]);
  const anchors = new Set(entries.map(({ anchor }) => anchor));
  for (const measure of Object.keys(DEFINITIONS)) assert.ok(anchors.has(measureAnchor(measure)), measure);
  for (const knob of KNOB_NAMES) assert.ok(anchors.has(settingAnchor(knob)), knob);
  for (const variant of VARIANT_NAMES) assert.ok(anchors.has(`method-${variant}`), variant);
});

Deno.test("the field's terms stand by the alphabet", () => {
  const names = FIELD.map(({ name }) => name.replace(/^the /, "").toLowerCase());
  assert.deepEqual(names, names.toSorted((a, b) => a.localeCompare(b, "en")));
});

Deno.test("a term is found by its name, its other names and its anchor, whatever its capitals", () => {
  assert.equal(entryOf("latent").anchor, "latent");
  assert.equal(entryOf("Dead latents").anchor, "dead-latent");
  assert.equal(entryOf("TopK").anchor, "method-topk");
  assert.equal(entryOf("mse").name, "Mean squared error");
  assert.equal(entryOf("targetL0").name, "--target-l0");
  assert.throws(() => entryOf("wakefulness"), /^RangeError: Cannot link a term: the glossary has no "wakefulness"/);
});

Deno.test("search reads names, meanings and values, without marks of code", () => {
  const text = searchText(entryOf("--dead-steps"));
  assert.ok(text.includes("--dead-steps deadsteps"));
  assert.ok(!text.includes("`"));
});

Deno.test("thresholds of `active` are those of the variants", () => {
  for (const name of VARIANT_NAMES) assert.equal(VARIANTS[name].activeAbove, name === "kl" ? 0.1 : 0, name);
});

Deno.test("a setting's default is listed with each variant, if they differ", () => {
  const fact = (setting: string, name: string) => entryOf(setting).facts?.find((fact) => fact.name === name)?.value;
  assert.equal(
    fact("--latent", "default"),
    "32 with kl; 256 with l1, topk, batchtopk, jumprelu, gated, matryoshka and hierarchicaltopk",
  );
  assert.equal(fact("--lr", "auto"), "4.4/√(latents · steps), at most 0.01");
  assert.equal(fact("--k", "only with"), "topk, batchtopk, matryoshka and hierarchicaltopk");
  assert.equal(fact("--seed", "default"), "0");
});

Deno.test("a search finds entries that have all its words, in any order and without capitals", () => {
  assert.ok(isMatch("sigmoid 1 / (1 + e)", ""));
  assert.ok(isMatch("a latent that is active on no input", " Input latent "));
  assert.ok(!isMatch("a latent that is active on no input", "latent output"));
  const found = entries.filter((entry) => isMatch(searchText(entry), "neuron")).map(({ name }) => name);
  assert.deepEqual(found, ["latent"]);
});

Deno.test("codeParts() splits at backticks and leaves no empty part", () => {
  assert.deepEqual(codeParts("`a` or `b`, c"), [
    { text: "a", isCode: true },
    { text: " or ", isCode: false },
    { text: "b", isCode: true },
    { text: ", c", isCode: false },
  ]);
  assert.deepEqual(codeParts("plain"), [{ text: "plain", isCode: false }]);
});

Deno.test("no formula has a root: the site's font of mathematics has no sign for it", () => {
  for (const { name, tex } of entries) assert.doesNotMatch(tex ?? "", /\\sqrt/, name);
});

Deno.test("fields of a report that are measures are found by their paths, and files have anchors of their own", () => {
  assert.equal(measureOf("metrics.test.mse"), "mse");
  assert.equal(measureOf("metrics.probing"), "probing");
  for (const path of ["metrics.test", "metrics.test.shareAbove[].value", "mse", "metrics.samples"]) {
    assert.equal(measureOf(path), null, path);
  }
  const files = documentedFiles();
  assert.equal(new Set(files.map(({ name }) => fileAnchor(name))).size, files.length);
  const measured = new Set(files[0].fields.flatMap(({ path }) => measureOf(path) ?? []));
  assert.ok(measured.size > 25, `${measured.size} measures are linked`);
});
