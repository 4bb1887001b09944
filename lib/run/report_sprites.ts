/**
 * The pictures and words of `reconstructions.json` and `inputs.json`: inputs, reconstructions and errors.
 *
 * Draws what analysis has chosen; chooses and writes nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type InputCounts, type InputOptions, inputPieces, listedInputs } from "../analysis/inputs.ts";
import type { OnNamedProgress } from "../analysis/progress.ts";
import type { ShownPairs } from "../analysis/reconstructions.ts";
import type { Dataset } from "../data/dataset.ts";
import { isDrawn, rowLength } from "../data/row_shape.ts";
import type { Deflate } from "../formats/encode_png.ts";
import { type Pixels, pixelValues } from "../pixels.ts";
import { type InputRow, type Inputs, listedInputCounts, type Reconstructions, type Sprite } from "../report/schema.ts";
import { type PictureFile, SpriteDrawer, type SpriteShape, valueLevels } from "../report/sprites.ts";
import { rowTexts } from "./report_row_texts.ts";

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

/** A drawer of tiles as large as the data's rows; null if rows have no picture. */
export function rowDrawer(
  { dataset, deflate }: Drawing,
  shape: Pick<SpriteShape, "name" | "count" | "columns">,
): SpriteDrawer | null {
  if (!isDrawn(dataset)) return null;
  const { height, width, channels } = dataset;
  return new SpriteDrawer({ ...shape, tileWidth: width, tileHeight: height, channels, deflate });
}

/** What a drawer has drawn; no sprite and no picture without a drawer. */
export function finished(drawer: SpriteDrawer | null): { sprite: Sprite | null; pictures: PictureFile[] } {
  return drawer?.finish() ?? { sprite: null, pictures: [] };
}

/** `reconstructions.json`. */
export function drawReconstructions(
  drawing: Drawing,
  { pairs, originals, recons, errors }: ShownPairs,
): Drawn<Reconstructions> {
  const { dataset } = drawing, { train, test, black, white } = dataset;
  const first = Math.min(BATCH_INPUTS, train.count);
  const batch = rowDrawer(drawing, { name: "batch", count: first, columns: BATCH_INPUTS / 2 });
  const firstTraining = train.pixels.subarray(0, first * rowLength(dataset)) as Pixels;
  batch?.add(valueLevels(pixelValues(firstTraining), dataset));
  const shown = rowDrawer(drawing, { name: "reconstructions", count: 3 * pairs.length, columns: pairs.length });
  for (const values of [originals, recons]) shown?.add(valueLevels(values, dataset));
  shown?.add(valueLevels(errors, { black: 0, white: white - black }));
  const [inputs, all] = [finished(batch), finished(shown)];
  const isDrawnAll = isDrawn(dataset);
  return {
    file: {
      batch: {
        sprite: inputs.sprite,
        labels: train.labels && [...train.labels.subarray(0, first)],
        rowTexts: rowTexts(train, { rows: Array(first).keys(), isDrawn: isDrawnAll }),
      },
      sprite: all.sprite,
      rowTexts: rowTexts(test, { rows: new Set(pairs.map(({ image }) => image)), isDrawn: isDrawnAll }),
      pairs,
    },
    pictures: [...inputs.pictures, ...all.pictures],
  };
}

/** `inputs.json`. */
export async function drawInputs(
  drawing: Drawing,
  { onProgress, ...model }: Omit<InputOptions, keyof InputCounts> & { onProgress?: OnNamedProgress },
): Promise<Drawn<Inputs>> {
  const { dataset } = drawing;
  const options = { ...model, ...listedInputCounts(model.arch.dInput) };
  const count = listedInputs(options.pass, options).size;
  const originals = rowDrawer(drawing, { name: "inputs/originals", count });
  const reconstructions = rowDrawer(drawing, { name: "inputs/reconstructions", count });
  const rows: InputRow[] = [];
  for await (const piece of inputPieces(options)) {
    for (const row of piece.rows) rows.push(row);
    originals?.add(valueLevels(piece.originals, dataset));
    reconstructions?.add(valueLevels(piece.recons, dataset));
    onProgress?.({ what: "looking at single inputs", done: rows.length, total: count });
  }
  const [first, second] = [finished(originals), finished(reconstructions)];
  return {
    file: {
      rows,
      originals: first.sprite,
      reconstructions: second.sprite,
      rowTexts: rowTexts(dataset.test, { rows: rows.map(({ row }) => row), isDrawn: isDrawn(dataset) }),
    },
    pictures: [...first.pictures, ...second.pictures],
  };
}
