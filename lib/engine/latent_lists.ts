/**
 * Latents as lists of those that are not 0: made from dense rows, and put together from the lists of several passes.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { SparseActivations } from "./engine.ts";

/** The latents of some rows that are not 0. */
export interface LatentLists {
  /** How many each row has, `[rows]`. */
  counts: Uint32Array;
  /** Which they are, ascending in each row, one row after the other. */
  latents: Uint32Array;
  values: Float32Array;
}

/** The latents of dense rows, `[rows, nLatents]`, that are not 0. */
export function listsOf(acts: Float32Array, nLatents: number): LatentLists {
  const counts = new Uint32Array(acts.length / nLatents), latents = new Uint32Array(acts.length);
  const values = new Float32Array(acts.length);
  let n = 0;
  for (let i = 0; i < acts.length; i++) {
    if (acts[i] === 0) continue;
    counts[Math.floor(i / nLatents)]++;
    latents[n] = i % nLatents;
    values[n++] = acts[i];
  }
  return { counts, latents: latents.subarray(0, n), values: values.subarray(0, n) };
}

/** The lists of passes, one after the other, as lists of all their rows. */
export function joinedLists(parts: LatentLists[]): Pick<SparseActivations, "starts" | "latents" | "values"> {
  const starts = new Uint32Array(parts.reduce((rows, { counts }) => rows + counts.length, 1));
  const length = parts.reduce((sum, { values }) => sum + values.length, 0);
  const latents = new Uint32Array(length), values = new Float32Array(length);
  let at = 0, row = 0;
  for (const part of parts) {
    latents.set(part.latents, at);
    values.set(part.values, at);
    at += part.values.length;
    for (const n of part.counts) {
      starts[row + 1] = starts[row] + n;
      row++;
    }
  }
  return { starts, latents, values };
}
