/**
 * How rare a run's latents are: the dead ones, then one bar for each half decade of the density.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { count as countText } from "../format.ts";
import type { DensityBins } from "../latents/density_bins.ts";
import { type Chart, COLOUR, type Reading, WIDE } from "./theme.ts";

/** A density as an edge of a bin, in per cent without the sign. */
function edgeText(edge: number): string {
  return String(Number((100 * edge).toPrecision(1)));
}

/** What a bar counts, in words. */
export function binWords({ edges }: Pick<DensityBins, "edges">, bin: number): string {
  if (bin === 0) return "dead";
  return `${edgeText(edges[bin - 1])} to ${edgeText(edges[bin])}\u00a0%`;
}

/** Space between the dead latents' bar and the others, in bars. */
const SPACE = 0.35;

/** The bars; that of the dead stands apart at the left, because 0 has no place on a logarithmic axis. */
export function densityChart({ edges, counts }: DensityBins): Chart {
  const values = counts.map((count, bin) => {
    const from = bin === 0 ? 0 : bin + SPACE;
    return {
      density: binWords({ edges }, bin),
      latents: count,
      from: from + 0.04,
      to: from + 0.96,
      middle: from + 0.5,
      text: count === 0 ? "" : countText(count),
    };
  });
  const places = edges.map((_, i) => i + 1 + SPACE);
  const labels = Object.fromEntries(edges.map((edge, i) => [places[i].toFixed(2), edgeText(edge)]));
  return (width) => ({
    width,
    height: width >= WIDE ? 170 : 150,
    data: { values },
    encoding: {
      x: {
        field: "from",
        type: "quantitative",
        title: "active on this share of the test set, %",
        scale: { domain: [0, counts.length + SPACE], nice: false },
        axis: {
          values: [0.5, ...places],
          labelExpr: `datum.value < 1 ? 'dead' : (${JSON.stringify(labels)})[format(datum.value, '.2f')]`,
          tickSize: 0,
        },
      },
      y: {
        field: "latents",
        type: "quantitative",
        title: "latents",
        axis: { tickMinStep: 1, format: "d", tickCount: 4 },
      },
    },
    layer: [
      { mark: { type: "bar", color: COLOUR.muted, opacity: 0.6 }, encoding: { x2: { field: "to" }, y2: { datum: 0 } } },
      {
        mark: { type: "text", dy: -7, color: COLOUR.ink, fontSize: 12 },
        encoding: { x: { field: "middle" }, text: { field: "text" } },
      },
    ],
  });
}

/** What a pointer reads over the bars. */
export function densityReading(bins: DensityBins): Reading {
  return {
    by: "x",
    series: [{
      label: "",
      points: bins.counts.map((count, bin) => ({
        x: (bin === 0 ? 0 : bin + SPACE) + 0.5,
        y: count,
        text: `${countText(count)} ${count === 1 ? "latent" : "latents"} ${
          bin === 0 ? "dead" : `active on ${binWords(bins, bin)} of the test set`
        }`,
      })),
    }],
  };
}
