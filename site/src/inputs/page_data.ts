/**
 * The data of a run's Inputs page, from the run's report. Reads no file.
 *
 * @module
 */
import type { Inputs } from "../../../lib/report/inputs_schema.ts";
import type { LatentDetails, Latents } from "../../../lib/report/latents_schema.ts";
import type { Run } from "../../../lib/report/run_schema.ts";
import type { Sprite } from "../../../lib/report/sprite_schema.ts";
import type { TileGrid } from "../../../lib/report/tile_place.ts";
import type { Layer } from "../../../lib/sae/model.ts";
import { VARIANTS } from "../../../lib/sae/sparsity/variants.ts";
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

/** The layers after the latents. */
export function decoderLayers({ config, model }: Run): Layer[] {
  return model.layers.slice(config.hidden.length + 1);
}

/** See the module comment. */
export function inputsDataOf({ run, inputs, latents, details, ownPages }: InputsReport): InputsData {
  const { height, width, black, white, classNames } = run.dataset;
  const variant = VARIANTS[run.config.sparsity];
  const nLatents = latents.count, latentsAreSigmoid = variant.activates === "sigmoid";
  const layers = decoderLayers(run);
  const isVector = height === 1 || run.metrics.dictionary !== null;
  const isSum = layers.length === 1 && layers[0].activation === "linear";
  const canDecode = inputs.rows.some((row) => !hasOthers(row, { nLatents, latentsAreSigmoid }));
  const numbers = layers.reduce((sum, { dIn, dOut }) => sum + (dIn + 1) * dOut, 0);
  return {
    tile: { width, height },
    size: isVector ? { width: width * height, height: 1 } : { width, height },
    range: { black, white },
    mode: isSum ? "sum" : canDecode ? "removal" : "numbers",
    nLatents,
    activeAbove: variant.activeAbove,
    latentsAreSigmoid,
    classNames,
    rows: inputs.rows,
    latents: latentColumns({ inputs, latents, details }),
    originals: gridOf(inputs.originals!),
    reconstructions: gridOf(inputs.reconstructions!),
    effect: gridOf(latents.effect!),
    base: gridOf(latents.base!),
    baseValues: isSum ? latents.baseValues : null,
    examples: latents.exampleImages && gridOf(latents.exampleImages.sprite),
    ownPages,
    decoderBytes: !isSum && canDecode ? VALUE_BYTES * numbers : null,
  };
}

function latentColumns({ inputs, latents, details }: Omit<InputsReport, "run" | "ownPages">): LatentColumns {
  const listed = [...new Set(inputs.rows.flatMap(({ active }) => active.latents))].sort((a, b) => a - b);
  const { maxActivation, mainClass, classPurity, decodedAt, drawn, others, meanActivation } = latents;
  const tileOfLatent = drawn && new Map(drawn.map((latent, tile) => [latent, tile]));
  const tile = listed.map((latent) => tileOfLatent ? tileOfLatent.get(latent) ?? null : latent);
  const tileOfRow = new Map(latents.exampleImages?.rows.map((row, tile) => [row, tile]));
  const topRows = listed.map((latent) => {
    const detail = details[Math.floor(latent / latents.latentsPerFile)].latents[latent % latents.latentsPerFile];
    return detail.top.rows.slice(0, MOST_EXAMPLES).filter((row) => tileOfRow.has(row));
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
    topRows,
    topTiles: topRows.map((rows) => rows.map((row) => tileOfRow.get(row)!)),
  };
}

function gridOf({ files, columns, tilesPerFile, count }: Sprite): TileGrid {
  return { files, columns, tilesPerFile, count };
}
