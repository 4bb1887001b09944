/**
 * Each chart as a stored Vega-Lite specification, from rows worked by hand; and every one of them compiles and draws.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { activeLatentsByEpoch, lossCurves, rhoHatSpread, weightBySteps } from "../../../site/src/charts/curves.ts";
import {
  activationHistogram,
  classMap,
  classProfile,
  densityHistogram,
  heatMap,
  latentKl,
  latentMeans,
} from "../../../site/src/charts/latents.ts";
import { klCurves, klSlopes, latentsOnCurve, lossSplit } from "../../../site/src/charts/penalty.ts";
import { THEME } from "../../../site/src/charts/theme.ts";
import { perturbationBars, probingCurves } from "../../../site/src/charts/worth.ts";
import type { Metrics } from "../../../lib/report/schema.ts";

const epoch = (number: number, loss: number): Metrics["epochs"][number] => ({
  epoch: number,
  step: 10 * number,
  lr: 0.01,
  train: { loss, reconstruction: 0.9 * loss, penalty: 2, auxiliary: 0, weight: 0.05 * loss },
  test: {
    loss: 1.1 * loss,
    reconstruction: loss,
    penalty: 3,
    auxiliary: 0,
    mse: loss,
    klNats: 3,
    meanActivation: 0.06,
    activeLatents: 4,
    deadLatents: 1,
    rhoHat: { min: 0.01, q25: 0.03, median: 0.05, q75: 0.07, max: 0.2 },
  },
});
const step = (number: number, weight: number) => ({
  step: number,
  lr: 0.01,
  loss: 1,
  reconstruction: 0.5,
  penalty: 1,
  auxiliary: 0,
  weight,
});
const metrics: Metrics = {
  schemaVersion: 5,
  start: epoch(1, 0).test,
  epochs: [epoch(1, 0.5), epoch(2, 0.25)],
  stepStride: 1,
  steps: [step(1, 0), step(2, 0.5)],
  silentLatents: null,
};
/** Without a penalty, with an auxiliary loss. */
const auxiliary: Metrics = {
  ...metrics,
  epochs: metrics.epochs.map(({ train, test, ...rest }) => ({
    ...rest,
    train: { ...train, penalty: 0, weight: 0, auxiliary: 0.1 * train.loss },
    test: { ...test, penalty: 0, klNats: null },
  })),
};
const latents = [
  { latent: 0, meanActivation: 0.1, klNats: 0.0167, density: 0.2 },
  { latent: 1, meanActivation: 0.04, klNats: 0.001, density: 0.1 },
];
const CHARTS: Record<string, TopLevelSpec> = {
  lossCurves: lossCurves(metrics, { weight: "β" }),
  lossCurvesWithoutPenalty: lossCurves(auxiliary, { weight: null }),
  activeLatentsByEpoch: activeLatentsByEpoch(metrics, { target: null }),
  activeLatentsWithTarget: activeLatentsByEpoch(metrics, { target: 8 }),
  weightBySteps: weightBySteps(metrics, { symbol: "λ" }),
  rhoHatSpread: rhoHatSpread(metrics, { rho: 0.05 }),
  klCurves: klCurves([0.05]),
  klSlopes: klSlopes([0.05]),
  lossSplit: lossSplit([{ split: "epoch 1", reconstruction: 0.02, penalty: 0.001 }]),
  latentsOnCurve: latentsOnCurve(latents, { rho: 0.05 }),
  activationHistogram: activationHistogram({ max: 1, counts: [7, 0, 2, 1] }, { threshold: 0.1 }),
  activationHistogramOfZeros: activationHistogram({ max: 0, counts: [7, 0] }, { threshold: 0 }),
  latentMeans: latentMeans(latents, { rho: 0.05 }),
  latentKl: latentKl(latents),
  heatMap: heatMap({ heatmap: { labels: [3, 1], acts: [[0.5, 0.1], [0, 1]] }, shown: [4, 9] }),
  heatMapWithoutLabels: heatMap({ heatmap: { labels: null, acts: [[0.5, 0.1], [0, 1]] }, shown: [0, 1] }),
  classMap: classMap([[0.5, 0.1], [0, 1]], { classNames: ["zero"], shown: [4, 9] }),
  densityHistogram: densityHistogram({ edges: [0.01, 0.1, 1], counts: [3, 5] }),
  probingCurves: probingCurves({
    latents: [{ k: 1, value: 0.8 }, { k: 2, value: null }],
    pixels: [{ k: 1, value: 0.7 }, { k: 2, value: 0.75 }],
    byClass: [],
  }),
  perturbationBars: perturbationBars([{ n: 2, ownDrop: 0.3, otherDrop: 0.01, score: 0.29 }]),
  classProfile: classProfile([0.25, 0.75], { classNames: ["zero", "one"] }),
};

for (const [name, spec] of Object.entries(CHARTS)) {
  Deno.test(`${name}() gives the stored specification`, (t) => t.assertSnapshot(spec));
}

Deno.test("every chart compiles without a warning and draws numbers only", async () => {
  const warnings: string[] = [];
  const logger = { ...vega.logger(vega.None), warn: (...args: string[]) => (warnings.push(args.join(" ")), logger) };
  for (const [name, spec] of Object.entries(CHARTS)) {
    const compiled = compile(spec, { config: THEME, logger: logger as unknown as vega.LoggerInterface }).spec;
    const view = new vega.View(vega.parse(compiled), { renderer: "none" });
    const svg = await view.toSVG();
    view.finalize();
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/, name);
  }
  assert.deepEqual(warnings, []);
});

Deno.test("lossCurves() shows what the penalty adds, keeps both splits apart and draws no term that is 0", () => {
  type Rows = { data: { values: Record<string, unknown>[] } };
  const at = (spec: Rows, split: string, part: string) =>
    spec.data.values.find((row) => row.epoch === 2 && row.split === split && row.part === part)?.value;
  const kl = lossCurves(metrics, { weight: "β" }) as Rows;
  assert.equal((at(kl, "training", "β · penalty") as number).toFixed(6), "0.025000");
  assert.equal((at(kl, "test", "β · penalty") as number).toFixed(6), "0.025000");
  assert.equal(at(kl, "training", "reconstruction"), 0.225);
  assert.equal(at(kl, "training", "auxiliary"), undefined);
  const topk = lossCurves(auxiliary, { weight: null }) as Rows;
  assert.equal(at(topk, "training", "auxiliary"), 0.025);
  assert.equal(topk.data.values.filter(({ part }) => String(part).includes("penalty")).length, 0);
});

Deno.test("klCurves() are 0 where ρ̂ = ρ and worth 0.016707 nats at ρ = 0.05, ρ̂ = 0.1", () => {
  const { data } = klCurves([0.05]) as { data: { values: { rhoHat: number; value: number }[] } };
  const at = (rhoHat: number) => data.values.find((row) => Math.abs(row.rhoHat - rhoHat) < 1e-9)!.value;
  assert.ok(Math.abs(at(0.05)) < 1e-12);
  assert.equal(at(0.1).toFixed(6), "0.016707");
});

Deno.test("heatMap() sorts images by class, calls columns by their latent, and leaves zeros to the ground", () => {
  const { data } = heatMap({
    heatmap: { labels: [3, 1, 3], acts: [[0.5, 0], [0, 0.5], [0.5, 0.5]] },
    shown: [7, 9],
  }) as { data: { values: { row: number; label: number; latent: number }[] } };
  assert.deepEqual(data.values.map(({ row, label, latent }) => [row, label, latent]), [
    [0, 1, 9],
    [1, 3, 7],
    [2, 3, 7],
    [2, 3, 9],
  ]);
});

Deno.test("classMap() and classProfile() call a class by its number where it has no name", () => {
  const { data } = classMap([[0], [1]], { classNames: ["zero"], shown: [0] }) as {
    data: { values: { label: string }[] };
  };
  assert.deepEqual(data.values.map(({ label }) => label), ["zero", "1"]);
});
