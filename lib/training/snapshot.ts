/**
 * Everything a run needs to go on as if it had never stopped, and its checkpoint file.
 *
 * One safetensors file, written whole: parameters and moments as `params.*`, `m.*`, `v.*`, the losses of every step so
 * far as `history.*`, the rest as JSON in the metadata.
 *
 * @module
 */
import type { Config } from "../config.ts";
import { initialState, type TrainingState } from "../engine/engine.ts";
import { UserError } from "../errors.ts";
import { readWhole, writeWhole } from "../files.ts";
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from "../formats/safetensors.ts";
import { Rng, type RngState } from "../rng.ts";
import { type Architecture, type Parameters, parameterSpecs } from "../sae/model.ts";

/** What was measured on the test set after an epoch. */
export interface TestRow {
  /** reconstruction + beta · penalty. */
  loss: number;
  /** The training loss's reconstruction term, over the whole split. */
  reconstruction: number;
  /** Σ D_KL over all penalized units in nats, ρ̂ over the whole split. */
  penaltyNats: number;
  mse: number;
  klNats: number;
  meanActivation: number;
  /** Spread of ρ̂ⱼ over the latents. */
  rhoHat: { min: number; q25: number; median: number; q75: number; max: number };
}

/** A run between two steps. */
export interface Snapshot {
  state: TrainingState;
  /** The shuffle's generator before it drew the current epoch's order. */
  shuffle: RngState;
  /** Steps taken in the current epoch: where in its order the next batch starts. */
  cursor: number;
  /** Losses of all steps so far, `[step]` each. */
  history: { reconstruction: Float32Array; penalty: Float32Array };
  /** One row for each finished epoch. */
  testRows: TestRow[];
  /** Time spent in steps so far, shuffling and gathering included, evaluation and checkpoints not. */
  trainMs: number;
}

/** What a checkpoint remembers of its run, so that `--resume <run-id>` needs no other flag. */
export interface RunIdentity {
  config: Config;
  command: string[];
  createdAt: string;
  /** The folder given by `--data-dir`, if any. */
  dataDir: string | null;
  /** SHA-256 over the training pixels: the data must still be the same. */
  trainPixelsSha256: string;
}

/** The snapshot before the first step. */
export function freshSnapshot(params: Parameters, seed: number): Snapshot {
  return {
    state: initialState(params),
    shuffle: Rng.fromSeed(seed, "shuffle").state,
    cursor: 0,
    history: { reconstruction: new Float32Array(), penalty: new Float32Array() },
    testRows: [],
    trainMs: 0,
  };
}

/** Writes a checkpoint, whole or not at all. */
export async function saveCheckpoint(
  path: string,
  run: { identity: RunIdentity; snapshot: Snapshot; arch: Architecture },
) {
  const { identity, snapshot, arch } = run;
  const { state, history, ...rest } = snapshot;
  const tensors: Record<string, NamedTensor> = {};
  for (const part of ["params", "m", "v"] as const) {
    for (const { name, shape } of parameterSpecs(arch)) {
      tensors[`${part}.${name}`] = { shape, values: state[part][name] };
    }
  }
  for (const [name, values] of Object.entries(history)) tensors[`history.${name}`] = { shape: [values.length], values };
  const metadata = { identity: JSON.stringify(identity), progress: JSON.stringify({ step: state.step, ...rest }) };
  await writeWhole(path, encodeSafetensors({ tensors, metadata }));
}

/**
 * Reads a checkpoint.
 *
 * @throws {UserError} The file is missing or not a checkpoint of this version.
 */
export async function loadCheckpoint(path: string): Promise<{ identity: RunIdentity; snapshot: Snapshot }> {
  const bytes = await readWhole(path);
  try {
    const { tensors, metadata } = decodeSafetensors(bytes);
    const { step, ...rest } = JSON.parse(metadata.progress);
    const part = (prefix: string) =>
      Object.fromEntries(
        Object.entries(tensors).filter(([name]) => name.startsWith(prefix))
          .map(([name, { values }]) => [name.slice(prefix.length), values]),
      ) as Parameters;
    return {
      identity: JSON.parse(metadata.identity),
      snapshot: {
        state: { step, params: part("params."), m: part("m."), v: part("v.") },
        history: {
          reconstruction: tensors["history.reconstruction"].values,
          penalty: tensors["history.penalty"].values,
        },
        ...rest,
      },
    };
  } catch (error) {
    const now = error instanceof Error ? error.message : String(error);
    throw new UserError(`Cannot resume from ${path}: ${now}, expected a checkpoint of this version`, { cause: error });
  }
}
