/** Scales, ticks, labels and curves of the live charts, read back from their SVG. */
import assert from "node:assert/strict";
import { barOrder, histogramSvg, latentAtBar, latentBarsSvg } from "../../../site/src/live/train/bars_svg.ts";
import { lossCurves, marksOf } from "../../../site/src/live/train/loss_curves.ts";
import { lossesSvg } from "../../../site/src/live/train/losses_svg.ts";
import { logTicks, shareOf, spread, stepTicks, tickText } from "../../../site/src/live/train/scale.ts";
import { lossesOf } from "./some_side.ts";

const SIZE = { width: 400, height: 120 };

Deno.test("a logarithmic axis has equal shares for equal ratios, and its ends for what is beyond", () => {
  const axis = { from: 0.01, to: 1 };
  assert.equal(shareOf(0.01, axis), 0);
  assert.ok(Math.abs(shareOf(0.1, axis) - 0.5) < 1e-12);
  assert.equal(shareOf(1, axis), 1);
  assert.deepEqual([shareOf(0, axis), shareOf(5, axis)], [0, 1]);
});

Deno.test("ticks are round numbers within the axis, and no more than asked for", () => {
  assert.deepEqual(logTicks({ from: 0.008, to: 0.11 }, { most: 6 }), [0.01, 0.02, 0.05, 0.1]);
  assert.deepEqual(logTicks({ from: 1e-4, to: 0.2 }, { most: 4 }), [1e-4, 1e-3, 1e-2, 0.1]);
  assert.deepEqual(logTicks({ from: 1e-8, to: 1 }, { most: 3 }), [1e-8, 1e-5, 1e-2]);
  assert.deepEqual(stepTicks(60, { most: 4 }), [0, 20, 40, 60]);
  assert.deepEqual(stepTicks(2200, { most: 4 }), [0, 1000, 2000]);
  assert.deepEqual(stepTicks(7, { most: 10 }), [0, 1, 2, 3, 4, 5, 6, 7]);
  for (let last = 1; last < 1e6; last = Math.ceil(last * 1.7)) assert.ok(stepTicks(last, { most: 4 }).length <= 5);
  assert.deepEqual([0.05, 1, 20000, 1e-6].map(tickText), ["0.05", "1", "20\u202f000", "1e−6"]);
});

Deno.test("labels keep their distance and their order, and stay inside", () => {
  const room = { gap: 14, min: 0, max: 100 };
  assert.deepEqual(spread([50, 20], room), [50, 20]);
  assert.deepEqual(spread([50, 52], room), [44, 58]);
  assert.deepEqual(spread([0, 0, 0], room), [0, 14, 28]);
  assert.deepEqual(spread([100, 99], room), [100, 86]);
  assert.deepEqual(spread([30, 31, 60, 61], room), [23.5, 37.5, 53.5, 67.5]);
  let random = 1;
  for (let run = 0; run < 200; run++) {
    const places = Array.from({ length: 4 }, () => 100 * ((random = random * 16807 % 2147483647) / 2147483647));
    const moved = spread(places, room).toSorted((a, b) => a - b);
    assert.ok(moved.every((place, i) => place >= 0 && place <= 100 && (i === 0 || place - moved[i - 1] > 13.999)));
  }
});

Deno.test("losses: one curve if there is one part, total and parts if there are more, and dashed curves of a second model", () => {
  const losses = lossesOf([[0.1, 0.01, 0], [0.05, 0.005, 0.001]]);
  const labels = (...models: Parameters<typeof lossCurves>[0]) => lossCurves(models).map(({ label }) => label);
  assert.deepEqual(labels({ sparsity: "kl", title: "KL", losses }), ["loss", "reconstruction", "β · penalty"]);
  assert.deepEqual(labels({ sparsity: "topk", title: "TopK", losses }), ["loss", "reconstruction", "AuxK"]);
  assert.deepEqual(labels({ sparsity: "gated", title: "Gated", losses }), [
    "loss",
    "reconstruction",
    "λ · penalty",
    "gates",
  ]);
  const two = lossCurves([{ sparsity: "kl", title: "KL", losses }, { sparsity: "topk", title: "TopK", losses }]);
  assert.deepEqual(two.map(({ label, isDashed }) => [label, isDashed]), [["KL", false], ["TopK", true], [
    "β · penalty",
    false,
  ]]);
});

Deno.test("a movement of a slider is one mark with the value it ended at", () => {
  const change = (step: number, value: number, knob: "rho" | "lr" = "rho") => ({ step, knob, value });
  const sides = [{ step: 1000, changes: [change(100, 0.06), change(110, 0.07), change(500, 0.2)] }];
  assert.deepEqual(marksOf(sides), [{ step: 110, text: "ρ 0.07" }, { step: 500, text: "ρ 0.2" }]);
  const other = { step: 1000, changes: [change(500, 0.2), change(505, 0.1, "lr")] };
  assert.deepEqual(marksOf([...sides, other]).map(({ text }) => text), ["ρ 0.07", "ρ 0.2", "learning rate 0.1"]);
  assert.deepEqual(marksOf([{ step: 0, changes: [] }]), []);
});

/** The places of a curve, read from its path. */
function placesOf(svg: string, kind: string): [number, number][] {
  const d = new RegExp(`<path class="curve ${kind}[^"]*" d="([^"]*)"`).exec(svg)![1];
  return Array.from(d.matchAll(/[ML]([\d.]+) ([\d.]+)/g), ([, x, y]) => [Number(x), Number(y)]);
}

Deno.test("the total lies above its parts, a step that is no number is left out, and the curve ends at the last step", () => {
  const losses = lossesOf(Array.from({ length: 100 }, (_, i) => [0.1 / (i + 1), i === 50 ? NaN : 0.01, 0]));
  const chart = {
    curves: lossCurves([{ sparsity: "kl", title: "KL", losses }]),
    marks: [{ step: 40, text: "ρ 0.2" }],
  };
  const svg = lossesSvg(chart, SIZE);
  const total = placesOf(svg, "ink"), reconstruction = placesOf(svg, "recon");
  assert.deepEqual([total.length, reconstruction.length], [99, 100]);
  assert.ok(total.every(([, y], i) => y <= reconstruction[i < 50 ? i : i + 1][1] + 0.1));
  assert.ok(!svg.includes("NaN"));
  assert.ok(svg.includes(">ρ 0.2</text>"));
  // 100 steps over the plot: equal distances.
  const [first, last] = [reconstruction[0][0], reconstruction.at(-1)![0]];
  assert.ok(Math.abs((last - first) / 99 - (reconstruction[1][0] - first)) < 0.11);
});

Deno.test("a model that is a few steps behind ends at its own last step", () => {
  const of = (steps: number) => lossesOf(Array.from({ length: steps }, () => [0.1, 0.01, 0]));
  const models = [100, 80].map((steps) => ({ sparsity: "topk" as const, title: `${steps}`, losses: of(steps) }));
  const svg = lossesSvg({ curves: lossCurves(models), marks: [] }, SIZE);
  const behind = placesOf(svg, "recon dashed");
  const ahead = placesOf(svg.replace(/<path class="curve recon dashed[^>]*>/, ""), "recon");
  assert.deepEqual([ahead.length, behind.length], [100, 80]);
  assert.ok([...ahead, ...behind].every(([, y]) => y === ahead[0][1]), "what is not there yet is not drawn as 0");
  assert.equal(behind.at(-1)![0], ahead[79][0]);
});

Deno.test("many steps become one point for each pixel: the mean of its steps", () => {
  const losses = lossesOf(Array.from({ length: 20_000 }, (_, i) => [i % 2 === 0 ? 0.1 : 0.3, 0, 0]));
  const svg = lossesSvg({
    curves: [{ label: "loss", ink: "recon", isDashed: false, parts: [losses.reconstruction], length: 20_000 }],
    marks: [],
  }, SIZE);
  const places = placesOf(svg, "recon");
  assert.ok(places.length <= 400 && places.length > 100);
  assert.ok(places.every(([, y]) => Math.abs(y - places[0][1]) < 12), "each is about 0.2");
  assert.ok(lossesSvg({ curves: [], marks: [] }, SIZE).includes('class="axis"'));
});

Deno.test("bars: by number if they are few, sorted if they are many or of two models", () => {
  const target = { label: "ρ 0.05", value: 0.05 };
  const few = { values: [0.05, 0.2, 0], target };
  assert.deepEqual(barOrder([few]), [0, 1, 2]);
  assert.deepEqual(barOrder([few, few]), [1, 0, 2]);
  assert.equal(barOrder([{ values: Float32Array.from({ length: 300 }, (_, i) => i), target: null }])[0], 299);
  const svg = latentBarsSvg({ sides: [few], latent: 1 }, SIZE);
  assert.ok(svg.includes(">ρ 0.05</text>") && svg.includes(">#1 0.20</text>") && svg.includes('class="bar dead"'));
  const at = (x: number, ...sides: { values: number[]; target: null }[]) => latentAtBar(x, { sides, width: 400 });
  const plain = { values: few.values, target: null };
  assert.deepEqual([0, 50, 210, 380, 399].map((x) => at(x, plain)), [null, 0, 1, 2, null]);
  assert.deepEqual([50, 210, 380].map((x) => at(x, plain, plain)), [1, 0, 2], "sorted");
});

Deno.test("the histogram is grey up to the threshold, and says if there is nothing to count", () => {
  const svg = histogramSvg([{ counts: [50, 20, 10, 1], end: 0.4, activeAbove: 0.2 }], SIZE);
  const barsOf = (kind: string) => (new RegExp(`class="${kind}" d="([^"]*)"`).exec(svg)![1].match(/M/g) ?? []).length;
  assert.deepEqual([barsOf("bar"), barsOf("bar below")], [2, 2]);
  assert.ok(svg.includes(">active above 0.2</text>") && svg.includes(">0.40</text>"));
  assert.ok(histogramSvg([{ counts: [0, 0], end: 0, activeAbove: 0 }], SIZE).includes("no latent is above 0"));
});
