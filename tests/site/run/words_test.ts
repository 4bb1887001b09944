/**
 * Sentences about reconstructions, single activations and probes, and the rows that charts and tables draw.
 *
 * @module
 */
import assert from "node:assert/strict";
import { heatCells, heatSentence, heatTable } from "../../../site/src/run/heat_text.ts";
import { heatMap } from "../../../site/src/run/heat_map.ts";
import { measureRows } from "../../../site/src/run/measures.ts";
import { RowWords } from "../../../site/src/row_words.ts";
import { pairsOf, pairTable } from "../../../site/src/run/pairs.ts";
import {
  accuracyText,
  classPairs,
  classSentence,
  hasPairs,
  perturbationPairs,
  perturbationSentence,
  probingPairs,
  probingRows,
  probingSentence,
} from "../../../site/src/run/probing.ts";
import { reconstructionsSummary } from "../../../site/src/run/reconstructions_text.ts";
import { ACTIVATIONS, run } from "./small_run.ts";

type Pairs = Parameters<typeof pairsOf>[0]["pairs"];
const PAIRS: Pairs = [
  { kind: "first", image: 0, label: 1, mse: 0.5 },
  { kind: "best", image: 7, label: 0, mse: 0.001 },
  { kind: "best", image: 3, label: 0, mse: 0.003 },
  { kind: "worst", image: 9, label: 1, mse: 0.03 },
  { kind: "worst", image: 8, label: 0, mse: 0.05 },
];
const of = (kind: "best" | "worst", pairs = PAIRS) => ({
  kind,
  pairs: pairsOf({ pairs }, { kind, classNames: ["zero"] }),
});

Deno.test("inputs of a kind keep their column in the sprite and get their class's name", () => {
  assert.deepEqual(of("worst").pairs, [
    { column: 3, row: 9, className: "1", mse: 0.03 },
    { column: 4, row: 8, className: "zero", mse: 0.05 },
  ]);
  assert.deepEqual(pairTable(of("best").pairs, new RowWords(null))[0], { test_row: 7, class: "zero", mse: 0.001 });
});

Deno.test("the summary compares the largest with the smallest errors, and says if one class has them all", () => {
  assert.equal(
    reconstructionsSummary(run(), [of("best"), of("worst")]),
    "The 2 largest errors of the test set are, on average, 20 times as large as the 2 smallest (0.00200). The images with the " +
      "smallest errors are all of class zero.",
  );
  const perfect = PAIRS.map((pair) => pair.kind === "best" ? { ...pair, mse: 0, label: null } : pair);
  assert.match(
    reconstructionsSummary(run(), [of("best", perfect), of("worst")]),
    /on average, 0\.0400; the 2 smallest are 0\.$/,
  );
  assert.match(reconstructionsSummary(run(), []), /^The images of the test set/);
});

Deno.test("the heat map's sentence counts latents with half of their class means on one class", () => {
  assert.match(heatSentence(run(), ACTIVATIONS), /^3 of these 3 latents have at least half/);
  const classMeans = [[0.4, 0.3], [0.3, 0.3], [0.3, 0.4]];
  assert.match(
    heatSentence(run(), { ...ACTIVATIONS, classMeans }),
    /^No latent stands for one class: at most 40\u00a0% .* would give 33\u00a0%\.$/,
  );
  assert.equal(heatSentence(run(), { ...ACTIVATIONS, classMeans: null }), "");
  assert.equal(heatSentence(run(), { ...ACTIVATIONS, classMeans: [[0], [0]], shown: [4] }), "All of them are 0.");
});

Deno.test("the table has a row for each input, and the cells are named and in the picture's order", () => {
  assert.deepEqual(heatTable(ACTIVATIONS, { classNames: ["zero"] })[1], {
    test_row: 1,
    class: "zero",
    latent_2: 1,
    latent_5: 0,
    latent_9: 0.1,
  });
  const names = { classNames: ["zero"], one: "image" };
  const cells = heatCells(heatMap(ACTIVATIONS, names), ACTIVATIONS, names);
  assert.deepEqual(cells.lines, ["latent 2", "latent 5", "latent 9"]);
  assert.deepEqual(cells.rows.columns, [
    "test image 1 (class zero)",
    "test image 3 (class zero)",
    null,
    "test image 0 (class 1)",
    "test image 2 (class 1)",
  ]);
  assert.deepEqual(cells.rows.values[0], [1, 0.5, null, 0, 0]);
  assert.deepEqual(cells.classes, {
    columns: ["mean of class zero", "mean of class 1"],
    values: [[0.8, 0], [0, 0.4], [0.1, 0.2]],
  });
});

Deno.test("probing pairs latents and pixels of the same number of columns", () => {
  const pairs = probingPairs({
    latents: [{ k: 1, value: 0.8 }, { k: 2, value: 0.85 }, { k: 5, value: null }],
    pixels: [{ k: 2, value: 0.8 }, { k: 1, value: 0.82 }],
  });
  assert.deepEqual(pairs, [
    { name: "1 column", value: 0.8, compared: 0.82 },
    { name: "2 columns", value: 0.85, compared: 0.8 },
    { name: "5 columns", value: null, compared: null },
  ]);
  assert.equal(
    probingSentence(pairs, { columns: "pixels" }),
    "With 1 column, latents are 2.0 percentage points less accurate than pixels. With 2 columns, latents are 5.0 percentage points more accurate than pixels.",
  );
  assert.equal(probingSentence([], { columns: "pixels" }), "");
  assert.deepEqual([hasPairs(pairs), hasPairs(pairs.slice(2)), hasPairs([])], [true, false, false]);
});

Deno.test("probes say on how many rows they stand, and that few rows cannot tell", () => {
  const enough = probingRows({ rows: 10_000, classes: 10 }, { many: "images" });
  assert.deepEqual(enough, {
    text: "Of the 10\u202f000 test images a fifth of each class is kept for measuring.",
    areEnough: true,
  });
  const few = probingRows({ rows: 39, classes: 4 }, { many: "images" });
  assert.equal(few.areEnough, false);
  assert.match(
    few.text,
    /^Of the 39 test images .* fewer than 100 test images for each class, such differences may be chance\.$/,
  );
  assert.ok(probingRows({ rows: 400, classes: 4 }, { many: "images" }).areEnough);
});

Deno.test("the perturbation's sentence names the number of latents with the largest difference", () => {
  const rows = [{ n: 2, ownDrop: 0.1, otherDrop: 0, score: 0.1 }, { n: 5, ownDrop: 0.4, otherDrop: 0.1, score: 0.3 }, {
    n: 9,
    ownDrop: null,
    otherDrop: null,
    score: null,
  }];
  assert.equal(
    perturbationSentence(rows),
    "The difference is largest with 5 latents removed: 30.0 percentage points. Classes have latents of their own.",
  );
  assert.match(perturbationSentence(rows.slice(0, 1)), /Classes share most of their latents\.$/);
  assert.equal(perturbationSentence(rows.slice(2)), "");
  assert.deepEqual(perturbationPairs(rows)[0], { name: "2 latents", value: 0.1, compared: 0 });
});

Deno.test("accuracies have one decimal, and no zero has a sign", () => {
  assert.deepEqual([0.8462, -0.0004, -0.01, 0].map(accuracyText), ["84.6", "0.0", "−1.0", "0.0"]);
});

Deno.test("measures have a row for each threshold, and none for what neither split has", () => {
  const rows = measureRows(
    run({
      more: { definitions: { l0: { label: "L0 at threshold t" }, mse: { label: "Mean squared error" } } as never },
    }),
  );
  assert.ok(rows.some(({ label, test }) => label === "L0 at threshold 0.01" && test === 31.5));
  assert.ok(rows.some(({ label, train }) => label === "Mean squared error" && train === 0.008));
  assert.ok(!measureRows(run({ knobs: { sparsity: "topk" } })).some(({ name }) => name === "klNats"));
});

Deno.test("a class has its accuracy with the most columns; of many classes those that differ most are drawn, in their order", () => {
  const of = (label: number, latents: number | null, pixels: number | null) => ({
    label,
    latents: [{ k: 1, value: 0.5 }, { k: 5, value: latents }],
    pixels: [{ k: 1, value: 0.5 }, { k: 5, value: pixels }],
    bestLatents: latents === null ? [] : [label + 10],
  });
  const few = classPairs({ byClass: [of(0, 0.9, 0.8), of(1, null, null), of(2, 0.7, 0.75)] }, {
    classNames: ["zero"],
  })!;
  assert.equal(few.k, 5);
  assert.deepEqual(few.drawn, [
    { name: "zero", value: 0.9, compared: 0.8 },
    { name: "1", value: null, compared: null },
    { name: "2", value: 0.7, compared: 0.75 },
  ]);
  assert.deepEqual(few.rows.map(({ bestLatents }) => bestLatents), [[10], [], [12]]);
  assert.equal(
    classSentence(few),
    "The latents separate class zero from the others best (90.0\u00a0%) and class 2 worst (70.0\u00a0%).",
  );
  const equal = classPairs({ byClass: [of(0, 0.5, 0.8), of(1, 0.5, 0.7)] }, { classNames: [] })!;
  assert.equal(
    classSentence(equal),
    "The latents separate every class from the others with the same accuracy, 50.0\u00a0%.",
  );
  assert.equal(classPairs({ byClass: [of(0, null, null)] }, { classNames: [] }), null);
  const many = classPairs({ byClass: Array.from({ length: 40 }, (_, i) => of(i, 0.5 + i / 100, 0.5)) }, {
    classNames: [],
  })!;
  assert.deepEqual(many.drawn.map(({ name }) => name), Array.from({ length: 30 }, (_, i) => String(i + 10)));
  assert.equal(many.rows.length, 40);
});
