/**
 * Passes of a model in memory without training, over any number of rows: as many at once as there is room for.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels } from "../../pixels.ts";
import type { Architecture } from "../../sae/model.ts";
import type { Activations, SparseActivations, StepLosses } from "../engine.ts";
import { joinedLists, type LatentLists, listsOf } from "../latent_lists.ts";
import type { ModelMemory } from "./model_memory.ts";
import { emptyLosses } from "./step_slots.ts";
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
      parts.push(memory.readLists(to - from) ?? listsOf(denseLatents(to - from), nLatents));
    },
  });
  return { ...joinedLists(parts), ...output };
}

/**
 * The losses of steps on images, `[count, dInput]`, `batch` of them at a time.
 *
 * @param options.t Adam's number of a step that would be next, from 1.
 */
export function lossesPass(
  { arch: { dInput }, memory, run }: Runner,
  pixels: Pixels,
  { batch, t }: { batch: number; t: number },
): StepLosses {
  const count = pixels.length / dInput, losses = emptyLosses(Math.ceil(count / batch));
  for (let row = 0, step = 0; row < count; row += batch, step++) {
    const rows = Math.min(batch, count - row);
    memory.writeImages(pixels.subarray(row * dInput, (row + rows) * dInput) as Pixels);
    memory.steps.writeSingle({ rows, t });
    run(memory.lossesCall());
    memory.steps.readLosses(losses, { first: step, nSteps: 1 });
  }
  return losses;
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
