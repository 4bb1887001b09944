/**
 * One number of each latent, in the order of that number; and how rare the latents are.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { count, figure, percent } from "../format.ts";
import { type Chart, COLOUR, type Reading } from "./theme.ts";

const HEIGHT = 250;
const PADDING = { left: 0, right: 12, top: 4, bottom: 4 };

/** A latent and where it stands among all, from 1. */
export interface RankedLatent {
  rank: number;
  latent: number;
  value: number;
}

/** More dots than this are one line. */
const MOST_DOTS = 100;
/** Points of that line: ranks evenly spread, the first and the last among them. */
const LINE_POINTS = 300;

/** The latents by a number of each, the smallest first, those without one left out; of many latents evenly spread ranks. */
export function rankedLatents(numbers: (number | null)[]): RankedLatent[] {
  const values = numbers as number[]; // of those that are in `order`
  const order = [...numbers.keys()].filter((latent) => numbers[latent] !== null)
    .sort((a, b) => values[a] - values[b] || a - b);
  const kept = order.length <= LINE_POINTS
    ? [...order.keys()]
    : Array.from({ length: LINE_POINTS }, (_, i) => Math.round(i * (order.length - 1) / (LINE_POINTS - 1)));
  return kept.map((i) => ({ rank: i + 1, latent: order[i], value: values[order[i]] }));
}

/** A number of each latent over its rank: dots, or a line for many latents; `target` is a line across; shares are per cent. */
export function rankChart(
  ranked: RankedLatent[],
  { title, latents, target = null, isShare = false }: {
    title: string;
    latents: number;
    target?: { value: number; label: string } | null;
    isShare?: boolean;
  },
): Chart {
  const values = [...ranked.map(({ value }) => value), ...(target ? [target.value] : [])];
  const low = Math.min(...values), high = Math.max(...values), margin = 0.06 * (high - low || high || 1);
  const domain = [low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin];
  // The numbers rise to the right: above a high line there is room at the left, above a low one at the right.
  const isHigh = target !== null && target.value > ranked[Math.floor(ranked.length / 2)].value;
  return (width) => ({
    width,
    height: HEIGHT,
    padding: PADDING,
    data: { values: ranked },
    layer: [
      {
        mark: latents <= MOST_DOTS
          ? { type: "point", filled: true, size: 40, opacity: 1, color: COLOUR.active }
          : { type: "line", color: COLOUR.active },
        encoding: {
          x: {
            field: "rank",
            type: "quantitative",
            title: `${count(latents)} latents, lowest to highest`,
            scale: { domain: [0.5, latents + 0.5], nice: false },
            axis: { labels: false, ticks: false },
          },
          y: {
            field: "value",
            type: "quantitative",
            title,
            scale: { domain, nice: false },
            axis: { format: isShare ? "~%" : ",~r" },
          },
        },
      },
      ...(target
        ? [{
          data: { values: [{}] },
          mark: { type: "rule" as const, color: COLOUR.target, strokeDash: [6, 4], strokeWidth: 1.5 },
          encoding: { y: { datum: target.value } },
        }, {
          data: { values: [{}] },
          mark: {
            type: "text" as const,
            align: isHigh ? "left" as const : "right" as const,
            baseline: "bottom" as const,
            dy: -5,
            fontWeight: 600 as const,
            color: COLOUR.target,
          },
          encoding: {
            x: { value: isHigh ? 0 : "width" as const },
            y: { datum: target.value },
            text: { value: target.label },
          },
        }]
        : []),
    ],
  });
}

/** A latent with its number, for a reader who points at it. */
export function rankReading(ranked: RankedLatent[]): Reading {
  const points = ranked.map(({ rank, latent, value }) => ({
    x: rank,
    y: value,
    text: `latent ${latent}: ${figure(value)}`,
  }));
  return { by: "x", series: [{ label: "", colour: "active", points }] };
}

/** A bin of the latents by density. */
interface DensityBin {
  from: number;
  to: number;
  latents: number;
}

/** The bins from the first that is not empty. */
function densityBins({ edges, counts }: { edges: number[]; counts: number[] }): DensityBin[] {
  const first = counts.findIndex((count) => count > 0);
  return counts.map((latents, i) => ({ from: edges[i], to: edges[i + 1], latents })).slice(Math.max(0, first));
}

/** The axis of the counts ends above the tallest bar by at least this share of it. */
const HEADROOM = 0.08;

/** Numbers of the axis. */
const DECADES = [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1];

/** Latents by how rare they are, in half decades of the share of inputs on which they are active. */
export function densityChart(density: { edges: number[]; counts: number[] }, { many }: { many: string }): Chart {
  const bins = densityBins(density), most = bins.reduce((most, { latents }) => Math.max(most, latents), 0);
  return (width) => ({
    width,
    height: HEIGHT,
    padding: PADDING,
    data: { values: bins },
    // The edge has the paper's colour: a gap between bars, which a bar without bins of its own has no property for.
    mark: { type: "bar", color: COLOUR.active, stroke: COLOUR.paper, strokeWidth: 1 },
    encoding: {
      x: {
        field: "from",
        type: "quantitative",
        title: `share of test ${many} (log scale)`,
        scale: { type: "log", domain: [bins[0].from, bins.at(-1)!.to], nice: false },
        axis: { format: "~%", values: DECADES, zindex: 1 },
      },
      x2: { field: "to" },
      y: {
        field: "latents",
        type: "quantitative",
        title: "latents",
        scale: { domain: [0, (1 + HEADROOM) * most || 1], nice: true },
        axis: { tickMinStep: 1, format: ",d" },
      },
      y2: { datum: 0 },
    },
  });
}

/** The latents of a bin, for a reader who points at it. */
export function densityReading(density: { edges: number[]; counts: number[] }): Reading {
  const points = densityBins(density).map(({ from, to, latents }) => ({
    x: Math.sqrt(from * to),
    y: latents,
    text: `active on ${percent(from)} to ${percent(to)}: ${count(latents)} ${latents === 1 ? "latent" : "latents"}`,
  }));
  return { by: "x", series: [{ label: "", colour: "active", points }] };
}
