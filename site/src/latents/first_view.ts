/**
 * What of a run's latents stands in the page before scripts run: some tiles of the atlas, the first rows of the table.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { DEFAULT_CHOICE } from "./address.ts";
import type { LatentTable } from "./columns.ts";
import { type AtlasGroup, atlasGroups, type AtlasOrder, sorted } from "./order.ts";

/** Rows of the table in the page. */
const ROWS = 64;
/** Tiles in the page: of one class as many as fit beside each other on the widest page, and in all. */
const TILES_OF_CLASS = 16, TILES = 176;

/** A group of the atlas and those of its latents that are in the page. */
export interface FirstAtlas {
  order: AtlasOrder;
  groups: { group: AtlasGroup; tiles: number[] }[];
  /** Whether the atlas is shown at its full height. */
  isWhole: boolean;
}

/** The atlas as a page shows it first: a row of each class, or without classes what saves most error. */
export function firstAtlas(table: LatentTable): FirstAtlas {
  const order = usualOrder(table), groups = atlasGroups(table, order);
  const ofGroup = order === "class" ? TILES_OF_CLASS : TILES;
  let rest = TILES;
  const first = groups.map((group) => {
    const tiles = Array.from(group.latents.subarray(0, Math.min(rest, ofGroup)));
    rest -= tiles.length;
    return { group, tiles };
  }).filter(({ tiles }) => tiles.length > 0);
  return { order, groups: first, isWhole: groups.length <= TILES / TILES_OF_CLASS };
}

/** The order of the atlas without a reader's choice. */
function usualOrder({ classNames }: LatentTable): AtlasOrder {
  return classNames.length > 0 ? "class" : "error";
}

/** The first rows of the table. */
export function firstRows(table: LatentTable): number[] {
  return Array.from(sorted(table, DEFAULT_CHOICE.sort).subarray(0, ROWS));
}

/** The latent whose details are shown first: of those that have details the one that saves most error. */
export function firstLatent(table: LatentTable, detailed: readonly number[] | null): number {
  const order = sorted(table, DEFAULT_CHOICE.sort);
  if (detailed === null) return order[0];
  const has = new Set(detailed);
  return order.find((latent) => has.has(latent)) ?? order[0];
}
