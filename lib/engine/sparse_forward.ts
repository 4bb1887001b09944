/**
 * A forward pass whose latents come as lists of those that are not 0, on any engine.
 *
 * Of 16,384 latents that TopK leaves 32 of, a list is five hundred times smaller than the row. PORTABLE: no Deno, no Node,
 * no tfjs.
 *
 * @module
 */
import type { Pixels } from "../pixels.ts";
import type { Architecture } from "../sae/model.ts";
import type { Activations, Engine, SparseActivations } from "./engine.ts";

/**
 * Runs a model without hidden layers on images, `[count, dInput]`, as `Engine.forward` does.
 *
 * @returns Lists straight from the engine if it has them, else made from the dense pass; the same numbers.
 */
export async function forwardSparse(
  engine: Engine,
  { pixels, arch }: { pixels: Pixels; arch: Architecture },
): Promise<SparseActivations> {
  return await engine.forwardSparse?.(pixels) ?? sparseActivations(await engine.forward(pixels), arch);
}

/** A dense pass as lists. */
export function sparseActivations(
  { hidden, logits, recon }: Activations,
  { latentIndex, nLatents }: Architecture,
): SparseActivations {
  const acts = hidden[latentIndex], count = acts.length / nLatents;
  let n = 0;
  for (let i = 0; i < acts.length; i++) if (acts[i] !== 0) n++;
  const starts = new Uint32Array(count + 1), latents = new Uint32Array(n), values = new Float32Array(n);
  let at = 0;
  for (let row = 0; row < count; row++) {
    for (let j = 0; j < nLatents; j++) {
      const value = acts[row * nLatents + j];
      if (value === 0) continue;
      latents[at] = j;
      values[at++] = value;
    }
    starts[row + 1] = at;
  }
  return { starts, latents, values, logits, recon };
}
