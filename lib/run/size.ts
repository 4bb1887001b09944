/**
 * Whether a run fits into memory, asked before anything of it is allocated.
 *
 * Adds up what the run itself keeps: the model and its moments, in the engine and in a checkpoint's copy, and its
 * records. What an engine needs beyond that is the engine's own refusal (`lib/engine/capability.ts`); the data are
 * loaded already.
 *
 * @module
 */
import type { Config } from "../config.ts";
import type { StepDefinition } from "../engine/engine.ts";
import { poolRows, POOLS, rowBytes } from "../data/stream/pool_size.ts";
import type { StreamPlan } from "../data/stream/stream_plan.ts";
import { UserError } from "../errors.ts";
import { assertFitsMemory, freeMemoryBytes } from "../memory.ts";
import { takesSteps } from "../sae/baselines.ts";
import { type Architecture, parameterCount, parameterSpecs } from "../sae/model.ts";
import { HISTORY_BYTES, stepsPerEpoch, totalStepsOf } from "../training/course.ts";

/** What a run is sized by. */
export interface SizedRun {
  config: Config;
  definition: Pick<StepDefinition, "arch">;
  /** Training inputs. */
  count: number;
  /** Where they are read from; null or left out if they are in memory. */
  stream?: StreamPlan | null;
}

/** A parameter's value and its two moments, in the engine and copied out of it. */
const COPIES = 6;
/** A buffer that is kept beside the parameters, in the engine and copied out of it. */
const BUFFER_COPIES = 2;
/** Matrices of the size of a covariance that fitting principal components needs. */
const FIT_MATRICES = 3;
/** An epoch's row of measurements, about. */
const ROW_BYTES = 1000;
/** Numbers that a snapshot keeps of each latent besides its direction: on how many rows it is active, whether it is dead. */
const SNAPSHOT_NUMBERS = 2;
/** The largest array that JavaScript engines can make. */
const LARGEST_ARRAY_BYTES = 2 ** 34;

/** Bytes of the arrays that a run keeps, by what they hold. */
export function runBytes(
  { config, definition: { arch }, count, stream }: SizedRun,
): { model: number; records: number; rows: number; lifelines: number } {
  const { dInput, buffers } = arch, kept = buffers.reduce((sum, { size }) => sum + size, 0);
  const fitted = takesSteps(config) ? 0 : FIT_MATRICES * dInput * dInput;
  const totalSteps = totalStepsOf(config, count), ordered = stream ? Math.min(count, poolRows(stream, config)) : count;
  return {
    model: Float32Array.BYTES_PER_ELEMENT * (COPIES * parameterCount(arch) + BUFFER_COPIES * kept) +
      Float64Array.BYTES_PER_ELEMENT * fitted,
    records: HISTORY_BYTES * totalSteps + ROW_BYTES * config.epochs + Uint32Array.BYTES_PER_ELEMENT * ordered,
    lifelines: Float32Array.BYTES_PER_ELEMENT * Math.min(config.snapshots, totalSteps + 1) * arch.nLatents *
      (arch.dInput + SNAPSHOT_NUMBERS),
    rows: stream ? POOLS * ordered * rowBytes(stream) : 0,
  };
}

/**
 * Asserts that a run fits.
 *
 * @param freeBytes Memory that is free; asked of the system if left out.
 * @throws {UserError} It does not; the line says what it needs and what there is.
 */
export function assertRunFits(run: SizedRun, freeBytes: number = freeMemoryBytes()): void {
  const { model, records, rows, lifelines } = runBytes(run);
  const { epochs, batch, snapshots, latent } = run.config;
  const parameters = parameterCount(run.definition.arch);
  assertFitsMemory(model, { what: `train a model of ${parameters} parameters`, freeBytes });
  const largest = largestArrayBytes(run.definition.arch);
  if (largest > LARGEST_ARRAY_BYTES) {
    const now = `one of its arrays has ${largest} bytes`;
    throw new UserError(
      `Cannot train a model of ${parameters} parameters: ${now}, expected at most ${LARGEST_ARRAY_BYTES}`,
    );
  }
  assertFitsMemory(rows, { what: `hold ${run.config.bufferMb} MB of rows`, freeBytes: freeBytes - model });
  const kept = `keep ${snapshots} snapshots of ${latent} latents`;
  assertFitsMemory(lifelines, { what: kept, freeBytes: freeBytes - model - rows });
  const what = `record ${epochs} epochs of ${stepsPerEpoch(run.count, batch)} steps`;
  assertFitsMemory(records, {
    what,
    freeBytes: Math.min(freeBytes - model - rows - lifelines, 4 * LARGEST_ARRAY_BYTES),
  });
}

function largestArrayBytes(arch: Architecture): number {
  const sizes = parameterSpecs(arch).map(({ shape }) => shape.reduce((a, b) => a * b));
  return Float32Array.BYTES_PER_ELEMENT * sizes.reduce((a, b) => Math.max(a, b));
}
