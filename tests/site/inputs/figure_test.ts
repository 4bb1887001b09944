/**
 * The figure's columns and their HTML: every mode, latents that are off or later, latents that are not listed, none at all.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Decoder } from "../../../lib/sae/decoder.ts";
import { NO_CHOICE } from "../../../site/src/inputs/address.ts";
import { errorTile, figureOf, type InputNumbers, type Material } from "../../../site/src/inputs/figure.ts";
import { changeText, decimalsFor, figureHtml, figureLines } from "../../../site/src/inputs/figure_html.ts";

const range = { black: 0, white: 1 };
/** Two numbers, three latents: the first reaches the first number, the second the second, the third lowers both. */
const DIRECTIONS = [[1, 0], [0, 1], [-0.5, -0.5]];
const ACTIVE = [
  { latent: 4, activation: 0.5, mseWithout: 0.125 },
  { latent: 7, activation: 0.25, mseWithout: 0.25 },
  { latent: 9, activation: 0.1, mseWithout: 0.001 },
];
const numbers: InputNumbers = {
  input: Float64Array.of(0.6, 0.4),
  recon: Float64Array.of(0.55, 0.3),
  active: ACTIVE,
  mse: 0.00625,
  mseBase: 0.17,
  hasOthers: false,
};
/** Levels of a tile whose full scale is 1, decoded at 1. */
const tileOf = (latent: number) => ({
  levels: DIRECTIONS[[4, 7, 9].indexOf(latent)].map((value) => 128 + 127 * value),
  effectScale: 1,
  decodedAt: 1,
  atRest: 0,
});
const sum: Material = { mode: "sum", base: Float64Array.of(0.1, 0.1), tileOf };
const close = (a: ArrayLike<number>, b: number[]) =>
  b.forEach((value, i) => assert.ok(Math.abs(a[i] - value) < 1e-9, `${[...Array.from(a)]} ${b}`));
const options = { latentHref: (latent: number) => `../latents/?latent=${latent}`, firstName: "bias" };
const html = (figure: ReturnType<typeof figureOf>) =>
  figureHtml(figure, { ...options, tile: ({ column, which }) => `<i>${column} ${which}</i>` });

Deno.test("the sum grows latent by latent, largest activation first", () => {
  const { columns, shown, axis, largestMse } = figureOf(numbers, { material: sum, choice: NO_CHOICE, range });
  assert.deepEqual(columns.map(({ kind, latent }) => [kind, latent]), [
    ["base", null],
    ["latent", 4],
    ["latent", 7],
    ["latent", 9],
  ]);
  const sums = [[0.1, 0.1], [0.6, 0.1], [0.6, 0.35], [0.55, 0.3]];
  const mses = [(0.25 + 0.09) / 2, 0.09 / 2, 0.0025 / 2, (0.0025 + 0.01) / 2];
  sums.forEach((values, k) => close(columns[k].result!.values, values));
  close(columns.map(({ mse }) => mse!), mses);
  close(columns.map(({ bar }) => bar!.from), [0, ...mses.slice(0, 3)]);
  close(columns.map(({ bar }) => bar!.to), mses);
  assert.deepEqual([axis.low, shown.isWhole, shown.mse, shown.latents], [0, true, 0.00625, 3]);
  close([axis.high, largestMse], [0.17, 0.17]);
});

Deno.test("a latent that is off is skipped, and the sum ends at the part that is chosen", () => {
  const choice = { ...NO_CHOICE, order: "effect" as const, off: [7], first: 2 };
  const { columns, shown } = figureOf(numbers, { material: sum, choice, range });
  assert.deepEqual(columns.map(({ latent }) => latent), [null, 7, 4, 9], "largest effect first");
  assert.deepEqual(columns.map(({ isOn }) => isOn), [true, false, true, true]);
  assert.deepEqual(columns.map(({ isLater }) => isLater), [false, false, false, true]);
  close(columns[1].result!.values, [0.1, 0.1]);
  close(shown.recon, [0.6, 0.1]);
  assert.deepEqual([shown.isWhole, shown.latents], [false, 1]);
});

Deno.test("one scale for all changes, or one for each", () => {
  const whites = (scale: "one" | "own") =>
    figureOf(numbers, { material: sum, choice: { ...NO_CHOICE, scale }, range }).columns.slice(1)
      .map(({ change }) => change!.range.white);
  close(whites("one"), [0.5, 0.5, 0.5]);
  close(whites("own"), [0.5, 0.25, 0.05]);
});

Deno.test("latents that are not listed or have no tile stand together at the end, up to the error that was measured", () => {
  const others = { ...numbers, active: ACTIVE.slice(0, 2), hasOthers: true };
  const { columns, shown } = figureOf(others, { material: sum, choice: NO_CHOICE, range });
  assert.deepEqual(columns.map(({ kind }) => kind), ["base", "latent", "latent", "others"]);
  close(columns[3].change!.values as number[], [-0.05, -0.05]);
  assert.equal(columns[3].mse, 0.00625);
  assert.equal(shown.latents, 2);
  const without: Material = { ...sum, tileOf: (latent) => latent === 7 ? null : tileOf(latent) };
  const untiled = figureOf(numbers, { material: without, choice: NO_CHOICE, range }).columns;
  assert.deepEqual(untiled.map(({ kind }) => kind), ["base", "latent", "latent", "latent", "others"]);
  assert.equal(untiled[2].change, null, "no picture is made up");
  close(untiled[4].change!.values as number[], [0, 0.25]);
});

Deno.test("without a sum, bars are what the error rises by without each latent", () => {
  const { columns, axis } = figureOf(numbers, { material: { mode: "numbers" }, choice: NO_CHOICE, range });
  assert.deepEqual(columns.map(({ kind }) => kind), ["all", "latent", "latent", "latent"]);
  close(columns.slice(1).map(({ bar }) => bar!.to), [0.11875, 0.24375, -0.00525]);
  close([axis.low, axis.high], [-0.00525, 0.24375]);
  const decoder = new Decoder({
    layers: [{ name: "decoder.0", dIn: 10, dOut: 2, activation: "sigmoid", isPenalized: false, isFrozen: false }],
    params: { "decoder.0.weight": new Float32Array(20).fill(0.5), "decoder.0.bias": new Float32Array(2) },
  });
  const material: Material = { mode: "removal", decoder, nLatents: 10 };
  const figure = figureOf(numbers, { material, choice: { ...NO_CHOICE, off: [7] }, range });
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const [now, without4] = [sigmoid(0.5 * 0.6), sigmoid(0.5 * 0.1)];
  assert.ok(Math.abs(Number(figure.columns[1].result!.values[0]) - without4) < 1e-6);
  assert.ok(Math.abs(Number(figure.shown.recon[0]) - now) < 1e-6);
  assert.equal(figure.columns[2].bar, null, "a latent that is off cannot be removed");
  assert.match(html(figure), /class="latent off"/);
});

Deno.test("an input without active latents has its first column alone", () => {
  const none = { ...numbers, active: [], recon: Float64Array.of(0.1, 0.1), mse: 0.17 };
  for (const material of [sum, { mode: "numbers" } as Material]) {
    const figure = figureOf(none, { material, choice: NO_CHOICE, range });
    assert.equal(figure.columns.length, 1);
    assert.ok(!/NaN|Infinity|undefined/.test(html(figure)));
  }
});

Deno.test("the HTML names every number, and breaks into lines of equal length", () => {
  const text = html(figureOf(numbers, { material: sum, choice: NO_CHOICE, range }));
  assert.equal(text.match(/<ol /g)!.length, 1);
  assert.equal(text.match(/data-switch=/g)!.length, 3);
  assert.match(text, /<a href="\.\.\/latents\/\?latent=4"><span class="visually-hidden">latent <\/span>4<\/a>/);
  assert.match(text, /<span class="visually-hidden">MSE without it <\/span>0\.125/);
  assert.match(text, /<span class="difference helps"><span class="visually-hidden">change <\/span>−0\.125<\/span>/);
  assert.match(text, /<span class="difference harms">.*\+0\.005/);
  const lengths = (count: number) => figureLines(Array.from({ length: count })).map(({ length }) => length);
  assert.deepEqual([lengths(1), lengths(17), lengths(33), lengths(66)], [[1], [17], [17, 16], [17, 17, 17, 15]]);
});

Deno.test("numbers have as many decimals as their size needs", () => {
  assert.deepEqual([0.0562, 0.3, 12, 0, 1e-12].map(decimalsFor), [4, 3, 1, 4, 8]);
  assert.deepEqual([-0.00004, -0.0131, 0.0004].map((change) => changeText(change, 4)), ["0", "−0.0131", "+0.0004"]);
});

Deno.test("errorTile() is the absolute difference", () => {
  const { values, kind } = errorTile({ ...numbers, range });
  close(values, [0.05, 0.1]);
  assert.equal(kind, "errors");
});
