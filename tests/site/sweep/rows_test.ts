/**
 * A sweep's runs by their settings: what varies, which runs belong together, and medians with their spread.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolveConfig } from "../../../lib/config.ts";
import type { Run } from "../../../lib/report/run_schema.ts";
import type { Sweep } from "../../../lib/report/sweep_schema.ts";
import { combinations, spreadOf, SWEEP_MEASURES, sweepRows, varyingSettings } from "../../../site/src/sweep/rows.ts";
import { bySetting, sweepSeries } from "../../../site/src/sweep/series.ts";

/** As much of a finished run as a sweep's page reads. */
function run(id: string, settings: Record<string, unknown>, { mse = 0.01, l0 = 16 } = {}): Run {
  const config = resolveConfig(settings);
  const usedSettings = [
    "sparsity",
    "latent",
    "epochs",
    ...(config.sparsity === "topk" ? ["k"] : ["lambda", "targetL0"]),
  ];
  const test = { mse, fvu: 20 * mse, activeLatents: l0, deadLatents: 1 };
  return { id, title: `Title of ${id}`, config, usedSettings, metrics: { test, dictionary: null } } as unknown as Run;
}

const sweep: Sweep = {
  schemaVersion: 1,
  name: "mixed",
  base: { latent: 64 },
  knobs: [
    { name: "sparsity", values: ["topk", "l1"] },
    { name: "k", values: [4, 8] },
    { name: "targetL0", values: [8] },
    { name: "epochs", values: [2] },
  ],
  seeds: [0, 1],
  runs: [
    { id: "t4-0", knobs: { sparsity: "topk", k: 4, epochs: 2 }, seed: 0 },
    { id: "t4-1", knobs: { sparsity: "topk", k: 4, epochs: 2 }, seed: 1 },
    { id: "t8-0", knobs: { sparsity: "topk", k: 8, epochs: 2 }, seed: 0 },
    { id: "l-0", knobs: { sparsity: "l1", targetL0: 8, epochs: 2 }, seed: 0 },
  ],
};
const topk = { sparsity: "topk", latent: 64, epochs: 2 };
const runs = [
  run("t4-0", { ...topk, k: 4 }, { mse: 0.02, l0: 4 }),
  run("t8-0", { ...topk, k: 8 }, { mse: 0.01, l0: 8 }),
  run("l-0", { sparsity: "l1", targetL0: 8, latent: 64, epochs: 2 }, { mse: 0.03, l0: 8.5 }),
];
const rows = sweepRows(sweep, runs), varying = varyingSettings(sweep, rows), combined = combinations(rows, varying);

Deno.test("settings that have one value are not said to vary; one that only some methods use is", () => {
  assert.deepEqual(varying.map(({ label, values }) => [label, values]), [
    ["Sparsity method", ["TopK", "L1"]],
    ["k", ["4", "8"]],
    ["Target L0", ["8"]],
  ]);
});

Deno.test("runs that differ by their random seed are one combination, also before all are finished", () => {
  assert.deepEqual(combined.map(({ name, rows, runs }) => [name, rows.length, runs.length]), [
    ["TopK · k 4", 2, 1],
    ["TopK · k 8", 1, 1],
    ["L1 · target L0 8", 1, 1],
  ]);
  assert.equal(combined[0].settings.targetL0, null, "TopK does not use it");
});

Deno.test("spreadOf() is the median with both ends, and nothing without runs", () => {
  const [explained, mse] = SWEEP_MEASURES;
  assert.deepEqual(spreadOf(runs, mse.of), { median: 0.02, least: 0.01, largest: 0.03 });
  assert.ok(Math.abs(spreadOf(runs, explained.of)!.median - 0.6) < 1e-12);
  assert.equal(spreadOf([], mse.of), null);
  assert.equal(spreadOf(runs, SWEEP_MEASURES[4].of), null, "no planted data, no recovery");
});

Deno.test("a sweep over methods has a line for each; a setting that not all use has no axis", () => {
  const { series, measure } = sweepSeries(combined, varying);
  assert.equal(measure.name, "explained variance");
  assert.deepEqual(series.map(({ name, medians, runs }) => [name, medians.map(({ l0 }) => l0), runs.length]), [
    ["TopK", [4, 8], 2],
    ["L1", [8.5], 1],
  ]);
  assert.deepEqual(bySetting(combined, varying), []);
});

Deno.test("a sweep over one setting has an axis of its values, in the sweep's order", () => {
  const one: Sweep = {
    ...sweep,
    knobs: [sweep.knobs[1]],
    base: { sparsity: "topk", latent: 64 },
    runs: sweep.runs.slice(0, 3),
  };
  const rows = sweepRows(one, runs), varying = varyingSettings(one, rows);
  const [explained, active] = bySetting(combinations(rows, varying), varying);
  assert.deepEqual(explained.x, { name: "k", label: "k", values: ["4", "8"] });
  assert.equal(explained.line, null);
  assert.deepEqual(explained.points.map(({ x, value, title }) => [x, Math.round(1e6 * value) / 1e6, title]), [
    ["4", 0.6, "Title of t4-0"],
    ["8", 0.8, "Title of t8-0"],
  ]);
  assert.deepEqual(active.points.map(({ value }) => value), [4, 8]);
});
