/**
 * Numbers of several rows, such as methods or settings: a dot for each run, a bar at the median.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { rowLabels } from "./direct_labels.ts";
import { frame } from "./frame.ts";
import { type Axis, encodingOf } from "./scale.ts";
import { type Chart, COLOUR, type Reading } from "./theme.ts";

/** One row. */
export interface DotRow {
  /** Unique among the rows. */
  name: string;
  /** Of each run. */
  values: number[];
  median: number;
}

/** How the numbers are written and where their axis begins. */
export interface DotAxis {
  title: string;
  /** Of d3. */
  format: string;
  /** Both ends; without it from the least number to the largest. */
  domain?: [number, number];
}

/** The chart. */
export function dotRows(rows: DotRow[], { title, format, domain }: DotAxis): Chart {
  const axis: Axis = { domain: domain ?? paddedEnds(rows.flatMap(({ values, median }) => [...values, median])) };
  return (width: number): TopLevelSpec => {
    const labels = rowLabels(rows.map(({ name }) => name), width);
    const { view } = frame(width, { height: labels.row * rows.length + 52, left: labels.left, top: 8, right: 16 });
    const x = { ...encodingOf(axis, { title, axis: { format, tickCount: width > 500 ? 6 : 4 } }), field: "x" };
    const y = labels.channel;
    return {
      ...view,
      layer: [
        {
          data: { values: rows.flatMap(({ name, values }) => values.map((x) => ({ name, x, of: "run" }))) },
          mark: { type: "circle", size: 46, opacity: 0.45, color: COLOUR.ink, tooltip: false },
          encoding: { y, x },
        },
        {
          data: { values: rows.map(({ name, median }) => ({ name, x: median, of: "median" })) },
          mark: { type: "tick", orient: "vertical", thickness: 2, size: 18, color: COLOUR.ink, tooltip: false },
          encoding: { y, x },
        },
        ...labels.layers,
      ],
    } as TopLevelSpec;
  };
}

/** From the least to the largest with some room; a single number has room on both sides. */
function paddedEnds(values: number[]): [number, number] {
  const low = Math.min(...values), high = Math.max(...values);
  const room = 0.05 * (high - low) || 0.05 * Math.abs(high) || 1;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

/** What a pointer reads: the median of the nearest row, with the least and the largest of its runs. */
export function dotReading(rows: DotRow[], text: (value: number) => string): Reading {
  return {
    by: "point",
    series: rows.map(({ name, values, median }) => ({
      label: name,
      points: [{
        x: median,
        y: name,
        text: values.length < 2
          ? text(median)
          : `${text(median)} (${text(Math.min(...values))} to ${text(Math.max(...values))}, ${values.length} runs)`,
      }],
    })),
  };
}
