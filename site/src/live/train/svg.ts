/**
 * SVG of the live charts as text: colours are the style sheet's, so that a chart follows the colour scheme by itself, and
 * the same text stands in a page that is built and in one that trains.
 *
 * PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { escaped } from "../../escaped.ts";

/** A chart's size in CSS pixels. */
export interface Size {
  width: number;
  height: number;
}

/** Classes of `live.css` that colour lines and letters. */
export type Ink = "ink" | "muted" | "recon" | "target" | "active" | "error";

/** The chart around its parts. */
export function svg({ width, height }: Size, parts: readonly string[]): string {
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" preserveAspectRatio="xMinYMin" aria-hidden="true">${
    parts.join("")
  }</svg>`;
}

/** A line of text. */
export function text(
  words: string,
  { x, y, ink = "muted", anchor = "start", isHalo = false }: {
    x: number;
    y: number;
    ink?: Ink;
    anchor?: "start" | "middle" | "end";
    /** Whether what is behind is kept away from the letters. */
    isHalo?: boolean;
  },
): string {
  return `<text class="${ink}${isHalo ? " halo" : ""}" x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${
    escaped(words)
  }</text>`;
}

/** A straight line. */
export function rule(kind: "grid" | "axis" | "mark" | "goal", [x0, y0, x1, y1]: readonly number[]): string {
  return `<path class="${kind}" d="M${round(x0)} ${round(y0)}L${round(x1)} ${round(y1)}"/>`;
}

/** Bars that stand on a line, or hang from it, as one shape. `null` is no bar. */
export function bars(
  heights: readonly (number | null)[],
  { kind, left, bottom, pitch, width, isDown = false }: {
    kind: string;
    left: number;
    bottom: number;
    pitch: number;
    width: number;
    isDown?: boolean;
  },
): string {
  let d = "";
  heights.forEach((height, i) => {
    if (height === null || height <= 0) return;
    const x = round(left + pitch * i + (pitch - width) / 2);
    const up = isDown ? height : -height;
    d += `M${x} ${round(bottom)}v${round(up)}h${round(width)}v${round(-up)}z`;
  });
  return d === "" ? "" : `<path class="${kind}" d="${d}"/>`;
}

/** A curve through places; it is broken at null. */
export function curve(
  points: readonly ([x: number, y: number] | null)[],
  { ink, isDashed = false, isThin = false }: { ink: Ink; isDashed?: boolean; isThin?: boolean },
): string {
  let d = "", isDown = false;
  for (const point of points) {
    // A point between two gaps is a line of no length, which round ends make visible.
    if (point) d += isDown ? `L${round(point[0])} ${round(point[1])}` : `M${round(point[0])} ${round(point[1])}h0`;
    isDown = point !== null;
  }
  const classes = ["curve", ink, ...(isDashed ? ["dashed"] : []), ...(isThin ? ["thin"] : [])];
  return d === "" ? "" : `<path class="${classes.join(" ")}" d="${d}"/>`;
}

/** Width of a label in pixels, a little more than it needs. */
export function widthOf(words: string): number {
  return 6.4 * words.length;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
