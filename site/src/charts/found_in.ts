/**
 * In how many random seeds latents are found.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { percent } from "../format.ts";
import { rowLabels, widthOf } from "./direct_labels.ts";
import { frame } from "./frame.ts";
import { type Chart, COLOUR, type Reading } from "./theme.ts";

/** Pixels above the rows for what the shades are. */
const KEY = 26;

/** Pixels at the right of the rows, for half of the last label of the axis. */
const RIGHT = 20;

/** In how many random seeds the latents of a group are found. */
export interface FoundIn {
  /** Unique among the rows. */
  name: string;
  /** Share of the latents that are found in 1, 2, …, n of the n random seeds. */
  shares: number[];
}

/** A shade from light, found in its own random seed alone, to full, found in all. */
function shade(seeds: number, all: number): number {
  return all < 2 ? 1 : 0.16 + 0.84 * (seeds - 1) / (all - 1);
}

/** A row for each group, of the length of all its latents: the parts are the latents found in 1, 2, …, n random seeds. */
export function foundInShares(rows: FoundIn[]): Chart {
  const parts = rows.flatMap(({ name, shares }) => {
    let from = 0;
    return shares.map((share, i) => {
      const part = {
        name,
        seeds: i + 1,
        of: shares.length,
        share,
        from,
        to: from + share,
        shade: shade(i + 1, shares.length),
      };
      from += share;
      return { ...part, middle: (part.from + part.to) / 2, text: percent(share) };
    });
  });
  const all = Math.max(...rows.map(({ shares }) => shares.length));
  return (width: number): TopLevelSpec => {
    const labels = rowLabels(rows.map(({ name }) => name), width, { hasGrid: false }), y = labels.channel;
    const { view } = frame(width, {
      height: labels.row * rows.length + 52 + KEY,
      left: labels.left,
      top: KEY,
      right: RIGHT,
    });
    const x = {
      type: "quantitative",
      title: "share of all latents",
      scale: { domain: [0, 1], nice: false },
      axis: { format: "~%", values: [0, 0.25, 0.5, 0.75, 1] },
    };
    const plot = width - labels.left - RIGHT;
    const texts = (isDark: boolean) => ({
      data: { values: parts.filter(({ share, text }) => share * plot >= widthOf([text])) },
      transform: [{ filter: `datum.shade ${isDark ? ">" : "<="} 0.5` }],
      mark: { type: "text", baseline: "middle", color: isDark ? COLOUR.paper : COLOUR.ink, tooltip: false },
      encoding: { x: { ...x, field: "middle" }, y, text: { field: "text" } },
    });
    return {
      ...view,
      data: { values: parts },
      layer: [
        {
          mark: { type: "bar", color: COLOUR.ink, height: 18, stroke: COLOUR.paper, strokeWidth: 1, tooltip: false },
          encoding: {
            x: { ...x, field: "from" },
            x2: { field: "to" },
            y,
            opacity: { field: "shade", type: "quantitative", scale: null, legend: null },
          },
        },
        texts(false),
        texts(true),
        ...shadeKey(all, -labels.left),
        ...labels.layers,
      ],
    } as TopLevelSpec;
  };
}

/** A small square for each number of random seeds, above the rows, from a place on the horizontal axis on, in pixels. */
function shadeKey(all: number, from: number): object[] {
  const y = { value: -13 }, words = "found in";
  const layer = (mark: object, at: number, text?: string) => ({
    data: { values: [{}] },
    mark: { tooltip: false, ...mark },
    encoding: { x: { value: at }, y, ...(text === undefined ? {} : { text: { value: text } }) },
  });
  const letters = { type: "text", align: "left", baseline: "middle", color: COLOUR.muted };
  const start = from + widthOf([words]) + 8, step = 32;
  const keys = Array.from({ length: all }, (_, i) => [
    layer({ type: "square", size: 100, color: COLOUR.ink, opacity: shade(i + 1, all) }, start + i * step),
    layer(letters, start + i * step + 9, String(i + 1)),
  ]);
  return [
    layer(letters, from, words),
    ...keys.flat(),
    layer(letters, start + all * step - 6, all === 1 ? "random seed" : "random seeds"),
  ];
}

/** What a pointer reads over the parts of the rows. */
export function foundInReading(rows: FoundIn[]): Reading {
  return {
    by: "point",
    series: rows.map(({ name, shares }) => {
      let from = 0;
      return {
        label: "",
        points: shares.map((share, i) => {
          const x = from + share / 2;
          from += share;
          return {
            x,
            y: name,
            text: `${name}: ${percent(share)} of the latents are found in ${seedsText(i + 1, shares.length)}`,
          };
        }),
      };
    }),
  };
}

/** `all 3 random seeds`, `2 of 3 random seeds`, `one random seed only`. */
export function seedsText(seeds: number, all: number): string {
  if (seeds === all) return allSeeds(all);
  return seeds === 1 ? "one random seed only" : `${seeds} of ${all} random seeds`;
}

/** `both random seeds`, `all 3 random seeds`. */
export function allSeeds(all: number): string {
  return all === 2 ? "both random seeds" : `all ${all} random seeds`;
}
