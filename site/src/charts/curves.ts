/**
 * How training went: losses and mean activations by epoch.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import type { Metrics } from "../../../lib/report/schema.ts";
import { PLOT_HEIGHT, PLOT_WIDTH, STROKES } from "./theme.ts";

/** Total loss and its two terms, training solid and test dashed, on a logarithmic axis. */
export function lossCurves({ epochs }: Metrics, { beta }: { beta: number }): TopLevelSpec {
  const values = epochs.flatMap(({ epoch, train, test }) =>
    ([["training", train], ["test", test]] as const).flatMap(([split, row]) => [
      { epoch, split, part: "total", value: row.loss },
      { epoch, split, part: "reconstruction", value: row.reconstruction },
      { epoch, split, part: "β · penalty", value: beta * row.penaltyNats },
    ])
  );
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: { values },
    encoding: {
      x: { field: "epoch", type: "quantitative", title: "epoch", axis: { tickMinStep: 1, format: "d" } },
      y: {
        field: "value",
        type: "quantitative",
        title: "loss",
        scale: { type: "log", nice: false },
        axis: { format: "~g", tickCount: 6 },
      },
      color: {
        field: "part",
        type: "nominal",
        title: null,
        sort: ["total", "reconstruction", "β · penalty"],
        legend: STROKES,
      },
      tooltip: [{ field: "part" }, { field: "split" }, { field: "epoch" }, { field: "value", format: ".5f" }],
    },
    layer: [
      {
        params: [{
          name: "zoom",
          select: { type: "interval", encodings: ["x"], zoom: "wheel![event.shiftKey]" },
          bind: "scales",
        }],
        mark: { type: "line", strokeWidth: 2, clip: true },
        encoding: {
          strokeDash: { field: "split", type: "nominal", title: null, sort: ["training", "test"], legend: STROKES },
        },
      },
      { mark: { type: "point", filled: true, size: 24, opacity: 1, clip: true } }, // a line of one epoch would not be seen
    ],
  };
}

/** The spread of ρ̂ over the latents by epoch: all of them, the middle half, the median; and the wanted ρ. */
export function rhoHatSpread({ epochs }: Metrics, { rho }: { rho: number }): TopLevelSpec {
  const x = { field: "epoch", type: "quantitative", title: "epoch", axis: { tickMinStep: 1, format: "d" } } as const;
  const y = { type: "quantitative", title: "mean activation ρ̂ⱼ" } as const;
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: { values: epochs.map(({ epoch, test }) => ({ epoch, ...test.rhoHat })) },
    layer: [
      {
        mark: { type: "area", opacity: 0.25, line: false },
        encoding: { x, y: { ...y, field: "min" }, y2: { field: "max" } },
      },
      { mark: { type: "area", opacity: 0.45 }, encoding: { x, y: { ...y, field: "q25" }, y2: { field: "q75" } } },
      { mark: { type: "line", strokeWidth: 2, point: { size: 24 } }, encoding: { x, y: { ...y, field: "median" } } },
      {
        data: { values: [{}] },
        mark: { type: "rule", strokeDash: [6, 4], tooltip: false },
        encoding: { y: { datum: rho } },
      },
      {
        data: { values: [{}] },
        mark: { type: "text", align: "right", dy: 12, dx: -2, tooltip: false },
        encoding: { x: { value: PLOT_WIDTH }, y: { datum: rho }, text: { value: `ρ = ${rho}` } },
      },
    ],
  };
}
