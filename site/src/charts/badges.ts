/**
 * Letters of runs in a chart: a disc with a letter at a point, moved aside with a thin line if it would cover another.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { LayerSpec, UnitSpec } from "vega-lite/types_unstable/spec/index.js";
import { spreadApart } from "./direct_labels.ts";
import { COLOUR } from "./theme.ts";

/** A point of a run in pixels, from the plot's top left corner. */
export interface LetterPoint {
  letter: string;
  x: number;
  y: number;
}

/** A plot in pixels. */
interface Plot {
  width: number;
  height: number;
}

/** Radius of a disc. */
const RADIUS = 9;
/** Centres of discs are at least this far apart. */
const APART = 2 * RADIUS + 3;

/** Where a disc may go: the nearest free place in these directions, in order. */
const DIRECTIONS = {
  around: [[0, -1], [0, 1], [1, 0], [-1, 0], [1, -1], [-1, -1], [1, 1], [-1, 1]],
  vertical: [[0, -1], [0, 1]],
} as const;

/**
 * Places for discs that do not cover each other, as near to their points as there is room.
 *
 * @param options The plot's size, which no centre leaves, and the directions in which a disc may move.
 * @returns In the order of the points.
 */
export function placed(
  points: LetterPoint[],
  { width, height, towards = "around" }: Plot & { towards?: keyof typeof DIRECTIONS },
): LetterPoint[] {
  const taken: LetterPoint[] = [];
  const isFree = ({ x, y }: LetterPoint) => taken.every((other) => Math.hypot(other.x - x, other.y - y) >= APART);
  const isInside = ({ x, y }: LetterPoint) => x >= 0 && x <= width && y >= 0 && y <= height;
  const nearestFree = (point: LetterPoint): LetterPoint => {
    if (isFree(point)) return point;
    for (let distance = 4; distance < width + height; distance += 4) {
      for (const [dx, dy] of DIRECTIONS[towards]) {
        const length = Math.hypot(dx, dy);
        const there = { ...point, x: point.x + dx / length * distance, y: point.y + dy / length * distance };
        if (isFree(there) && isInside(there)) return there;
      }
    }
    return point;
  };
  for (const point of points) taken.push(nearestFree(point));
  return taken;
}

/** How far a column of discs stands beside the ends of its lines. */
export const BESIDE = 26;

/**
 * Places for discs at the ends of lines: at the end itself, or, where several lines end side by side, in a column beside
 * them, in the order of the ends.
 */
export function placedAtEnds(ends: LetterPoint[], { height }: Plot): LetterPoint[] {
  const places = ends.map((end) => ({ ...end }));
  const groups: number[][] = [];
  for (const i of ends.map((_, i) => i).sort((a, b) => ends[a].x - ends[b].x)) {
    const group = groups.at(-1);
    if (group && ends[i].x - ends[group[0]].x < APART) group.push(i);
    else groups.push([i]);
  }
  for (const group of groups) {
    const ys = spreadApart(group.map((i) => ends[i].y), { apart: APART, from: 0, to: height });
    if (group.every((i, at) => Math.abs(ys[at] - ends[i].y) < 1)) continue;
    const x = Math.max(...group.map((i) => ends[i].x)) + BESIDE;
    group.forEach((i, at) => places[i] = { ...places[i], x, y: ys[at] });
  }
  return places;
}

/** A disc and the point that it belongs to, in the plot's pixels. */
export interface Badge extends LetterPoint {
  atX: number;
  atY: number;
  /** Drawn as a ring: the point is not comparable with the others. */
  isHollow?: boolean;
}

/** The name of a run's layer, unique by `part`: the page brings out a run by how its layers' names begin. */
export function layerName(letter: string, part: string | number): string {
  return `run_${letter}_${part}`;
}

/** A channel in the plot's own pixels: `scale` null takes the numbers as they are. */
const pixels = (field: string) => ({ field, type: "quantitative", scale: null, axis: null });

/** Layers that draw discs: first what may lie under a disc, then the discs. */
export function badgeLayers(badges: Badge[]): (LayerSpec<string> | UnitSpec<string>)[] {
  const moved = badges.filter(({ x, y, atX, atY }) => x !== atX || y !== atY);
  const at = { x: pixels("x"), y: pixels("y") }, point = { x: pixels("atX"), y: pixels("atY") };
  const under = moved.map((badge, i) => ({
    name: layerName(badge.letter, `point_${i}`),
    data: { values: [badge] },
    layer: [
      {
        mark: { type: "rule", color: COLOUR.muted, strokeWidth: 1, tooltip: false },
        encoding: { ...point, x2: { field: "x" }, y2: { field: "y" } },
      },
      { mark: { type: "circle", size: 28, color: COLOUR.ink, opacity: 1, tooltip: false }, encoding: point },
    ],
  }));
  const discs = badges.map((badge, i) => {
    const [ground, letter] = badge.isHollow ? [COLOUR.paper, COLOUR.ink] : [COLOUR.ink, COLOUR.paper];
    const size = Math.PI * RADIUS ** 2;
    const disc = { type: "circle", size, opacity: 1, color: ground, strokeWidth: 1.5, tooltip: false };
    const text = {
      type: "text",
      fontSize: 11,
      fontWeight: 600,
      baseline: "middle",
      dy: 0.5,
      color: letter,
      tooltip: false,
    };
    return {
      name: layerName(badge.letter, i),
      data: { values: [badge] },
      layer: [
        { mark: { ...disc, stroke: badge.isHollow ? COLOUR.ink : COLOUR.paper }, encoding: at },
        { mark: text, encoding: { ...at, text: { field: "letter" } } },
      ],
    };
  });
  return [...under, ...discs] as LayerSpec<string>[];
}

/** Dashes of the runs' lines, by letter: never colours, which have meanings. */
export const DASHES: Record<string, number[]> = {
  A: [1, 0],
  B: [7, 3.5],
  C: [2, 3.5],
  D: [10, 3, 2, 3],
  E: [14, 5],
  F: [4, 2, 4, 6],
  G: [1, 6],
  H: [12, 3, 2, 3, 2, 3],
};
