/**
 * The error of a sweep's dictionaries over their width, with the fitted law and what it expects of larger widths.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { spreadApart, widthOf, withRim } from "./direct_labels.ts";
import { frame } from "./frame.ts";
import { type Axis, encodingOf, logAxis, toPixels } from "./scale.ts";
import { type Chart, COLOUR, type Reading } from "./theme.ts";

/** An error at a width. */
export interface WidthPoint {
  /** Latents. */
  n: number;
  /** Above 0. */
  loss: number;
}

/** One sparsity. */
export interface WidthLine {
  /** `k = 16` */
  name: string;
  /** Each run, with its title. */
  runs: (WidthPoint & { title: string })[];
  /** One for each width, by width. */
  measured: WidthPoint[];
  /** The law's course, by width; none without a law. */
  law: WidthPoint[];
  /** Intervals at widths that were not trained. */
  expected: (WidthPoint & { low: number; high: number })[];
  /** What the law without the largest width expects there; null if it was not fitted. */
  withoutLargest: WidthPoint | null;
}

/** Runs as dots, means joined by a line, the law dashed, its intervals as bars; each line's name stands at its right end. */
export function errorByWidth(lines: WidthLine[], { title, largest }: { title: string; largest: number }): Chart {
  const points = lines.flatMap(({ runs, law, expected, withoutLargest }) => [
    ...[...runs, ...law, ...(withoutLargest ? [withoutLargest] : [])].map(({ n, loss }) => ({ n, losses: [loss] })),
    ...expected.map(({ n, low, high }) => ({ n, losses: [low, high] })),
  ]);
  const widths = [...new Set(lines.flatMap(({ measured, expected }) => [...measured, ...expected].map(({ n }) => n)))]
    .sort((a, b) => a - b);
  const ns = points.map(({ n }) => n), losses = points.flatMap(({ losses }) => losses);
  const x: Axis = { domain: [Math.min(...ns) / 1.15, Math.max(...ns) * 1.15], isLog: true };
  const y: Axis = { domain: [Math.min(...losses) / 1.04, Math.max(...losses) * 1.04], isLog: true };
  return (width: number): TopLevelSpec => {
    const right = widthOf(lines.map(({ name }) => name)) + 18;
    const { plot, view } = frame(width, { height: width > 500 ? 460 : 400, right });
    const ofY = toPixels(y, plot.height, { isUpwards: true });
    const every = Math.ceil(widths.length * 40 / plot.width);
    const scales = {
      x: encodingOf(x, {
        title: "latents (logarithmic)",
        axis: { format: "d", values: widths.filter((_, i) => (widths.length - 1 - i) % every === 0) },
      }),
      y: encodingOf(y, { title: `${title} (logarithmic)`, axis: logAxis(y.domain) }),
    };
    const at = { x: { ...scales.x, field: "n" }, y: { ...scales.y, field: "loss" } };
    const ends = lines.map(({ law, measured }) => (law.at(-1) ?? measured.at(-1)!).loss);
    const labels = spreadApart(ends.map(ofY), { apart: 16, from: 0, to: plot.height });
    const text = { type: "text", align: "left", baseline: "middle", dx: 8, fontWeight: 600, tooltip: false };
    return {
      ...view,
      layer: [
        {
          data: { values: lines.some(({ law }) => law.length > 0) ? [{ n: largest }] : [] },
          mark: { type: "rule", color: COLOUR.ruleStrong, strokeDash: [2, 3], tooltip: false },
          encoding: { x: { ...scales.x, field: "n" } },
        },
        ...lines.flatMap(({ runs, measured, law, expected, withoutLargest }) => [
          { data: { values: measured }, mark: { type: "line", strokeWidth: 1.25, tooltip: false }, encoding: at },
          {
            data: { values: law },
            mark: { type: "line", strokeWidth: 1.25, strokeDash: [5, 4], color: COLOUR.recon, tooltip: false },
            encoding: at,
          },
          {
            data: { values: expected },
            mark: { type: "rule", strokeWidth: 6, opacity: 0.35, color: COLOUR.recon, tooltip: false },
            encoding: { x: at.x, y: { ...scales.y, field: "low" }, y2: { field: "high" } },
          },
          {
            data: { values: runs },
            mark: { type: "circle", size: 40, opacity: 0.6, color: COLOUR.ink, tooltip: false },
            encoding: at,
          },
          {
            data: { values: withoutLargest ? [withoutLargest] : [] },
            mark: {
              type: "point",
              shape: "diamond",
              size: 90,
              filled: false,
              stroke: COLOUR.error,
              strokeWidth: 1.75,
              opacity: 1,
              tooltip: false,
            },
            encoding: at,
          },
        ]),
        ...lines.flatMap(({ name }, i) =>
          withRim(text, {
            data: { values: [{ name, y: labels[i] }] },
            encoding: {
              x: { value: plot.width },
              y: { field: "y", type: "quantitative", scale: null, axis: null },
              text: { field: "name" },
            },
          })
        ),
      ],
    } as TopLevelSpec;
  };
}

/** What a pointer reads: the nearest run, or the nearest expectation. */
export function widthReading(lines: WidthLine[], text: (loss: number) => string): Reading {
  return {
    by: "point",
    series: lines.flatMap(({ name, runs, expected, withoutLargest }) => [
      {
        label: "",
        points: runs.map(({ n, loss, title }) => ({ x: n, y: loss, text: `${title}: ${text(loss)} at ${n} latents` })),
      },
      {
        label: "",
        colour: "recon",
        points: expected.map(({ n, loss, low, high }) => ({
          x: n,
          y: loss,
          text: `${name}, expected at ${n} latents: ${text(loss)} (${text(low)} to ${text(high)})`,
        })),
      },
      {
        label: "",
        colour: "error",
        points: (withoutLargest ? [withoutLargest] : []).map(({ n, loss }) => ({
          x: n,
          y: loss,
          text: `${name}, expected at ${n} latents without having seen them: ${text(loss)}`,
        })),
      },
    ]),
  };
}
