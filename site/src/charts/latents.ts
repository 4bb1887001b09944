/**
 * One latent over the test set: its histogram, and its activation by class.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import type { Activations } from "../../../lib/report/schema.ts";
import { PLOT_HEIGHT, PLOT_WIDTH } from "./theme.ts";

type Histogram = Activations["histogram"];

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
