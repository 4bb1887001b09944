/**
 * How every chart looks. Colours are the style sheet's variables, which an SVG on a page resolves in either colour scheme.
 *
 * A chart is a pure function of the width that it is drawn at: letters have 12 px at every width. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import type { Config, TopLevelSpec } from "vega-lite";

/** Width of a chart on a desk, over eight of twelve columns, in pixels. */
export const WIDE = 760;
/** Width of a chart on a phone or over four columns, in pixels. */
export const NARROW = 360;

/** A chart drawn at a width, in pixels with axes and padding. */
export type Chart = (width: number) => TopLevelSpec;

/** What a reader of values finds in a chart: the points nearest to the pointer. */
export interface Reading {
  /** `x`: at one place on the x axis the values of all series. `point`: the one nearest point. */
  by: "x" | "point";
  series: {
    /** What stands before the value; empty if there is one series only. */
    label: string;
    /** The colour variable of the series, such as `recon`; the ink without one. */
    colour?: string;
    /** Where the point lies in the chart's scales, and what is read there. */
    points: { x: number | string; y: number | string; text: string }[];
  }[];
  /** What stands before the readout for a place on the x axis, such as `epoch 3`, by the points' x. */
  places?: Record<string, string>;
}

/** Colours by their meaning. */
export const COLOUR = {
  ink: "var(--ink)",
  muted: "var(--muted)",
  rule: "var(--rule)",
  ruleStrong: "var(--rule-strong)",
  paper: "var(--paper)",
  active: "var(--active)",
  recon: "var(--recon)",
  error: "var(--error)",
  target: "var(--target)",
  less: "var(--less)",
} as const;

/** Letters of charts: the interface's. */
export const FONT = "'Inter Subset', 'Inter Variable', system-ui, 'Segoe UI', Roboto, sans-serif";
const text = { labelFontSize: 12, titleFontSize: 12, labelColor: COLOUR.muted, titleColor: COLOUR.muted };

/** The label of a series beside its line: with this as a text mark's properties. */
export const DIRECT_LABEL = { align: "left", baseline: "middle", dx: 6, fontSize: 12, fontWeight: 600 } as const;

/** Vega-Lite's configuration. */
export const THEME: Config = {
  background: "transparent",
  locale: { number: { decimal: ".", thousands: "\u202f", grouping: [3], currency: ["", ""], percent: "\u00a0%" } },
  padding: { left: 0, right: 8, top: 4, bottom: 4 },
  font: FONT,
  view: { stroke: null },
  mark: { color: COLOUR.ink, tooltip: true },
  text: { color: COLOUR.ink, fontSize: 12, font: FONT },
  rule: { color: COLOUR.ruleStrong },
  line: { strokeWidth: 1.75, strokeCap: "round", strokeJoin: "round" },
  point: { opacity: 1 },
  axis: {
    ...text,
    titleFontWeight: 400,
    gridColor: COLOUR.rule,
    domainColor: COLOUR.ruleStrong,
    tickColor: COLOUR.ruleStrong,
    tickSize: 4,
    labelOverlap: true,
  },
  axisX: { grid: false, titleAnchor: "end", titleAlign: "right", titlePadding: 6 },
  axisY: {
    domain: false,
    ticks: false,
    tickCount: 5,
    minExtent: 44,
    maxExtent: 44,
    labelPadding: 6,
    titleAngle: 0,
    titleAnchor: "start",
    titleAlign: "left",
    titleX: -52,
    titleY: -12,
  },
  range: { heatmap: { scheme: "oranges" } },
};

/** The configuration of a chart: one view takes the width that it is given, axes and padding included. */
export function configOf(spec: object): Config {
  const isOneView = !["hconcat", "vconcat", "concat", "facet", "repeat"].some((key) => key in spec);
  return isOneView ? { ...THEME, autosize: { type: "fit", contains: "padding" } } : THEME;
}
