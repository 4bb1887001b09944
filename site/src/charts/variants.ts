/**
 * A small figure for each sparsity variant: its latent function, or what its price does. A variant without one has none.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { matryoshka, prefixWidths } from "../../../lib/sae/sparsity/matryoshka.ts";
import type { VariantName } from "../../../lib/sae/sparsity/variants.ts";
import { klCurves } from "./penalty.ts";
import { PLOT_WIDTH, STROKES } from "./theme.ts";

/** A figure and its words. */
export interface VariantFigure {
  title: string;
  spec: TopLevelSpec;
  alt: string;
  caption: string;
}

const HEIGHT = 170;
/** preActs of two images, strongest first: one hard, with much to say, and one easy. */
const HARD = [3.1, 2.6, 2.4, 2, 1.7, 0.9, 0.5, 0.3], EASY = [2.8, 1.2, 0.8, 0.6, 0.5, 0.3, 0.2, 0.1];
const K = 3;
const THRESHOLD = 1, PRICE = THRESHOLD, WINDOW = 0.5, BIAS = 0.4;
/** Where the functions of u begin, bend, jump and end. */
const KNOTS = [-1, -BIAS, 0, THRESHOLD, THRESHOLD + 1e-6, 3];

/** By variant. */
export const VARIANT_FIGURES: Partial<Record<VariantName, VariantFigure>> = {
  kl: {
    title: "The price of a mean",
    spec: klCurves([0.05]),
    alt: "D_KL over ρ̂ for ρ = 0.05: 0 where ρ̂ = ρ, and rising to both sides.",
    caption:
      "What one latent pays for its mean ρ̂ over many images, at ρ = 0.05. What it does on a single image is not asked.",
  },
  l1: {
    title: "The same force on all",
    spec: functions([
      { name: "free", of: relu },
      { name: "at a price of 1", of: (u) => relu(u - PRICE) },
    ], "f that is best"),
    alt: "The best latent is ReLU(u) where it is free, and that less the price where it pays.",
    caption:
      "Where writing f costs 1 a unit, the best f is 1 smaller: weak latents become 0, and strong ones shrink just as much.",
  },
  topk: {
    title: `The k strongest, k = ${K}`,
    spec: sortedBars([{ image: "one image", values: HARD, kept: K }]),
    alt: `Eight latents of an image by strength; the first ${K} are kept.`,
    caption: "The latents of one image, strongest first. k of them stay as they are, the others are 0.",
  },
  batchtopk: {
    title: `Two images share 2k, k = ${K}`,
    spec: sortedBars(sharedBudget([{ image: "a hard image", values: HARD }, { image: "an easy one", values: EASY }])),
    alt: `Of the latents of two images the ${2 * K} strongest are kept: five of the hard one, one of the easy one.`,
    caption: "The 2k strongest of both together stay: the image with more to say gets more latents.",
  },
  jumprelu: {
    title: "A step at the threshold",
    spec: functions([{ name: "f", of: (u) => u > THRESHOLD ? u : 0 }], "f", {
      from: THRESHOLD - WINDOW / 2,
      to: THRESHOLD + WINDOW / 2,
    }),
    alt: "f is 0 up to the threshold θ = 1 and equal to u above it.",
    caption:
      "Below θ, here 1, nothing passes; above it everything, unshrunken. Only in the shaded window, ε wide, does θ feel a slope.",
  },
  gated: {
    title: "Two questions, one answer",
    spec: functions([
      { name: "gate: fires?", of: (u) => u > THRESHOLD ? 1 : 0 },
      { name: "magnitude: how strongly?", of: (u) => relu(u + BIAS) },
      { name: "f, their product", of: (u) => u > THRESHOLD ? relu(u + BIAS) : 0 },
    ], "value"),
    alt: "The gate steps from 0 to 1 at u = 1; the magnitude rises from u = −0.4; f is their product.",
    caption:
      "Both halves read the same u, each with numbers of its own. Only the gate pays, so the magnitude need not shrink.",
  },
  matryoshka: {
    title: "Dictionaries inside each other",
    spec: prefixes([...prefixWidths(matryoshka.knobs.prefixes.default, 256), 256]),
    alt: "The first 16, the first 64 and all 256 latents each rebuild the image alone.",
    caption:
      "Each bar is a dictionary that must rebuild the image without the latents behind it. The first few are in all of them.",
  },
};

function relu(u: number): number {
  return Math.max(0, u);
}

/** Functions of u, and a shaded part of its axis. */
function functions(
  curves: { name: string; of: (u: number) => number }[],
  title: string,
  shaded?: { from: number; to: number },
): TopLevelSpec {
  const names = curves.map(({ name }) => name);
  const byName = { field: "name", type: "nominal" as const, title: null, sort: names };
  const legend = names.length > 1 ? { ...STROKES, columns: 1, labelLimit: 260 } : null;
  return {
    width: PLOT_WIDTH,
    height: HEIGHT,
    layer: [
      ...(shaded
        ? [{
          data: { values: [shaded] },
          mark: { type: "rect" as const, opacity: 0.2, color: "var(--c1)", tooltip: false },
          encoding: { x: { field: "from", type: "quantitative" as const }, x2: { field: "to" } },
        }]
        : []),
      {
        data: { values: curves.flatMap(({ name, of }) => KNOTS.map((u) => ({ name, u, value: of(u) }))) },
        mark: { type: "line", strokeWidth: 2, tooltip: false },
        encoding: {
          x: { field: "u", type: "quantitative", title: "u, what the encoder says" },
          y: { field: "value", type: "quantitative", title },
          color: { ...byName, legend },
          strokeDash: { ...byName, legend },
        },
      },
    ],
  };
}

interface KeptBars {
  image: string;
  values: number[];
  /** How many of the first are kept. */
  kept: number;
}

/** The strongest of all images together, as many as all may have. */
function sharedBudget(images: Omit<KeptBars, "kept">[]): KeptBars[] {
  const all = images.flatMap(({ values }) => values).sort((a, b) => b - a);
  const weakest = all[K * images.length - 1];
  return images.map((image) => ({ ...image, kept: image.values.filter((value) => value >= weakest).length }));
}

function sortedBars(images: KeptBars[]): TopLevelSpec {
  const values = images.flatMap(({ image, values, kept }) =>
    values.map((u, i) => ({ image, latent: i + 1, u, fate: i < kept ? "kept" : "made 0" }))
  );
  return {
    data: { values },
    width: images.length === 1 ? PLOT_WIDTH : PLOT_WIDTH / images.length - 12,
    height: HEIGHT,
    mark: { type: "bar", width: { band: 0.75 }, stroke: "var(--muted)", strokeWidth: 0.75, tooltip: false },
    encoding: {
      ...(images.length > 1
        ? {
          column: {
            field: "image",
            title: null,
            sort: images.map(({ image }) => image),
            spacing: 12,
            header: { labelFontSize: 12, labelColor: "var(--ink)" },
          },
        }
        : {}),
      x: {
        field: "latent",
        type: "ordinal",
        title: images.length > 1 ? "strongest first" : "latents, strongest first",
        axis: { labels: false, ticks: false },
      },
      y: { field: "u", type: "quantitative", title: "u" },
      color: {
        field: "fate",
        type: "nominal",
        title: null,
        scale: { domain: ["kept", "made 0"], range: ["var(--c0)", "var(--grid)"] },
      },
    },
  };
}

function prefixes(widths: number[]): TopLevelSpec {
  const values = widths.map((width, i) => ({
    name: i < widths.length - 1 ? `first ${width}` : `all ${width}`,
    from: 0,
    width,
  }));
  return {
    data: { values },
    width: PLOT_WIDTH - 20,
    height: 40 * widths.length,
    mark: { type: "bar", height: { band: 0.6 }, tooltip: false },
    encoding: {
      y: {
        field: "name",
        type: "nominal",
        title: null,
        sort: null,
        axis: { ticks: false, domain: false, minExtent: 64, maxExtent: 64 },
      },
      x: { field: "width", type: "quantitative", title: "latents", axis: { values: [0, ...widths] } },
      color: { field: "name", type: "nominal", sort: null, legend: null },
    },
  };
}
