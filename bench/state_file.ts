/**
 * A model's weights, buffers and steps in a file that every contender reads: safetensors, weights in PyTorch's layout.
 *
 * Unlike a run's `model.safetensors` it holds all buffers, too.
 *
 * @module
 */
import { decodeSafetensors, encodeSafetensors } from "../lib/formats/safetensors.ts";
import { type Architecture, type Parameters, parameterSpecs } from "../lib/sae/model.ts";
import type { StartingState } from "./starting_state.ts";

/** The bytes of the file. */
export function encodeState({ step, params, buffers }: StartingState, arch: Architecture): Uint8Array<ArrayBuffer> {
  return encodeSafetensors({
    tensors: Object.fromEntries([
      ...parameterSpecs(arch).map(({ name, shape }) => [name, { shape, values: params[name] }]),
      ...arch.buffers.map(({ name, size }) => [name, { shape: [size], values: buffers[name] }]),
    ]),
    metadata: { step: `${step}` },
  });
}

/** Reads it back. */
export function decodeState(file: Uint8Array, arch: Architecture): StartingState {
  const { tensors, metadata } = decodeSafetensors(file);
  const those = (names: string[]): Parameters =>
    Object.fromEntries(names.map((name) => [name, tensors[name].values as Float32Array<ArrayBuffer>]));
  return {
    step: Number(metadata.step),
    params: those(parameterSpecs(arch).map(({ name }) => name)),
    buffers: those(arch.buffers.map(({ name }) => name)),
  };
}
