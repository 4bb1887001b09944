/**
 * The pictures of `reconstructions.json` and `inputs.json`: inputs, reconstructions and errors.
 *
 * Draws what analysis has chosen; chooses and writes nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { rowLength } from "../data/row_shape.ts";
import { type InputCounts, type InputOptions, inputPieces, listedInputs } from "../analysis/inputs.ts";
import type { OnNamedProgress } from "../analysis/progress.ts";
import type { ShownPairs } from "../analysis/reconstructions.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Deflate } from "../formats/grey_png.ts";
import { type Pixels, pixelValues } from "../pixels.ts";
import { type InputRow, type Inputs, listedInputCounts, type Reconstructions } from "../report/schema.ts";
import { drawSprite, greyLevels, type PictureFile, SpriteDrawer, type SpriteShape } from "../report/sprites.ts";

/** Training inputs shown as they are stored. */
const BATCH_INPUTS = 16;

/** A file of the report, and its pictures. */
export interface Drawn<File> {
  file: Omit<File, "schemaVersion">;
  pictures: PictureFile[];
}

/** How inputs are drawn: the data whose inputs are the tiles, and what compresses the pictures. */
export interface Drawing {
  dataset: Dataset;
  deflate: Deflate;
}

/** What all sprites of the data have in common. */
export function tileOf(
  { dataset: { height, width }, deflate }: Drawing,
): Pick<SpriteShape, "tileWidth" | "tileHeight" | "deflate"> {
  return { tileWidth: width, tileHeight: height, deflate };
}

/** `reconstructions.json`. */
export function drawReconstructions(
  drawing: Drawing,
  { pairs, originals, recons, errors }: ShownPairs,
): Drawn<Reconstructions> {
  const { dataset } = drawing, { train, black, white } = dataset;
  const tile = tileOf(drawing);
  const firstTraining = train.pixels.subarray(0, BATCH_INPUTS * rowLength(dataset)) as Pixels;
  const batch = drawSprite({
    ...{ ...tile, name: "batch", columns: BATCH_INPUTS / 2 },
    levels: greyLevels(pixelValues(firstTraining), dataset),
  });
  const shown = new SpriteDrawer({
    ...tile,
    name: "reconstructions",
    count: 3 * pairs.length,
    columns: pairs.length,
  });
  for (const values of [originals, recons]) shown.add(greyLevels(values, dataset));
  shown.add(greyLevels(errors, { black: 0, white: white - black }));
  const { sprite, pictures } = shown.finish();
  return {
    file: {
      batch: {
        sprite: batch.sprite,
        labels: train.labels && [...train.labels.subarray(0, BATCH_INPUTS)],
        rowTexts: null,
      },
      sprite,
      rowTexts: null,
      pairs,
    },
    pictures: [...batch.pictures, ...pictures],
  };
}

/** `inputs.json`. */
export async function drawInputs(
  drawing: Drawing,
  { onProgress, ...model }: Omit<InputOptions, keyof InputCounts> & { onProgress?: OnNamedProgress },
): Promise<Drawn<Inputs>> {
  const options = { ...model, ...listedInputCounts(model.arch.dInput) };
  const count = listedInputs(options.pass, options).size;
  const { dataset } = drawing, tile = tileOf(drawing);
  const originals = new SpriteDrawer({ ...tile, name: "inputs/originals", count });
  const reconstructions = new SpriteDrawer({ ...tile, name: "inputs/reconstructions", count });
  const rows: InputRow[] = [];
  for await (const piece of inputPieces(options)) {
    for (const row of piece.rows) rows.push(row);
    originals.add(greyLevels(piece.originals, dataset));
    reconstructions.add(greyLevels(piece.recons, dataset));
    onProgress?.({ what: "looking at single inputs", done: rows.length, total: count });
  }
  const [first, second] = [originals.finish(), reconstructions.finish()];
  return {
    file: { rows, originals: first.sprite, reconstructions: second.sprite, rowTexts: null },
    pictures: [...first.pictures, ...second.pictures],
  };
}
