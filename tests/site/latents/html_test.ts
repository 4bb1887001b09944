/**
 * What the pages of latents say: texts by hand, HTML of hostile names, of dead latents, of data without classes.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { LatentDetail } from "../../../lib/report/latents_schema.ts";
import { latentTable } from "../../../site/src/latents/columns.ts";
import { classBars, histogramBars } from "../../../site/src/latents/detail_charts.ts";
import { detailHtml } from "../../../site/src/latents/detail_html.ts";
import { inputAddress, latentAddress, type RunFacts } from "../../../site/src/latents/facts.ts";
import { FirstUses } from "../../../site/src/latents/first_uses.ts";
import { firstAtlas, firstLatent, firstRows } from "../../../site/src/latents/first_view.ts";
import { atlasTile, tableRow } from "../../../site/src/latents/list_html.ts";
import { panelHead } from "../../../site/src/latents/panel_html.ts";
import type { Pictures } from "../../../site/src/latents/pictures.ts";
import { lead } from "../../../site/src/latents/sentences.ts";
import { RowWords } from "../../../site/src/row_words.ts";
import { activationText, errorText, latentWords, tileText, valueText } from "../../../site/src/latents/values_text.ts";
import { many, SIX, six } from "./some_latents.ts";

const HOSTILE = `<script>alert("x")</script> & 'y'`;

const FACTS: RunFacts = {
  href: "../",
  unit: "image",
  picture: "image",
  channels: 1,
  testRows: 1000,
  classNames: ["7", "Ankle boot", "Ankle"],
  activeAbove: 0,
  others: "zero",
  range: { black: 0, white: 1 },
  aspect: 1,
  topRows: null,
  lifelines: null,
  seedsFile: null,
  ownPages: [1, 5],
  firstInputs: 200,
  furtherInputs: [700],
};

/** Every tile is there, at the first place of a file named after it. */
const PICTURES: Pictures = {
  decoder: (latent) => ({ src: `decoder-${latent}`, column: 0, row: 0, columns: 1, rows: 1 }),
  effect: (latent) => ({ src: `effect-${latent}`, column: 0, row: 0, columns: 1, rows: 1 }),
  partner: (place, latent) => ({ src: `partner-${place}-${latent}`, column: 0, row: 0, columns: 1, rows: 1 }),
  strengths: () => null,
  example: (row) => ({ src: `example-${row}`, column: 0, row: 0, columns: 1, rows: 1 }),
  exampleClass: (row) => row % 3,
};

const counts = Array.from({ length: 50 }, (_, i) => i === 0 ? 930 : i === 7 ? 60 : i === 49 ? 10 : 0);
const DETAIL: LatentDetail = {
  latent: 1,
  histogram: { max: 1.5, counts },
  top: { rows: [12, 700, 900], activations: [1.5, 1.25, 0.07] },
  intervals: { counts: [1, 1, 0, 0, 0, 0, 0, 0, 0, 998], rows: [[12], [700], [], [], [], [], [], [], [], [3, 4]] },
  classProfile: [0.25, 0.5, 0.25],
  factorCorrelation: {},
  similar: { latents: [5, 3], cosines: [0.9, -0.25] },
};

const source = {
  table: six(),
  facts: FACTS,
  pictures: PICTURES,
  words: new RowWords(null),
  topOf: () => null,
  seeds: null,
  file: { errorRows: 1000, similarIsExact: true, detailed: null },
};

Deno.test("values as text", () => {
  const text = (measure: Parameters<typeof valueText>[1], latent: number) => valueText(six(), measure, latent);
  assert.deepEqual([0, 2, 3].map((latent) => text("density", latent)), ["50\u00a0%", "dead", "0.010\u00a0%"]);
  assert.equal(text("meanWhenActive", 2), "", "there is none");
  assert.equal(text("mainClass", 1), "Ankle boot");
  assert.equal(text("errorSaved", 3), "−0.000100");
  assert.deepEqual([0, 0.034, 1.234, 12].map(activationText), ["0", "0.034", "1.23", "12.00"]);
  const below = [0, 1e-10, 0.000031, 0.0012, 0.034, 0.5, 0.999, 1.234, 9.99, 98765, 1e9].map(tileText);
  assert.deepEqual(below, ["0", "1·10⁻¹⁰", "3·10⁻⁵", "0.0012", "0.034", "0.50", "1.0", "1.2", "10", "98765", "1.0e+9"]);
  assert.ok(below.every(({ length }) => length <= 7), "what a tile has room for");
  assert.deepEqual([0, 3.14159e-7, -2e-12, 0.0123456].map(errorText), ["0", "3.1·10⁻⁷", "−2.0·10⁻¹²", "0.0123"]);
  assert.equal(
    latentWords(six(), 1, FACTS),
    "Latent 1: active on 7.0\u00a0% of test images, largest activation 1.50, most often class Ankle boot",
  );
  assert.equal(latentWords(six(), 2, FACTS), "Latent 2: active on no test image");
});

Deno.test("a latent leads to its own page or to the page of all, a test row to its latents where they are shown", () => {
  assert.equal(latentAddress(FACTS, 5), "../latents/5/");
  assert.equal(latentAddress(FACTS, 4), "../latents/?latent=4");
  assert.deepEqual([199, 200, 700].map((row) => inputAddress(FACTS, row)), [
    "../inputs/?input=199",
    null,
    "../inputs/?input=700",
  ]);
});

Deno.test("rows and tiles name classes as text and mark the chosen latent", () => {
  const table = latentTable(SIX, { classNames: [HOSTILE, HOSTILE, HOSTILE] });
  for (const html of [tableRow(1, 0, { ...source, table, chosen: 1 }), atlasTile(1, { ...source, table, chosen: 1 })]) {
    assert.doesNotMatch(html, /<script|"x"|'y'/);
    assert.match(html, /aria-current="true"/);
    assert.match(html, /href="\.\.\/latents\/1\/"/);
  }
  assert.match(tableRow(5, 0, { ...source, chosen: null }), /width:100\.0%/, "the most frequent has the whole bar");
  assert.match(tableRow(0, 7, { ...source, chosen: null }), /aria-rowindex="9".*width:50\.0%/, "after the head");
  assert.doesNotMatch(tableRow(2, 0, { ...source, chosen: null }), /width:|aria-current/, "a dead latent has no bar");
});

Deno.test("details: strip, test rows, intervals, classes, similar latents", () => {
  const html = detailHtml({ ...source, detail: DETAIL });
  assert.equal(html.match(/<canvas /g)!.length, 5, "to be drawn from the effect");
  assert.match(html, /<span>0\.30<\/span>.*<span>1\.5<\/span>.*effect-1.*>effect</);
  assert.match(html, /The 3 most activating test images/);
  assert.match(
    html,
    /<a href="\.\.\/inputs\/\?input=700" aria-label="Test image 700, class Ankle boot, activation 1\.25">/,
  );
  assert.match(
    html,
    /<span role="img" aria-label="Test image 900, class 7, activation 0\.070">/,
    "not shown as an input",
  );
  assert.match(html, /Activations above 0\.030 .*930 test images/);
  assert.match(html, /1\.35 to 1\.50<\/th><td class="number">1</);
  assert.match(html, /<dd>50\u00a0%, class Ankle boot<\/dd>/);
  assert.match(html, /data-latent="3" aria-label="Latent 3, cosine −0\.25"/);
  assert.match(html, /<a href="\.\.\/inputs\/\?latent=1">/);
  assert.match(html, /every other latent at 0;.*on 1\u202f000 test images/);
  assert.doesNotMatch(html, /Correlation|same group/, "no known factors, and all latents were compared");
  const withFactors = detailHtml({
    ...source,
    detail: { ...DETAIL, factorCorrelation: { slant: -0.9, [HOSTILE]: 0.2 } },
  });
  assert.match(withFactors, /slant<\/dt><dd>−0\.90/);
  assert.doesNotMatch(withFactors, /<script/);
});

Deno.test("details name the columns that a latent changes most, of data that have names", () => {
  const changes = { columns: ["age", HOSTILE], values: [2.5, -0.125] };
  const html = detailHtml({ ...source, detail: { ...DETAIL, changes } });
  assert.match(html, /<h3 class="minor">Columns that it changes most, at its largest activation<\/h3>/);
  assert.match(html, /<dt>age<\/dt><dd>\+2\.50<\/dd>.*<dd>−0\.13<\/dd>/);
  assert.doesNotMatch(html, /<script/);
  assert.doesNotMatch(detailHtml({ ...source, detail: DETAIL }), /Columns that/);
});

Deno.test("details of a dead latent say so and show nothing that is not there", () => {
  const detail: LatentDetail = {
    ...DETAIL,
    latent: 2,
    top: { rows: [], activations: [] },
    intervals: null,
    classProfile: null,
    similar: { latents: [], cosines: [] },
  };
  const html = detailHtml({ ...source, detail });
  assert.match(html, /active on no test image/);
  assert.match(html, /This latent is 0 on every test image/);
  assert.doesNotMatch(html, /canvas|most activating|Activations above|similar|NaN|undefined|null/);
});

Deno.test("details without classes and without a tile", () => {
  const table = latentTable({ ...SIX, mainClass: null, classPurity: null }, FACTS);
  const pictures = { ...PICTURES, effect: () => null, decoder: () => null, exampleClass: () => null };
  const html = detailHtml({ ...source, table, pictures, detail: { ...DETAIL, classProfile: null } });
  assert.doesNotMatch(html, /class Ankle|by class|purity|NaN/i);
  assert.match(html, /The report has no tile of this latent/);
});

Deno.test("classes stand side by side, or below each other where names are long or classes many", () => {
  assert.match(classBars([0.2, 0.8], { classNames: ["0", "1"] }), /class-columns.*class="main"/);
  const long = classBars([0.2, 0.8], { classNames: ["T-shirt/top", HOSTILE] });
  assert.match(long, /class-lines/);
  assert.doesNotMatch(long, /<script/);
  const crowd = classBars(Array.from({ length: 30 }, (_, i) => i === 20 ? 0.42 : 0.02), { classNames: [] });
  assert.match(crowd, /<li class="main"><span>20<\/span>.*42\u00a0%/);
  assert.equal(crowd.match(/<li/g)!.length, 10);
  assert.match(crowd, /20 other classes together: 40\u00a0%/);
});

Deno.test("a histogram leaves out the first bin and names where it starts and ends", () => {
  const html = histogramBars({ max: 1.5, counts });
  assert.equal(html.match(/M/g)!.length, 2, "two bins have activations");
  assert.match(html, /M6\.15 64v-64\.00/, "the fullest bin, number 7, is as high as the chart");
  assert.match(html, /from 0\.030 to 1\.50; the fullest of 49 bins has 60/);
});

Deno.test("the head of the panel leads to the latents beside it and to its page", () => {
  const html = panelHead(4, FACTS, { previous: null, next: 5 });
  assert.match(html, /Latent 4.*Next latent, 5.*view=whole/);
  assert.doesNotMatch(html, /Previous/);
  assert.match(panelHead(5, FACTS, { previous: 4, next: null }), /Previous latent, 4.*href="\.\.\/latents\/5\/"/);
});

Deno.test("the first view: a row of each class, the rows that save most error", () => {
  const table = latentTable(many(5000), { classNames: Array.from({ length: 10 }, (_, i) => String(i)) });
  const { order, groups, isWhole } = firstAtlas(table);
  assert.equal(order, "class");
  assert.deepEqual(
    groups.map(({ tiles }) => tiles.length),
    new Array(11).fill(16),
    "ten classes and those without one",
  );
  assert.ok(isWhole);
  const saved = table.values.errorSaved, rows = firstRows(table);
  assert.equal(rows.length, 64);
  const largest = [...saved].sort((a, b) => b - a).slice(0, 64);
  assert.deepEqual(rows.map((latent) => saved[latent]), largest);
  assert.equal(firstLatent(table, null), rows[0]);
  assert.equal(firstLatent(table, [rows[9], rows[4]].sort((a, b) => a - b)), rows[4], "one that has details");

  const plain = firstAtlas(latentTable({ ...many(4), mainClass: null, classPurity: null }, { classNames: ["a"] }));
  assert.deepEqual([plain.order, plain.groups.length, plain.groups[0].tiles.length], ["error", 1, 4]);
});

Deno.test("the first use of each term on a page leads to the glossary, and the text stays text", () => {
  const uses = new FirstUses((anchor) => `glossary/#${anchor}`);
  const first = uses.html("<b>Half of the latents are active & dead latents are not active</b>");
  assert.deepEqual(first.match(/#[\w-]+/g)?.filter((anchor) => !/^#\d+$/.test(anchor)), [
    "#latent",
    "#active",
    "#dead-latent",
  ]);
  assert.doesNotMatch(first, /<b>/);
  const second = uses.html("latents, their mean activation and their activation");
  assert.deepEqual(
    Array.from(second.matchAll(/href="[^"]*#([\w-]+)">([^<]*)/g), ([, anchor, word]) => [anchor, word]),
    [
      ["mean-activation", "mean activation"],
      ["activation", "activation"],
    ],
  );
});

Deno.test("the first sentences", () => {
  assert.equal(
    lead(six(), FACTS),
    "On average 1.6 of 6 latents are active on a test image. 1 latent is dead: it is active on no test image.",
  );
  const dead = { ...SIX, density: [0, 0, 0, 0, 0, 0] };
  assert.equal(
    lead(latentTable(dead, FACTS), { ...FACTS, unit: "row" }),
    "None of the 6 latents is active on any test row: all of them are dead.",
  );
  const kl = lead(latentTable({ ...many(1000), density: new Array(1000).fill(0.25) }, FACTS), {
    ...FACTS,
    activeAbove: 0.1,
  });
  assert.equal(
    kl,
    "On average 250 of 1\u202f000 latents are active (above 0.1) on a test image. " +
      "Half of the latents are active on at most 25\u00a0% of the test images. No latent is dead.",
  );
  const half = { ...many(10), density: [0, 0, 0, 0, 0, 0.2, 0.2, 0.2, 0.2, 0.2] };
  assert.equal(
    lead(latentTable(half, FACTS), FACTS),
    "On average 1 of 10 latents are active on a test image. 5 latents are dead: they are active on no test image.",
    "a median of 0 says no more than how many are dead",
  );
});
