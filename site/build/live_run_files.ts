/**
 * The weights of runs as the live page loads them, and test rows of runs whose rows the page has not, written beside the runs'
 * pages.
 *
 * What is in such files is said in `src/live/worker/run_weights.ts` and `run_rows.ts`.
 *
 * @module
 */
import { readFile, writeFile } from "node:fs/promises";
import { rowLength } from "../../lib/data/row_shape.ts";
import { decodeSafetensors } from "../../lib/formats/safetensors.ts";
import type { Inputs, Run } from "../../lib/report/schema.ts";
import { readScaling } from "../../lib/run/model_file.ts";
import { storedScaling } from "../../lib/data/stored_scaling.ts";
import { isLikeDigits, LIVE_ROWS_FILE, LIVE_WEIGHTS_FILE, loadableRun } from "../src/live/loadable_run.ts";
import { encodeRunRows, mostRows } from "../src/live/worker/run_rows.ts";
import { encodeRunWeights } from "../src/live/worker/run_weights.ts";
import { TileReader } from "../src/tile_reader.ts";
import { runsWithPages } from "./run_files.ts";

/** The files of a run that the live page loads, by their names. */
export type LiveRunFiles = Record<string, Uint8Array<ArrayBuffer>>;

/**
 * The files of a run for the live page; none if it cannot open the run, or the run's weights are missing or damaged.
 *
 * @param folder The run's folder, with a report that was checked.
 */
export async function liveRunFiles(folder: string): Promise<LiveRunFiles> {
  const run = JSON.parse(await readFile(`${folder}/run.json`, "utf8")) as Run;
  if (loadableRun(run).whyNot !== null) return {};
  const model = await readFile(`${folder}/${run.model.file}`).catch(() => null);
  try {
    if (model === null) return {};
    return {
      [LIVE_WEIGHTS_FILE]: encodeRunWeights(model, run),
      ...(isLikeDigits(run.dataset) ? {} : { [LIVE_ROWS_FILE]: await rowsFile(folder, { run, model }) }),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** The first test rows that the report lists, with classes and words: not those with the smallest and the largest errors. */
async function rowsFile(
  folder: string,
  { run: { id, dataset }, model }: { run: Run; model: Uint8Array },
): Promise<Uint8Array<ArrayBuffer>> {
  const { name, kind, height, width, channels, black, white, classNames } = dataset, dInput = rowLength(dataset);
  const { rows: listed, originals, rowTexts } = JSON.parse(await readFile(`${folder}/inputs.json`, "utf8")) as Inputs;
  const places = [...listed.keys()].filter((i) => listed[i].kinds.includes("first")).slice(0, mostRows(dataset));
  const tiles = new TileReader(folder), levels = new Uint8Array(places.length * dInput);
  for (const [i, place] of places.entries()) levels.set(await tiles.levels(originals!, place), i * dInput);
  const scaling = storedScaling(readScaling(decodeSafetensors(model, { sharesMemory: true }), { dInput }));
  return encodeRunRows(levels, {
    ...{ id, name, kind, height, width, channels, black, white, classNames, scaling },
    labels: classNames.length === 0 ? null : places.map((place) => listed[place].label!),
    meta: rowTexts && rowTexts.names.length > 0
      ? { names: rowTexts.names, values: rowTexts.values.map((words) => places.map((place) => words[place])) }
      : null,
  });
}

/** Writes the files of a run for the live page into a folder, beside the run's pages. */
export async function writeLiveFiles(
  { reportsDir, id }: { reportsDir: string; id: string },
  folder: string,
): Promise<void> {
  for (const [name, file] of Object.entries(await liveRunFiles(`${reportsDir}/${id}`))) {
    await writeFile(`${folder}/${name}`, file);
  }
}

/** Writes those of every run that has pages in a built site. */
export async function writeAllLiveFiles(reportsDir: string, out: string): Promise<void> {
  for (const id of await runsWithPages(reportsDir, out)) await writeLiveFiles({ reportsDir, id }, `${out}/runs/${id}`);
}
