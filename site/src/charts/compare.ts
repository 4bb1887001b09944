/**
 * Runs side by side: their curves over each other, reconstruction against sparsity.
 *
 * The data sets are called `curves` and `runs`, so that the page can show some of the runs only. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import type { Metrics, Run } from "../../../lib/report/schema.ts";
import { PLOT_HEIGHT, PLOT_WIDTH } from "./theme.ts";

const byRun = {
  color: { field: "run", type: "nominal", title: null, sort: null, legend: { columns: 1, labelLimit: 320 } },
} as const;

/** Test MSE of each run by epoch. */
export function overlaidCurves(runs: { id: string; epochs: Metrics["epochs"] }[]): TopLevelSpec {
  const values = runs.flatMap(({ id, epochs }) => epochs.map(({ epoch, test }) => ({ run: id, epoch, mse: test.mse })));
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: { name: "curves", values },
    mark: { type: "line", point: { size: 24 }, strokeWidth: 2 },
    encoding: {
      x: { field: "epoch", type: "quantitative", title: "epoch", axis: { tickMinStep: 1, format: "d" } },
      y: { field: "mse", type: "quantitative", title: "test MSE", scale: { type: "log" }, axis: { format: "~g", tickCount: 6 } },
      ...byRun,
      strokeDash: { field: "run", type: "nominal", title: null, sort: null },
      tooltip: [{ field: "run" }, { field: "epoch" }, { field: "mse", format: ".5f" }],
    },
  };
}

/** Test MSE against mean activation, a point a run. */
export function reconstructionAgainstSparsity(runs: Pick<Run, "id" | "metrics">[]): TopLevelSpec {
  const values = runs.map(({ id, metrics: { test } }) => ({ run: id, mse: test.mse, meanActivation: test.meanActivation }));
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: { name: "runs", values },
    mark: { type: "point", filled: true, size: 110 },
    encoding: {
      x: { field: "meanActivation", type: "quantitative", title: "mean activation", scale: { zero: false } },
      y: { field: "mse", type: "quantitative", title: "test MSE", scale: { zero: false }, axis: { format: "~g" } },
      ...byRun,
      shape: { field: "run", type: "nominal", title: null, sort: null },
      tooltip: [{ field: "run" }, { field: "meanActivation", format: ".4f" }, { field: "mse", format: ".5f" }],
    },
  };
}
