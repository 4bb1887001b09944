/**
 * Charts of the chapters that explain: activation functions, one latent over one batch, and mean activations.
 *
 * Each is a function of the width that it is drawn at. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { rowLabels, withRim } from "./direct_labels.ts";
import { frame } from "./frame.ts";
import type { Chart } from "./theme.ts";

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

/** Mean activations of one model's latents. */
export interface MeansRow {
  label: string;
  means: readonly number[];
}

/** A row for each model: one dot for each latent, a tick at their mean; the target as a line through all rows. */
export function meansStrip({ rows, rho }: { rows: MeansRow[]; rho: number }): Chart {
  const dots = rows.flatMap(({ label, means }) => means.map((mean, latent) => ({ name: label, latent, mean })));
  const middles = rows.map(({ label, means }) => {
    const mean = means.reduce((a, b) => a + b, 0) / means.length;
    return { name: label, mean, text: `mean ${mean.toFixed(3)}` };
  });
  const ends = [...dots.map(({ mean }) => mean), rho];
  const low = ends.reduce((a, b) => Math.min(a, b)), high = ends.reduce((a, b) => Math.max(a, b));
  const room = 0.05 * (high - low) || 0.01;
  return (width) => {
    const labels = rowLabels(rows.map(({ label }) => label), width);
    const row = labels.row + 28, top = 26;
    const { view } = frame(width, { height: row * rows.length + top + 44, left: labels.left, top, right: 16 });
    const y = labels.channel;
    const x = {
      field: "mean",
      type: "quantitative",
      title: "mean activation",
      scale: { domain: [low - room, high + room], nice: false, zero: false },
      axis: { format: ",f", grid: true, tickCount: width < 480 ? 5 : 9 },
    };
    const middle = { data: { values: middles }, encoding: { x, y } };
    return {
      ...view,
      layer: [
        {
          data: { values: dots },
          mark: { type: "circle", color: "var(--active)", opacity: 0.55, size: 70 },
          encoding: { x, y },
        },
        { ...middle, mark: { type: "tick", orient: "vertical", color: "var(--ink)", thickness: 2, size: 22 } },
        {
          data: ONE,
          mark: { type: "rule", color: "var(--target)", strokeWidth: 1.5 },
          encoding: { x: { datum: rho } },
        },
        ...withRim({ type: "text", color: "var(--ink)", dy: 20 }, {
          ...middle,
          encoding: { x, y, text: { field: "text" } },
        }),
        {
          data: ONE,
          mark: { type: "text", text: `target ρ = ${rho}`, color: "var(--target)", fontWeight: 600 },
          encoding: { x: { datum: rho }, y: { value: -12 } },
        },
        ...labels.layers,
      ],
    } as ReturnType<Chart>;
  };
}
