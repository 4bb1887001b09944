/**
 * What the tutorial printed, epoch by epoch, beside this project's runs; and one loss in its two parts at any weight.
 *
 * Each is a function of the width that it is drawn at. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { spreadApart, widthOf, withRim } from "./direct_labels.ts";
import { frame } from "./frame.ts";
import type { Chart } from "./theme.ts";

/** A curve by epoch, the first value that of epoch 1. */
export interface EpochCurve {
  label: string;
  values: readonly number[];
  /** A colour variable's name, such as `recon`. */
  colour: string;
  isDashed?: boolean;
}

/** Curves by epoch, each with its name and last value: beside its end on a desk, above its line on a phone. */
export function byEpoch(
  { curves, title, top }: { curves: readonly EpochCurve[]; title: string; top?: number },
): Chart {
  const longest = curves.reduce((most, { values }) => Math.max(most, values.length), 1);
  const highest = top ?? (1.05 * curves.reduce((most, { values }) => Math.max(most, ...values), 0) || 1);
  const names = curves.map(({ label }) => label);
  return (width) => {
    const isNarrow = width < 480;
    const right = isNarrow ? 12 : 16 + widthOf(names);
    const { plot, view } = frame(width, { height: 280, right });
    const labels = labelsOf(curves, { isNarrow, height: plot.height, highest });
    return {
      ...view,
      data: {
        values: curves.flatMap(({ label, values }) => values.map((value, i) => ({ label, epoch: i + 1, value }))),
      },
      layer: [
        {
          mark: { type: "line", point: longest === 1, clip: true },
          encoding: {
            x: {
              field: "epoch",
              type: "quantitative",
              title: "epoch",
              scale: { domain: longest > 1 ? [1, longest] : [0.5, 1.5], nice: false },
              axis: { tickMinStep: 1, format: "d", tickCount: Math.min(longest, isNarrow ? 5 : 10) },
            },
            y: {
              field: "value",
              type: "quantitative",
              title,
              scale: { domain: [0, highest], nice: false },
              axis: { format: ",f" },
            },
            color: {
              field: "label",
              type: "nominal",
              legend: null,
              scale: { domain: names, range: curves.map(({ colour }) => `var(--${colour})`) },
            },
            strokeDash: {
              field: "label",
              type: "nominal",
              legend: null,
              scale: { domain: names, range: curves.map(({ isDashed }) => isDashed ? [5, 4] : [1, 0]) },
            },
          },
        },
        ...labels.flatMap(({ text, colour, epoch, y }) =>
          withRim({
            type: "text",
            text,
            color: colour,
            fontWeight: 600,
            lineHeight: LINE,
            align: isNarrow && 2 * epoch > longest ? "right" : "left",
            baseline: "middle",
            dx: isNarrow ? 0 : 8,
          }, {
            data: { values: [{}] },
            encoding: { x: { datum: epoch, type: "quantitative" }, y: { value: y } },
          })
        ),
      ],
    } as ReturnType<Chart>;
  };
}

/** Height of a line of a label, in pixels. */
const LINE = 14;

/** Names of curves with their last values, and where each stands, in pixels from the top. */
function labelsOf(
  curves: readonly EpochCurve[],
  { isNarrow, height, highest }: { isNarrow: boolean; height: number; highest: number },
) {
  const yOf = (value: number) => height * (1 - Math.min(value, highest) / highest);
  // Beside the line's end; on a phone above the part of the line that the label covers.
  const wanted = curves.map(({ values }) =>
    isNarrow ? yOf(Math.max(...values.slice(Math.floor(values.length / 3)))) - LINE / 2 - 3 : yOf(values.at(-1)!)
  );
  const places = spreadApart(wanted, { apart: isNarrow ? LINE + 3 : 2 * LINE + 4, from: LINE, to: height - LINE });
  return curves.map(({ label, values, colour }, i) => {
    const value = values.at(-1)!.toFixed(4);
    return {
      text: isNarrow ? `${label} ${value}` : [label, value],
      colour: `var(--${colour})`,
      epoch: values.length,
      y: places[i],
    };
  });
}

/** A point of training: its reconstruction loss and its penalty, not weighted. */
export interface LossPoint {
  label: string;
  reconstruction: number;
  penalty: number;
}

/** The slider of β: from 0 to ten times the value that a run was trained with. */
export function weightSlider(beta: number): { min: number; max: number; step: number } {
  const max = beta > 0 ? 10 * beta : 0.05;
  return { min: 0, max, step: max / 100 };
}

/** The total loss of points of training, drawn over its two parts, at the weight `beta`, a parameter. */
export function lossAtWeight({ points, beta }: { points: readonly LossPoint[]; beta: number }): Chart {
  const slider = weightSlider(beta);
  const largest = points.reduce(
    (most, { reconstruction, penalty }) => Math.max(most, reconstruction + slider.max * penalty),
    0,
  );
  const y = { field: "label", type: "nominal" as const, sort: null, title: null };
  const x = (title: string | null) => ({
    type: "quantitative" as const,
    title,
    scale: { domain: [0, largest], nice: false },
  });
  return (width) => ({
    width,
    height: 50 + 46 * points.length,
    params: [{ name: "beta", value: beta, bind: { input: "range", ...slider, name: "weight β" } }],
    data: { name: "points", values: points.map((point) => ({ ...point })) },
    transform: [
      { calculate: "datum.reconstruction + beta * datum.penalty", as: "total" },
      {
        calculate: "datum.total > 0 ? format(beta * datum.penalty / datum.total, '.1%') + ' penalty' : ''",
        as: "share",
      },
    ],
    layer: [
      {
        mark: { type: "bar", color: "var(--recon)", height: 18 },
        encoding: {
          y: { ...y, axis: { minExtent: 104, maxExtent: 104, labelLimit: 100, labelColor: "var(--ink)" } },
          x: { ...x("loss"), field: "reconstruction", axis: { format: ",f", tickCount: width < 480 ? 4 : 7 } },
        },
      },
      {
        mark: { type: "bar", color: "var(--active)", height: 18 },
        encoding: { y, x: { ...x(null), field: "reconstruction" }, x2: { field: "total" } },
      },
      {
        mark: { type: "text", align: "right", baseline: "bottom", dy: -10, color: "var(--active)", fontWeight: 600 },
        encoding: { y, x: { ...x(null), field: "total" }, text: { field: "share" } },
      },
    ],
  });
}
