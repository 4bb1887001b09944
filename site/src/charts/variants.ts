/**
 * A small figure for each sparsity method: its latent function, which latents it keeps, or its penalty.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { klDivergence } from "../../../lib/kl.ts";
import { matryoshka, prefixWidths } from "../../../lib/sae/sparsity/matryoshka.ts";
import type { VariantName } from "../../../lib/sae/sparsity/variants.ts";
import { spreadApart, widthOf, withRim } from "./direct_labels.ts";
import { frame } from "./frame.ts";
import { type Axis, encodingOf, toPixels } from "./scale.ts";
import { type Chart, COLOUR } from "./theme.ts";

/** A figure and its words. */
export interface VariantFigure {
  heading: string;
  chart: Chart;
  alt: string;
  caption: string;
}

const HEIGHT = 230;
/** Pre-activations of two inputs, largest first: one with many large ones, and one with few. */
const MANY = [3.1, 2.6, 2.4, 2, 1.7, 0.9, 0.5, 0.3], FEW = [2.8, 1.2, 0.8, 0.6, 0.5, 0.3, 0.2, 0.1];
const K = 3;
const RHO = 0.05, THRESHOLD = 1, WEIGHT = THRESHOLD, WINDOW = 0.5, BIAS = 0.4;
/** Where the functions of u begin, bend, jump and end. */
const KNOTS = [-1, -BIAS, 0, THRESHOLD, THRESHOLD + 1e-6, 3];

const relu = (u: number) => Math.max(0, u);

/** By variant. */
export const VARIANT_FIGURES: Record<VariantName, VariantFigure> = {
  kl: {
    heading: "KL penalty of one latent",
    chart: curves([{
      name: `ρ = ${RHO}`,
      points: Array.from({ length: 60 }, (_, i) => 0.005 + 0.005 * i).map((x) => ({ x, y: klDivergence(RHO, x) })),
    }], { x: "mean activation ρ̂", y: "penalty, nats", format: "~g", mark: { x: RHO, name: `ρ = ${RHO}` } }),
    alt: `The penalty is 0 at a mean activation of ${RHO} and rises on both sides.`,
    caption:
      `<b>KL penalty of one latent as a function of its mean activation over the batch, for ρ = ${RHO}.</b> The penalty is 0 ` +
      "at ρ. Single inputs do not enter: a mean of ρ can be few large activations or many small ones.",
  },
  l1: {
    heading: "Latent with and without the L1 penalty",
    chart: curves([
      { name: "no penalty", points: KNOTS.map((u) => ({ x: u, y: relu(u) })) },
      { name: `weight ${WEIGHT}`, points: [...KNOTS].map((u) => ({ x: u, y: relu(u - WEIGHT) })) },
    ], { x: "pre-activation u", y: "best latent f" }),
    alt:
      `Without a penalty the best latent is ReLU(u). With a weight of ${WEIGHT} every latent is smaller by ${WEIGHT}.`,
    caption:
      `<b>The value of a latent that minimises the loss, with and without an L1 penalty of weight ${WEIGHT}.</b> With the ` +
      "penalty, small latents become 0, and large ones are smaller by the same amount: L1 shrinks its reconstructions.",
  },
  topk: {
    heading: `The k largest latents, k = ${K}`,
    chart: sortedBars([{ input: "", values: MANY, kept: K }]),
    alt: `Eight latents of one input, largest first; the first ${K} are kept.`,
    caption:
      `<b>Latents of one input, largest first.</b> Filled: the k = ${K} latents that stay as they are. Outlined: latents that ` +
      "are set to 0.",
  },
  batchtopk: {
    heading: `The 2k largest latents of two inputs, k = ${K}`,
    chart: sortedBars(sharedBudget([{ input: "input 1", values: MANY }, { input: "input 2", values: FEW }])),
    alt: `Of the latents of two inputs the ${2 * K} largest are kept: five of the first input and one of the second.`,
    caption:
      `<b>Latents of two inputs in one batch, largest first.</b> Filled: the 2k = ${
        2 * K
      } largest of both inputs together. ` +
      "The first input keeps five latents and the second input one.",
  },
  jumprelu: {
    heading: "JumpReLU with threshold θ = 1",
    chart: curves([{ name: "f", points: KNOTS.map((u) => ({ x: u, y: u > THRESHOLD ? u : 0 })) }], {
      x: "pre-activation u",
      y: "latent f",
      shaded: { from: THRESHOLD - WINDOW / 2, to: THRESHOLD + WINDOW / 2 },
    }),
    alt: "f is 0 up to the threshold θ = 1 and equal to u above it.",
    caption:
      "<b>A JumpReLU latent as a function of its pre-activation.</b> Up to the threshold θ the latent is 0; above θ it is u, " +
      "without shrinkage. The surrogate gradient of θ is not 0 only in the shaded window of width ε.",
  },
  gated: {
    heading: "Gate, magnitude, and their product",
    chart: curves([
      { name: "gate", points: KNOTS.map((u) => ({ x: u, y: u > THRESHOLD ? 1 : 0 })) },
      { name: "magnitude", points: KNOTS.map((u) => ({ x: u, y: relu(u + BIAS) })) },
      { name: "f", points: KNOTS.map((u) => ({ x: u, y: u > THRESHOLD ? relu(u + BIAS) : 0 })) },
    ], { x: "pre-activation u", y: "value" }),
    alt: "The gate steps from 0 to 1 at u = 1; the magnitude rises from u = −0.4; f is their product.",
    caption:
      "<b>Gate, magnitude, and the latent f, their product.</b> Gate and magnitude have numbers of their own. Only the gate " +
      "is penalised, so the magnitude does not shrink.",
  },
  matryoshka: {
    heading: "Parts of the dictionary that reconstruct alone",
    chart: prefixes([...prefixWidths(matryoshka.knobs.prefixes.default, 256), 256]),
    alt: "The first 16, the first 64 and all 256 latents each reconstruct the input alone.",
    caption:
      "<b>Each bar is a group of latents that must reconstruct the input without the latents after it.</b> The first 16 " +
      "latents are in every group, so they learn what matters most.",
  },
};

/** A curve by name. */
interface Curve {
  name: string;
  points: { x: number; y: number }[];
}

/** Dashes of up to three curves. */
const CURVE_DASHES = [[1, 0], [6, 3], [2, 3]];

/** Curves with their names at their ends. */
function curves(
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
function sharedBudget(inputs: Omit<SortedLatents, "kept">[]): SortedLatents[] {
  const all = inputs.flatMap(({ values }) => values).sort((a, b) => b - a);
  const smallest = all[K * inputs.length - 1];
  return inputs.map((input) => ({ ...input, kept: input.values.filter((value) => value >= smallest).length }));
}

/** Bars of one input after the other, filled if the latent is kept. */
function sortedBars(inputs: SortedLatents[]): Chart {
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

/** Groups of latents that begin with the first latent. */
function prefixes(widths: number[]): Chart {
  const rows = widths.map((to, i) => ({ name: i < widths.length - 1 ? `first ${to}` : `all ${to}`, from: 0, to }));
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
    const x = encodingOf(axis, { title: "latents", axis: { values: [0, ...widths.slice(1)], grid: false } });
    return {
      ...view,
      data: { values: rows },
      mark: { type: "bar", height: { band: 0.55 }, color: COLOUR.ink, tooltip: false },
      encoding: { y, x: { ...x, field: "from" }, x2: { field: "to" } },
    } as TopLevelSpec;
  };
}
