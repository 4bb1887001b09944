/**
 * How every chart looks, and the size all of them are drawn at. Colours are the style sheet's variables, which an SVG resolves
 * in either colour scheme.
 *
 * A chart is drawn once, some 380 px wide with letters of 12 px: beside its neighbour and a third larger on a wide page,
 * alone and a tenth smaller on a phone. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config } from "vega-lite";

/** Width of the plot itself, without its left axis. */
export const PLOT_WIDTH = 310;
export const PLOT_HEIGHT = 200;

/** Colours of categories, in order. */
export const CATEGORIES: string[] = [0, 1, 2, 3, 4, 5, 6].map((i) => `var(--c${i})`);

const font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";
const text = { labelFontSize: 12, titleFontSize: 12, labelColor: "var(--muted)", titleColor: "var(--ink)" };

/** A legend whose symbols are pieces of line. */
export const STROKES = { symbolType: "stroke", symbolSize: 400 };

/** Vega's own setting, which Vega-Lite hands on although its types do not know it. */
const LEGENDS_STACKED = { layout: { direction: "vertical", margin: 2 } } as object;

/** Vega-Lite's configuration. */
export const THEME: Config = {
  background: "transparent",
  padding: 4,
  font,
  view: { stroke: null },
  mark: { color: "var(--c0)", tooltip: true },
  text: { color: "var(--ink)", fontSize: 12, font },
  rule: { color: "var(--ink)" },
  axis: {
    ...text,
    titleFontWeight: 600,
    gridColor: "var(--grid)",
    domainColor: "var(--muted)",
    tickColor: "var(--muted)",
    labelOverlap: true,
  },
  axisY: {
    minExtent: 44,
    maxExtent: 44,
    titleAngle: 0,
    titleAnchor: "start",
    titleAlign: "left",
    titleX: -48,
    titleY: -10,
  },
  legend: {
    ...text,
    titleFontWeight: 600,
    orient: "top",
    symbolStrokeWidth: 2.5,
    symbolSize: 160,
    columns: 2,
    offset: 24,
    ...LEGENDS_STACKED,
  },
  range: { category: CATEGORIES, heatmap: { scheme: "viridis" } },
};
