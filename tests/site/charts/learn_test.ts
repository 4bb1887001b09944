/** Charts of the chapters: they draw what they are given, at both widths, also for data at the edges. */
import assert from "node:assert/strict";
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { klOverview, klZoom } from "../../../site/src/charts/kl.ts";
import { activationShares, smallDistribution } from "../../../site/src/charts/distributions.ts";
import { activationFunctions, meansStrip, oneBatch } from "../../../site/src/charts/learn.ts";
import { NARROW, THEME, WIDE } from "../../../site/src/charts/theme.ts";
import { byEpoch, lossAtWeight, weightSlider } from "../../../site/src/charts/training_curves.ts";
import { ideal } from "../../../site/src/learn/mean_extremes.ts";

type Chart = (width: number) => TopLevelSpec;

const zeros = { max: 0, counts: new Array<number>(50).fill(0) };
const curve = { label: "run", values: [0.3, 0.2], colour: "recon" };
const point = { label: "epoch 1", reconstruction: 0.01, penalty: 0.2 };

const CHARTS: Record<string, Chart> = {
  activationFunctions,
  oneBatch: oneBatch({ acts: [0, 0.2, 0.1], mean: 0.1, rho: 0.05 }),
  oneBatchOfZeros: oneBatch({ acts: [0, 0], mean: 0, rho: 0.05 }),
  meansStrip: meansStrip({ rows: [{ label: "a", means: [0.05, 0.07] }, { label: "b", means: [0.06] }], rho: 0.05 }),
  meansOfMany: meansStrip({
    rows: [{ label: "many", means: Array.from({ length: 1024 }, (_, i) => i / 2e4) }],
    rho: 0.9,
  }),
  activationShares: activationShares({ histogram: ideal(0.05), above: 0.1, rho: 0.05 }),
  activationSharesOfZeros: activationShares({ histogram: zeros, above: null, rho: null }),
  smallDistribution: smallDistribution(ideal(0.05), 1),
  smallDistributionOfZeros: smallDistribution(zeros),
  byEpoch: byEpoch({ curves: [curve, { ...curve, label: "other", isDashed: true }], title: "loss" }),
  byOneEpoch: byEpoch({ curves: [{ ...curve, values: [0.3] }], title: "loss" }),
  byEpochOfZeros: byEpoch({ curves: [{ ...curve, values: [0, 0] }], title: "loss" }),
  lossAtWeight: lossAtWeight({ points: [point], beta: 0.005 }),
  lossWithoutPenalty: lossAtWeight({ points: [{ ...point, reconstruction: 0, penalty: 0 }], beta: 0 }),
  klZoom: (width) => klZoom({ rho: 0.05, rhoHat: 0.1, means: [], end: 0.15 }, width),
  klOverview: (width) => klOverview({ rho: 0.05, rhoHat: 0.1, end: 0.15 }, width),
};

for (const [name, chart] of Object.entries(CHARTS)) {
  Deno.test(`${name}() compiles without a warning and draws numbers only, at both widths`, async () => {
    const warnings: string[] = [];
    const logger = { ...vega.logger(vega.None), warn: (...args: string[]) => (warnings.push(args.join(" ")), logger) };
    for (const width of [WIDE, NARROW]) {
      const { spec } = compile(chart(width), { config: THEME, logger: logger as unknown as vega.LoggerInterface });
      const view = new vega.View(vega.parse(spec), { renderer: "none" });
      const svg = await view.toSVG();
      view.finalize();
      assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    }
    assert.deepEqual(warnings, []);
  });
}

Deno.test("the loss at a weight is the reconstruction loss plus the weight times the penalty", async () => {
  const { spec } = compile(lossAtWeight({ points: [point, { ...point, penalty: 0 }], beta: 0.005 })(WIDE), {
    config: THEME,
  });
  const view = new vega.View(vega.parse(spec), { renderer: "none" });
  for (const beta of [0, 0.005, 0.05]) {
    await view.signal("beta", beta).runAsync();
    const name = spec.data!.map(({ name }) => name).find((name) => view.data(name).some((row) => "total" in row))!;
    const totals = view.data(name).map(({ total }) => total as number);
    assert.deepEqual(totals, [0.01 + beta * 0.2, 0.01]);
  }
  view.finalize();
});

Deno.test("the slider of the weight reaches ten times the run's, and starts somewhere without one", () => {
  assert.deepEqual(weightSlider(0.005), { min: 0, max: 0.05, step: 0.0005 });
  assert.ok(weightSlider(0).max > 0);
});

Deno.test("all shares together are 1", () => {
  const { data } = activationShares({ histogram: { max: 2, counts: [1, 2, 5] }, above: null, rho: null })(WIDE) as {
    data: { values: { from: number; to: number; share: number }[] };
  };
  assert.ok(Math.abs(data.values.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-12);
  assert.equal(data.values.at(-1)!.to, 2);
});

Deno.test("names beside lines that end close together keep a distance", () => {
  const curves = [0.1, 0.1, 0.1001].map((end, i) => ({ label: `run ${i}`, values: [0.3, end], colour: "ink" }));
  for (const [width, least] of [[WIDE, 28], [NARROW, 14]]) {
    const { layer } = byEpoch({ curves, title: "loss" })(width) as unknown as {
      layer: { mark: { type: string; stroke?: string }; encoding: { y: { value: number } } }[];
    };
    const places = layer.filter(({ mark }) => mark.type === "text" && !mark.stroke)
      .map(({ encoding }) => encoding.y.value).sort((a, b) => a - b);
    assert.equal(places.length, 3);
    for (let i = 1; i < places.length; i++) assert.ok(places[i] - places[i - 1] >= least, places.join());
  }
});
