/**
 * The steps of a submit as the bytes of a uniform buffer.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../engine.ts";
import { PlacedStruct } from "../struct_fields.ts";
import { GPU_STEP } from "../structs.ts";

/** Bytes of a step. */
export const STEP_BYTES = GPU_STEP.bytes;

/** One step, in the host's words. */
export interface StepEntry {
  /** Where its images begin in the index buffer. */
  first: number;
  /** Images in it. */
  batch: number;
  /** Where its losses go. */
  slot: number;
  /** Number of the step, from 1; 0 if nothing is trained. */
  t: number;
  lr: number;
  /** The penalty's weight. */
  weight: number;
}

/**
 * Steps as a uniform buffer that is read with a dynamic offset.
 *
 * @param stride Bytes from step to step, a multiple of the device's `minUniformBufferOffsetAlignment`.
 */
export function stepTable(
  entries: StepEntry[],
  { definition, stride }: { definition: StepDefinition; stride: number },
): ArrayBuffer {
  const { arch, adam: { beta1, beta2 } } = definition;
  const table = new ArrayBuffer(entries.length * stride);
  entries.forEach(({ first, batch, slot, t, lr, weight }, i) => {
    new PlacedStruct(GPU_STEP, { buffer: table, address: i * stride }).write({
      first,
      batch,
      slot,
      inverseBatch: 1 / batch,
      inverseSize: 1 / (batch * arch.dInput),
      stepSize: t && lr / (1 - beta1 ** t),
      varianceScale: t && 1 / Math.sqrt(1 - beta2 ** t),
      weight,
      t,
    });
  });
  return table;
}
