/**
 * One input with everything its figure needs: its numbers, and the material to take its reconstruction apart.
 *
 * How tiles and weights are read is up to the caller: from files at build, over the network in the browser.
 *
 * @module
 */
import type { TileGrid } from "../../../lib/report/tile_place.ts";
import type { Decoder } from "../../../lib/sae/decoder.ts";
import { hasOthers, type InputsData, placeOf } from "./data.ts";
import type { InputNumbers, Material } from "./figure.ts";
import { type GreyRange, largestOf, valuesOf } from "./pixels.ts";
import type { EffectTile } from "./sum.ts";

/** Reads what lies in files beside the page. */
export interface Reader {
  /** The 8-bit levels of one tile, `[dInput]`. */
  levels(grid: TileGrid, tile: number): Promise<Uint8Array>;
  /** The run's decoder; called only if the data's mode is `removal`. */
  decoder(): Promise<Decoder>;
}

/** One input, ready to be drawn. */
export interface Scene {
  /** Place in the data's rows. */
  index: number;
  /** The values that its tiles draw black and white, or as the longest bars. */
  range: GreyRange;
  numbers: InputNumbers;
  material: Material;
}

/**
 * Reads one input.
 *
 * @param index Place in the data's rows.
 */
export async function sceneOf(data: InputsData, { index, reader }: { index: number; reader: Reader }): Promise<Scene> {
  const { range, tiles } = data;
  const row = data.rows[index];
  const read = async (grid: TileGrid | undefined) => grid ? valuesOf(await reader.levels(grid, index), range) : NONE;
  const [values, decoded, material] = await Promise.all([
    read(tiles?.originals),
    read(tiles?.reconstructions),
    materialOf(data, { index, reader }),
  ]);
  const { latents, activations, mseWithout } = row.active;
  const reach = largestOf([values, decoded]);
  return {
    index,
    range: data.picture === "bars" && reach > 0 ? { black: range.black < 0 ? -reach : 0, white: reach } : range,
    numbers: {
      input: values,
      recon: decoded,
      active: latents.map((latent, k) => ({ latent, activation: activations[k], mseWithout: mseWithout[k] })),
      mse: row.mse,
      mseBase: row.mseBase,
      hasOthers: hasOthers(row, data),
    },
    material,
  };
}

/** The values of an input that the report does not draw. */
const NONE = new Float64Array();

async function materialOf(
  data: InputsData,
  { index, reader }: { index: number; reader: Reader },
): Promise<Material> {
  const row = data.rows[index];
  if (data.mode === "removal" && !hasOthers(row, data)) {
    return { mode: "removal", decoder: await reader.decoder(), nLatents: data.nLatents };
  }
  if (data.mode !== "sum" || !data.tiles) return { mode: "numbers" };
  const { range, baseValues, tiles: { base, effect }, latents: columns } = data;
  const tiles = new Map<number, EffectTile>();
  const read = async (latent: number) => {
    const place = placeOf(columns, latent), tile = columns.tile[place];
    if (tile === null) return;
    const { effectScale, decodedAt, atRest } = columns;
    tiles.set(latent, {
      levels: await reader.levels(effect, tile),
      effectScale: effectScale[place],
      decodedAt: decodedAt[place],
      atRest: atRest[place],
    });
  };
  await Promise.all(row.active.latents.map(read));
  return {
    mode: "sum",
    base: baseValues ? Float64Array.from(baseValues) : valuesOf(await reader.levels(base, 0), range),
    tileOf: (latent) => tiles.get(latent) ?? null,
  };
}
