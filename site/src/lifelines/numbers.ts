/**
 * The matrices of a run's lifelines, from the report's file.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { decodeSafetensors } from "../../../lib/formats/safetensors.ts";
import type { Lifelines } from "../../../lib/report/lifelines_schema.ts";
import { REPORTS_DIR } from "../reports_dir.ts";

/** Matrices `[snapshots, latents]`. */
export interface LifelineNumbers {
  density: Float32Array;
  cosineToFinal: Float32Array;
  cosineToFirst: Float32Array;
  /** 1 if a latent is dead; null where nothing is said of deaths. */
  isDead: Float32Array | null;
}

/**
 * Reads them.
 *
 * @throws {TypeError} A matrix is missing or has another shape.
 */
export async function lifelineNumbers(id: string, lifelines: Lifelines): Promise<LifelineNumbers> {
  const path = `${REPORTS_DIR}/${id}/${lifelines.numbers}`;
  return checkedNumbers(decodeSafetensors(await readFile(path)).tensors, { lifelines, path });
}

/** The matrices of a file, each of the shape that `lifelines.json` says. */
export function checkedNumbers(
  tensors: Record<string, { shape: number[]; values: Float32Array }>,
  { lifelines: { count, snapshots: { steps }, deadSteps }, path }: {
    lifelines: Pick<Lifelines, "count" | "snapshots" | "deadSteps">;
    path: string;
  },
): LifelineNumbers {
  const matrix = (name: string) => {
    const tensor = tensors[name], wanted = [steps.length, count];
    if (`${tensor?.shape}` === `${wanted}`) return tensor.values;
    const now = tensor ? `${name} has shape [${tensor.shape}]` : `there is no ${name}`;
    throw new TypeError(`Cannot show ${path}: ${now}, expected one of shape [${wanted}]`);
  };
  return {
    density: matrix("density"),
    cosineToFinal: matrix("cosineToFinal"),
    cosineToFirst: matrix("cosineToFirst"),
    isDead: deadSteps === null ? null : matrix("isDead"),
  };
}
