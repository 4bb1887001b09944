/**
 * What the Inputs page of a run is made from: the listed inputs, the latents active on them, and where their tiles are.
 *
 * `page_data.ts` makes it from a report; the page's script loads it as `data.json`. Types and look-ups alone.
 *
 * @module
 */
import type { InputRow } from "../../../lib/report/inputs_schema.ts";
import type { RowTexts } from "../../../lib/report/row_texts_schema.ts";
import type { TileGrid } from "../../../lib/report/tile_place.ts";
import { placeIn } from "../place_in.ts";
import type { RowPicture } from "../row_picture.ts";
import type { Material } from "./figure.ts";
import type { GreyRange, InputSize } from "./pixels.ts";

/** The inputs of a run. */
export interface InputsData {
  /** What an input is called. */
  word: "image" | "vector";
  /** How an input is drawn. */
  picture: RowPicture;
  /** Of a tile in the report's files. */
  tile: InputSize;
  /** As which a tile is drawn: the same for images, one row for vectors. Of no meaning if inputs have no picture. */
  size: InputSize;
  range: GreyRange;
  /** How the figure takes a reconstruction apart. */
  mode: Material["mode"];
  /** Latents of the model. */
  nLatents: number;
  /** A latent counts as active above this. */
  activeAbove: number;
  /** Whether a latent that is not listed for an input can still contribute, although the input's active latents are listed. */
  latentsAreSigmoid: boolean;
  /** What class i is called; empty without labels. */
  classNames: string[];
  /** In ascending order of `row`. */
  rows: InputRow[];
  latents: LatentColumns;
  /** What is known of the rows and of the latents' top rows in words; null if nothing is. */
  rowTexts: RowTexts | null;
  topTexts: RowTexts | null;
  /** Tile i of the first two is of `rows[i]`. Null if inputs have no picture. */
  tiles: Record<"originals" | "reconstructions" | "effect" | "base", TileGrid> | null;
  /** The base as numbers, which its tile cuts off at black and white; null if it has too many. */
  baseValues: number[] | null;
  /** The most activating test inputs of the latents; null if no latent is active on any, or if inputs have no picture. */
  examples: TileGrid | null;
  /** Latents with a page of their own. */
  ownPages: number[];
  /** Bytes of `decoder.safetensors`; null if the figure does not need it. */
  decoderBytes: number | null;
}

/** The latents that are active on any of the rows, as columns. */
export interface LatentColumns {
  /** Ascending. */
  latents: number[];
  maxActivation: number[];
  /** Null without labels, and for a latent that is never active. */
  mainClass: (number | null)[];
  classPurity: (number | null)[];
  /** Tile in `effect`; null for a latent without one. */
  tile: (number | null)[];
  /** Of that tile. */
  effectScale: number[];
  decodedAt: (number | null)[];
  /** Activation in the base: 0, or the mean of a sigmoid latent. */
  atRest: number[];
  /** The test inputs that activate it most, the activations on them, and their tiles in `examples`; without pictures no tiles. */
  topRows: number[][];
  topActivations: number[][];
  topTiles: number[][];
}

/** A latent's place in the columns; −1 if it is active on no row. */
export function placeOf({ latents }: LatentColumns, latent: number): number {
  return placeIn(latents, latent);
}

/** Whether latents beyond the listed ones contribute to the reconstruction of a row. */
export function hasOthers(
  { active: { latents }, activeLatents }: Pick<InputRow, "active" | "activeLatents">,
  { latentsAreSigmoid, nLatents }: Pick<InputsData, "latentsAreSigmoid" | "nLatents">,
): boolean {
  return latents.length < (latentsAreSigmoid ? nLatents : activeLatents);
}
