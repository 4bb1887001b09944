/**
 * The bytes of `struct Step` in `kernels/step.wgsl`. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../engine.ts";

/** Size of `struct Step`. */
export const STEP_BYTES = 32;

/** One step, in the host's words. */
export interface StepEntry {
  /** Where its images begin in the index buffer. */
  first: number;
  /** Images in it. */
  batch: number;
  /** Where its losses go. */
  slot: number;
  /** Number of the step, from 1; 0 where nothing is trained. */
  t: number;
  lr: number;
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
  entries.forEach(({ first, batch, slot, t, lr }, i) => {
    new Uint32Array(table, i * stride, 3).set([first, batch, slot]);
    new Float32Array(table, i * stride + 12, 4).set([
      1 / batch,
      1 / (batch * arch.dInput),
      t && lr / (1 - beta1 ** t),
      t && 1 / Math.sqrt(1 - beta2 ** t),
    ]);
  });
  return table;
}
