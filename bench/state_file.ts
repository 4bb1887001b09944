/**
 * A model's weights and buffers in a file that every contender reads: safetensors, weights in PyTorch's layout.
 *
 * Unlike a run's `model.safetensors` it holds all buffers, too.
 *
 * @module
 */
import { decodeSafetensors, encodeSafetensors } from "../lib/formats/safetensors.ts";
import type { InitialModel } from "../lib/sae/init.ts";
import { type Architecture, type Parameters, parameterSpecs } from "../lib/sae/model.ts";

/** The bytes of the file. */
export function encodeState({ params, buffers }: InitialModel, arch: Architecture): Uint8Array<ArrayBuffer> {
  return encodeSafetensors({
    tensors: Object.fromEntries([
      ...parameterSpecs(arch).map(({ name, shape }) => [name, { shape, values: params[name] }]),
      ...arch.buffers.map(({ name, size }) => [name, { shape: [size], values: buffers[name] }]),
    ]),
    metadata: {},
  });
}

/** Reads it back. */
export function decodeState(file: Uint8Array, arch: Architecture): InitialModel {
  const { tensors } = decodeSafetensors(file);
  const those = (names: string[]): Parameters =>
    Object.fromEntries(names.map((name) => [name, tensors[name].values as Float32Array<ArrayBuffer>]));
  return {
    params: those(parameterSpecs(arch).map(({ name }) => name)),
    buffers: those(arch.buffers.map(({ name }) => name)),
  };
}
