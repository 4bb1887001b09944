/**
 * What the figures of the sparsity methods are drawn from: curves with their names, latents in order, groups of latents.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { spreadApart, widthOf, withRim } from "./direct_labels.ts";
import { frame } from "./frame.ts";
import { type Axis, encodingOf, toPixels } from "./scale.ts";
import { type Chart, COLOUR } from "./theme.ts";

const HEIGHT = 230;

/** A curve by name. */
interface Curve {
  name: string;
  points: { x: number; y: number }[];
}

/** Dashes of up to three curves. */
const CURVE_DASHES = [[1, 0], [6, 3], [2, 3]];

/** Curves with their names at their ends. */
export function curves(
  all: Curve[],
  { x: xTitle, y: yTitle, format = "~g", shaded, mark }: {
    x: string;
    y: string;
    format?: string;
    shaded?: { from: number; to: number };
    mark?: { x: number; name: string };
  },
): Chart {
  const points = all.flatMap(({ points }) => points);
  const ends = (values: number[]): [number, number] => [Math.min(...values), Math.max(...values)];
  const x: Axis = { domain: ends(points.map(({ x }) => x)) }, y: Axis = { domain: ends(points.map(({ y }) => y)) };
  return (width: number): TopLevelSpec => {
    const names = all.map(({ name }) => name), hasNames = all.length > 1;
    const { plot, view } = frame(width, { height: HEIGHT, right: hasNames ? widthOf(names) + 16 : 12 });
    const ofY = toPixels(y, plot.height, { isUpwards: true });
    const labels = spreadApart(all.map(({ points }) => ofY(points.at(-1)!.y)), { apart: 15, from: 0, to: plot.height });
    const scales = {
      x: encodingOf(x, { title: xTitle, axis: { tickCount: 5, format } }),
      y: encodingOf(y, { title: yTitle, axis: { tickCount: 4, format } }),
    };
    const at = { x: { ...scales.x, field: "x" }, y: { ...scales.y, field: "y" } };
    const text = { type: "text", align: "left", baseline: "middle", dx: 8, fontWeight: 600, tooltip: false };
    return {
      ...view,
      layer: [
        ...(shaded
          ? [{
            data: { values: [shaded] },
            mark: { type: "rect", opacity: 0.12, color: COLOUR.ink, tooltip: false },
            encoding: { x: { ...scales.x, field: "from" }, x2: { field: "to" } },
          }]
          : []),
        ...(mark
          ? [
            {
              data: { values: [mark] },
              mark: { type: "rule", color: COLOUR.target, strokeDash: [3, 3], tooltip: false },
              encoding: { x: { ...scales.x, field: "x" } },
            },
            ...withRim({ ...text, color: COLOUR.target }, {
              data: { values: [mark] },
              encoding: { x: { ...scales.x, field: "x" }, y: { value: 8 }, text: { field: "name" } },
            }),
          ]
          : []),
        ...all.map(({ name, points }, i) => ({
          data: { values: points.map((point) => ({ name, ...point })) },
          mark: { type: "line", strokeDash: CURVE_DASHES[i], tooltip: false },
          encoding: at,
        })),
        ...(hasNames ? all : []).map(({ name, points }, i) => ({
          data: { values: [{ name, x: points.at(-1)!.x }] },
          mark: text,
          encoding: { x: at.x, y: { value: labels[i] }, text: { field: "name" } },
        })),
      ],
    } as TopLevelSpec;
  };
}

/** The latents of an input, largest first. */
interface SortedLatents {
  input: string;
  values: number[];
  /** How many of the first are kept. */
  kept: number;
}

/** The largest of all inputs together, as many as all may keep. */
export function sharedBudget(inputs: Omit<SortedLatents, "kept">[], k: number): SortedLatents[] {
  const all = inputs.flatMap(({ values }) => values).sort((a, b) => b - a);
  const smallest = all[k * inputs.length - 1];
  return inputs.map((input) => ({ ...input, kept: input.values.filter((value) => value >= smallest).length }));
}

/** Bars of one input after the other, filled if the latent is kept. */
export function sortedBars(inputs: SortedLatents[]): Chart {
  const gap = 1.5, latents = inputs[0].values.length;
  const bars = inputs.flatMap(({ input, values, kept }, n) =>
    values.map((u, i) => ({
      input,
      latent: i + 1,
      u,
      isKept: i < kept,
      x: n * (latents + gap) + i + 0.15,
      x2: n * (latents + gap) + i + 0.85,
    }))
  );
  const x: Axis = { domain: [0, inputs.length * latents + (inputs.length - 1) * gap] };
  const y: Axis = { domain: [0, Math.max(...bars.map(({ u }) => u))] };
  const heads = inputs.map(({ input, kept }, n) => ({
    name: input ? `${input}: ${kept} kept` : `${kept} kept`,
    x: n * (latents + gap) + latents / 2,
  }));
  return (width: number): TopLevelSpec => {
    const { view } = frame(width, { height: HEIGHT, bottom: 46 });
    const ofX = encodingOf(x, { title: "latents, largest first", axis: { labels: false, ticks: false } });
    const ofY = encodingOf(y, { title: "pre-activation u", axis: { tickCount: 4 } });
    return {
      ...view,
      layer: [
        {
          data: { values: bars },
          mark: { type: "rect", stroke: COLOUR.ink, strokeWidth: 1.25, tooltip: false },
          encoding: {
            x: { ...ofX, field: "x" },
            x2: { field: "x2" },
            y: { ...ofY, field: "u" },
            y2: { datum: 0 },
            color: { condition: { test: "datum.isKept", value: COLOUR.active }, value: COLOUR.paper },
          },
        },
        {
          data: { values: heads },
          mark: { type: "text", align: "center", fontWeight: 600, dy: -6, tooltip: false },
          encoding: { x: { ...ofX, field: "x" }, y: { value: 6 }, text: { field: "name" } },
        },
      ],
    } as TopLevelSpec;
  };
}

/** Groups of latents that begin with the first latent, or with the largest latent of an input. */
export function prefixes(
  widths: number[],
  { ofWhat = "first", title = "latents" }: { ofWhat?: "first" | "largest"; title?: string } = {},
): Chart {
  const rows = widths.map((to, i) => ({ name: i < widths.length - 1 ? `${ofWhat} ${to}` : `all ${to}`, from: 0, to }));
  return (width: number): TopLevelSpec => {
    const { view } = frame(width, { height: 44 * rows.length + 52, left: 74, top: 8, right: 16 });
    const y = {
      field: "name",
      type: "nominal",
      title: null,
      sort: rows.map(({ name }) => name),
      axis: { ticks: false, domain: false, labelColor: COLOUR.ink, labelLimit: 0, minExtent: 0, maxExtent: 74 },
    };
    const axis: Axis = { domain: [0, widths.at(-1)!] };
    const x = encodingOf(axis, { title, axis: { values: [0, ...widths.slice(1)], grid: false } });
    return {
      ...view,
      data: { values: rows },
      mark: { type: "bar", height: { band: 0.55 }, color: COLOUR.ink, tooltip: false },
      encoding: { y, x: { ...x, field: "from" }, x2: { field: "to" } },
    } as TopLevelSpec;
  };
}
