/**
 * Distributions of activations: one to be read, and small ones to be compared.
 *
 * Each is a function of the width that it is drawn at. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Chart } from "./theme.ts";

/** Data of a mark that is drawn once. */
const ONE = { values: [{}] };

/** A histogram of activations, in equal bins from 0. */
export interface Bins {
  /** Where the last bin ends. */
  max: number;
  counts: readonly number[];
}

/** A share of all activations in each bin, with those above a threshold in full colour. */
export function activationShares(
  { histogram: { max, counts }, above, rho }: { histogram: Bins; above: number | null; rho: number | null },
): Chart {
  const total = counts.reduce((a, b) => a + b, 0) || 1;
  const step = max / counts.length;
  const rows = counts.map((count, i) => ({ from: i * step, to: (i + 1) * step, count, share: count / total }));
  return (width) => ({
    width,
    height: width < 480 ? 240 : 280,
    data: { values: rows },
    layer: [
      {
        mark: { type: "bar", stroke: "var(--paper)", strokeWidth: 1 },
        encoding: {
          x: {
            field: "from",
            type: "quantitative",
            bin: "binned",
            title: "activation",
            scale: { domain: [0, max || 1], nice: false },
            axis: { format: ",f", tickCount: width < 480 ? 5 : 9 },
          },
          x2: { field: "to" },
          y: { field: "share", type: "quantitative", title: "share of all activations", axis: { format: "%" } },
          color: { value: "var(--active)" },
          opacity: above === null
            ? { value: 0.55 }
            : { condition: { test: `datum.from >= ${above - step / 2}`, value: 1 }, value: 0.45 },
        },
      },
      ...(rho === null ? [] : [
        {
          data: ONE,
          mark: { type: "rule" as const, color: "var(--target)", strokeWidth: 1.5 },
          encoding: { x: { datum: rho } },
        },
        {
          data: ONE,
          mark: {
            type: "text" as const,
            text: `target ρ = ${rho}`,
            color: "var(--target)",
            fontWeight: 600 as const,
            align: "left" as const,
            dx: 6,
            dy: 8,
          },
          encoding: { x: { datum: rho }, y: { value: 0 } },
        },
      ]),
    ],
  });
}

/**
 * A distribution on a scale from 0 to `end`; three of them stand beside each other to be compared.
 */
export function smallDistribution(bins: Bins, end: number = bins.max): Chart {
  const step = bins.max / bins.counts.length;
  const total = bins.counts.reduce((a, b) => a + b, 0) || 1;
  return (width) => ({
    width,
    height: 150,
    data: {
      values: bins.counts.map((count, i) => ({ from: i * step, to: (i + 1) * step, share: count / total })),
    },
    mark: { type: "bar", color: "var(--active)", opacity: 0.75 },
    encoding: {
      x: {
        field: "from",
        type: "quantitative",
        bin: "binned",
        title: null,
        scale: { domain: [0, end || 1], nice: false },
        axis: { values: [0, end], format: ".2~f" },
      },
      x2: { field: "to" },
      y: {
        field: "share",
        type: "quantitative",
        title: null,
        scale: { domain: [0, 1] },
        axis: { values: [0, 1], format: "~%" },
      },
    },
  });
}
