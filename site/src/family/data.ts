/**
 * The runs that the family's page compares: on images, and on vectors of known features. Chooses; computes nothing.
 *
 * @module
 */
import { comparableRuns, type Level, levels, nearestLevels } from "../../../lib/analysis/family.ts";
import { allRuns, type Run } from "../reports.ts";

/** The L0 at which variants are compared on images. */
export const COMPARED_L0 = 16;

/** Runs of several variants on the same data. */
export interface Compared {
  runs: Run[];
  /** Every variant and setting. */
  all: Level<Run>[];
  /** One a variant, at comparable L0. */
  nearest: Level<Run>[];
}

/** Null where there are not at least two variants on the same data. */
export async function comparedOnImages(): Promise<Compared | null> {
  return compared((await allRuns()).filter(({ metrics }) => metrics.dictionary === null), () => COMPARED_L0);
}

/** As above; compared where as many latents speak as there are true features in a vector. */
export async function comparedOnVectors(): Promise<Compared | null> {
  return compared(
    (await allRuns()).filter(({ metrics }) => metrics.dictionary !== null),
    ({ config }) => config.dictionaryActive,
  );
}

function compared(candidates: Run[], l0: (run: Run) => number): Compared | null {
  const runs = comparableRuns(candidates);
  if (new Set(runs.map(({ config }) => config.sparsity)).size < 2) return null;
  const all = levels(runs);
  return { runs, all, nearest: nearestLevels(all, l0(runs[0])) };
}

/** A run's widths from input to output. */
export function shapeOf({ dataset, model }: Run): string {
  return [dataset.height * dataset.width, ...model.layers.map(({ dOut }) => dOut)].join("–");
}
