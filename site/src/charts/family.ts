/**
 * The sparsity variants beside each other: copies against active latents, and single figures by variant.
 *
 * A variant has the same colour and shape in every chart. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { paretoFront } from "../../../lib/analysis/across_runs.ts";
import { VARIANT_NAMES, type VariantName, VARIANTS } from "../../../lib/sae/sparsity/variants.ts";
import { CATEGORIES, PLOT_HEIGHT, PLOT_WIDTH } from "./theme.ts";

const SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right"];

/** Colours and shapes of the variants among `names`, in the variants' order. */
function byVariant(names: VariantName[]) {
  const present = VARIANT_NAMES.filter((name) => names.includes(name));
  const rangeOf = (all: string[]) => present.map((name) => all[VARIANT_NAMES.indexOf(name) % all.length]);
  const encoding = (range: string[]) => ({
    field: "variant",
    type: "nominal" as const,
    title: null,
    scale: { domain: present.map((name) => VARIANTS[name].title), range },
  });
  return { color: encoding(rangeOf(CATEGORIES)), shape: encoding(rangeOf(SHAPES)) };
}

/** Whether a variant's inactive latents are exactly 0, so that its L0 says all that it copies with. */
const isExact = ({ variant }: { variant: VariantName }) => VARIANTS[variant].activeAbove === 0;

/** A run, or the medians of a level, as a point. */
export interface FrontPoint {
  variant: VariantName;
  /** Active latents an image; above 0. */
  l0: number;
  value: number;
}

/**
 * Every run by its active latents and a figure, with a line through each variant's medians, and the front: the runs that no other
 * beats on both, of those whose other latents are 0 and not merely small.
 */
export function front(
  { runs, medians }: { runs: (FrontPoint & { id: string })[]; medians: FrontPoint[] },
  { title, isGain }: { title: string; isGain: boolean },
): TopLevelSpec {
  const named = <P extends FrontPoint>(points: P[]) =>
    points.map((point) => ({ ...point, variant: VARIANTS[point.variant].title }));
  const { color, shape } = byVariant(runs.map(({ variant }) => variant));
  const x = {
    field: "l0",
    type: "quantitative" as const,
    title: "active latents an image, L0 (logarithmic)",
    scale: { type: "log" as const, base: 2, nice: false, padding: 10 },
    axis: { format: "~g", values: [1, 2, 4, 8, 16, 32, 64, 128, 256] },
  };
  const y = { field: "value", type: "quantitative" as const, title, scale: { zero: false } };
  return {
    width: PLOT_WIDTH,
    height: 1.2 * PLOT_HEIGHT,
    layer: [
      {
        data: {
          values: paretoFront(runs.filter(isExact), {
            cost: ({ l0 }) => l0,
            gain: ({ value }) => isGain ? value : -value,
          })
            .map(({ l0, value }) => ({ l0, value })),
        },
        mark: {
          type: "line",
          interpolate: "step-after",
          strokeDash: [3, 3],
          strokeWidth: 1.5,
          color: "var(--muted)",
          tooltip: false,
        },
        encoding: { x, y },
      },
      {
        data: { values: named(medians) },
        mark: { type: "line", strokeWidth: 1.5, opacity: 0.6, tooltip: false },
        encoding: { x, y, color },
      },
      {
        data: { values: named(runs) },
        mark: { type: "point", filled: true, size: 60, opacity: 0.9 },
        encoding: {
          x,
          y,
          color,
          shape,
          tooltip: [
            { field: "id", title: "run" },
            { field: "variant" },
            { field: "l0", title: "L0", format: ".2f" },
            { field: "value", title, format: ".4~g" },
          ],
        },
      },
    ],
  };
}

/** A figure of one variant: its median, and each run's. */
export interface VariantBar {
  variant: VariantName;
  median: number;
  values: number[];
}

/** One bar a variant, with a tick for each of its runs. */
export function barsByVariant(rows: VariantBar[], { title, format }: { title: string; format: string }): TopLevelSpec {
  const titles = rows.map(({ variant }) => VARIANTS[variant].title);
  const { color } = byVariant(rows.map(({ variant }) => variant));
  const y = {
    field: "variant",
    type: "nominal" as const,
    title: null,
    sort: titles,
    axis: { ticks: false, minExtent: 84, maxExtent: 84 },
  };
  const largest = Math.max(...rows.flatMap(({ median, values }) => [median, ...values]));
  const x = {
    type: "quantitative" as const,
    title,
    scale: { domain: [0, largest || 1] }, // all may be 0
    axis: { format, tickCount: 5 },
  };
  return {
    width: PLOT_WIDTH - 40,
    height: 28 * rows.length,
    layer: [
      {
        data: { values: rows.map(({ variant, median }) => ({ variant: VARIANTS[variant].title, median })) },
        mark: { type: "bar", height: { band: 0.65 } },
        encoding: {
          y,
          x: { ...x, field: "median" },
          color: { ...color, legend: null },
          tooltip: [{ field: "variant" }, { field: "median", format: ".3~g" }],
        },
      },
      {
        data: {
          values: rows.flatMap(({ variant, values }) =>
            values.map((value) => ({ variant: VARIANTS[variant].title, value }))
          ),
        },
        mark: { type: "tick", thickness: 2, color: "var(--ink)", tooltip: false },
        encoding: { y, x: { ...x, field: "value" } },
      },
    ],
  };
}

/** Accuracy of a class told from the k best latents of each variant, and from the k best pixels. */
export function probingByVariant(
  rows: { variant: VariantName; k: number; accuracy: number }[],
  pixels: { k: number; accuracy: number }[],
): TopLevelSpec {
  const { color, shape } = byVariant(rows.map(({ variant }) => variant));
  const x = { field: "k", type: "ordinal" as const, title: "k", axis: { labelAngle: 0 } };
  const y = {
    field: "accuracy",
    type: "quantitative" as const,
    title: "accuracy",
    scale: { zero: false },
    axis: { format: "~%" },
  };
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    layer: [
      {
        data: { values: pixels },
        mark: { type: "line", strokeDash: [3, 3], color: "var(--muted)", tooltip: false },
        encoding: { x, y },
      },
      {
        data: { values: rows.map((row) => ({ ...row, variant: VARIANTS[row.variant].title })) },
        encoding: {
          x,
          y,
          color,
          tooltip: [{ field: "variant" }, { field: "k" }, { field: "accuracy", format: ".1%" }],
        },
        layer: [
          { mark: { type: "line", strokeWidth: 1.5 } },
          { mark: { type: "point", filled: true, size: 60, opacity: 1 }, encoding: { shape } },
        ],
      },
    ],
  };
}
