/**
 * The sparsity methods beside each other: explained variance against active latents, and probing by method.
 *
 * A method is a name beside its line and a shape, never a colour. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { rowLabels, spreadApart, widthOf, withRim } from "./direct_labels.ts";
import { frame } from "./frame.ts";
import { type Axis, encodingOf, powersOfTwo, toPixels } from "./scale.ts";
import { type Chart, COLOUR, type Reading } from "./theme.ts";

const SHAPES = [
  "circle",
  "square",
  "triangle-up",
  "diamond",
  "triangle-down",
  "cross",
  "triangle-right",
  "triangle-left",
];

/** A number of a run, or the median of a setting, by its active latents per input. */
export interface FrontPoint {
  /** Above 0. */
  l0: number;
  value: number;
}

/** One line of the chart: a method, or a value of the setting that is compared. */
export interface FrontSeries {
  name: string;
  /** Runs one by one, each with its title. */
  runs: (FrontPoint & { title: string })[];
  /** One for each setting, by active latents. */
  medians: FrontPoint[];
  /** Whether latents that do not count as active contribute too, so that its place is not comparable. */
  isLoose?: boolean;
  /** Whether its runs are baselines: drawn as crosses and a dotted line, apart from what was trained. */
  isBaseline?: boolean;
}

/** A cross: the mark of every baseline, and of nothing else. */
const BASELINE_SHAPE = "M-1,-1L1,1M-1,1L1,-1";

/** A ring around a point. */
const RING = {
  type: "point",
  shape: "circle",
  size: 320,
  filled: false,
  stroke: COLOUR.ink,
  strokeWidth: 1.75,
  opacity: 1,
  tooltip: false,
};

/** Room at the left of a plot, for its axis. */
const LEFT_OF_PLOT = 52;
/** Room for a name at the end of a line. */
const NAME_GAP = 10;

/**
 * Every run by its active latents and a number; a line joins the medians of each series, its name stands at the end.
 *
 * @param options.rings Points of the lines that have a ring around them.
 * @param options.trueL0 Active latents at which a vertical line stands; none if it is outside the axis or null.
 */
export function front(
  series: FrontSeries[],
  { title, rings = [], trueL0 = null }: { title: string; rings?: FrontPoint[]; trueL0?: number | null },
): Chart {
  const all = series.flatMap(({ runs, medians }) => [...runs, ...medians]);
  const l0s = all.map(({ l0 }) => l0), values = all.map(({ value }) => value);
  const room = 0.06 * (Math.max(...values) - Math.min(...values)) || 0.02;
  const x: Axis = { domain: [Math.min(...l0s) / 1.1, Math.max(...l0s) * 1.1], isLog: true };
  const y: Axis = { domain: [Math.min(...values) - room, Math.max(...values) + room] };
  return (width: number): TopLevelSpec => {
    const names = series.length > 1 ? series.map(({ name, isLoose }) => isLoose ? `${name} *` : name) : [];
    const { plot, view } = frame(width, { height: width > 500 ? 440 : 360, right: roomOf(series, names, x, width) });
    const ofX = toPixels(x, plot.width), ofY = toPixels(y, plot.height, { isUpwards: true });
    const ends = series.map(({ medians }) => ({ x: ofX(medians.at(-1)!.l0), y: ofY(medians.at(-1)!.value) }));
    const labels = names.length > 0 ? labelsAt(ends, plot.height) : [];
    const scales = {
      x: encodingOf(x, {
        title: plot.width < 180 ? "active latents (log)" : "active latents per input (logarithmic)",
        axis: { format: "~g", values: powersOfTwo(x.domain) },
      }),
      y: encodingOf(y, { title, axis: { format: ",f" } }),
    };
    const at = { x: { ...scales.x, field: "l0" }, y: { ...scales.y, field: "value" } };
    const inPixels = (field: string) => ({ field, type: "quantitative", scale: null, axis: null });
    return {
      ...view,
      layer: [
        ...(trueL0 !== null && trueL0 >= x.domain[0] && trueL0 <= x.domain[1]
          ? [{
            data: { values: [{ l0: trueL0 }] },
            mark: { type: "rule", color: COLOUR.target, strokeWidth: 1.5, strokeDash: [4, 3], tooltip: false },
            encoding: { x: at.x },
          }]
          : []),
        ...series.flatMap(({ runs, medians, isLoose = false, isBaseline = false }, i) => [
          {
            data: { values: medians },
            mark: {
              type: "line",
              strokeWidth: 1.25,
              strokeDash: isBaseline ? [1, 3] : isLoose ? [3, 3] : [1, 0],
              tooltip: false,
            },
            encoding: at,
          },
          {
            data: { values: runs },
            mark: {
              type: "point",
              shape: isBaseline ? BASELINE_SHAPE : SHAPES[i % SHAPES.length],
              size: isBaseline ? 26 : 44,
              opacity: 0.75,
              tooltip: false,
              ...(isLoose || isBaseline ? { filled: false, stroke: COLOUR.ink } : { filled: true, color: COLOUR.ink }),
            },
            encoding: at,
          },
        ]),
        ...(rings.length > 0 ? [{ data: { values: rings }, mark: RING, encoding: at }] : []),
        ...labels.flatMap((label, i) => {
          const values = [{
            name: names[i],
            x: label.x,
            y: label.y,
            endX: ends[i].x + 5,
            endY: ends[i].y,
            toX: label.x - 2,
          }];
          const text = {
            type: "text",
            align: "left",
            baseline: "middle",
            fontWeight: 600,
            color: COLOUR.ink,
            tooltip: false,
          };
          const encoding = { x: inPixels("x"), y: inPixels("y"), text: { field: "name" } };
          const from = { x: inPixels("endX"), y: inPixels("endY"), x2: { field: "toX" }, y2: { field: "y" } };
          return [
            ...(label.isMoved
              ? [{ data: { values }, mark: { type: "rule", color: COLOUR.muted, strokeWidth: 0.75 }, encoding: from }]
              : []),
            ...withRim(text, { data: { values }, encoding }),
          ];
        }),
      ],
    } as TopLevelSpec;
  };
}

/**
 * Room at the right for the names of lines, where they stand beside the furthest end of their column. A narrower plot moves ends
 * into one column, which takes more room: three rounds settle it.
 */
function roomOf(series: FrontSeries[], names: string[], x: Axis, width: number): number {
  let room = 12;
  for (let round = 0; round < 3; round++) {
    const plot = width - LEFT_OF_PLOT - room, ofX = toPixels(x, plot);
    // at one height, so that names which could be moved are
    const labels = labelsAt(series.map(({ medians }) => ({ x: ofX(medians.at(-1)!.l0), y: 0 })), 0);
    room = Math.max(room, ...names.map((name, i) => labels[i].x + widthOf([name]) - plot));
  }
  return room;
}

/** Names beside the ends of lines: those of ends that are side by side in one column, apart from each other. */
function labelsAt(ends: { x: number; y: number }[], height: number): { x: number; y: number; isMoved: boolean }[] {
  const labels = ends.map(({ x, y }) => ({ x: x + NAME_GAP, y, isMoved: false }));
  const order = ends.map((_, i) => i).sort((a, b) => ends[a].x - ends[b].x), columns: number[][] = [];
  for (const i of order) {
    const column = columns.at(-1);
    if (column && ends[i].x - ends[column[0]].x < 60) column.push(i);
    else columns.push([i]);
  }
  for (const column of columns) {
    const ys = spreadApart(column.map((i) => ends[i].y), { apart: 16, from: 0, to: height });
    const x = Math.max(...column.map((i) => ends[i].x)) + NAME_GAP;
    const isMoved = column.some((i, at) => Math.abs(ys[at] - ends[i].y) > 3);
    column.forEach((i, at) => labels[i] = { x: isMoved ? x + 16 : x, y: ys[at], isMoved });
  }
  return labels;
}

/** What a pointer reads: the nearest run. */
export function frontReading(series: FrontSeries[], text: (value: number) => string): Reading {
  return {
    by: "point",
    series: series.map(({ runs }) => ({
      label: "",
      points: runs.map(({ title, l0, value }) => ({
        x: l0,
        y: value,
        text: `${title}: ${text(value)} at ${l0.toFixed(1)} active latents`,
      })),
    })),
  };
}

/** How well a method's latents predict the classes. */
export interface ProbedRow {
  name: string;
  probes: { k: number; accuracy: number }[];
}

/** Accuracy of a class from the k best latents of each method, and from the k best pixels: a disc with k for each. */
export function probingRows(rows: ProbedRow[], pixels: { k: number; accuracy: number }[]): Chart {
  const all = [...rows.flatMap(({ probes }) => probes), ...pixels].map(({ accuracy }) => accuracy);
  const room = 0.06 * (Math.max(...all) - Math.min(...all)) || 0.02;
  const axis: Axis = { domain: [Math.min(...all) - room, Math.max(...all) + room] };
  const last = "Pixels", names = [...rows.map(({ name }) => name), ...(pixels.length > 0 ? [last] : [])];
  const values = [
    ...rows.flatMap(({ name, probes }) => probes.map((probe) => ({ name, ...probe, isPixel: false }))),
    ...pixels.map((probe) => ({ name: last, ...probe, isPixel: true })),
  ];
  const isPixel = (yes: string, no: string) => ({ condition: { test: "datum.isPixel", value: yes }, value: no });
  return (width: number): TopLevelSpec => {
    const labels = rowLabels(names, width);
    const { view } = frame(width, { height: labels.row * names.length + 52, left: labels.left, top: 8, right: 16 });
    const x = {
      ...encodingOf(axis, { title: "mean test accuracy", axis: { format: "%", tickCount: 5 } }),
      field: "accuracy",
    };
    const y = labels.channel;
    return {
      ...view,
      data: { values },
      layer: [
        {
          mark: { type: "circle", size: 240, opacity: 1, stroke: COLOUR.ink, strokeWidth: 1.25, tooltip: false },
          encoding: { x, y, color: isPixel(COLOUR.paper, COLOUR.ink) },
        },
        {
          mark: { type: "text", baseline: "middle", fontSize: 11, fontWeight: 600, dy: 0.5, tooltip: false },
          encoding: { x, y, text: { field: "k" }, color: isPixel(COLOUR.ink, COLOUR.paper) },
        },
        ...labels.layers,
      ],
    } as TopLevelSpec;
  };
}
