/**
 * Everything a run needs to go on as if it had never stopped, and its checkpoint file.
 *
 * One safetensors file, written whole: parameters, moments and buffers as `params.*`, `m.*`, `v.*`, `buffers.*`, the
 * losses of every step so far as `history.*`, the rest as JSON in the metadata.
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
import { initialWeight } from "./sparsity_weight.ts";

/** What was measured on the test set after an epoch. */
export interface TestRow {
  /** reconstruction + weight · penalty. */
  loss: number;
  /** The training loss's reconstruction term, over the whole split. */
  reconstruction: number;
  /** The variant's penalty over the whole split; with KL Σ D_KL over all penalized units in nats. */
  penalty: number;
  mse: number;
  /** Σ D_KL of the latents; null without a ρ. */
  klNats: number | null;
  meanActivation: number;
  /** On an image, on average. */
  activeLatents: number;
  deadLatents: number;
  /** Spread of ρ̂ⱼ over the latents. */
  rhoHat: { min: number; q25: number; median: number; q75: number; max: number };
}

/** Losses of all steps so far, and the weight of the penalty in each, `[step]` each. */
export interface History {
  reconstruction: Float32Array;
  penalty: Float32Array;
  auxiliary: Float32Array;
  weight: Float32Array;
}

/** A run between two steps. */
export interface Snapshot {
  state: TrainingState;
  /** The shuffle's generator before it drew the current epoch's order. */
  shuffle: RngState;
  /** Steps taken in the current epoch: where in its order the next batch starts. */
  cursor: number;
  history: History;
  /** One row for each finished epoch. */
  testRows: TestRow[];
  /** The penalty's weight, as the controller left it. */
  weight: number;
  /** When dead latents were renewed, and how many. */
  resampled: { step: number; latents: number }[];
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
export function freshSnapshot(params: Parameters, { config, arch }: { config: Config; arch: Architecture }): Snapshot {
  const none = () => new Float32Array();
  return {
    state: initialState(params, arch),
    shuffle: Rng.fromSeed(config.seed, "shuffle").state,
    cursor: 0,
    history: { reconstruction: none(), penalty: none(), auxiliary: none(), weight: none() },
    testRows: [],
    weight: initialWeight(config),
    resampled: [],
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
  for (const { name, size } of arch.buffers) {
    tensors[`buffers.${name}`] = { shape: [size], values: state.buffers[name] };
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
        state: { step, params: part("params."), m: part("m."), v: part("v."), buffers: part("buffers.") },
        history: {
          reconstruction: tensors["history.reconstruction"].values,
          penalty: tensors["history.penalty"].values,
          auxiliary: tensors["history.auxiliary"].values,
          weight: tensors["history.weight"].values,
        },
        ...rest,
      },
    };
  } catch (error) {
    const now = error instanceof Error ? error.message : String(error);
    throw new UserError(`Cannot resume from ${path}: ${now}, expected a checkpoint of this version`, { cause: error });
  }
}
