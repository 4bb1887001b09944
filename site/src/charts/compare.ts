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
import { PLOT_HEIGHT, PLOT_WIDTH, STROKES } from "./theme.ts";

/** Every run keeps its colour and its pattern when only some are shown. */
function byRun(ids: string[]) {
  return { field: "run", type: "nominal" as const, title: null, scale: { domain: ids } };
}

const ONE_BELOW_THE_OTHER = { columns: 1, labelLimit: 320 };

/** Test MSE of each run by epoch. */
export function overlaidCurves(runs: { id: string; epochs: Metrics["epochs"] }[]): TopLevelSpec {
  const ids = runs.map(({ id }) => id);
  const values = runs.flatMap(({ id, epochs }) => epochs.map(({ epoch, test }) => ({ run: id, epoch, mse: test.mse })));
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: { name: "curves", values },
    encoding: {
      x: { field: "epoch", type: "quantitative", title: "epoch", axis: { tickMinStep: 1, format: "d" } },
      y: {
        field: "mse",
        type: "quantitative",
        title: "test MSE",
        scale: { type: "log", nice: false },
        axis: { format: "~g", tickCount: 6 },
      },
      color: { ...byRun(ids), legend: { ...STROKES, ...ONE_BELOW_THE_OTHER } },
      tooltip: [{ field: "run" }, { field: "epoch" }, { field: "mse", format: ".5f" }],
    },
    layer: [
      {
        mark: { type: "line", strokeWidth: 2 },
        encoding: { strokeDash: { ...byRun(ids), legend: { ...STROKES, ...ONE_BELOW_THE_OTHER } } },
      },
      { mark: { type: "point", filled: true, size: 24, opacity: 1 } },
    ],
  };
}

/** Test MSE against active latents, a point a run. */
export function reconstructionAgainstSparsity(runs: Pick<Run, "id" | "metrics">[]): TopLevelSpec {
  const ids = runs.map(({ id }) => id);
  const values = runs.map(({ id, metrics: { test } }) => ({
    run: id,
    mse: test.mse,
    activeLatents: test.activeLatents,
  }));
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: { name: "runs", values },
    params: [{ name: "brush", select: "interval" }],
    mark: { type: "point", filled: true, size: 110 },
    encoding: {
      opacity: { condition: { param: "brush", value: 1 }, value: 0.2 },
      x: {
        field: "activeLatents",
        type: "quantitative",
        title: "active latents an image (L0)",
        scale: { zero: false },
      },
      y: { field: "mse", type: "quantitative", title: "test MSE", scale: { zero: false }, axis: { format: "~g" } },
      color: { ...byRun(ids), legend: ONE_BELOW_THE_OTHER },
      shape: { ...byRun(ids), legend: ONE_BELOW_THE_OTHER },
      tooltip: [{ field: "run" }, { field: "activeLatents", title: "L0", format: ".2f" }, {
        field: "mse",
        format: ".5f",
      }],
    },
  };
}
