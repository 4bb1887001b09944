/**
 * Latents counted by their numbers: by density and largest activation together, and by the cosine with the nearest other latent.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { LatentTable } from "./columns.ts";

/** A cell of the grid; what lies on an upper edge is in the next cell. */
export interface LatentCell {
  fromDensity: number;
  toDensity: number;
  fromActivation: number;
  toActivation: number;
  latents: number;
}

/** Cells that have latents, and the edges of all of them. */
export interface LatentGrid {
  cells: LatentCell[];
  density: [low: number, high: number];
  activation: [low: number, high: number];
}

/** Cells of a decade of the density, and cells of the whole range of activations, at most. */
const PER_DECADE = 5, ACTIVATION_CELLS = 18;

/** The grid of the latents that are active on any row; null if none is. */
export function latentGrid({ values: { density, maxActivation } }: Pick<LatentTable, "values">): LatentGrid | null {
  const active = Array.from(density.keys()).filter((latent) => density[latent] > 0 && maxActivation[latent] > 0);
  if (active.length === 0) return null;
  const rarest = active.reduce((least, latent) => Math.min(least, density[latent]), 1);
  const first = Math.floor(PER_DECADE * Math.log10(rarest) + 1e-9);
  const columns = Math.max(1, -first);
  const least = active.reduce((least, latent) => Math.min(least, maxActivation[latent]), Infinity);
  const most = active.reduce((most, latent) => Math.max(most, maxActivation[latent]), 0);
  // A single value, or values that hardly differ, get a range around them.
  const [low, high] = most > 1.05 * least ? [least, most] : [least / 1.5, most * 1.5];
  const step = Math.log10(high / low) / ACTIVATION_CELLS;
  const edgeOfDensity = (column: number) => 10 ** ((first + column) / PER_DECADE);
  const edgeOfActivation = (row: number) => low * 10 ** (row * step);
  const counts = new Map<number, number>();
  for (const latent of active) {
    const column = within(Math.floor(PER_DECADE * Math.log10(density[latent]) - first + 1e-9), columns);
    const row = within(Math.floor(Math.log10(maxActivation[latent] / low) / step + 1e-9), ACTIVATION_CELLS);
    const cell = row * columns + column;
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  return {
    cells: [...counts].sort(([a], [b]) => a - b).map(([cell, latents]) => {
      const column = cell % columns, row = Math.floor(cell / columns);
      return {
        fromDensity: edgeOfDensity(column),
        toDensity: edgeOfDensity(column + 1),
        fromActivation: edgeOfActivation(row),
        toActivation: edgeOfActivation(row + 1),
        latents,
      };
    }),
    density: [edgeOfDensity(0), 1],
    activation: [low, high],
  };
}

/** The last cell has its upper edge. */
function within(place: number, places: number): number {
  return Math.min(Math.max(place, 0), places - 1);
}

/** Equal bins up to a cosine of 1; bin i begins at `from + i · width`. */
export interface CosineBins {
  from: number;
  width: number;
  counts: number[];
}

const COSINE_BIN = 0.05;

/** Latents by the cosine with the nearest other latent, from the last twentieth below the smallest; null if no latent has one. */
export function cosineBins({ values: { nearestCosine } }: Pick<LatentTable, "values">): CosineBins | null {
  const known = nearestCosine.filter((cosine) => !Number.isNaN(cosine));
  if (known.length === 0) return null;
  const least = known.reduce((least, cosine) => Math.min(least, cosine), 1);
  const first = Math.min(Math.floor(least / COSINE_BIN + 1e-9), Math.round(1 / COSINE_BIN) - 1);
  const counts = new Array<number>(Math.round(1 / COSINE_BIN) - first).fill(0);
  for (const cosine of known) counts[within(Math.floor(cosine / COSINE_BIN - first + 1e-9), counts.length)]++;
  return { from: first * COSINE_BIN, width: COSINE_BIN, counts };
}
