/**
 * A histogram of cosines of latents of two dictionaries.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { fixed, percent } from "../format.ts";
import { frame } from "./frame.ts";
import { type Chart, COLOUR, type Reading } from "./theme.ts";

/** Cosines of matched latents: shares in equal bins from 0 to 1. */
export interface CosineBins {
  shares: number[];
  /** From this cosine on two latents count as the same. */
  shared: number;
  /** The mean cosine of two dictionaries before training; null if it is not known. */
  before: number | null;
}

/** A line across the bars and its label, which stands on one of two levels above them. */
interface LineWords {
  text: string;
  dash: number[];
  /** Whether the label stands at the left of the line. */
  isLeft: boolean;
  /** Pixels from the lower level. */
  up: number;
}

/** Bars, a line at the cosine from which two latents count as the same, and one at the mean before training. */
export function cosineHistogram({ shares, shared, before }: CosineBins): Chart {
  const values = shares.map((share, i) => ({ from: i / shares.length, to: (i + 1) / shares.length, share }));
  return (width: number): TopLevelSpec => {
    const { view } = frame(width, { height: width > 500 ? 250 : 230, right: 12, top: 58 });
    const x = {
      field: "from",
      type: "quantitative",
      title: "cosine of the decoder directions",
      scale: { domain: [0, 1], nice: false },
      axis: { values: [0, 0.2, 0.4, 0.6, 0.8, 1], format: ".1f" },
    };
    const y = {
      field: "share",
      type: "quantitative",
      title: "share of the latents",
      axis: { format: "%", tickCount: 4, titleY: -44 },
    };
    const line = (at: number, { text, dash, isLeft, up }: LineWords) => [
      {
        data: { values: [{}] },
        mark: { type: "rule", color: COLOUR.ink, strokeDash: dash, tooltip: false },
        encoding: { x: { datum: at } },
      },
      {
        data: { values: [{}] },
        mark: {
          type: "text",
          align: isLeft ? "right" : "left",
          baseline: "bottom",
          dx: isLeft ? 4 : -4,
          dy: -4 - up,
          color: COLOUR.ink,
          tooltip: false,
        },
        encoding: { x: { datum: at }, y: { value: 0 }, text: { value: text } },
      },
    ];
    return {
      ...view,
      data: { values },
      layer: [
        {
          mark: { type: "bar", color: COLOUR.active, opacity: 0.75, tooltip: false },
          encoding: { x: { ...x, bin: "binned" }, x2: { field: "to" }, y },
        },
        ...line(shared, { text: "shared", dash: [4, 3], isLeft: false, up: 0 }),
        ...(before === null
          ? []
          : line(before, { text: "mean before training", dash: [1, 0], isLeft: before > 0.5, up: 16 })),
      ],
    } as TopLevelSpec;
  };
}

/** What a pointer reads over the bins. */
export function cosineReading({ shares }: Pick<CosineBins, "shares">): Reading {
  const n = shares.length;
  return {
    by: "x",
    series: [{
      label: "",
      points: shares.map((share, i) => ({
        x: (i + 0.5) / n,
        y: share,
        text: `${percent(share)} of the latents at ${fixed(i / n, 2)} to ${fixed((i + 1) / n, 2)}`,
      })),
    }],
  };
}
