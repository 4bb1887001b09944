/**
 * Passes of a model in memory without training, over any number of rows: as many at once as there is room for.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels } from "../../pixels.ts";
import type { Architecture } from "../../sae/model.ts";
import type { Activations, SparseActivations } from "../engine.ts";
import type { LatentLists, ModelMemory } from "./model_memory.ts";
import type { ThreadCall } from "./thread_call.ts";

/** A model in memory, and what runs calls on it. */
export interface Runner {
  arch: Architecture;
  memory: ModelMemory;
  run: (call: ThreadCall) => void;
}

/** Runs the model on images, `[count, dInput]`. */
export function forwardPass(runner: Runner, pixels: Pixels): Activations {
  const { layers, dInput } = runner.arch, count = pixels.length / dInput;
  const hidden = layers.slice(0, -1).map(({ dOut }) => new Float32Array(count * dOut));
  const output = infer(runner, {
    pixels,
    isDense: true,
    onRows: ({ from, to }) =>
      hidden.forEach((acts, l) => {
        const { dOut } = layers[l];
        runner.memory.readActivations(l, acts.subarray(from * dOut, to * dOut));
      }),
  });
  return { hidden, ...output };
}

/** Runs a model without hidden layers on images, `[count, dInput]`, and lists its latents that are not 0. */
export function sparseForwardPass(runner: Runner, pixels: Pixels): SparseActivations {
  const { arch: { latentIndex, nLatents }, memory } = runner;
  const starts = new Uint32Array(pixels.length / runner.arch.dInput + 1);
  const parts: LatentLists[] = [];
  const denseLatents = (rows: number) => {
    const acts = new Float32Array(rows * nLatents);
    memory.readActivations(latentIndex, acts);
    return acts;
  };
  const output = infer(runner, {
    pixels,
    isDense: false,
    onRows: ({ from, to }) => {
      const lists = memory.readLists(to - from) ?? listsOf(denseLatents(to - from), nLatents);
      lists.counts.forEach((n, i) => starts[from + i + 1] = starts[from + i] + n);
      parts.push(lists);
    },
  });
  const latents = new Uint32Array(starts.at(-1)!), values = new Float32Array(latents.length);
  let at = 0;
  for (const part of parts) {
    latents.set(part.latents, at);
    values.set(part.values, at);
    at += part.values.length;
  }
  return { starts, latents, values, ...output };
}

/** The latents of dense rows, `[rows, nLatents]`, that are not 0. */
function listsOf(acts: Float32Array, nLatents: number): LatentLists {
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

/** Runs the decoder on latents, `[count, nLatents]`; returns logits, `[count, dInput]`. */
export function decodePass({ arch, memory, run }: Runner, acts: Float32Array): Float32Array {
  const { layers, nLatents, dInput } = arch, count = acts.length / nLatents;
  const logits = new Float32Array(count * dInput);
  for (let from = 0; from < count; from += memory.maxRows) {
    const to = Math.min(count, from + memory.maxRows);
    memory.writeLatents(acts.subarray(from * nLatents, to * nLatents));
    run(memory.decodeCall(to - from));
    memory.readActivations(layers.length - 1, logits.subarray(from * dInput, to * dInput));
  }
  return logits;
}

/** A pass over images; `onRows` reads what else it wants of rows `from … to`, which are the memory's then. */
function infer(
  { arch: { layers, dInput }, memory, run }: Runner,
  { pixels, isDense, onRows }: {
    pixels: Pixels;
    isDense: boolean;
    onRows: (rows: { from: number; to: number }) => void;
  },
): Pick<Activations, "logits" | "recon"> {
  const count = pixels.length / dInput;
  const hasSigmoidOutput = layers.at(-1)!.activation === "sigmoid";
  const logits = new Float32Array(pixels.length), recon = hasSigmoidOutput ? new Float32Array(pixels.length) : logits;
  for (let from = 0; from < count; from += memory.maxRows) {
    const to = Math.min(count, from + memory.maxRows);
    memory.writeImages(pixels.subarray(from * dInput, to * dInput) as Pixels);
    run(memory.inferCall(to - from, { isDense }));
    onRows({ from, to });
    memory.readActivations(layers.length - 1, logits.subarray(from * dInput, to * dInput));
    if (hasSigmoidOutput) memory.readRecon(recon.subarray(from * dInput, to * dInput));
  }
  return { logits, recon };
}
