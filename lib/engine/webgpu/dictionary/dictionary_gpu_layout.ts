/**
 * How large a dictionary's buffers are, and what is known of them before anything is allocated.
 *
 * Both matrices are stored with a row per latent, so that a latent's gradients and updates touch whole rows; rows are padded
 * with zeros as in a layered model. The way of a state there and back is in `dictionary_gpu_state.ts`. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import { VARIANTS } from "../../../sae/sparsity/variants.ts";
import type { StepDefinition } from "../../engine.ts";
import { auxWidthOf, type KnownActivation, OWN_PARAMETERS, type Prefixes, prefixesOf } from "../../model_kind.ts";
import { padded, QUAD, QUAD_BYTES } from "../quads.ts";
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
export const MOST_PREFIXES = 512;

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
  /** Latents that must also reconstruct alone. */
  prefixes: Prefixes;
  /** Gradients of a row at reconstructions: of each prefix, of all latents, and of what AuxK or the gates reconstruct. */
  planes: number;
  /** Whether steps move a threshold, which decides afterwards. */
  hasThreshold: boolean;
  /** Whether decoder rows must stay near their start, which is kept. */
  hasStarts: boolean;
}

/**
 * Lays out a dictionary.
 *
 * @throws {TypeError} Its latents have a formula that no kernel knows; see `isDictionary`.
 */
export function dictionaryLayout({ arch, objective }: StepDefinition): DictionaryLayout {
  const { sparsity, knobs } = objective;
  const { dInput, nLatents } = arch, variant = VARIANTS[sparsity], { activates, penalizes } = variant;
  const prefixes = prefixesOf({ arch, objective });
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
    prefixes,
    planes: prefixes.widths.length + 1 + Number(aux > 0 || activates === "gate"),
    hasThreshold: "threshold" in variant.buffers,
    hasStarts: arch.leastCosine !== null,
  };
}

/**
 * The contents of `prefix_widths`.
 *
 * @throws {RangeError} They are more than {@linkcode MOST_PREFIXES}.
 */
export function packPrefixWidths({ prefixes }: DictionaryLayout): ArrayBuffer {
  const words = new Uint32Array(MOST_PREFIXES);
  words.set(prefixes.widths);
  return words.buffer;
}

/** The buffers that hold a state: a group's parameters by its name, their moments, and what steps keep beside them. */
export type StateBuffer = Group | `${Group}_m` | `${Group}_v` | "kept";

/** Bytes of the buffers that last. */
function stateBytes(layout: DictionaryLayout): Record<StateBuffer, number> {
  const { inQuads, latentQuads, ownParameters } = layout;
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
    kept: keptLength(layout) * Float32Array.BYTES_PER_ELEMENT,
  };
}

/** Where the directions that the decoder started from begin in `kept`, in numbers. */
export function startsOffset({ latentQuads }: Pick<DictionaryLayout, "latentQuads">): number {
  return (latentQuads + 1) * QUAD;
}

/** How many numbers `kept` holds, whole quads. */
export function keptLength(layout: DictionaryLayout): number {
  const { hasStarts, nLatents, dInput } = layout;
  return startsOffset(layout) + (hasStarts ? Math.ceil(nLatents * dInput / QUAD) * QUAD : 0);
}

/** Bytes of what grows with the batch, by the names of `kernels/dictionary.wgsl`. */
function workBytes(
  { inQuads, latentQuads, listStride, planes, activates, prefixes: { areBySize } }: DictionaryLayout,
  rows: number,
) {
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
    pair_planes: (areBySize ? rows * latentQuads * QUAD : 1) * number,
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
