/**
 * The latents over the test set: histogram, heat map, one number each, by class.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import type { Activations } from "../../../lib/report/schema.ts";
import { PLOT_HEIGHT, PLOT_WIDTH } from "./theme.ts";

interface LatentRow {
  latent: number;
  meanActivation: number;
  klNats: number | null;
}

type Histogram = Activations["histogram"];

/** The colour of 0 in viridis: fields that are 0 are not drawn but left to the ground, since most are. */
const NOTHING = "#440154";

/** Counts in equal bins, on a logarithmic axis; `threshold` marks where a latent counts as active, unless that is 0. */
export function activationHistogram({ max, counts }: Histogram, { threshold }: { threshold: number }): TopLevelSpec {
  const width = (max || 1) / counts.length;
  const values = counts.map((count, i) => ({ from: i * width, to: (i + 1) * width, count, base: 0.5 }))
    .filter(({ count }) => count > 0);
  const thresholdRule = {
    data: { values: [{}] },
    mark: { type: "rule" as const, strokeDash: [6, 4], tooltip: false },
    encoding: { x: { datum: threshold } },
  };
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    layer: [
      {
        data: { values },
        mark: { type: "bar", binSpacing: 1 },
        encoding: {
          x: {
            field: "from",
            type: "quantitative",
            title: "activation",
            scale: { domain: [0, max || 1] },
            bin: { binned: true },
          },
          x2: { field: "to" },
          y: {
            field: "count",
            type: "quantitative",
            title: "how often (logarithmic)",
            scale: { type: "log", domainMin: 0.5 },
            axis: { format: "~s", tickCount: 5 },
          },
          y2: { field: "base" },
          tooltip: [{ field: "from", format: ".2f" }, { field: "to", format: ".2f" }, { field: "count", format: "," }],
        },
      },
      ...(threshold > 0 ? [thresholdRule] : []),
    ],
  };
}

/** Mean activation of each latent against ρ, in the latents' order. */
export function latentMeans(latents: LatentRow[], { rho }: { rho: number }): TopLevelSpec {
  return bars(latents, { field: "meanActivation", title: "mean activation ρ̂ⱼ", rho });
}

/** D_KL(ρ‖ρ̂ⱼ) of each latent. */
export function latentKl(latents: LatentRow[]): TopLevelSpec {
  return bars(latents, { field: "klNats", title: "D_KL(ρ‖ρ̂ⱼ), nats" });
}

function bars(
  latents: LatentRow[],
  { field, title, rho }: { field: "meanActivation" | "klNats"; title: string; rho?: number },
): TopLevelSpec {
  const rhoRule = {
    data: { values: [{}] },
    mark: { type: "rule" as const, strokeDash: [6, 4], strokeWidth: 2, color: "var(--c1)", tooltip: false },
    encoding: { y: { datum: rho } },
  };
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: { values: latents },
    layer: [
      {
        mark: { type: "bar", width: { band: 0.75 } },
        encoding: {
          x: { field: "latent", type: "ordinal", title: "latent j", axis: { labelAngle: 0, ticks: false } },
          y: { field, type: "quantitative", title },
          tooltip: [{ field: "latent" }, { field: "meanActivation", format: ".4f" }, {
            field: "klNats",
            format: ".5f",
          }],
        },
      },
      ...(rho === undefined ? [] : [rhoRule]),
    ],
  };
}

/** Test images × the latents shown, the images sorted by class, so that a class's code is a band. */
export function heatMap({ heatmap: { labels, acts }, shown }: Pick<Activations, "heatmap" | "shown">): TopLevelSpec {
  const order = [...acts.keys()].sort((a, b) => (labels ? labels[a] - labels[b] : 0) || a - b);
  const values = order.flatMap((image, row) =>
    acts[image].map((activation, i) => ({
      row,
      latent: shown[i],
      activation,
      ...(labels ? { label: labels[image] } : {}),
    }))
  ).filter(({ activation }) => activation > 0);
  return {
    width: PLOT_WIDTH,
    height: 320,
    view: { fill: NOTHING },
    data: { values },
    mark: { type: "rect", width: { band: 1 }, height: { band: 1 } },
    encoding: {
      x: latentAxis(shown),
      y: {
        field: "row",
        type: "ordinal",
        title: labels ? "test image, by class" : "test image",
        scale: { domain: [...order.keys()] },
        axis: { labels: false, ticks: false },
      },
      color: {
        field: "activation",
        type: "quantitative",
        title: "activation",
        scale: { scheme: "viridis", domainMin: 0 },
      },
      tooltip: [
        { field: "latent" },
        { field: "activation", format: ".3f" },
        ...(labels ? [{ field: "label", title: "class" }] : []),
      ],
    },
  };
}

/** Mean activation by class of the latents shown. */
export function classMap(
  means: number[][],
  { classNames, shown }: { classNames: string[]; shown: number[] },
): TopLevelSpec {
  return {
    width: PLOT_WIDTH,
    height: Math.max(120, 22 * means.length),
    data: {
      values: means.flatMap((row, c) =>
        row.map((mean, i) => ({ label: classNames[c] ?? String(c), latent: shown[i], mean }))
      ),
    },
    mark: "rect",
    encoding: {
      x: latentAxis(shown),
      y: { field: "label", type: "ordinal", title: "class", sort: null, axis: { ticks: false } },
      color: {
        field: "mean",
        type: "quantitative",
        title: "mean activation",
        scale: { scheme: "viridis", domainMin: 0 },
      },
      tooltip: [{ field: "label", title: "class" }, { field: "latent" }, { field: "mean", format: ".4f" }],
    },
  };
}

function latentAxis(shown: number[]) {
  return {
    field: "latent",
    type: "ordinal" as const,
    title: "latent j",
    scale: { domain: shown },
    axis: { labelAngle: 0, ticks: false },
  };
}

/** Latents by how rare they are, in half decades of the share of images on which they are active. */
export function densityHistogram(
  { edges, counts }: { edges: number[]; counts: number[] },
): TopLevelSpec {
  const values = counts.map((count, i) => ({ from: edges[i], to: edges[i + 1], count, base: 0 }));
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: { values },
    mark: { type: "bar", binSpacing: 1 },
    encoding: {
      x: {
        field: "from",
        type: "quantitative",
        title: "share of images (logarithmic)",
        scale: { type: "log", domain: [edges[0], edges.at(-1)!], nice: false },
        axis: { format: "~%", values: [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1] },
      },
      x2: { field: "to" },
      y: { field: "count", type: "quantitative", title: "latents", axis: { tickMinStep: 1, format: "d" } },
      y2: { field: "base" },
      tooltip: [
        { field: "from", format: ".3~%" },
        { field: "to", format: ".3~%" },
        { field: "count", title: "latents" },
      ],
    },
  };
}

/** Share of a latent's summed activation that falls on each class. */
export function classProfile(shares: number[], { classNames }: { classNames: string[] }): TopLevelSpec {
  return {
    width: PLOT_WIDTH,
    height: Math.max(120, 20 * shares.length),
    data: { values: shares.map((share, i) => ({ label: classNames[i] ?? String(i), share })) },
    mark: { type: "bar", height: { band: 0.7 } },
    encoding: {
      y: { field: "label", type: "ordinal", title: "class", sort: null, axis: { ticks: false } },
      x: { field: "share", type: "quantitative", title: "share of its activation", axis: { format: "~%" } },
      tooltip: [{ field: "label", title: "class" }, { field: "share", format: ".1%" }],
    },
  };
}
