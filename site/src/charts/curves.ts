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

/**
 * Total loss and its terms, training solid and test dashed, on a logarithmic axis, which has no place for a term that is 0.
 *
 * @param options.weight The symbol of the penalty's weight; null for a variant without a penalty.
 */
export function lossCurves({ epochs }: Metrics, { weight }: { weight: string | null }): TopLevelSpec {
  const penalty = `${weight} · penalty`;
  const values = epochs.flatMap(({ epoch, train, test }) =>
    ([["training", train], ["test", { ...test, auxiliary: 0 }]] as const).flatMap(([split, row]) => [
      { epoch, split, part: "total", value: row.loss },
      { epoch, split, part: "reconstruction", value: row.reconstruction },
      ...(row.penalty > 0
        ? [{ epoch, split, part: penalty, value: row.loss - row.reconstruction - row.auxiliary }]
        : []),
      { epoch, split, part: "auxiliary", value: row.auxiliary },
    ])
  ).filter(({ value }) => value > 0);
  const parts = new Set(values.map(({ part }) => part));
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
        sort: ["total", "reconstruction", penalty, "auxiliary"].filter((part) => parts.has(part)),
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

/** Active latents an image over the test set by epoch, and the target where there is one. */
export function activeLatentsByEpoch({ epochs }: Metrics, { target }: { target: number | null }): TopLevelSpec {
  const targetRule = [
    {
      data: { values: [{}] },
      mark: { type: "rule" as const, strokeDash: [6, 4], tooltip: false },
      encoding: { y: { datum: target } },
    },
    {
      data: { values: [{}] },
      mark: { type: "text" as const, align: "right" as const, dy: -8, dx: -2, tooltip: false },
      encoding: { x: { value: PLOT_WIDTH }, y: { datum: target }, text: { value: `target ${target}` } },
    },
  ];
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: {
      values: epochs.map(({ epoch, test: { activeLatents, deadLatents } }) => ({ epoch, activeLatents, deadLatents })),
    },
    layer: [
      {
        mark: { type: "line", strokeWidth: 2, point: { size: 24 } },
        encoding: {
          x: { field: "epoch", type: "quantitative", title: "epoch", axis: { tickMinStep: 1, format: "d" } },
          y: { field: "activeLatents", type: "quantitative", title: "active latents an image (L0)" },
          tooltip: [
            { field: "epoch" },
            { field: "activeLatents", title: "active latents", format: ".2f" },
            { field: "deadLatents", title: "dead latents" },
          ],
        },
      },
      ...(target === null ? [] : targetRule),
    ],
  };
}

/** The penalty's weight by step. */
export function weightBySteps({ steps }: Metrics, { symbol }: { symbol: string }): TopLevelSpec {
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: { values: steps.map(({ step, weight }) => ({ step, weight })) },
    mark: { type: "line", strokeWidth: 2 },
    encoding: {
      x: { field: "step", type: "quantitative", title: "step", axis: { tickCount: 5 } },
      y: { field: "weight", type: "quantitative", title: `weight ${symbol}`, axis: { format: "~g" } },
      tooltip: [{ field: "step" }, { field: "weight", title: symbol, format: ".4~g" }],
    },
  };
}
