/**
 * The bytes of `struct Step` in `layered/kernels/step.wgsl` and `dictionary/kernels/dictionary.wgsl`, which alone reads the last.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../engine.ts";

/** Size of `struct Step`, a multiple of 16. */
export const STEP_BYTES = 48;

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
  const words = new Uint32Array(table), floats = new Float32Array(table);
  entries.forEach(({ first, batch, slot, t, lr, weight }, i) => {
    const at = i * stride / Uint32Array.BYTES_PER_ELEMENT;
    words[at] = first;
    words[at + 1] = batch;
    words[at + 2] = slot;
    floats[at + 3] = 1 / batch;
    floats[at + 4] = 1 / (batch * arch.dInput);
    if (t === 0) return;
    floats[at + 5] = lr / (1 - beta1 ** t);
    floats[at + 6] = 1 / Math.sqrt(1 - beta2 ** t);
    floats[at + 7] = weight;
    floats[at + 8] = t;
  });
  return table;
}
