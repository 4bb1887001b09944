/**
 * Latents in an order: sorted by a measure, grouped by class, found by a search.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { isDead, type LatentTable, type SortKey } from "./columns.ts";
import { binOf, type DensityBins } from "./density_bins.ts";
import type { Filter } from "./filter.ts";

/** What the table is sorted by. */
export interface Sort {
  key: SortKey;
  isAscending: boolean;
}

/** Which latents are shown beside the search. */
export type Shown = "all" | "active" | "dead";

/** All latents sorted by a measure: missing values last in both directions, equal ones by number. */
export function sorted(latents: LatentTable, { key, isAscending }: Sort): Uint32Array<ArrayBuffer> {
  const order = Uint32Array.from({ length: latents.count }, (_, latent) => latent);
  if (key === "latent") return isAscending ? order : order.reverse();
  const values = latents.values[key], sign = isAscending ? 1 : -1;
  return order.sort((a, b) => {
    const x = values[a], y = values[b];
    if (x === y) return a - b;
    // A comparison with NaN is false: a missing value comes after whatever is there, two of them by number.
    if (x !== x) return y !== y ? a - b : 1;
    if (y !== y) return -1;
    return x < y ? -sign : sign;
  });
}

/** What is found of an order, in that order; the latent whose number was asked for comes first. */
export function found(
  order: Uint32Array<ArrayBuffer>,
  { latents, filter, shown, bin }: {
    latents: LatentTable;
    filter: Filter;
    shown: Shown;
    /** One of the bars of the density histogram, or null. */
    bin: { bins: DensityBins; index: number } | null;
  },
): Uint32Array<ArrayBuffer> {
  const { density } = latents.values;
  const rows = order.filter((latent) =>
    (shown === "all" || isDead(latents, latent) === (shown === "dead")) &&
    (bin === null || binOf(bin.bins, density[latent]) === bin.index) && filter.test(latent)
  );
  const at = filter.exact === null ? -1 : rows.indexOf(filter.exact);
  if (at > 0) rows.copyWithin(1, 0, at)[0] = filter.exact!;
  return rows;
}

/** Neighbours of a latent in an order that is shown: null at its ends, and both null if it is not in it. */
export function neighbours(
  rows: Uint32Array,
  latent: number,
): { previous: number | null; next: number | null } {
  const at = rows.indexOf(latent);
  return { previous: at > 0 ? rows[at - 1] : null, next: at >= 0 && at + 1 < rows.length ? rows[at + 1] : null };
}

/** The orders of the atlas. */
export type AtlasOrder = "class" | "error" | "density" | "largest" | "number";

/** A run of latents that stand together in the atlas. */
export interface AtlasGroup {
  /** Index of the class; null for latents without one, and for the only group of an order that does not group. */
  mainClass: number | null;
  latents: Uint32Array<ArrayBuffer>;
}

const ATLAS_SORT: Record<AtlasOrder, Sort> = {
  class: { key: "errorSaved", isAscending: false },
  error: { key: "errorSaved", isAscending: false },
  density: { key: "density", isAscending: false },
  largest: { key: "maxActivation", isAscending: false },
  number: { key: "latent", isAscending: true },
};

/** The atlas in groups: one a class with what saves most error first, or all in one. */
export function atlasGroups(latents: LatentTable, order: AtlasOrder): AtlasGroup[] {
  const all = sorted(latents, ATLAS_SORT[order]);
  if (order !== "class") return [{ mainClass: null, latents: all }];
  const { mainClass } = latents.values;
  const groups: AtlasGroup[] = latents.classNames.map((_, index) => ({
    mainClass: index,
    latents: all.filter((latent) => mainClass[latent] === index),
  }));
  const rest = all.filter((latent) => Number.isNaN(mainClass[latent]));
  return [...groups, { mainClass: null, latents: rest }].filter(({ latents }) => latents.length > 0);
}
