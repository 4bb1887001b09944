/**
 * The activations of single test rows as a picture: one column a row, grouped by class; one line a latent, grouped by the class
 * on which its mean is largest; and beside it the means of each class.
 *
 * Puts in order and scales; draws no pixel. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Activations } from "../../../lib/report/activations_schema.ts";
import { spreadApart } from "../charts/direct_labels.ts";

/** Neighbouring columns or lines under one name. */
export interface HeatGroup {
  /** The class's name; null for latents that are 0 on every class. */
  name: string | null;
  /** Where it begins and how long it is, in shares of the picture's side. */
  from: number;
  extent: number;
}

/** A picture of levels with what a reader needs to find a cell in it. */
export interface HeatPicture {
  width: number;
  height: number;
  /** `[height · width]`: 0 for nothing to {@linkcode BRIGHTEST}; {@linkcode GAP} between groups. */
  levels: Uint8Array<ArrayBuffer>;
  /** The activation that the brightest colour stands for; larger ones have it too. */
  brightest: number;
}

/** See the module comment. */
export interface HeatMap {
  /** `[latents]` lines by `[rows and gaps]` columns. */
  rows: HeatPicture;
  /** The test row of each column; null between groups. */
  rowOfColumn: (number | null)[];
  /** Classes above the columns; empty without labels. */
  columnGroups: HeatGroup[];
  /** The latent of each line. */
  latentOfLine: number[];
  /** Classes beside the lines; empty without labels. */
  lineGroups: HeatGroup[];
  /** Class means, a column a class; null without labels. */
  classes: HeatPicture | null;
}

/** The level of the brightest colour, and the level that is no colour at all. */
export const BRIGHTEST = 254, GAP = 255;

/** Activations above this share of those that are not 0 have the brightest colour: a single one must not darken the picture. */
const BRIGHT_SHARE = 0.995;

/** See the module comment; `classNames` as in run.json. */
export function heatMap(
  { shown, heatmap: { labels, acts }, classMeans }: Pick<Activations, "shown" | "heatmap" | "classMeans">,
  { classNames }: { classNames: string[] },
): HeatMap {
  const nameOf = (label: number) => classNames[label] ?? String(label);
  const rowClasses = labels && grouped([...acts.keys()], (row) => labels[row]);
  const rowOfColumn: (number | null)[] = [];
  const columnGroups: HeatGroup[] = [];
  for (const [label, rows] of rowClasses ?? [[null, [...acts.keys()]] as const]) {
    if (rowOfColumn.length > 0) rowOfColumn.push(null);
    if (label !== null) columnGroups.push({ name: nameOf(label), from: rowOfColumn.length, extent: rows.length });
    rowOfColumn.push(...rows);
  }

  const strongest = shown.map((_, i) => classMeans ? mainClass(classMeans.map((means) => means[i])) : 0);
  const meanOf = (i: number) =>
    classMeans ? classMeans[strongest[i]]?.[i] ?? 0 : acts.reduce((sum, row) => sum + row[i], 0);
  const latentClasses = grouped(
    [...shown.keys()].sort((a, b) => meanOf(b) - meanOf(a) || shown[a] - shown[b]),
    (i) => strongest[i],
  );
  const lines = latentClasses.flatMap(([, line]) => line);
  let start = 0;
  const lineGroups = !classMeans ? [] : latentClasses.map(([label, line]) => {
    const group = {
      name: label < classMeans.length ? nameOf(label) : null,
      from: start / lines.length,
      extent: line.length / lines.length,
    };
    start += line.length;
    return group;
  });

  return {
    rows: picture(lines.map((i) => rowOfColumn.map((row) => row === null ? null : acts[row][i]))),
    rowOfColumn,
    columnGroups: columnGroups.map(({ name, from, extent }) => ({
      name,
      from: from / rowOfColumn.length,
      extent: extent / rowOfColumn.length,
    })),
    latentOfLine: lines.map((i) => shown[i]),
    lineGroups,
    classes: classMeans && picture(lines.map((i) => classMeans.map((means) => means[i]))),
  };
}

/** A group and where its name stands. */
export interface NamedGroup extends HeatGroup {
  /** The name's middle, in shares of the picture's side. */
  at: number;
}

/**
 * Groups with places for their names, each near its group's middle and apart from the others. If the names are more than there is
 * room for, those of the shortest groups are left out.
 *
 * @param options.side Length of the picture's side, in pixels.
 * @param options.apart Least distance of two names' middles, in pixels.
 */
export function namedGroups(groups: HeatGroup[], { side, apart }: { side: number; apart: number }): NamedGroup[] {
  const room = Math.floor(side / apart);
  const named = new Set(
    groups.filter(({ name }) => name !== null).sort((a, b) => b.extent - a.extent).slice(0, room),
  );
  const shown = groups.filter((group) => named.has(group));
  const middles = shown.map(({ from, extent }) => side * (from + extent / 2));
  const places = spreadApart(middles, { apart, from: apart / 2, to: side - apart / 2 });
  return groups.map((group) => {
    const place = shown.indexOf(group);
    return place < 0
      ? { ...group, name: null, at: group.from + group.extent / 2 }
      : { ...group, at: places[place] / side };
  });
}

/** Items by key, the keys ascending, each group in the items' order. */
function grouped<T>(items: T[], keyOf: (item: T) => number): [number, T[]][] {
  return [...Map.groupBy(items, keyOf)].sort(([a], [b]) => a - b);
}

/** The class with the largest mean; of a latent that is 0 on all of them the one behind the last. */
function mainClass(means: number[]): number {
  const largest = Math.max(...means);
  return largest > 0 ? means.indexOf(largest) : means.length;
}

/** A matrix as levels; null is a gap. */
function picture(matrix: (number | null)[][]): HeatPicture {
  const values = matrix.flat();
  const positive = values.filter((value): value is number => value !== null && value > 0).sort((a, b) => a - b);
  const brightest = positive[Math.ceil(BRIGHT_SHARE * positive.length) - 1] ?? 0;
  const levels = Uint8Array.from(values, (value) => {
    if (value === null) return GAP;
    return value > 0 ? Math.round(BRIGHTEST * Math.min(1, value / brightest)) : 0;
  });
  return { width: matrix[0].length, height: matrix.length, levels, brightest };
}

/** The colours of activations in both schemes: nothing is near black, orange is active, white the most. `[red, green, blue]` */
const COLOURS = [[13, 15, 18], [74, 30, 10], [184, 72, 11], [255, 154, 77], [255, 240, 214]];

/** The colours of {@linkcode COLOURS} as CSS, for the scale below a picture. */
export const HEAT_COLOURS: string = COLOURS.map((rgb) => `rgb(${rgb.join(" ")})`).join(", ");

/** The colour of each level, `[256 · 3]`: between the colours above in equal steps; the last stands for a gap. */
export function heatPalette(): Uint8Array<ArrayBuffer> {
  const palette = new Uint8Array(256 * 3);
  for (let level = 0; level <= BRIGHTEST; level++) {
    const at = level / BRIGHTEST * (COLOURS.length - 1), below = Math.min(Math.floor(at), COLOURS.length - 2);
    for (let c = 0; c < 3; c++) {
      palette[3 * level + c] = Math.round(
        COLOURS[below][c] + (at - below) * (COLOURS[below + 1][c] - COLOURS[below][c]),
      );
    }
  }
  return palette;
}
