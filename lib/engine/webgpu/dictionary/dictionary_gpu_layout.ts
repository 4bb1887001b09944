/**
 * Where a dictionary's numbers lie in its buffers, and the way there and back.
 *
 * Both matrices are stored with a row a latent, so that a latent's gradients and updates touch whole rows; rows are padded
 * with zeros as in the layered engine. Plain arrays: does not know devices. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Architecture, assertBuffers, assertParameters, LAST_FIRED, type Parameters } from "../../../sae/model.ts";
import { auxWidth } from "../../../sae/sparsity/topk.ts";
import { VARIANTS } from "../../../sae/sparsity/variants.ts";
import type { StepDefinition } from "../../engine.ts";
import { copyRows, padded, QUAD, QUAD_BYTES } from "../quads.ts";
import { STEPS_PER_SUBMIT } from "../statistics.ts";

/** What has weights and Adam's moments: two matrices, and both biases in one array. */
export const GROUPS = ["encoder", "decoder", "biases"] as const;
/** See {@linkcode GROUPS}. */
export type Group = (typeof GROUPS)[number];

/** Images or latents that one part of the gradient of the decoder's bias sums. */
export const BIAS_PART = 64;

/** The fewest invocations of any workgroup that leaves parts of a loss. */
const LEAST_LANES = 8;

/** Bytes of `struct Latent`. */
const LATENT_BYTES = 20;

/** The sizes of a dictionary. */
export interface DictionaryLayout {
  dInput: number;
  nLatents: number;
  /** Padded row lengths, in quads. */
  inQuads: number;
  latentQuads: number;
  /** At most so many latents an image for AuxK; 0 where it is off. */
  auxWidth: number;
  /** Latents that fit on both lists of an image. */
  listStride: number;
  /** Whether a threshold learned in training chooses the latents afterwards. */
  hasThreshold: boolean;
}

/** Lays out a dictionary. */
export function dictionaryLayout({ arch: { dInput, nLatents }, objective }: StepDefinition): DictionaryLayout {
  const { sparsity, knobs } = objective, { revives, buffers } = VARIANTS[sparsity];
  const aux = revives && knobs.auxAlpha > 0 ? auxWidth(knobs, nLatents) : 0;
  return {
    dInput,
    nLatents,
    inQuads: padded(dInput) / QUAD,
    latentQuads: padded(nLatents) / QUAD,
    auxWidth: aux,
    listStride: padded(nLatents) + aux,
    hasThreshold: "threshold" in buffers,
  };
}

/** Bytes of the buffers that last. */
export function modelBytes({ inQuads, latentQuads }: DictionaryLayout): Record<Group | "kept", number> {
  const matrix = latentQuads * QUAD * inQuads * QUAD_BYTES;
  return {
    encoder: matrix,
    decoder: matrix,
    biases: (latentQuads + inQuads) * QUAD_BYTES,
    kept: (latentQuads + 1) * QUAD_BYTES,
  };
}

/** Bytes of what grows with the batch, by the names of `kernels/dictionary.wgsl`. */
export function workBytes({ inQuads, latentQuads, listStride }: DictionaryLayout, rows: number) {
  const number = Float32Array.BYTES_PER_ELEMENT;
  const biasParts = Math.ceil(latentQuads * QUAD / BIAS_PART) + Math.ceil(rows / BIAS_PART);
  return {
    inputs: rows * 2 * inQuads * QUAD_BYTES,
    pre_acts: rows * latentQuads * QUAD_BYTES,
    slopes: rows * latentQuads * QUAD_BYTES,
    lists: rows * listStride * number,
    counts: rows * 4 * number,
    marks: Math.ceil(rows / 32) * 2 * latentQuads * QUAD_BYTES,
    errors: rows * 2 * inQuads * QUAD_BYTES,
    latents: latentQuads * QUAD * LATENT_BYTES,
    bias_parts: biasParts * inQuads * QUAD_BYTES,
    batch_bins: (256 + 3) * number,
    stats: (STEPS_PER_SUBMIT + rows * Math.ceil(inQuads / LEAST_LANES)) * QUAD_BYTES,
  };
}

/** Parameters, or a moment, as padded arrays. */
export function packGroups(params: Parameters, arch: Architecture): Record<Group, Float32Array<ArrayBuffer>> {
  assertParameters(params, arch);
  const { dInput, nLatents, layers: [encoder, decoder] } = arch;
  const width = padded(dInput), biasesOffset = padded(nLatents);
  const packed = {
    encoder: new Float32Array(padded(nLatents) * width),
    decoder: transposed(params[`${decoder.name}.weight`], {
      rows: dInput,
      columns: nLatents,
      from: nLatents,
      to: width,
      length: padded(nLatents) * width,
    }),
    biases: new Float32Array(biasesOffset + width),
  };
  const rows = { rows: nLatents, width: dInput, from: dInput, to: width };
  copyRows(params[`${encoder.name}.weight`], packed.encoder, rows);
  packed.biases.set(params[`${encoder.name}.bias`]);
  packed.biases.set(params[`${decoder.name}.bias`], biasesOffset);
  return packed;
}

/** The inverse of {@linkcode packGroups}; copies. */
export function unpackGroups(packed: Record<Group, Float32Array>, arch: Architecture): Parameters {
  const { dInput, nLatents, layers: [encoder, decoder] } = arch;
  const width = padded(dInput), biasesOffset = padded(nLatents), length = nLatents * dInput;
  const encoderWeight = new Float32Array(length);
  copyRows(packed.encoder, encoderWeight, { rows: nLatents, width: dInput, from: width, to: dInput });
  const decoderWeight = transposed(packed.decoder, {
    rows: nLatents,
    columns: dInput,
    from: width,
    to: nLatents,
    length,
  });
  return {
    [`${encoder.name}.weight`]: encoderWeight,
    [`${encoder.name}.bias`]: new Float32Array(packed.biases.subarray(0, nLatents)),
    [`${decoder.name}.weight`]: decoderWeight,
    [`${decoder.name}.bias`]: new Float32Array(packed.biases.subarray(biasesOffset, biasesOffset + dInput)),
  };
}

/** The buffers of a state: when each latent last fired, and behind the padding the threshold, where there is one. */
export function packKept(buffers: Parameters, arch: Architecture): Float32Array<ArrayBuffer> {
  assertBuffers(buffers, arch);
  const { nLatents } = arch;
  const kept = new Float32Array(padded(nLatents) + QUAD);
  kept.set(buffers[LAST_FIRED]);
  if (buffers.threshold) kept.set(buffers.threshold, padded(nLatents));
  return kept;
}

/** The inverse of {@linkcode packKept}; copies. */
export function unpackKept(kept: Float32Array, { buffers, nLatents }: Architecture): Parameters {
  return Object.fromEntries(buffers.map(({ name, size }) => {
    const at = name === LAST_FIRED ? 0 : padded(nLatents);
    return [name, new Float32Array(kept.subarray(at, at + size))];
  }));
}

/** Columns as rows; rows are `from` numbers apart before and `to` afterwards. */
function transposed(
  matrix: Float32Array,
  { rows, columns, from, to, length }: { rows: number; columns: number; from: number; to: number; length: number },
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * to + row] = matrix[row * from + column];
  }
  return result;
}
