/**
 * Charts of the chapters that explain: activation functions, one latent over one batch, means, and distributions.
 *
 * Each is a function of the width that it is drawn at. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";

type Chart = (width: number) => TopLevelSpec;

/** Data of a mark that is drawn once. */
const ONE = { values: [{}] };

/** Half of the inputs that an activation function is drawn for, and the room between two. */
const HALF = 4, APART = 10.5;
const FUNCTIONS: { name: string; of(u: number): number }[] = [
  { name: "sigmoid", of: (u) => 4 / (1 + Math.exp(-u)) },
  { name: "tanh", of: (u) => 4 * Math.tanh(u) },
  { name: "ReLU", of: (u) => Math.max(0, u) },
  { name: "leaky ReLU", of: (u) => u > 0 ? u : 0.1 * u },
];

/** Sigmoid, tanh, ReLU and leaky ReLU beside each other; the first two four times as high, so that their range can be seen. */
export const activationFunctions: Chart = (width) => {
  const x = { field: "x", type: "quantitative" as const, axis: null, scale: { nice: false } };
  const y = { field: "y", type: "quantitative" as const, axis: null, scale: { domain: [-6, 4.4] } };
  const points = FUNCTIONS.flatMap(({ name, of }, f) =>
    Array.from({ length: 81 }, (_, i) => {
      const u = (i - 40) / 40 * HALF;
      return { name, x: f * APART + u, y: of(u) };
    })
  );
  const axes = FUNCTIONS.flatMap((_, f) => [
    { x: f * APART - HALF, x2: f * APART + HALF, y: 0, y2: 0 },
    { x: f * APART, x2: f * APART, y: -4, y2: 4.2 },
  ]);
  return {
    width,
    height: 120,
    layer: [
      {
        data: { values: axes },
        mark: { type: "rule", color: "var(--rule)" },
        encoding: { x, y, x2: { field: "x2" }, y2: { field: "y2" } },
      },
      {
        data: { values: points },
        mark: { type: "line", color: "var(--active)", strokeWidth: 2 },
        encoding: { x, y, detail: { field: "name" } },
      },
      {
        data: { values: FUNCTIONS.map(({ name }, f) => ({ name, x: f * APART, y: -5.4 })) },
        mark: { type: "text", color: "var(--muted)", baseline: "middle" },
        encoding: { x, y, text: { field: "name" } },
      },
    ],
  };
};

/** The activations of one latent, one bar for each input, with their mean and the target. */
export function oneBatch({ acts, mean, rho }: { acts: number[]; mean: number; rho: number }): Chart {
  const top = acts.reduce((a, b) => Math.max(a, b), 0);
  // Two labels beside lines that lie close together: the higher line's goes up, the lower line's down.
  const isMeanAbove = mean >= rho;
  const lines = [
    { y: mean, text: `mean ${mean.toFixed(3)}`, colour: "var(--ink)", dy: isMeanAbove ? -7 : 8 },
    { y: rho, text: `target ${rho}`, colour: "var(--target)", dy: isMeanAbove ? 8 : -7 },
  ];
  return (width) => ({
    width,
    height: 130,
    data: { values: acts.map((activation, row) => ({ row, activation })) },
    layer: [
      {
        mark: { type: "bar", color: "var(--active)", opacity: 0.55 },
        encoding: {
          x: { field: "row", type: "ordinal", axis: null, scale: { paddingInner: 0.15, paddingOuter: 0 } },
          y: {
            field: "activation",
            type: "quantitative",
            title: null,
            axis: { values: [0, top], format: ".2~f" },
            scale: { domain: [0, top], nice: false },
          },
        },
      },
      ...lines.flatMap(({ y, text, colour, dy }) => [
        { data: ONE, mark: { type: "rule" as const, color: colour, strokeWidth: 1.5 }, encoding: { y: { datum: y } } },
        {
          data: ONE,
          mark: {
            type: "text" as const,
            text,
            color: colour,
            align: "left" as const,
            baseline: "middle" as const,
            fontWeight: 600 as const,
            dx: 5,
            dy,
          },
          encoding: { x: { value: { expr: "width" } }, y: { datum: y } },
        },
      ]),
    ],
  });
}

/** Mean activations of several models' latents: a row each, one dot for each latent and a tick at their mean. */
export interface MeansRow {
  label: string;
  means: readonly number[];
}

/** See {@linkcode MeansRow}; the target as a line through all rows. */
export function meansStrip({ rows, rho }: { rows: MeansRow[]; rho: number }): Chart {
  const x = {
    field: "mean",
    type: "quantitative" as const,
    title: "mean activation",
    scale: { zero: false, padding: 12 },
    axis: { format: ".2~f", grid: true },
  };
  const means = rows.map(({ label, means }) => ({ label, mean: means.reduce((a, b) => a + b, 0) / means.length }));
  return (width) => {
    const y = { field: "label", type: "nominal" as const, sort: null, title: null, axis: rowLabels(width) };
    return {
      width,
      height: 66 + (width < 480 ? 64 : 48) * rows.length,
      layer: [
        {
          data: { values: rows.flatMap(({ label, means }) => means.map((mean, latent) => ({ label, latent, mean }))) },
          mark: { type: "circle", color: "var(--active)", opacity: 0.55, size: 70 },
          encoding: { x, y },
        },
        {
          data: { values: means },
          mark: { type: "tick", color: "var(--ink)", thickness: 2, size: 22 },
          encoding: { x, y },
        },
        {
          data: { values: means.map((row) => ({ ...row, text: `mean ${row.mean.toFixed(3)}` })) },
          mark: { type: "text", color: "var(--ink)", dy: width < 480 ? 20 : -18 },
          encoding: { x, y, text: { field: "text" } },
        },
        {
          data: ONE,
          mark: { type: "rule", color: "var(--target)", strokeWidth: 1.5 },
          encoding: { x: { datum: rho } },
        },
        {
          data: ONE,
          mark: {
            type: "text",
            text: `target ρ = ${rho}`,
            color: "var(--target)",
            fontWeight: 600,
            align: "left",
            dx: 6,
            dy: 2,
          },
          encoding: { x: { datum: rho }, y: { value: -8 } },
        },
      ],
    };
  };
}

/** Labels of rows: beside them on a desk, above them on a phone. Without a screen Vega takes text for wider than it is. */
function rowLabels(width: number) {
  const isNarrow = width < 480;
  return {
    labelColor: "var(--ink)",
    labelLimit: 400,
    ...(isNarrow
      ? { labelAlign: "left" as const, labelPadding: 0, labelOffset: -24, minExtent: 0, maxExtent: 0 }
      : { minExtent: 140, maxExtent: 140 }),
  };
}

/** A histogram of activations, in equal bins from 0. */
export interface Bins {
  /** Where the last bin ends. */
  max: number;
  counts: readonly number[];
}

/** A share of all activations in each bin, with those above a threshold in full colour. */
export function activationShares(
  { histogram: { max, counts }, above, rho }: { histogram: Bins; above: number | null; rho: number | null },
): Chart {
  const total = counts.reduce((a, b) => a + b, 0) || 1;
  const step = max / counts.length;
  const rows = counts.map((count, i) => ({ from: i * step, to: (i + 1) * step, count, share: count / total }));
  return (width) => ({
    width,
    height: width < 480 ? 240 : 280,
    data: { values: rows },
    layer: [
      {
        mark: { type: "bar", stroke: "var(--paper)", strokeWidth: 1 },
        encoding: {
          x: {
            field: "from",
            type: "quantitative",
            bin: "binned",
            title: "activation",
            scale: { domain: [0, max || 1], nice: false },
            axis: { format: "~g", tickCount: width < 480 ? 5 : 9 },
          },
          x2: { field: "to" },
          y: { field: "share", type: "quantitative", title: "share of all activations", axis: { format: "~%" } },
          color: { value: "var(--active)" },
          opacity: above === null
            ? { value: 0.55 }
            : { condition: { test: `datum.from >= ${above - step / 2}`, value: 1 }, value: 0.45 },
        },
      },
      ...(rho === null ? [] : [
        {
          data: ONE,
          mark: { type: "rule" as const, color: "var(--target)", strokeWidth: 1.5 },
          encoding: { x: { datum: rho } },
        },
        {
          data: ONE,
          mark: {
            type: "text" as const,
            text: `target ρ = ${rho}`,
            color: "var(--target)",
            fontWeight: 600 as const,
            align: "left" as const,
            dx: 6,
            dy: 8,
          },
          encoding: { x: { datum: rho }, y: { value: 0 } },
        },
      ]),
    ],
  });
}

/**
 * A distribution on a scale from 0 to `end`; three of them stand beside each other to be compared.
 */
export function smallDistribution(bins: Bins, end: number = bins.max): Chart {
  const step = bins.max / bins.counts.length;
  const total = bins.counts.reduce((a, b) => a + b, 0) || 1;
  return (width) => ({
    width,
    height: 150,
    data: {
      values: bins.counts.map((count, i) => ({ from: i * step, to: (i + 1) * step, share: count / total })),
    },
    mark: { type: "bar", color: "var(--active)", opacity: 0.75 },
    encoding: {
      x: {
        field: "from",
        type: "quantitative",
        bin: "binned",
        title: null,
        scale: { domain: [0, end || 1], nice: false },
        axis: { values: [0, end], format: ".2~f" },
      },
      x2: { field: "to" },
      y: {
        field: "share",
        type: "quantitative",
        title: null,
        scale: { domain: [0, 1] },
        axis: { values: [0, 1], format: "~%" },
      },
    },
  });
}
