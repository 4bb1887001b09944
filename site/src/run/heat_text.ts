/**
 * The heat map in words and numbers: what it shows, its table, and what a reader of single cells needs.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Activations } from "../../../lib/report/activations_schema.ts";
import type { Run } from "../../../lib/report/schema.ts";
import type { CsvRow } from "../csv.ts";
import { percent } from "../format.ts";
import type { HeatMap } from "./heat_map.ts";

type Shown = Pick<Activations, "shown" | "heatmap" | "classMeans">;

/** A latent whose mean on one class is at least this share of the sum of its class means stands for that class. */
const OWN_CLASS = 0.5;

/** What to see: how many of the latents are active mostly on one class. */
export function heatSentence({ dataset }: Pick<Run, "dataset">, { shown, classMeans }: Shown): string {
  if (classMeans === null || classMeans.length < 2) return "";
  const shares = shown.map((_, i) => {
    const means = classMeans.map((row) => row[i]), sum = means.reduce((a, b) => a + b, 0);
    return sum > 0 ? Math.max(...means) / sum : 0;
  });
  const own = shares.filter((share) => share >= OWN_CLASS).length;
  const chance = percent(1 / classMeans.length);
  const most = Math.max(...shares);
  if (most === 0) return "All of them are 0.";
  return own > 0
    ? `${own} of these ${shown.length} latents have at least half of the sum of their class means on one of the ${classMeans.length} classes.`
    : `No latent stands for one class: at most ${
      percent(most)
    } of the sum of a latent’s class means is on one of the ` +
      `${dataset.classNames.length || classMeans.length} classes, and equal means would give ${chance}.`;
}

/** One row for each test input: its class and the activation of each latent. */
export function heatTable(
  { shown, heatmap: { labels, acts } }: Shown,
  { classNames }: { classNames: string[] },
): CsvRow[] {
  return acts.map((row, i) => ({
    test_row: i,
    ...(labels ? { class: classNames[labels[i]] ?? String(labels[i]) } : {}),
    ...Object.fromEntries(shown.map((latent, at) => [`latent_${latent}`, row[at]])),
  }));
}

/** What the script reads cells from: names of lines and columns, and values `[line][column]`, null in a gap. */
export interface HeatCells {
  lines: string[];
  rows: { columns: (string | null)[]; values: (number | null)[][] };
  classes: { columns: string[]; values: number[][] } | null;
}

/** See {@linkcode HeatCells}. */
export function heatCells(
  { rowOfColumn, latentOfLine }: HeatMap,
  { shown, heatmap: { labels, acts }, classMeans }: Shown,
  { classNames, one }: { classNames: string[]; one: string },
): HeatCells {
  const nameOf = (label: number) => classNames[label] ?? String(label);
  const places = latentOfLine.map((latent) => shown.indexOf(latent));
  return {
    lines: latentOfLine.map((latent) => `latent ${latent}`),
    rows: {
      columns: rowOfColumn.map((row) =>
        row === null ? null : `test ${one} ${row}${labels ? ` (class ${nameOf(labels[row])})` : ""}`
      ),
      values: places.map((i) => rowOfColumn.map((row) => row === null ? null : acts[row][i])),
    },
    classes: classMeans && {
      columns: classMeans.map((_, label) => `mean of class ${nameOf(label)}`),
      values: places.map((i) => classMeans.map((means) => means[i])),
    },
  };
}
