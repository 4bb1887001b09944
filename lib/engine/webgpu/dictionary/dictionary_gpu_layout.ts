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
import type { StepDefinition, TrainingState } from "../../engine.ts";
import type { PackedState } from "../gpu_model.ts";
import { copyRows, padded, QUAD, QUAD_BYTES } from "../quads.ts";
import { roomFor, type RoomOptions } from "../room.ts";
import { STEPS_PER_SUBMIT } from "../statistics.ts";

/** What has weights and Adam's moments: two matrices, and both biases in one array. */
export type Group = "encoder" | "decoder" | "biases";

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
  /** Whether the penalty is of the latents' lengths, Σ act · ‖dec‖, and whether decoder rows have norms other than 1 then. */
  hasLengthPenalty: boolean;
  hasNorms: boolean;
  /** Whether steps move a threshold, which decides afterwards. */
  hasThreshold: boolean;
}

/** Lays out a dictionary. */
export function dictionaryLayout({ arch, objective: { sparsity, knobs } }: StepDefinition): DictionaryLayout {
  const { dInput, nLatents } = arch, { penalizes, revives, buffers } = VARIANTS[sparsity];
  const aux = revives && knobs.auxAlpha > 0 ? auxWidth(knobs, nLatents) : 0;
  const hasLengthPenalty = penalizes === "length";
  return {
    dInput,
    nLatents,
    inQuads: padded(dInput) / QUAD,
    latentQuads: padded(nLatents) / QUAD,
    auxWidth: aux,
    listStride: padded(nLatents) + aux,
    hasLengthPenalty,
    hasNorms: hasLengthPenalty && !arch.hasUnitDecoder,
    hasThreshold: "threshold" in buffers,
  };
}

/** The buffers that hold a state: a group's parameters by its name, their moments, and what steps keep beside them. */
export type StateBuffer = Group | `${Group}_m` | `${Group}_v` | "kept";

/** Bytes of the buffers that last. */
function stateBytes({ inQuads, latentQuads }: DictionaryLayout): Record<StateBuffer, number> {
  const matrix = latentQuads * QUAD * inQuads * QUAD_BYTES, biases = (latentQuads + inQuads) * QUAD_BYTES;
  return {
    encoder: matrix,
    encoder_m: matrix,
    encoder_v: matrix,
    decoder: matrix,
    decoder_m: matrix,
    decoder_v: matrix,
    biases,
    biases_m: biases,
    biases_v: biases,
    kept: (latentQuads + 1) * QUAD_BYTES,
  };
}

/** Bytes of what grows with the batch, by the names of `kernels/dictionary.wgsl`. */
function workBytes({ inQuads, latentQuads, listStride }: DictionaryLayout, rows: number) {
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

/** The room for a dictionary. */
export function dictionaryRoom(definition: StepDefinition, options: RoomOptions) {
  const layout = dictionaryLayout(definition);
  const { pre_acts, lists, errors } = workBytes(layout, 1);
  return roomFor(options, {
    dInput: layout.dInput,
    imageStride: layout.inQuads * QUAD,
    rowBytes: Math.max(pre_acts, lists, errors),
    bytesOf: (rows) => ({ ...stateBytes(layout), ...workBytes(layout, rows) }),
  });
}

/** Parameters, or a moment, as padded arrays. */
function packGroups(params: Parameters, arch: Architecture): Record<Group, Float32Array<ArrayBuffer>> {
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
function unpackGroups(packed: Record<Group, Float32Array>, arch: Architecture): Parameters {
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
function packKept(buffers: Parameters, arch: Architecture): Float32Array<ArrayBuffer> {
  assertBuffers(buffers, arch);
  const { nLatents } = arch;
  const kept = new Float32Array(padded(nLatents) + QUAD);
  kept.set(buffers[LAST_FIRED]);
  if (buffers.threshold) kept.set(buffers.threshold, padded(nLatents));
  return kept;
}

/** The inverse of {@linkcode packKept}; copies. */
function unpackKept(kept: Float32Array, { buffers, nLatents }: Architecture): Parameters {
  return Object.fromEntries(buffers.map(({ name, size }) => {
    const at = name === LAST_FIRED ? 0 : padded(nLatents);
    return [name, new Float32Array(kept.subarray(at, at + size))];
  }));
}

/**
 * A state by its buffers.
 *
 * @throws {TypeError} A name or size is not the architecture's.
 */
export function packDictionary({ params, m, v, buffers }: TrainingState, arch: Architecture): PackedState {
  const packed: PackedState = { kept: packKept(buffers, arch) };
  for (const [suffix, values] of [["", params], ["_m", m], ["_v", v]] as const) {
    for (const [group, array] of Object.entries(packGroups(values, arch))) packed[`${group}${suffix}`] = array;
  }
  return packed;
}

/** The inverse of {@linkcode packDictionary}; copies. */
export function unpackDictionary(packed: PackedState, arch: Architecture): Omit<TrainingState, "step"> {
  const [params, m, v] = ["", "_m", "_v"].map((suffix) =>
    unpackGroups({
      encoder: packed[`encoder${suffix}`],
      decoder: packed[`decoder${suffix}`],
      biases: packed[`biases${suffix}`],
    }, arch)
  );
  return { params, m, v, buffers: unpackKept(packed.kept, arch) };
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
