/**
 * Each chart as a stored Vega-Lite specification, from rows worked by hand; and every one of them compiles and draws.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { overlaidCurves, reconstructionAgainstSparsity } from "../../../site/src/charts/compare.ts";
import { lossCurves, rhoHatSpread } from "../../../site/src/charts/curves.ts";
import {
  activationHistogram,
  classMap,
  classProfile,
  heatMap,
  latentKl,
  latentMeans,
  MAP_LATENTS,
} from "../../../site/src/charts/latents.ts";
import { klCurves, klSlopes, latentsOnCurve, lossSplit } from "../../../site/src/charts/penalty.ts";
import { stepTimes } from "../../../site/src/charts/speed.ts";
import { THEME } from "../../../site/src/charts/theme.ts";
import type { Metrics, Run } from "../../../lib/report/schema.ts";

const epoch = (number: number, loss: number): Metrics["epochs"][number] => ({
  epoch: number,
  step: 10 * number,
  lr: 0.01,
  train: { loss, reconstruction: 0.9 * loss, penaltyNats: 2 },
  test: {
    loss: 1.1 * loss,
    reconstruction: loss,
    penaltyNats: 3,
    mse: loss,
    klNats: 3,
    meanActivation: 0.06,
    rhoHat: { min: 0.01, q25: 0.03, median: 0.05, q75: 0.07, max: 0.2 },
  },
});
const metrics: Metrics = { schemaVersion: 2, epochs: [epoch(1, 0.5), epoch(2, 0.25)], stepStride: 1, steps: [] };
const latents = [
  { latent: 0, meanActivation: 0.1, klNats: 0.0167, density: 0.2 },
  { latent: 1, meanActivation: 0.04, klNats: 0.001, density: 0.1 },
];
const runs = [{ id: "a", mse: 0.01, meanActivation: 0.05 }, { id: "b", mse: 0.02, meanActivation: 0.04 }]
  .map(({ id, ...test }) => ({ id, metrics: { test } }) as unknown as Run);

const CHARTS: Record<string, TopLevelSpec> = {
  lossCurves: lossCurves(metrics, { beta: 0.005 }),
  rhoHatSpread: rhoHatSpread(metrics, { rho: 0.05 }),
  klCurves: klCurves([0.05]),
  klSlopes: klSlopes([0.05]),
  lossSplit: lossSplit([{ split: "epoch 1", reconstruction: 0.02, penalty: 0.001 }]),
  latentsOnCurve: latentsOnCurve(latents, { rho: 0.05 }),
  activationHistogram: activationHistogram([7, 0, 2, 1], { threshold: 0.1 }),
  latentMeans: latentMeans(latents, { rho: 0.05 }),
  latentKl: latentKl(latents),
  heatMap: heatMap({ labels: [3, 1], acts: [[0.5, 0.1], [0, 1]] }),
  heatMapWithoutLabels: heatMap({ labels: null, acts: [[0.5, 0.1], [0, 1]] }),
  classMap: classMap([[0.5, 0.1], [0, 1]], { classNames: ["zero"] }),
  classProfile: classProfile([0.25, 0.75], { classNames: ["zero", "one"] }),
  stepTimes: stepTimes([
    { contender: "webgpu", msPerStep: [12, 14], medianMsPerStep: 13 },
    { contender: "cpu:2", msPerStep: [3, 4], medianMsPerStep: 3.5 },
  ]),
  overlaidCurves: overlaidCurves([{ id: "a", epochs: metrics.epochs }, { id: "b", epochs: [epoch(1, 0.3)] }]),
  reconstructionAgainstSparsity: reconstructionAgainstSparsity(runs),
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

Deno.test("lossCurves() weighs the penalty by β and keeps both splits apart", () => {
  const { data } = lossCurves(metrics, { beta: 0.005 }) as { data: { values: Record<string, unknown>[] } };
  const at = (split: string, part: string) =>
    data.values.find((row) => row.epoch === 2 && row.split === split && row.part === part)!.value;
  assert.equal(at("training", "β · penalty"), 0.01);
  assert.equal(at("test", "β · penalty"), 0.015);
  assert.equal(at("training", "reconstruction"), 0.225);
});

Deno.test("klCurves() are 0 where ρ̂ = ρ and worth 0.016707 nats at ρ = 0.05, ρ̂ = 0.1", () => {
  const { data } = klCurves([0.05]) as { data: { values: { rhoHat: number; value: number }[] } };
  const at = (rhoHat: number) => data.values.find((row) => Math.abs(row.rhoHat - rhoHat) < 1e-9)!.value;
  assert.ok(Math.abs(at(0.05)) < 1e-12);
  assert.equal(at(0.1).toFixed(6), "0.016707");
});

Deno.test("heatMap() sorts images by class, and shows no more latents than can be told apart", () => {
  const wide = Array.from({ length: MAP_LATENTS + 9 }, () => 0.5);
  const { data } = heatMap({ labels: [3, 1, 3], acts: [wide, wide, wide] }) as {
    data: { values: { row: number; label: number; latent: number }[] };
  };
  assert.deepEqual([0, 1, 2].map((row) => data.values.find((value) => value.row === row)!.label), [1, 3, 3]);
  assert.equal(data.values.length, 3 * MAP_LATENTS);
});

Deno.test("classMap() and classProfile() call a class by its number where it has no name", () => {
  const { data } = classMap([[0], [1]], { classNames: ["zero"] }) as { data: { values: { label: string }[] } };
  assert.deepEqual(data.values.map(({ label }) => label), ["zero", "1"]);
});
