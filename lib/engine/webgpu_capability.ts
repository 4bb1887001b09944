/**
 * What the WebGPU engine cannot train, known before anything is started: a file of its own, because it needs the layouts of
 * that engine's buffers. Does not load the engine.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { PixelsSize } from "../pixels.ts";
import { inMiB } from "./capability.ts";
import type { StepDefinition } from "./engine.ts";
import { isDictionary, prefixesOf, whyNeitherKind } from "./model_kind.ts";
import { dictionaryRoom, MOST_PREFIXES } from "./webgpu/dictionary/dictionary_gpu_layout.ts";
import { layeredRoom } from "./webgpu/layered/layered_gpu_layout.ts";
import { largestBinding } from "./webgpu/storage_buffers.ts";

/**
 * Why the WebGPU engine cannot train a model, in words, or null if it can.
 *
 * @param options `batch`: images per step. `pixels`: the training images. `limits`: the adapter's; if there is no
 * adapter, starting the engine fails with the reason.
 */
export function whyNotWebGpu(
  definition: StepDefinition,
  { batch, pixels, limits }: {
    batch: number;
    pixels: PixelsSize;
    limits?: Pick<GPUSupportedLimits, "maxStorageBufferBindingSize" | "maxBufferSize">;
  },
): string | null {
  const why = whyNeitherKind(definition) ?? whyNotByKernels(definition);
  if (why) return why;
  if (!limits) return null;
  const limit = largestBinding(limits);
  const { name, bytes } = largestWebGpuBuffer(definition, { batch, pixels, limit });
  return bytes <= limit
    ? null
    : `its ${name} need ${inMiB(bytes)}, and a kernel sees at most ${inMiB(limit)} of a buffer`;
}

/**
 * The largest buffer that the WebGPU engine makes for a model: what it holds, in words, and its bytes.
 *
 * @param options `batch`: images per step. `pixels`: the training images. `limit`: bytes that a kernel can see of a
 * buffer.
 */
export function largestWebGpuBuffer(
  definition: StepDefinition,
  { batch, pixels, limit }: { batch: number; pixels: PixelsSize; limit: number },
): { name: string; bytes: number } {
  const { bytes } = isDictionary(definition)
    ? dictionaryRoom(definition, { batch, pixels, limit })
    : layeredRoom(definition.arch, { batch, pixels, limit });
  const [name, largest] = Object.entries(bytes).reduce((a, b) => b[1] > a[1] ? b : a);
  return { name: CONTENTS[name as keyof typeof CONTENTS], bytes: largest };
}

type Bytes<RoomOf extends (...args: never) => { bytes: unknown }> = ReturnType<RoomOf>["bytes"];

/** What the buffers of either kind of model hold, for messages. */
const CONTENTS: Record<keyof (Bytes<typeof layeredRoom> & Bytes<typeof dictionaryRoom>), string> = {
  params: "weights",
  m: "moments",
  v: "moments",
  encoder: "weights",
  encoder_m: "moments",
  encoder_v: "moments",
  decoder: "weights",
  decoder_m: "moments",
  decoder_v: "moments",
  biases: "biases",
  biases_m: "moments",
  biases_v: "moments",
  kept: "steps of last activity",
  acts: "activations",
  pre_acts: "activations",
  lists: "active latents",
  marks: "active latents",
  counts: "active latents",
  latents: "sums over latents",
  batch_bins: "histogram",
  grads: "gradients",
  errors: "gradients",
  slopes: "gradients",
  gate_values: "activations",
  pair_planes: "active latents",
  bias_parts: "gradients",
  stats: "losses",
  images: "images",
  inputs: "images",
  evaluated: "images",
  indices: "image numbers",
};

/** Why no kernels of the WebGPU engine compute a model of a kind that they know, in words; null if they do. */
function whyNotByKernels(definition: StepDefinition): string | null {
  if (!isDictionary(definition)) return null;
  const { widths: { length } } = prefixesOf(definition);
  return length <= MOST_PREFIXES
    ? null
    : `it reconstructs from ${length} parts of the latents, and kernels take at most ${MOST_PREFIXES}`;
}
