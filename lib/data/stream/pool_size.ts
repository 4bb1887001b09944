/**
 * How many rows a pool has: what `--buffer-mb` has room for, and whole batches.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { KnobError } from "../../knob.ts";
import type { StreamPlan } from "./stream_plan.ts";

/** Bytes of the unit of `--buffer-mb`. */
export const MB = 1e6;
/** Pools in memory: the engine has one, and the next is read. */
export const POOLS = 2;

/** What the size of a pool follows from. */
export interface PoolKnobs {
  /** Rows per step. */
  batch: number;
  /** Bytes of rows in memory, in MB. */
  bufferMb: number;
}

/** Bytes of a row in memory. */
export function rowBytes({ dInput, areBytes }: Pick<StreamPlan, "dInput" | "areBytes">): number {
  return dInput * (areBytes ? Uint8Array.BYTES_PER_ELEMENT : Float32Array.BYTES_PER_ELEMENT);
}

/**
 * Rows of a pool: as many whole batches as fit into half of the buffer, and no more than there are rows to train on,
 * rounded up to whole batches.
 *
 * @throws {KnobError} Not even one batch fits; the line says which buffer has room for it.
 */
export function poolRows(plan: StreamPlan, { batch, bufferMb }: PoolKnobs): number {
  const bytes = batch * rowBytes(plan);
  const fitting = Math.floor(bufferMb * MB / POOLS / bytes);
  if (fitting === 0) {
    const wanted = `at least ${Math.ceil(POOLS * bytes / MB)}, which has room for two batches of ${batch} rows`;
    throw new KnobError("bufferMb", `${bufferMb}`, wanted);
  }
  return batch * Math.min(fitting, Math.ceil(plan.count / batch));
}
