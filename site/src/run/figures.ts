/**
 * Which figures a run's page has, so that each knows its number: they depend on the variant, the labels and the data.
 *
 * @module
 */
import type { Report } from "../reports.ts";
import { weightSymbol } from "../variants.ts";

/** A figure of a run's page. */
export type FigureName =
  | "losses"
  | "rhoHat"
  | "active"
  | "weight"
  | "batch"
  | "pairs"
  | "histogram"
  | "means"
  | "prices"
  | "density"
  | "classes"
  | "codes"
  | "probing"
  | "perturbation";

/** The figures' numbers, by name; one that is missing is not on the page. */
export type FigureNumbers = Partial<Record<FigureName, number>>;

/** See the module comment. */
export function figureNumbers({ run, metrics, activations }: Report): FigureNumbers {
  const isKl = run.metrics.test.klNats !== null;
  const weights = new Set(metrics.steps.map(({ weight }) => weight));
  const { probing, perturbation, density } = run.metrics;
  // An axis without a single number has no range to draw.
  const isAbove0 = (rows: number[][]) => rows.some((row) => row.some((value) => value > 0));
  const isThere: Record<FigureName, boolean> = {
    losses: true,
    rhoHat: isKl,
    active: !isKl,
    weight: weightSymbol(run.config) !== null && weights.size > 1,
    batch: true,
    pairs: true,
    histogram: true,
    means: isKl,
    prices: isKl,
    density: density.counts.some((count) => count > 0),
    classes: isAbove0(activations.classMeans ?? []),
    codes: isAbove0(activations.heatmap.acts),
    probing: probing !== null && [...probing.latents, ...probing.pixels].some(({ value }) => value !== null),
    perturbation: perturbation?.some(({ ownDrop }) => ownDrop !== null) ?? false,
  };
  const names = (Object.keys(isThere) as FigureName[]).filter((name) => isThere[name]);
  return Object.fromEntries(names.map((name, i) => [name, i + 1]));
}
