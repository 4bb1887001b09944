/**
 * The page of lifelines: where tiles are, which latents are listed and marked, what sentences say, and what charts are drawn from.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Lifelines } from "../../../lib/report/lifelines_schema.ts";
import { eventReading, eventSums } from "../../../site/src/charts/lifelines.ts";
import { checkedNumbers } from "../../../site/src/lifelines/numbers.ts";
import { deadPlaces, lifelineRows, listedRows, MOST_ROWS } from "../../../site/src/lifelines/rows.ts";
import { AtlasGrid, scrubberFacts, stillSnapshots } from "../../../site/src/lifelines/scrubber_facts.ts";
import { stripHtml } from "../../../site/src/lifelines/strip_html.ts";
import { stripFacts, stripTiles } from "../../../site/src/lifelines/strips.ts";
import { momentText, summaryText } from "../../../site/src/lifelines/texts.ts";

const sprite = (name: string) => ({
  files: [`lifelines/${name}.png`],
  channels: 1 as const,
  tileWidth: 2,
  tileHeight: 2,
  columns: 2,
  tilesPerFile: 256,
  count: 3,
});

/** Five latents, of which three have pictures; three snapshots. */
const LIFELINES: Lifelines = {
  schemaVersion: 6,
  count: 5,
  sampleRows: 10,
  deadSteps: 30,
  directions: "decoder",
  settledCosine: 0.95,
  numbers: "lifelines.safetensors",
  snapshots: {
    steps: [0, 10, 1000],
    births: [0, 4, 1],
    deaths: [0, 1, 2],
    revivals: [0, 0, 1],
    resampled: [0, 0, 0],
    dead: [0, 1, 2],
    inactive: [0, 1, 2],
    quantiles: null,
    settledShare: null,
  },
  latents: {
    firstActive: [1, 1, 7, 1, 40],
    deaths: [0, 1, 2, 0, 0],
    revivals: [0, 0, 1, 0, 0],
    resampled: [0, 0, 0, 0, 0],
    settledAt: [0, 10, 1000, 10, null],
  },
  halfSettledAt: 10,
  pictures: { latents: [1, 2, 4], levels: 17, sprites: [sprite("000"), sprite("001"), sprite("002")] },
};
const IS_DEAD = Float32Array.of(0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0);

Deno.test("a latent's strip is a row of its picture, a column for each snapshot", () => {
  const facts = stripFacts(LIFELINES)!;
  assert.deepEqual(stripTiles(facts, { latent: 3, href: "" }), null);
  assert.deepEqual(
    stripTiles(facts, { latent: 4, href: "../lifelines/" })!.map(({ src, column, row, columns, rows }) => [
      src,
      column,
      row,
      columns,
      rows,
    ]),
    [0, 1, 2].map((column) => ["../lifelines/strips/000.png", column, 2, 3, 3]),
  );
  const many = { steps: [0, 1], latents: null, pictured: 20 };
  assert.deepEqual(stripTiles(many, { latent: 17, href: "" })![1], {
    ...{ src: "strips/001.png", column: 1, row: 1, columns: 2, rows: 4 },
  });
  assert.equal(stripTiles(many, { latent: 20, href: "" }), null);
  const html = stripHtml(facts, { latent: 2, href: "", isSigned: true });
  assert.equal(html.match(/class="tile signed"/g)!.length, 3);
  assert.match(html, /<span>1\u202f000<\/span>/);
  assert.match(stripHtml(facts, { latent: 0, href: "", isSigned: true }), /no pictures of this latent/);
  assert.equal(stripFacts({ ...LIFELINES, pictures: null }), null);
});

Deno.test("the atlas finds the tile under a point and beside another, and marks dead latents", () => {
  const facts = scrubberFacts(LIFELINES, { isDead: IS_DEAD, isSigned: true })!, grid = new AtlasGrid(facts);
  assert.deepEqual(facts.dead, [[], [0], [0, 1]], "by places among those with pictures");
  assert.deepEqual(facts.moments[1], "After step 10: 1 of 5 latents are dead");
  assert.deepEqual([grid.tilesIn(0), grid.rowsIn(0)], [3, 2]);
  assert.deepEqual(
    [[0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9], [-0.1, 0]].map(([x, y]) => grid.placeAt(0, { x, y })),
    [0, 1, 2, null, null],
  );
  assert.deepEqual(["ArrowRight", "ArrowDown", "ArrowUp", "x"].map((key) => grid.placeBeside(0, key)), [
    1,
    2,
    null,
    null,
  ]);
  assert.equal(grid.placeBeside(2, "ArrowRight"), null);
  assert.deepEqual([0, 1, 2].map((place) => grid.latentAt(place)), [1, 2, 4]);
  assert.equal(grid.lines(0), "M0 1h2M1 0v2");
  assert.equal(grid.blanks(0), "M1 1h1v1h-1z");
  assert.equal(grid.path(0, [1, 2]), "M1 0h1v1h-1zM0 1h1v1h-1z");
  assert.equal(scrubberFacts({ ...LIFELINES, pictures: null }, { isDead: null, isSigned: true }), null);
  assert.deepEqual(deadPlaces(LIFELINES, null), [[], [], []]);
});

Deno.test("snapshots without scripts are the first, the last, and some between", () => {
  assert.deepEqual(stillSnapshots(40), [0, 10, 20, 29, 39]);
  assert.deepEqual(stillSnapshots(3), [0, 1, 2]);
  assert.deepEqual(stillSnapshots(2), [0, 1]);
});

Deno.test("the table lists all latents, or of many those that died most often", () => {
  const matrix = Float32Array.from({ length: 15 }, (_, i) => i / 15);
  const rows = lifelineRows(LIFELINES, { density: matrix, cosineToFirst: matrix, isDead: IS_DEAD });
  assert.deepEqual(rows[2], {
    latent: 2,
    ...{ firstActive: 7, deaths: 2, revivals: 1, resampled: 0, settledAt: 1000, isDead: true },
    ...{ turned: Math.fround(12 / 15), density: Math.fround(12 / 15) },
  });
  assert.equal(listedRows(rows), rows);
  const many = Array.from(
    { length: MOST_ROWS + 2 },
    (_, latent) => ({ ...rows[0], latent, deaths: latent < 2 ? 0 : 1 }),
  );
  const listed = listedRows(many);
  assert.deepEqual([listed.length, listed[0].latent, listed.at(-1)!.latent], [MOST_ROWS, 2, MOST_ROWS + 1]);
});

Deno.test("sentences count what happened, and say nothing of deaths of sigmoids", () => {
  assert.equal(
    summaryText(LIFELINES),
    "All 5 latents were active at least once. There were 3 deaths and 1 revival; 2 latents are dead at the end. " +
      "Half of the latents that are alive at the end have settled at step 10, 1.0\u00a0% of the way: from there on the cosine of " +
      "their direction to the final one stays at least 0.95.",
  );
  const { snapshots } = LIFELINES;
  const sigmoids = { ...LIFELINES, halfSettledAt: null, deadSteps: null };
  assert.match(
    summaryText({ ...sigmoids, snapshots: { ...snapshots, births: null, deaths: null, dead: null } }),
    /^The latents are sigmoids, which are never 0, so that none of them can die\.$/,
  );
  const zeros = LIFELINES.snapshots.steps.map(() => 0);
  assert.equal(
    summaryText({ ...LIFELINES, halfSettledAt: null, snapshots: { ...snapshots, deaths: zeros, dead: zeros } }),
    "All 5 latents were active at least once. None died.",
  );
  assert.equal(momentText(LIFELINES, 0), "Before the first step: 0 of 5 latents are dead");
});

Deno.test("the chart of events has sums of those that happened", () => {
  assert.deepEqual(eventSums(LIFELINES).map(({ name, sums }) => [name, sums]), [
    ["births", [0, 4, 5]],
    ["deaths", [0, 1, 3]],
    ["revivals", [0, 0, 1]],
  ]);
  assert.deepEqual(eventReading(LIFELINES).places, {
    0: "before the first step",
    10: "step 10",
    1000: "step 1\u202f000",
  });
});

Deno.test("matrices of another shape are refused in one line", () => {
  const right = { shape: [3, 5], values: new Float32Array(15) }, options = { lifelines: LIFELINES, path: "a" };
  const tensors = { density: right, cosineToFinal: right, cosineToFirst: right, isDead: right };
  assert.equal(checkedNumbers(tensors, options).isDead, right.values);
  const wrong = { ...tensors, isDead: { ...right, shape: [5, 3] } };
  assert.throws(() => checkedNumbers(wrong, options), {
    message: "Cannot show a: isDead has shape [5,3], expected one of shape [3,5]",
  });
  const { density: _, ...missing } = tensors;
  assert.throws(() => checkedNumbers(missing, options), /there is no density, expected one of shape/);
});
