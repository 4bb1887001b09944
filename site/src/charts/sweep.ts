/**
 * The runs of a sweep: a figure over one knob, over two, and all knobs and figures at once.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { PLOT_HEIGHT, PLOT_WIDTH } from "./theme.ts";

/** A knob and its values, in the order of their axis. */
export interface KnobAxis {
  name: string;
  values: string[];
}

function knobEncoding({ name, values }: KnobAxis) {
  const isLong = values.join("").length > 30;
  return {
    type: "ordinal" as const,
    title: name,
    sort: values,
    axis: { labelAngle: isLong ? -35 : 0, labelOverlap: false, ticks: false },
  };
}

/** Mean of a figure for each pair of two knobs' values. */
export function knobMap(
  means: { x: string; y: string; mean: number; count: number }[],
  { x, y, title }: { x: KnobAxis; y: KnobAxis; title: string },
): TopLevelSpec {
  return {
    width: PLOT_WIDTH,
    height: Math.max(100, 34 * y.values.length),
    data: { values: means },
    mark: { type: "rect" },
    encoding: {
      x: { ...knobEncoding(x), field: "x" },
      y: { ...knobEncoding(y), field: "y", axis: { ticks: false } },
      color: { field: "mean", type: "quantitative", title, scale: { scheme: "viridis" } },
      tooltip: [
        { field: "x", title: x.name },
        { field: "y", title: y.name },
        { field: "mean", title: `mean ${title}`, format: ".4~g" },
        { field: "count", title: "runs" },
      ],
    },
  };
}

/** A figure over one knob: every run, and a line through the means. */
export function knobLine(
  runs: { id: string; x: string; value: number }[],
  { means, x, title }: { means: { x: string; mean: number }[]; x: KnobAxis; title: string },
): TopLevelSpec {
  const ofKnob = { ...knobEncoding(x), field: "x" };
  const ofValue = { type: "quantitative" as const, title, scale: { zero: false }, axis: { format: "~g" } };
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    layer: [
      {
        data: { values: means },
        mark: { type: "line", strokeWidth: 2, tooltip: false },
        encoding: { x: ofKnob, y: { ...ofValue, field: "mean" } },
      },
      {
        data: { values: runs },
        mark: { type: "point", filled: true, size: 50, opacity: 0.8 },
        encoding: {
          x: ofKnob,
          y: { ...ofValue, field: "value" },
          tooltip: [{ field: "id", title: "run" }, { field: "x", title: x.name }, { field: "value", title }],
        },
      },
    ],
  };
}

/** A run with its knobs' values and its figures, by the names of their axes. */
export interface ParallelRow {
  id: string;
  knobs: Record<string, string>;
  figures: Record<string, number | null>;
}

/** A line a run over an axis each for knobs and figures, every axis from its least to its largest; the colour is the first figure. */
export function parallelCoordinates(
  rows: ParallelRow[],
  { knobs, figures }: { knobs: KnobAxis[]; figures: string[] },
): TopLevelSpec {
  const names = [...knobs.map(({ name }) => name), ...figures];
  const ends = new Map(figures.map((name) => {
    const values = rows.flatMap((row) => row.figures[name] ?? []);
    return [name, { least: Math.min(...values), largest: Math.max(...values) }];
  }));
  const ofKnob = ({ name, values }: KnobAxis, row: ParallelRow) => place(values.indexOf(row.knobs[name]), values);
  const ofFigure = (name: string, row: ParallelRow) => {
    const value = row.figures[name], { least, largest } = ends.get(name)!;
    return value === null ? null : largest > least ? (value - least) / (largest - least) : 0.5;
  };
  const values = rows.flatMap((row) =>
    [...knobs.map((knob) => ofKnob(knob, row)), ...figures.map((name) => ofFigure(name, row))]
      .map((at, i) => ({ run: row.id, axis: names[i], position: i, at, value: row.figures[figures[0]] }))
      .filter(({ at }) => at !== null)
  );
  const ticks = [
    ...knobs.flatMap(({ name, values }) =>
      values.map((value, i) => ({ axis: name, at: place(i, values), text: value }))
    ),
    ...[...ends].filter(([, { least }]) => Number.isFinite(least)).flatMap(([axis, { least, largest }]) => [
      { axis, at: largest > least ? 0 : 0.5, text: short(least) },
      ...(largest > least ? [{ axis, at: 1, text: short(largest) }] : []),
    ]),
  ];
  const x = {
    field: "axis",
    type: "nominal" as const,
    title: null,
    scale: { domain: names },
    axis: {
      orient: "top" as const,
      labelAngle: -25,
      labelAlign: "left" as const,
      labelOverlap: false,
      domain: false,
      grid: true,
      ticks: false,
    },
  };
  const y = { field: "at", type: "quantitative" as const, axis: null, scale: { domain: [0, 1] } };
  return {
    width: PLOT_WIDTH,
    height: 1.3 * PLOT_HEIGHT,
    layer: [
      {
        data: { values },
        mark: { type: "line", strokeWidth: 1.5 },
        encoding: {
          x,
          y,
          detail: { field: "run" },
          order: { field: "position", type: "quantitative" },
          color: { field: "value", type: "quantitative", title: figures[0], scale: { scheme: "viridis" } },
          tooltip: [{ field: "run" }],
        },
      },
      ...[{ stroke: "var(--panel)", strokeWidth: 4 }, {}].map((outline) => ({
        data: { values: ticks },
        mark: {
          type: "text" as const,
          align: "left" as const,
          dx: 3,
          fontSize: 10,
          fontWeight: 600 as const,
          tooltip: false,
          ...outline,
        },
        encoding: { x, y, text: { field: "text" } },
      })),
    ],
  };
}

/** Where the i-th of a knob's values is on its axis. */
function place(i: number, { length }: string[]): number {
  return length > 1 ? i / (length - 1) : 0.5;
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}
