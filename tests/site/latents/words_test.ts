/**
 * Latents of rows without a picture, and of colour images: lines of words, a map of all, colours of effects.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { LatentDetail } from "../../../lib/report/latents_schema.ts";
import { cosineChart, cosineReading, mapChart, mapReading } from "../../../site/src/charts/latent_map.ts";
import { latentTable } from "../../../site/src/latents/columns.ts";
import { columnsHtml, detailHtml } from "../../../site/src/latents/detail_html.ts";
import { detailPlace } from "../../../site/src/latents/detail_place.ts";
import { isEffectSigned, type RunFacts } from "../../../site/src/latents/facts.ts";
import { readSearch } from "../../../site/src/latents/filter.ts";
import { tableRow } from "../../../site/src/latents/list_html.ts";
import { cosineBins, latentGrid } from "../../../site/src/latents/map_bins.ts";
import type { Pictures } from "../../../site/src/latents/pictures.ts";
import { noPictureSentence } from "../../../site/src/latents/sentences.ts";
import { columnsText, wordsHtml } from "../../../site/src/latents/words_html.ts";
import { plain, RowWords } from "../../../site/src/row_words.ts";
import { many, SIX, six } from "./some_latents.ts";

const FACTS: RunFacts = {
  href: "../",
  unit: "row",
  picture: "none",
  channels: 1,
  testRows: 1000,
  classNames: ["7", "Ankle boot", "Ankle"],
  activeAbove: 0,
  others: "zero",
  range: { black: 0, white: 1 },
  aspect: 1,
  topRows: "top-rows.json",
  lifelines: null,
  seedsFile: null,
  ownPages: [1],
  firstInputs: 20,
  furtherInputs: [],
};
const NONE: Pictures = {
  decoder: () => null,
  effect: () => null,
  partner: () => null,
  strengths: () => null,
  example: () => null,
  exampleClass: () => null,
};
const words = new RowWords({
  rows: [12, 700],
  labels: [1, 2],
  fileRows: null,
  names: ["text", "token", "url"],
  values: [["over the <river> bank", "a cold glacier"], [" bank", " cold"], ["https://example.org/12", "u"]],
});
const source = {
  table: six(),
  facts: FACTS,
  pictures: NONE,
  words,
  topOf: (latent: number) => latent === 1 ? 12 : null,
  seeds: null,
  file: { errorRows: 1000, similarIsExact: true, detailed: [1, 5] },
};
const DETAIL: LatentDetail = {
  latent: 1,
  histogram: { max: 1.5, counts: new Array(50).fill(20) },
  top: { rows: [12, 700, 900], activations: [1.5, 0.75, 0.07] },
  intervals: { counts: [1, 1, 0, 0, 0, 0, 0, 0, 0, 998], rows: [[12], [700], [], [], [], [], [], [], [], [3]] },
  classProfile: [0.25, 0.5, 0.25],
  factorCorrelation: {},
  similar: { latents: [5, 3], cosines: [0.9, -0.25] },
};

Deno.test("top rows without a picture are lines: the text with its token, the class, the activation as a bar", () => {
  const html = detailHtml({ ...source, detail: DETAIL });
  assert.doesNotMatch(html, /canvas|class="tile|<river>|NaN|undefined/);
  assert.match(
    html,
    /<a href="\.\.\/inputs\/\?input=12" title="Row 12; [^"]*url: https:[^"]*"><span class="words">over the &lt;river&gt; <b class="token">bank</,
  );
  assert.match(html, /<span class="row-class">Ankle boot<\/span>.*width:100\.0%.*1\.50/);
  assert.match(html, /cold<\/b> glacier<\/span><\/span><span class="row-class">Ankle<\/span>.*width:50\.0%/);
  assert.match(html, /<span class="row-number">Row 900<\/span>/, "a row of which nothing is known in words");
  assert.match(html, /1\.35 to 1\.50<\/th><td class="number">1<\/td><td><ul class="rows-in-words">/);
});

Deno.test("a latent without details has its numbers, and says how to have more", () => {
  const html = columnsHtml(source, 4);
  assert.match(html, /details, such as .* of 2 of 6 latents: .*“--details 6”/);
  assert.match(html, /Nearest latent<\/dt><dd>1, cosine 0\.50/);
  assert.doesNotMatch(html, /canvas|NaN|undefined/);
  const file = { detailed: [1, 3, 5], detailFiles: ["a.json", "b.json"], latentsPerFile: 2 as 256 };
  assert.deepEqual(detailPlace(file, 5), { file: "b.json", place: 0 });
  assert.equal(detailPlace(file, 2), null);
  assert.deepEqual(detailPlace({ ...file, detailed: null }, 3), { file: "b.json", place: 1 });
});

Deno.test("a row of the table has the text of the row that activates the latent most", () => {
  const html = tableRow(1, 0, { ...source, chosen: null });
  assert.match(html, /over the .* <b class="token">bank<\/b>/);
  assert.doesNotMatch(html, /class="tile/);
  assert.doesNotMatch(tableRow(3, 0, { ...source, chosen: null }), /token|undefined/);
});

Deno.test("words in quotation marks are looked for in the texts, beside other conditions", () => {
  const texts = ["a river", "the River bank", "", "glacier", "riverside", ""];
  const found = (search: string) => {
    const { filter, problem } = readSearch(search, { latents: six(), textOf: (latent) => texts[latent] });
    return problem ?? texts.flatMap((_, latent) => filter!.test(latent) ? [latent] : []);
  };
  assert.deepEqual(found(`"river"`), [0, 1, 4]);
  assert.deepEqual(found("“RIVER bank” and density > 5"), [1]);
  assert.deepEqual(found(`density > 5 "glac`), [], "latent 3 is rarer");
  assert.deepEqual(found(`"glac`), [3], "the last mark is missing while a reader types");
  assert.match(readSearch(`"river"`, { latents: six() }).problem!, /no words/);
});

Deno.test("words are text, a token is emphasised, other columns stand beside them", () => {
  const word = words.of(12)!;
  assert.doesNotMatch(wordsHtml(word.text!), /<river>/);
  assert.match(wordsHtml(word.text!, 10), /<b class="token">bank<\/b><\/span>$/);
  assert.equal(columnsText(word), "url: https://example.org/12", "the text and its token are said already");
  assert.match(noPictureSentence(FACTS, true), /have no picture: a row is shown by its text/);
  assert.equal(noPictureSentence({ picture: "bars" }, true), "");
  assert.equal(plain(word.text!), "over the <river> bank");
});

Deno.test("the effect of a colour image has its own colours, that of a grey one those of signed tiles", () => {
  assert.deepEqual(
    [["image", 3], ["image", 1], ["bars", 1]].map(([picture, channels]) =>
      isEffectSigned({ picture, channels } as Pick<RunFacts, "picture" | "channels">)
    ),
    [false, true, true],
  );
});

Deno.test("the map counts each active latent once, in the cell that its numbers lie in", () => {
  const table = latentTable(many(500), { classNames: [] }), grid = latentGrid(table)!;
  const { density, maxActivation } = table.values;
  const active = [...density.keys()].filter((latent) => density[latent] > 0);
  assert.equal(grid.cells.reduce((sum, { latents }) => sum + latents, 0), active.length);
  for (const cell of grid.cells) {
    const inside = active.filter((latent) =>
      density[latent] >= cell.fromDensity * (1 - 1e-6) && density[latent] < cell.toDensity * (1 + 1e-6) &&
      maxActivation[latent] >= cell.fromActivation * (1 - 1e-6) &&
      maxActivation[latent] <= cell.toActivation * (1 + 1e-6)
    );
    assert.ok(inside.length >= cell.latents, "none is counted where it is not");
  }
  assert.equal(grid.density[1], 1);
  const readings = mapReading(grid).series[0].points;
  assert.equal(readings.length, grid.cells.length);
  assert.match(readings[0].text!, /^\d+ latents?: active on .* to .*, largest activation /);
  for (const width of [340, 900]) assert.match(JSON.stringify(mapChart(grid)(width)), new RegExp(`"width":${width}`));
});

Deno.test("a map of six by hand, of one, and of none that is active", () => {
  const grid = latentGrid(six())!;
  assert.equal(grid.cells.reduce((sum, { latents }) => sum + latents, 0), 5, "latent 2 is dead");
  assert.deepEqual(grid.activation.map((edge) => Math.round(10 * edge) / 10), [1.5, 9]);
  assert.ok(Math.abs(grid.density[0] - 1e-4) < 1e-9);
  const one = latentGrid(latentTable({ ...SIX, density: [1, 0, 0, 0, 0, 0] }, FACTS))!;
  assert.equal(one.cells.length, 1);
  assert.equal(latentGrid(latentTable({ ...SIX, density: [0, 0, 0, 0, 0, 0] }, FACTS)), null);
});

Deno.test("nearest cosines are counted in twentieths up to 1", () => {
  const bins = cosineBins(six())!;
  assert.ok(Math.abs(bins.from + 0.25) < 1e-9);
  assert.equal(bins.counts.length, 25);
  assert.deepEqual([0, 15, 23].map((bin) => bins.counts[bin]), [1, 2, 2]);
  assert.equal(cosineReading(bins).series[0].points[0].text, "cosine −0.250 to −0.200: 1 latent");
  assert.match(JSON.stringify(cosineChart(bins)(900)), /"width":900/);
  const none = { ...SIX, nearest: SIX.nearest.map(() => null), nearestCosine: SIX.nearest.map(() => null) };
  assert.equal(cosineBins(latentTable(none, FACTS)), null);
});
