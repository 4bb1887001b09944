/**
 * What the tutorial printed, epoch by epoch, beside this project's runs; and one loss in its two parts at any weight.
 *
 * Each is a function of the width that it is drawn at. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";

type Chart = (width: number) => TopLevelSpec;

/** A curve by epoch, the first value that of epoch 1. */
export interface EpochCurve {
  label: string;
  values: readonly number[];
  /** A colour variable's name, such as `recon`. */
  colour: string;
  isDashed?: boolean;
}

/** Curves by epoch with their names beside their ends. */
export function byEpoch(
  { curves, title, top }: { curves: readonly EpochCurve[]; title: string; top?: number },
): Chart {
  const longest = curves.reduce((most, { values }) => Math.max(most, values.length), 1);
  const highest = top ?? 1.05 * curves.reduce((most, { values }) => Math.max(most, ...values), 0);
  const rows = curves.flatMap(({ label, values }) => values.map((value, i) => ({ label, epoch: i + 1, value })));
  const names = curves.map(({ label }) => label);
  return (width) => {
    const isNarrow = width < 480;
    const ends = apart(
      curves.map(({ label, values, colour }) => ({
        label,
        colour,
        epoch: values.length,
        value: values.at(-1)!,
        // On a phone the label stands above the part of the line that it covers.
        over: isNarrow ? Math.min(highest, Math.max(...values.slice(Math.floor(values.length / 3)))) : values.at(-1)!,
      })),
      { least: (isNarrow ? 17 : 36) / PLOT * highest },
    );
    return {
      width,
      height: PLOT + 46,
      layer: [
        {
          data: { values: rows },
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
              axis: { format: "~g" },
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
        ...ends.map(({ label, colour, epoch, value, at }) => ({
          data: { values: [{}] },
          mark: {
            type: "text" as const,
            text: isNarrow ? `${label} ${value.toFixed(4)}` : [label, value.toFixed(4)],
            color: `var(--${colour})`,
            fontWeight: 600 as const,
            align: isNarrow ? "right" as const : "left" as const,
            baseline: "middle" as const,
            dx: isNarrow ? 0 : 8,
            dy: isNarrow ? -9 : 0,
          },
          encoding: {
            x: { datum: epoch, type: "quantitative" as const },
            y: { datum: at, type: "quantitative" as const },
          },
        })),
      ],
    };
  };
}

/** Height of a plot, without its axis, in pixels. */
const PLOT = 210;

/** Gives labels places that are at least `least` apart, in the order of their values. */
function apart<Item extends { over: number }>(items: Item[], { least }: { least: number }): (Item & { at: number })[] {
  let below = -Infinity;
  return items.toSorted((a, b) => a.over - b.over).map((item) => {
    const at = below = Math.max(item.over, below + least);
    return { ...item, at };
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
          x: { ...x("loss"), field: "reconstruction", axis: { format: "~g", tickCount: width < 480 ? 4 : 7 } },
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
