/**
 * `decoder.safetensors`: the decoder's weights of a run alone, for a page that decodes.
 *
 * Float32, as in `model.safetensors`, so that the page decodes exactly what the run did. Reads and writes bytes, no files.
 *
 * @module
 */
import { decodeSafetensors, encodeSafetensors } from "../../../lib/formats/safetensors.ts";
import { Decoder } from "../../../lib/sae/decoder.ts";
import type { Layer } from "../../../lib/sae/model.ts";

/**
 * The decoder's part of a run's weights.
 *
 * @param model The bytes of `model.safetensors`.
 * @param layers The layers after the latents.
 */
export function decoderFile(model: Uint8Array, layers: Layer[]): Uint8Array<ArrayBuffer> {
  const { tensors } = decodeSafetensors(model, { sharesMemory: true });
  const names = layers.flatMap(({ name }) => [`${name}.weight`, `${name}.bias`]);
  return encodeSafetensors({
    tensors: Object.fromEntries(names.map((name) => [name, tensors[name]])),
    metadata: { layers: JSON.stringify(layers) },
  });
}

/** The decoder of such a file. */
export function decoderFrom(file: Uint8Array): Decoder {
  const { tensors, metadata } = decodeSafetensors(file, { sharesMemory: true });
  return new Decoder({
    layers: JSON.parse(metadata.layers) as Layer[],
    params: Object.fromEntries(
      Object.entries(tensors).map(([name, { values }]) => [name, values as Float32Array<ArrayBuffer>]),
    ),
  });
}
