/**
 * What the CPU engine and the reference engine cannot train, known before anything is started. Loads neither.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Pixels, pixelsRoom } from "../pixels.ts";
import { parameterCount } from "../sae/model.ts";
import { MOST_BYTES } from "./cpu/arena.ts";
import { memoryBytes } from "./cpu/create_memory.ts";
import { memorySizes } from "./cpu/model_memory.ts";
import type { EngineInfo, StepDefinition } from "./engine.ts";
import { whyNeitherKind } from "./model_kind.ts";

/**
 * Why the CPU engine cannot train a model, in words, or null if it can.
 *
 * @param options `batch`: images per step. `pixels`: the training images, or a sample of them. `mostRows`: how many images it
 * keeps in its memory, by default those. `threads`: by default one for each core; each thread needs memory of its own.
 */
export function whyNotCpu(
  definition: StepDefinition,
  { batch, pixels, mostRows, threads = navigator.hardwareConcurrency }: {
    batch: number;
    pixels: Pixels;
    mostRows?: number;
    threads?: number;
  },
): string | null {
  const why = whyNeitherKind(definition);
  if (why) return why;
  const room = pixelsRoom(pixels, { mostRows, dInput: definition.arch.dInput });
  const bytes = memoryBytes(definition, memorySizes(pixels, { batch, threads, room }));
  return bytes <= MOST_BYTES
    ? null
    : `it and its images need ${inMiB(bytes)} with ${threads} thread${threads === 1 ? "" : "s"}, and WebAssembly has ` +
      inMiB(MOST_BYTES);
}

/**
 * Why the reference engine cannot train a model, in words, or null if it can, as far as that is known before it starts.
 *
 * tfjs keeps a step's old and new parameters and moments, its gradients, and what autodiff has recorded of the batch.
 */
export function whyNotReference(
  { arch }: Pick<StepDefinition, "arch">,
  { batch, backend }: { batch: number; backend: EngineInfo["backend"] },
): string | null {
  if (backend !== "wasm") return null; // WebGPU and plain JavaScript have no memory of a fixed size
  const copies = 7, recorded = 4;
  const widths = arch.layers.reduce((sum, { dIn, dOut }) => sum + dIn + dOut, 0);
  const bytes = Float32Array.BYTES_PER_ELEMENT * (copies * parameterCount(arch) + recorded * batch * widths);
  return bytes <= MOST_BYTES ? null : `it needs ${inMiB(bytes)}, and WebAssembly has ${inMiB(MOST_BYTES)}`;
}

/** Bytes in words. */
export function inMiB(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
