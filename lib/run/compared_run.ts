/**
 * A finished run's dictionary for a comparison: its directions, which of its latents are dead, and the dictionary that it
 * started from.
 *
 * Compares nothing.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { settingOf } from "../analysis/across/family.ts";
import type { ComparedDictionary } from "../analysis/across/stability.ts";
import { directionsOf } from "../analysis/directions.ts";
import { rowLength } from "../data/row_shape.ts";
import { stepDefinition } from "../engine/engine.ts";
import { printablePath, UserError } from "../errors.ts";
import { readText, readWhole } from "../files.ts";
import { MODEL_FILE } from "../report/report_files.ts";
import { takesSteps } from "../sae/baselines.ts";
import { initialParameters } from "../sae/init.ts";
import { settingTitle } from "./title.ts";
import { type OpenedModel, openTrained, type RunRecord } from "./trained_model.ts";

/** A longer `latents.json` was not written by this program. */
const MOST_LATENTS_BYTES = 2 ** 28;
/** As little of `latents.json` as is needed, so that older reports can be compared. */
const Densities = z.object({ density: z.array(z.number().min(0).max(1)) });

/** A run that is compared. */
export interface ComparedRun {
  id: string;
  folder: string;
  run: RunRecord;
  modelSha256: string;
  /** Whether each latent is active on one of the run's test rows. */
  isAlive: boolean[];
  /** Runs with the same text differ in the random seed alone; null for a model that was not trained here. */
  setting: string | null;
  /** What such runs are called. */
  settingTitle: string;
}

/**
 * What is known of a run, without its weights.
 *
 * @throws {UserError} It holds no finished run of this version, or its model is damaged.
 */
export async function openCompared(folder: string): Promise<ComparedRun & { model: OpenedModel }> {
  const model = await openTrained(folder), { run } = model;
  const density = await densitiesIn(`${folder}/latents.json`, run.config.latent);
  const { train, test } = run.dataset;
  return {
    id: run.id,
    folder,
    run,
    model,
    modelSha256: createHash("sha256").update(await readWhole(`${folder}/${MODEL_FILE}`)).digest("hex"),
    isAlive: density.map((share) => share > 0),
    setting: run.imported === null
      ? [settingOf(run), train.pixelsSha256, test.pixelsSha256, run.initFrom?.modelSha256 ?? ""].join()
      : null,
    settingTitle: settingTitle(run.config, run.dataset.name),
  };
}

/** The dictionary of a trained model; null for a model with hidden layers, whose latents have no one direction. */
export function trainedDictionary(
  { model: { params, definition: { arch } }, isAlive }: { model: OpenedModel; isAlive: boolean[] },
): ComparedDictionary | null {
  const directions = directionsOf(params, arch);
  return directions && { ...directions, width: arch.dInput, isAlive };
}

/**
 * The dictionary before a run's first step, made again from its settings: no data are needed for the weights. Null if it
 * cannot be made again, of imported models and of runs that started from another run's model, or if no step was taken.
 */
export function initialDictionary(run: RunRecord): ComparedDictionary | null {
  if (run.imported !== null || run.initFrom !== null || !takesSteps(run.config)) return null;
  const width = rowLength(run.dataset), { arch } = stepDefinition(run.config, width);
  const directions = directionsOf(initialParameters(run.config, arch, new Float64Array(width)), arch);
  return directions && { ...directions, width, isAlive: Array(arch.nLatents).fill(true) };
}

/** The share of test rows on which each latent is active. @throws {UserError} The file is not of such a run. */
async function densitiesIn(path: string, nLatents: number): Promise<number[]> {
  const text = await readText(path, { maxBytes: MOST_LATENTS_BYTES });
  try {
    const { density } = Densities.parse(JSON.parse(text));
    if (density.length === nLatents) return density;
  } catch {
    // said below
  }
  const expected = `a density for each of ${nLatents} latents`;
  throw new UserError(`Cannot open ${printablePath(path)}: it is not of this run, expected ${expected}`);
}
