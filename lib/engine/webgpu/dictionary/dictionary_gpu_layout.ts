/**
 * Where a dictionary's numbers lie in its buffers, and the way there and back.
 *
 * Both matrices are stored with a row per latent, so that a latent's gradients and updates touch whole rows; rows are padded
 * with zeros as in a layered model. Plain arrays: does not know devices. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Architecture, LAST_FIRED, latentParameterName, type Parameters } from "../../../sae/model.ts";
import { VARIANTS } from "../../../sae/sparsity/variants.ts";
import type { StepDefinition, TrainingState } from "../../engine.ts";
import { auxWidthOf, type KnownActivation, OWN_PARAMETERS, prefixWidthsOf } from "../../model_kind.ts";
import type { PackedState } from "../gpu_model.ts";
import { copyRows, padded, QUAD, QUAD_BYTES } from "../quads.ts";
import { roomFor, type RoomOptions } from "../room.ts";
import { STEPS_PER_SUBMIT } from "../statistics.ts";

/** What has weights and Adam's moments: two matrices, and both biases with the latents' own parameters in one array. */
export type Group = "encoder" | "decoder" | "biases";

/** Images or latents that one part of the gradient of the decoder's bias sums. */
export const BIAS_PART = 64;

/** The fewest invocations of any workgroup that leaves parts of a loss. */
const LEAST_LANES = 8;

/** Bytes of `struct Latent` of `kernels/dictionary.wgsl`. */
export const LATENT_BYTES = 32;

/** Prefixes that `prefix_widths` of `kernels/dictionary.wgsl` has room for. */
export const MOST_PREFIXES = 32;

/** The sizes of a dictionary. */
export interface DictionaryLayout {
  dInput: number;
  nLatents: number;
  /** Padded row lengths, in quads. */
  inQuads: number;
  latentQuads: number;
  /** How a latent comes from its preAct, and what the penalty is of, as `Variant` states them. */
  activates: KnownActivation;
  penalizes: "length" | "gates" | "count" | null;
  /** Whether decoder rows have norms other than 1 that the penalty depends on. */
  hasNorms: boolean;
  /** The latents' own parameters, `[nLatents]` each: what the variant calls them, and their rates as multiples of the step's. */
  ownParameters: { name: string; rate: number }[];
  /** The width of the window in which a latent's threshold has a gradient, for `jump`. */
  bandwidth: number;
  /** At most this many latents per image for AuxK; 0 if it is off. */
  auxWidth: number;
  /** Whether there is a second list: AuxK's, or of latents near their threshold. */
  hasSecondList: boolean;
  /** Latents that fit on both lists of an image. */
  listStride: number;
  /** See {@linkcode prefixWidthsOf}. */
  prefixWidths: number[];
  /** Gradients of a row at reconstructions: of each prefix, of all latents, and of what AuxK or the gates reconstruct. */
  planes: number;
  /** Whether steps move a threshold, which decides afterwards. */
  hasThreshold: boolean;
}

/**
 * Lays out a dictionary.
 *
 * @throws {TypeError} Its latents have a formula that no kernel knows; see `isDictionary`.
 */
export function dictionaryLayout({ arch, objective }: StepDefinition): DictionaryLayout {
  const { sparsity, knobs } = objective;
  const { dInput, nLatents } = arch, variant = VARIANTS[sparsity], { activates, penalizes } = variant;
  const prefixWidths = prefixWidthsOf({ arch, objective });
  if (activates === "sigmoid" || activates === "other" || penalizes === "means" || penalizes === "other") {
    throw new TypeError(
      `Cannot lay out ${sparsity}: it activates ${activates} and penalizes ${penalizes}, expected a list`,
    );
  }
  const aux = auxWidthOf({ arch, objective });
  const second = activates === "jump" ? padded(nLatents) : aux;
  return {
    dInput,
    nLatents,
    inQuads: padded(dInput) / QUAD,
    latentQuads: padded(nLatents) / QUAD,
    activates,
    penalizes,
    hasNorms: (penalizes === "length" || penalizes === "gates") && !arch.hasUnitDecoder,
    ownParameters: OWN_PARAMETERS[activates].map((name) => ({ name, rate: arch.latentParameters[name].rate })),
    bandwidth: activates === "jump" ? knobs.bandwidth : 0,
    auxWidth: aux,
    hasSecondList: second > 0,
    listStride: padded(nLatents) + second,
    prefixWidths,
    planes: prefixWidths.length + 1 + Number(aux > 0 || activates === "gate"),
    hasThreshold: "threshold" in variant.buffers,
  };
}

/**
 * The contents of `prefix_widths`.
 *
 * @throws {RangeError} They are more than {@linkcode MOST_PREFIXES}.
 */
export function packPrefixWidths({ prefixWidths }: DictionaryLayout): ArrayBuffer {
  const words = new Uint32Array(MOST_PREFIXES);
  words.set(prefixWidths);
  return words.buffer;
}

/** The buffers that hold a state: a group's parameters by its name, their moments, and what steps keep beside them. */
export type StateBuffer = Group | `${Group}_m` | `${Group}_v` | "kept";

/** Bytes of the buffers that last. */
function stateBytes({ inQuads, latentQuads, ownParameters }: DictionaryLayout): Record<StateBuffer, number> {
  const matrix = latentQuads * QUAD * inQuads * QUAD_BYTES;
  const biases = ((1 + ownParameters.length) * latentQuads + inQuads) * QUAD_BYTES;
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
function workBytes({ inQuads, latentQuads, listStride, planes, activates }: DictionaryLayout, rows: number) {
  const number = Float32Array.BYTES_PER_ELEMENT;
  const biasParts = Math.ceil(latentQuads * QUAD / BIAS_PART) + Math.ceil(rows / BIAS_PART);
  return {
    inputs: rows * 2 * inQuads * QUAD_BYTES,
    pre_acts: rows * latentQuads * QUAD_BYTES,
    slopes: rows * latentQuads * QUAD_BYTES,
    lists: rows * listStride * number,
    counts: rows * 4 * number,
    marks: Math.ceil(rows / 32) * 2 * latentQuads * QUAD_BYTES,
    errors: rows * planes * inQuads * QUAD_BYTES,
    latents: latentQuads * QUAD * LATENT_BYTES,
    bias_parts: biasParts * inQuads * QUAD_BYTES,
    batch_bins: (256 + 3) * number,
    gate_values: (activates === "gate" ? rows * latentQuads * QUAD : 1) * 2 * number,
    stats: (STEPS_PER_SUBMIT + rows * Math.ceil(inQuads / LEAST_LANES)) * QUAD_BYTES,
  };
}

/** The room for a dictionary. */
export function dictionaryRoom(definition: StepDefinition, options: RoomOptions) {
  const layout = dictionaryLayout(definition);
  const some = workBytes(layout, BIAS_PART), twice = workBytes(layout, 2 * BIAS_PART);
  const names = Object.keys(some) as (keyof typeof some)[];
  return roomFor(options, {
    dInput: layout.dInput,
    imageStride: layout.inQuads * QUAD,
    rowBytes: Math.max(...names.map((name) => (twice[name] - some[name]) / BIAS_PART)),
    bytesOf: (rows) => ({ ...stateBytes(layout), ...workBytes(layout, rows) }),
  });
}

/** Parameters, or a moment, as padded arrays. */
function packGroups(params: Parameters, definition: StepDefinition): Record<Group, Float32Array<ArrayBuffer>> {
  const { arch } = definition, { ownParameters } = dictionaryLayout(definition);
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
    biases: new Float32Array(biasesOffset + width + ownParameters.length * padded(nLatents)),
  };
  const rows = { rows: nLatents, width: dInput, from: dInput, to: width };
  copyRows(params[`${encoder.name}.weight`], packed.encoder, rows);
  packed.biases.set(params[`${encoder.name}.bias`]);
  packed.biases.set(params[`${decoder.name}.bias`], biasesOffset);
  ownParameters.forEach(({ name }, i) => {
    packed.biases.set(params[latentParameterName(name)], biasesOffset + width + i * padded(nLatents));
  });
  return packed;
}

/** The inverse of {@linkcode packGroups}; copies. */
function unpackGroups(packed: Record<Group, Float32Array>, definition: StepDefinition): Parameters {
  const { dInput, nLatents, layers: [encoder, decoder] } = definition.arch;
  const { ownParameters } = dictionaryLayout(definition);
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
  const own = ownParameters.map(({ name }, i) => {
    const at = biasesOffset + width + i * padded(nLatents);
    return [latentParameterName(name), new Float32Array(packed.biases.subarray(at, at + nLatents))];
  });
  return {
    [`${encoder.name}.weight`]: encoderWeight,
    [`${encoder.name}.bias`]: new Float32Array(packed.biases.subarray(0, nLatents)),
    [`${decoder.name}.weight`]: decoderWeight,
    [`${decoder.name}.bias`]: new Float32Array(packed.biases.subarray(biasesOffset, biasesOffset + dInput)),
    ...Object.fromEntries(own),
  };
}

/** The buffers of a state: when each latent last fired, and behind the padding the threshold, if there is one. */
function packKept(buffers: Parameters, { nLatents }: Architecture): Float32Array<ArrayBuffer> {
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

/** A state by its buffers. */
export function packDictionary({ params, m, v, buffers }: TrainingState, definition: StepDefinition): PackedState {
  const packed: PackedState = { kept: packKept(buffers, definition.arch) };
  for (const [suffix, values] of [["", params], ["_m", m], ["_v", v]] as const) {
    for (const [group, array] of Object.entries(packGroups(values, definition))) packed[`${group}${suffix}`] = array;
  }
  return packed;
}

/** The inverse of {@linkcode packDictionary}; copies. */
export function unpackDictionary(packed: PackedState, definition: StepDefinition): Omit<TrainingState, "step"> {
  const [params, m, v] = ["", "_m", "_v"].map((suffix) =>
    unpackGroups({
      encoder: packed[`encoder${suffix}`],
      decoder: packed[`decoder${suffix}`],
      biases: packed[`biases${suffix}`],
    }, definition)
  );
  return { params, m, v, buffers: unpackKept(packed.kept, definition.arch) };
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
