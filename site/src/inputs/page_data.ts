/**
 * The data of a run's Inputs page, from the run's report. Reads no file.
 *
 * @module
 */
import type { Inputs } from "../../../lib/report/inputs_schema.ts";
import type { LatentDetails, Latents } from "../../../lib/report/latents_schema.ts";
import type { RowTexts } from "../../../lib/report/row_texts_schema.ts";
import type { Run } from "../../../lib/report/run_schema.ts";
import type { Sprite } from "../../../lib/report/sprite_schema.ts";
import type { TileGrid } from "../../../lib/report/tile_place.ts";
import { VARIANTS } from "../../../lib/sae/sparsity/variants.ts";
import { detailPlace } from "../latents/detail_place.ts";
import { decoderLayers, hasLinearDecoder } from "../linear_decoder.ts";
import { rowPicture } from "../row_picture.ts";
import { hasOthers, type InputsData, type LatentColumns } from "./data.ts";

/** The parts of a report that the page is made from. */
export interface InputsReport {
  run: Run;
  inputs: Inputs;
  latents: Latents;
  /** Every detail file, in order. */
  details: LatentDetails[];
  /** Latents with a page of their own. */
  ownPages: number[];
}

/** Most activating test inputs shown for a latent, at most. */
const MOST_EXAMPLES = 6;
const VALUE_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** See the module comment. */
export function inputsDataOf({ run, inputs, latents, details, ownPages }: InputsReport): InputsData {
  const { kind, height, width, channels, black, white, classNames } = run.dataset;
  const picture = rowPicture(run.dataset);
  const variant = VARIANTS[run.config.sparsity];
  const nLatents = latents.count, latentsAreSigmoid = variant.activates === "sigmoid";
  const layers = decoderLayers(run);
  const isSum = hasLinearDecoder(run);
  const canDecode = inputs.rows.some((row) => !hasOthers(row, { nLatents, latentsAreSigmoid }));
  const columns = latentColumns({ inputs, latents, details });
  const numbers = layers.reduce((sum, { dIn, dOut }) => sum + (dIn + 1) * dOut, 0);
  return {
    word: kind,
    picture,
    tile: { width, height, channels },
    size: picture === "bars" ? { width: width * height, height: 1, channels: 1 } : { width, height, channels },
    range: { black, white },
    mode: picture === "none" ? "numbers" : isSum ? "sum" : canDecode ? "removal" : "numbers",
    nLatents,
    activeAbove: variant.activeAbove,
    latentsAreSigmoid,
    classNames,
    rows: inputs.rows,
    latents: columns,
    rowTexts: inputs.rowTexts,
    topTexts: latents.rowTexts && onlyRows(latents.rowTexts, new Set(columns.topRows.flat())),
    tiles: tilesOf({ inputs, latents }),
    baseValues: isSum && picture !== "none" ? latents.baseValues : null,
    examples: latents.exampleImages && gridOf(latents.exampleImages.sprite),
    ownPages,
    decoderBytes: picture !== "none" && !isSum && canDecode ? VALUE_BYTES * numbers : null,
  };
}

function latentColumns({ inputs, latents, details }: Omit<InputsReport, "run" | "ownPages">): LatentColumns {
  const listed = [...new Set(inputs.rows.flatMap(({ active }) => active.latents))].sort((a, b) => a - b);
  const { maxActivation, mainClass, classPurity, decodedAt, drawn, others, meanActivation } = latents;
  const tileOfLatent = drawn && new Map(drawn.map((latent, tile) => [latent, tile]));
  const tile = listed.map((latent) => tileOfLatent ? tileOfLatent.get(latent) ?? null : latent);
  const tileOfRow = new Map(latents.exampleImages?.rows.map((row, tile) => [row, tile]));
  const isShown = new Set(latents.exampleImages?.rows ?? latents.rowTexts?.rows);
  const top = listed.map((latent) => {
    const at = detailPlace(latents, latent), file = at && latents.detailFiles.indexOf(at.file);
    if (at === null || file === null) return [];
    const { rows, activations } = details[file].latents[at.place].top;
    return rows.slice(0, MOST_EXAMPLES).map((row, k) => ({ row, activation: activations[k] }))
      .filter(({ row }) => isShown.has(row));
  });
  return {
    latents: listed,
    maxActivation: listed.map((latent) => maxActivation[latent]),
    mainClass: listed.map((latent) => mainClass?.[latent] ?? null),
    classPurity: listed.map((latent) => classPurity?.[latent] ?? null),
    tile,
    effectScale: tile.map((tile) => tile === null ? 0 : latents.effectScale[tile]),
    decodedAt: listed.map((latent) => decodedAt[latent]),
    atRest: listed.map((latent) => others === "mean" ? meanActivation[latent] : 0),
    topRows: top.map((rows) => rows.map(({ row }) => row)),
    topActivations: top.map((rows) => rows.map(({ activation }) => activation)),
    topTiles: top.map((rows) => rows.flatMap(({ row }) => tileOfRow.get(row) ?? [])),
  };
}

/** Where the page's tiles are. */
function tilesOf({ inputs, latents }: Pick<InputsReport, "inputs" | "latents">): InputsData["tiles"] {
  const { originals, reconstructions } = inputs, { effect, base } = latents;
  if (!originals || !reconstructions || !effect || !base) return null;
  return {
    originals: gridOf(originals),
    reconstructions: gridOf(reconstructions),
    effect: gridOf(effect),
    base: gridOf(base),
  };
}

/** The words of some rows alone. */
function onlyRows({ rows, labels, fileRows, names, values }: RowTexts, wanted: ReadonlySet<number>): RowTexts {
  const places = [...rows.keys()].filter((place) => wanted.has(rows[place]));
  const of = <T>(column: T[]) => places.map((place) => column[place]);
  return {
    rows: of(rows),
    labels: labels && of(labels),
    fileRows: fileRows && of(fileRows),
    names,
    values: values.map(of),
  };
}

function gridOf({ files, columns, tilesPerFile, count }: Sprite): TileGrid {
  return { files, columns, tilesPerFile, count };
}
