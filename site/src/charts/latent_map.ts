/**
 * All latents of a run by two of their numbers: how often each is active, and its largest activation; and how similar each is to the
 * nearest other. For runs whose latents have no tiles.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { count as countText, figure, percent } from "../format.ts";
import type { CosineBins, LatentGrid } from "../latents/map_bins.ts";
import { type Chart, COLOUR, type Reading, WIDE } from "./theme.ts";

/** Opacity of a cell with one latent. */
const PALE = 0.22;

/** One cell for each pair of bins that has latents; the colour is their number, on a logarithmic scale. */
export function mapChart({ cells, density, activation }: LatentGrid): Chart {
  const most = cells.reduce((most, { latents }) => Math.max(most, latents), 1);
  const x = {
    field: "fromDensity",
    type: "quantitative" as const,
    title: "active on this share of the test set",
    scale: { type: "log" as const, domain: density, nice: false },
    axis: { format: "~%", values: decades(density), grid: true },
  };
  const y = {
    field: "fromActivation",
    type: "quantitative" as const,
    title: "largest activation",
    scale: { type: "log" as const, domain: activation, nice: false },
    axis: { format: "~g", values: decades(activation).length > 1 ? decades(activation) : undefined, tickCount: 4 },
  };
  return (width) => ({
    width,
    height: width >= WIDE ? 320 : 260,
    padding: { left: 0, right: 12, top: 4, bottom: 4 },
    data: { values: cells },
    mark: { type: "rect", color: COLOUR.active, tooltip: false },
    encoding: {
      x,
      x2: { field: "toDensity" },
      y,
      y2: { field: "toActivation" },
      opacity: {
        field: "latents",
        type: "quantitative",
        legend: null,
        scale: { type: "log", domain: [1, Math.max(2, most)], range: [PALE, 1] },
      },
    },
  });
}

function decades([low, high]: [number, number]): number[] {
  const ticks: number[] = [];
  for (let e = Math.ceil(Math.log10(low) - 1e-9); e <= Math.log10(high) + 1e-9; e++) ticks.push(Number(`1e${e}`));
  return ticks;
}

/** What a pointer reads over the cells. */
export function mapReading({ cells }: LatentGrid): Reading {
  return {
    by: "point",
    series: [{
      label: "",
      colour: "active",
      points: cells.map(({ fromDensity, toDensity, fromActivation, toActivation, latents }) => ({
        x: Math.sqrt(fromDensity * toDensity),
        y: Math.sqrt(fromActivation * toActivation),
        text: `${countText(latents)} ${latents === 1 ? "latent" : "latents"}: active on ${percent(fromDensity)} to ${
          percent(toDensity)
        }, largest activation ${figure(fromActivation)} to ${figure(toActivation)}`,
      })),
    }],
  };
}

/** Latents by the cosine with the nearest other latent. */
export function cosineChart({ from, width: step, counts }: CosineBins): Chart {
  const values = counts.map((latents, bin) => ({
    cosine: from + bin * step,
    to: from + (bin + 1) * step,
    latents,
  }));
  return (width) => ({
    width,
    height: width >= WIDE ? 200 : 260,
    padding: { left: 0, right: 12, top: 4, bottom: 4 },
    data: { values },
    mark: { type: "bar", color: COLOUR.muted, opacity: 0.6, binSpacing: 1, tooltip: false },
    encoding: {
      x: {
        field: "cosine",
        type: "quantitative",
        title: "cosine with the nearest other latent",
        bin: { binned: true, step },
        scale: { domain: [from, 1], nice: false },
        axis: { tickCount: 6 },
      },
      x2: { field: "to" },
      y: { field: "latents", type: "quantitative", title: "latents", axis: { tickMinStep: 1, format: ",d" } },
      y2: { datum: 0 },
    },
  });
}

/** What a pointer reads over the bars. */
export function cosineReading({ from, width, counts }: CosineBins): Reading {
  return {
    by: "x",
    series: [{
      label: "",
      points: counts.map((latents, bin) => ({
        x: from + (bin + 0.5) * width,
        y: latents,
        text: `cosine ${figure(from + bin * width)} to ${figure(from + (bin + 1) * width)}: ${countText(latents)} ${
          latents === 1 ? "latent" : "latents"
        }`,
      })),
    }],
  };
}
