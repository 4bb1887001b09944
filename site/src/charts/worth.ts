/**
 * What the latents are worth beyond the loss: classes told from a few of them, and lost without them.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import type { Evaluation } from "../../../lib/report/schema.ts";
import { PLOT_HEIGHT, PLOT_WIDTH, STROKES } from "./theme.ts";

/** Accuracy of a class from the k best latents, and from the k best pixels. */
export function probingCurves({ latents, pixels }: NonNullable<Evaluation["probing"]>): TopLevelSpec {
  const values = ([["latents", latents], ["pixels", pixels]] as const)
    .flatMap(([from, rows]) => rows.map(({ k, value }) => ({ from, k, accuracy: value })))
    .filter(({ accuracy }) => accuracy !== null);
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: { values },
    mark: { type: "line", strokeWidth: 2, point: { size: 30, filled: true } },
    encoding: {
      x: { field: "k", type: "ordinal", title: "k, how many it is told from", axis: { labelAngle: 0 } },
      y: {
        field: "accuracy",
        type: "quantitative",
        title: "accuracy",
        scale: { domain: [0.5, 1], clamp: true },
        axis: { format: "~%" },
      },
      color: { field: "from", type: "nominal", title: null, sort: ["latents", "pixels"], legend: STROKES },
      strokeDash: { field: "from", type: "nominal", title: null, sort: ["latents", "pixels"], legend: STROKES },
      tooltip: [{ field: "from" }, { field: "k" }, { field: "accuracy", format: ".1%" }],
    },
  };
}

/** Accuracy lost without a class's n strongest latents: its own, and the other classes'. */
export function perturbationBars(rows: NonNullable<Evaluation["perturbation"]>): TopLevelSpec {
  const values = rows.flatMap(({ n, ownDrop, otherDrop }) => [
    { n, probe: "own class", drop: ownDrop },
    { n, probe: "other classes", drop: otherDrop },
  ]).filter(({ drop }) => drop !== null);
  const sort = ["own class", "other classes"];
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: { values },
    mark: { type: "bar" },
    encoding: {
      x: { field: "n", type: "ordinal", title: "n, latents taken away", axis: { labelAngle: 0 } },
      xOffset: { field: "probe", sort },
      y: { field: "drop", type: "quantitative", title: "accuracy lost", axis: { format: "~%" } },
      color: { field: "probe", type: "nominal", title: null, sort },
      tooltip: [{ field: "n" }, { field: "probe" }, { field: "drop", title: "lost", format: ".1%" }],
    },
  };
}
