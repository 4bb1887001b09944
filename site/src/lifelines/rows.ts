/**
 * The table of latents on the page of lifelines, and the rows of its CSV.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Lifelines } from "../../../lib/report/lifelines_schema.ts";
import type { LifelineNumbers } from "./numbers.ts";

/** One latent. */
export interface LifelineRow {
  latent: number;
  firstActive: number | null;
  deaths: number | null;
  revivals: number | null;
  resampled: number | null;
  settledAt: number | null;
  /** Cosine of its final direction to its first one. */
  turned: number;
  /** Density on the sample at the end. */
  density: number;
  /** Whether it is dead at the end; null where nothing is said of deaths. */
  isDead: boolean | null;
}

/** Rows of the table, at most. */
export const MOST_ROWS = 512;

/** All latents, by their numbers. */
export function lifelineRows(
  { count, latents, snapshots: { steps } }: Pick<Lifelines, "count" | "latents" | "snapshots">,
  { density, cosineToFirst, isDead }: Pick<LifelineNumbers, "density" | "cosineToFirst" | "isDead">,
): LifelineRow[] {
  const last = (steps.length - 1) * count;
  return Array.from({ length: count }, (_, latent) => ({
    latent,
    firstActive: latents.firstActive[latent],
    deaths: latents.deaths && latents.deaths[latent],
    revivals: latents.revivals && latents.revivals[latent],
    resampled: latents.resampled && latents.resampled[latent],
    settledAt: latents.settledAt[latent],
    turned: cosineToFirst[last + latent],
    density: density[last + latent],
    isDead: isDead && isDead[last + latent] === 1,
  }));
}

/** The rows that the page lists: all, or of many those that died most often, by their numbers. */
export function listedRows(rows: LifelineRow[]): LifelineRow[] {
  if (rows.length <= MOST_ROWS) return rows;
  return [...rows].sort((a, b) => (b.deaths ?? 0) - (a.deaths ?? 0) || a.latent - b.latent).slice(0, MOST_ROWS)
    .sort((a, b) => a.latent - b.latent);
}

/** The pictured latents that are dead at each snapshot, by their places among those with pictures. */
export function deadPlaces(
  { count, snapshots: { steps }, pictures }: Pick<Lifelines, "count" | "snapshots" | "pictures">,
  isDead: Float32Array | null,
): number[][] {
  if (!pictures || !isDead) return steps.map(() => []);
  const latents = pictures.latents ?? Array.from({ length: count }, (_, latent) => latent);
  return steps.map((_, s) => latents.flatMap((latent, place) => isDead[s * count + latent] === 1 ? [place] : []));
}
