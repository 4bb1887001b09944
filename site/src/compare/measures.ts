/**
 * The measures that a comparison lists: their names, how they are written, and which value is the best.
 *
 * PORTABLE: no Deno, no Node, no tfjs, no DOM.
 *
 * @module
 */
import { count, duration, figure, fixed, percentTo } from "../format.ts";
import type { Measured, RunSummary } from "./summary.ts";

/** One row of the results. */
export interface Measure {
  label: string;
  /** What the number is of or in, smaller beside the label. */
  unit?: string;
  /** Its entry in the glossary. */
  term: string | null;
  /** Which value is the best; null where a measure has none. */
  better: "less" | "more" | null;
  /** Whether the number depends on where a latent counts as active. */
  isCounted?: boolean;
  of(run: RunSummary): number | null;
  text(value: number, run: RunSummary): string;
  /** Smaller, behind the value. */
  suffix?(run: RunSummary): string;
}

const percentOf = (digits: number) => (share: number) => percentTo(share, digits);
const measured = (name: keyof Measured) => ({ measured }: RunSummary) => measured[name];

/** In the order of the table. */
export const MEASURES: Measure[] = [
  { label: "Test MSE", term: "mse", better: "less", of: measured("mse"), text: (value) => figure(value) },
  {
    label: "Explained variance",
    term: "explained-variance",
    better: "more",
    of: measured("explained"),
    text: percentOf(1),
  },
  {
    label: "Active latents",
    unit: "per input",
    term: "activeLatents",
    better: null,
    isCounted: true,
    of: measured("activeLatents"),
    text: (value) => fixed(value, 1),
  },
  {
    label: "Active share",
    term: "activeLatents",
    better: null,
    isCounted: true,
    of: ({ measured }) => measured.activeLatents / measured.latents,
    text: percentOf(1),
  },
  {
    label: "Dead latents",
    term: "deadLatents",
    better: null,
    isCounted: true,
    of: measured("deadLatents"),
    text: (value) => count(value),
    suffix: ({ measured }) => `of ${count(measured.latents)}`,
  },
  {
    label: "Length ratio",
    term: "l2Ratio",
    better: null,
    of: measured("lengthRatio"),
    text: (value) => fixed(value, 3),
  },
  { label: "Probing", unit: "1 latent", term: "probing", better: "more", of: measured("probing1"), text: percentOf(1) },
  {
    label: "Probing",
    unit: "5 latents",
    term: "probing",
    better: "more",
    of: measured("probing5"),
    text: percentOf(1),
  },
  {
    label: "Recovery",
    unit: "MCC",
    term: "recovery",
    better: "more",
    of: measured("recovery"),
    text: (value) => fixed(value, 3),
  },
  {
    label: "Recovery",
    unit: "F1",
    term: "recovery",
    better: "more",
    of: measured("f1"),
    text: (value) => fixed(value, 3),
  },
  {
    label: "Absorption",
    term: "recovery",
    better: "less",
    of: measured("absorption"),
    text: percentOf(1),
  },
  { label: "Parameters", term: null, better: null, of: measured("parameters"), text: (value) => count(value) },
  { label: "Training time", term: null, better: null, of: measured("trainMs"), text: (value) => duration(value) },
  { label: "Steps", term: null, better: null, of: measured("steps"), text: (value) => count(value) },
];

/**
 * The runs that have the best value of a measure, by index: as it is written, so that numbers that look equal are both best.
 *
 * @returns None for a measure without a best, for fewer than two values, and if all are equal.
 */
export function bestOf({ better, of, text }: Pick<Measure, "better" | "of" | "text">, runs: RunSummary[]): number[] {
  const values = runs.map(of), known = values.filter((value) => value !== null);
  if (better === null || known.length < 2) return [];
  const best = better === "less" ? Math.min(...known) : Math.max(...known);
  const written = (i: number) => values[i] === null ? null : text(values[i], runs[i]);
  const wanted = written(values.indexOf(best));
  const found = runs.map((_, i) => i).filter((i) => written(i) === wanted);
  return found.length === known.length ? [] : found;
}
