/**
 * The charts of a run's page: each draws at both widths without a warning, and shows what it is given.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { activationBarChart, activationBarReading } from "../../../site/src/charts/activation_bars.ts";
import { spreadLabels } from "../../../site/src/charts/axes.ts";
import { draw } from "../../../site/src/charts/drawing.ts";
import { pairChart, pairReading } from "../../../site/src/charts/dumbbells.ts";
import {
  densityChart,
  densityReading,
  rankChart,
  rankedLatents,
  rankReading,
} from "../../../site/src/charts/latent_ranks.ts";
import {
  activeLatentsByEpochs,
  activeLatentsReading,
  deadBySteps,
  deadReading,
  meanActivationByEpochs,
  meanActivationReading,
  weightBySteps,
  weightReading,
} from "../../../site/src/charts/latents_over_time.ts";
import { epochReading, lossByEpochs } from "../../../site/src/charts/epoch_losses.ts";
import { lossBySteps, partBySteps, partReading, stepReading } from "../../../site/src/charts/losses.ts";
import { type Chart, NARROW, type Reading, THEME, WIDE } from "../../../site/src/charts/theme.ts";
import { activationBars } from "../../../site/src/run/activation_histogram.ts";
import { deadOverTime } from "../../../site/src/run/dead_latents.ts";
import { epochLosses, stepLosses } from "../../../site/src/run/losses.ts";
import { metrics, run, steps } from "../run/small_run.ts";

const FALL = [1, 0.2, 0.1, 0.05, 0.04, 0.03, 0.02, 0.015, 0.012, 0.01];
const losses = {
  plain: stepLosses({ steps: steps([1, 0.9, 0.8]) }),
  large: stepLosses({ steps: steps(FALL.map((x) => x + 0.5), { penalty: 0.3, auxiliary: 0.1 }) }),
  small: stepLosses({ steps: steps(FALL, { penalty: 0.0001 }) }),
  rising: stepLosses({ steps: steps([1, 2, 3, 4]) }),
  single: stepLosses({ steps: steps([1]) }),
  zeros: stepLosses({
    steps: steps(FALL).map((step, i) => i % 2 === 0 ? step : { ...step, auxiliary: 0.2 * step.loss }),
  }),
};
const curves = metrics([0.5, 0.4], { dead: [3, 1], inactive: [2, 4] }),
  oneEpoch = metrics([0.5]);
const withZero = { ...epochLosses(metrics([0.5, 0.4], { train: 0 })), isLog: true };
const counts = (first: number[]) => [...first, ...new Array(50 - first.length).fill(0)];
const test = run({ test: { activeLatents: 2, images: 10 } }).metrics.test;
const bars = activationBars({ max: 0.34, counts: counts([40, 40, 10, 10]) }, { test, latents: 10, threshold: 0.1 });
const ranked = rankedLatents([0.3, 0.1, 0.2]),
  manyRanked = rankedLatents(Array.from({ length: 4096 }, (_, i) => i / 4096));
const density = { edges: [0.001, 0.01, 0.1, 1], counts: [0, 3, 5] };
const words = { title: "accuracy", value: "latents", compared: "pixels", text: (value: number) => value.toFixed(2) };
const pairs = [{ name: "1 column", value: 0.8, compared: 0.7 }, {
  name: "a class with a very long name",
  value: 0.6,
  compared: 0.7,
}, {
  name: "neither",
  value: null,
  compared: null,
}];

const CHARTS: Record<string, [Chart, Reading]> = {
  ...Object.fromEntries(
    Object.entries(losses).map((
      [name, of],
    ) => [`loss ${name}`, [lossBySteps(of, { symbol: "λ" }), stepReading(of, { symbol: "λ" })]]),
  ),
  part: [partBySteps(losses.small, { field: "penalty", title: "λ · penalty" }), partReading(losses.small, "penalty")],
  "epochs with a zero": [
    lossByEpochs(withZero, { title: "error" }),
    epochReading(withZero),
  ],
  epochs: [lossByEpochs(epochLosses(curves), { title: "error" }), epochReading(epochLosses(curves))],
  "one epoch": [lossByEpochs(epochLosses(oneEpoch), { title: "error" }), epochReading(epochLosses(oneEpoch))],
  means: [meanActivationByEpochs(curves, { rho: 0.05 }), meanActivationReading(curves)],
  "active with target": [activeLatentsByEpochs(curves, { target: 8 }), activeLatentsReading(curves)],
  active: [activeLatentsByEpochs(oneEpoch, { target: null }), activeLatentsReading(oneEpoch)],
  dead: [deadBySteps(deadOverTime(curves)), deadReading(deadOverTime(curves))],
  weight: [weightBySteps(curves, { symbol: "λ" }), weightReading(curves, { symbol: "λ" })],
  activations: [activationBarChart(bars), activationBarReading(bars)],
  ranks: [rankChart(ranked, { title: "mean", latents: 3, target: { value: 0.05, label: "ρ" } }), rankReading(ranked)],
  "many ranks": [rankChart(manyRanked, { title: "mean", latents: 4096 }), rankReading(manyRanked)],
  density: [densityChart(density, { many: "images" }), densityReading(density)],
  pairs: [pairChart(pairs, words), pairReading(pairs, words)],
};

for (const [name, [chart, reading]] of Object.entries(CHARTS)) {
  Deno.test(`${name} draws at both widths without a warning, numbers only, and every point that is read lies in the picture`, async () => {
    const warnings: string[] = [];
    const logger = { ...vega.logger(vega.None), warn: (...args: string[]) => (warnings.push(args.join(" ")), logger) };
    for (const width of [WIDE, NARROW]) {
      compile(chart(width), { config: THEME, logger: logger as unknown as vega.LoggerInterface });
      const { svg, places } = await draw(chart, { id: "chart", width, reading });
      assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
      const [, shownWidth, shownHeight] = svg.match(/viewBox="0 0 (\d+) (\d+)"/)!;
      assert.ok(Math.abs(Number(shownWidth) - width) <= 1, `${shownWidth} wide at ${width}`);
      for (const [x, y] of places!.flat()) {
        assert.ok(x >= 0 && x <= width && y >= 0 && y <= Number(shownHeight), `${x}, ${y}`);
      }
    }
    assert.deepEqual(warnings, []);
  });
}

/** Texts of a drawn chart. */
async function textsOf(chart: Chart, width: number): Promise<string[]> {
  const { svg } = await draw(chart, { id: "chart", width });
  return Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text]) => text);
}

Deno.test("lines of the loss are named: beside their ends on a desk, by how they look on a phone", async () => {
  const chart = lossBySteps(losses.large, { symbol: "λ" });
  const wide = await textsOf(chart, WIDE), narrow = await textsOf(chart, NARROW);
  for (const name of ["total", "reconstruction", "λ · penalty", "auxiliary loss"]) assert.ok(wide.includes(name), name);
  assert.ok(narrow.includes("total: thin line") && narrow.includes("λ · penalty: wide line"));
  assert.ok(
    !(await textsOf(lossBySteps(losses.small, { symbol: "λ" }), WIDE)).includes("λ · penalty"),
    "a small part has a panel of its own",
  );
});

Deno.test("a loss of 0 is left out of lines on a logarithmic axis and of what is read there", () => {
  const drawn = (chart: Chart) =>
    (chart(WIDE) as unknown as { data: { values: Record<string, number | null>[] } }).data.values;
  assert.ok(losses.zeros.isLog && losses.zeros.parts.some(({ isLarge }) => isLarge));
  assert.deepEqual(
    drawn(lossBySteps(losses.zeros, { symbol: null })).map(({ auxiliary }) => auxiliary === null),
    [
      ...new Array(5).fill([true, false]),
    ].flat(),
  );
  assert.equal(stepReading(losses.zeros, { symbol: null }).series[2].points.length, 5);
  const linear = { ...losses.zeros, isLog: false };
  assert.equal(drawn(lossBySteps(linear, { symbol: null }))[0].auxiliary, 0, "on a linear axis 0 has a place");
  const epochs = {
    rows: [{ epoch: 0, training: null, test: 1 }, { epoch: 0.5, training: 0, test: null }],
    isLog: true,
  };
  assert.equal(drawn(lossByEpochs(epochs, { title: "error" }))[1].training, null);
  assert.deepEqual(epochReading(epochs).series.map(({ points }) => points.length), [1, 0]);
});

Deno.test("on a phone the labels of the loss touch no line", () => {
  for (const [name, of] of Object.entries(losses)) {
    const spec = lossBySteps(of, { symbol: null })(NARROW) as unknown as {
      layer: {
        mark: { type: string };
        encoding: { y: { scale?: { type?: string; domain: [number, number] }; value?: number | object } };
      }[];
    };
    const { type, domain } = spec.layer.find(({ encoding }) => encoding.y.scale)!.encoding.y.scale!;
    const isTop = spec.layer.filter(({ mark }) => mark.type === "text").every(({ encoding }) =>
      typeof encoding.y.value === "number"
    );
    const lines = 1 + (of.parts.length > 0 ? 1 : 0) + of.parts.filter(({ isLarge }) => isLarge).length;
    const on = type === "log" ? Math.log : Number, [low, high] = domain.map(on), plot = 250 - 56;
    const last = of.rows.filter(({ step }) => step >= 0.35 * of.rows.at(-1)!.step);
    for (const { total } of last) {
      const up = (on(total) - low) / (high - low) * plot;
      if (isTop) assert.ok(up <= plot - 16 * lines + 1e-6, `${name}: ${up}`);
      else assert.ok(on(of.rows[0].total) >= low, name);
    }
  }
});

Deno.test("a threshold is drawn in two colours, and the axis ends at the largest activation", async () => {
  const spec = activationBarChart(bars)(WIDE) as unknown as {
    layer: { encoding: { x: { scale: { domain: number[] } } } }[];
  };
  assert.deepEqual(spec.layer[0].encoding.x.scale.domain, [0, 0.34]);
  assert.ok((await textsOf(activationBarChart(bars), WIDE)).includes("active: above 0.1"));
  const below = activationBars({ max: 0.05, counts: counts([1]) }, { test, latents: 10, threshold: 0.1 });
  assert.ok(
    !(await textsOf(activationBarChart(below), WIDE)).some((text) => text.startsWith("active")),
    "no activation reaches it",
  );
});

Deno.test("latents are ranked by value; of many, evenly spread ranks with the first and the last", () => {
  assert.deepEqual(ranked.map(({ latent, rank }) => [latent, rank]), [[1, 1], [2, 2], [0, 3]]);
  assert.equal(manyRanked.length, 300);
  assert.deepEqual([manyRanked[0].rank, manyRanked.at(-1)!.rank], [1, 4096]);
  assert.equal(new Set(manyRanked.map(({ rank }) => rank)).size, 300);
});

Deno.test("the density starts at the first bin that has latents", () => {
  const { data } = densityChart(density, { many: "images" })(NARROW) as TopLevelSpec & { data: { values: unknown[] } };
  assert.deepEqual(data.values, [{ from: 0.01, to: 0.1, latents: 3 }, { from: 0.1, to: 1, latents: 5 }]);
});

Deno.test("bars of equal height have a gap between them and room above them", async () => {
  const chart = densityChart({ edges: [0.01, 0.1, 1], counts: [16, 16] }, { many: "images" });
  const { svg } = await draw(chart, { id: "chart", width: NARROW });
  const bars = Array.from(svg.matchAll(/<path d="M[^,]*,([\d.]+)h[^"]*"[^>]* stroke="var\(--paper\)"/g));
  assert.equal(bars.length, 2, "each bar has an edge of the paper's colour");
  for (const [, top] of bars) assert.ok(Number(top) > 8, `a bar ends ${top} px below the top of the plot`);
});

Deno.test("a long name is cut the same way in the chart and in what is read", async () => {
  assert.ok((await textsOf(pairChart(pairs, words), WIDE)).includes("a class with a ve…"));
  const { series: [{ points }] } = pairReading(pairs, words);
  assert.deepEqual(points.map(({ y, text }) => [y, text]), [["1 column", "1 column: latents 0.80"], [
    "a class with a ve…",
    "a class with a very long name: latents 0.60",
  ]]);
});

Deno.test("labels keep a line's height between them and stay in order", () => {
  const axis = { domain: [0, 100] as [number, number], height: 100 };
  const spread = spreadLabels([50, 52, 51, 90], axis).map((value) => Math.round(value * 1e6) / 1e6);
  assert.deepEqual(spread, [36, 66, 51, 90]);
  const log = spreadLabels([1, 10, 10], { domain: [1, 100], height: 200, isLog: true }).map(Math.log10);
  assert.ok(Math.abs(log[0]) < 1e-9);
  assert.ok(Math.abs((log[2] - log[1]) * 100 - 15) < 1e-6, "15 pixels apart, 100 a decade");
});
