/**
 * Where a layered model's numbers lie in its buffers, and the way there and back.
 *
 * Every row is padded with zeros to a whole number of tiles, so that no kernel has edges; offsets are in quads of 4
 * numbers, the unit in which kernels read. Plain arrays: does not know devices. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Architecture, INPUT_MEAN, type Layer, type Parameters } from "../../../sae/model.ts";
import type { TrainingState } from "../../engine.ts";
import type { PackedState, Span } from "../gpu_model.ts";
import { copyRows, padded, QUAD, QUAD_BYTES } from "../quads.ts";
import { roomFor, type RoomOptions } from "../room.ts";
import { STEPS_PER_SUBMIT } from "../statistics.ts";

/** One layer's places; all in quads. */
export interface LayerLayout {
  layer: Layer;
  /** Padded widths. */
  inQuads: number;
  outQuads: number;
  /** In a parameter buffer: weight `[4·outQuads, 4·inQuads]`, then bias. */
  weightOffset: number;
  biasOffset: number;
  /** In a row of activations; the output layer has none. */
  actsOffset: number;
  /** In a row of gradients. */
  gradsOffset: number;
  /** Among the penalized units. */
  unitsOffset: number;
}

/** The places of a model. */
export interface LayeredLayout {
  layers: LayerLayout[];
  /** Length of a parameter buffer, in quads; the two moments are laid out alike. */
  paramQuads: number;
  /** Where x̄ lies in a parameter buffer, behind the last layer, if the input is centred; in quads. */
  inputMeanOffset: number;
  /** Row lengths, in quads. */
  actsStride: number;
  gradsStride: number;
  /** Numbers from image to image. */
  pixelStride: number;
  /** Penalized units of all layers, in quads. */
  unitQuads: number;
}

/** Lays out a model. */
export function layeredLayout({ layers, hasCenteredInput }: Architecture): LayeredLayout {
  let paramQuads = 0, actsStride = 0, gradsStride = 0, unitQuads = 0;
  const layouts = layers.map((layer, l): LayerLayout => {
    const inQuads = padded(layer.dIn) / QUAD, outQuads = padded(layer.dOut) / QUAD;
    const weightOffset = paramQuads, biasOffset = weightOffset + inQuads * outQuads * QUAD;
    const layout = {
      layer,
      inQuads,
      outQuads,
      weightOffset,
      biasOffset,
      actsOffset: actsStride,
      gradsOffset: gradsStride,
      unitsOffset: unitQuads,
    };
    paramQuads = biasOffset + outQuads;
    gradsStride += outQuads;
    if (l < layers.length - 1) actsStride += outQuads;
    if (layer.isPenalized) unitQuads += outQuads;
    return layout;
  });
  const inputMeanOffset = paramQuads, pixelStride = padded(layers[0].dIn);
  if (hasCenteredInput) paramQuads += pixelStride / QUAD;
  return { layers: layouts, paramQuads, inputMeanOffset, actsStride, gradsStride, pixelStride, unitQuads };
}

/** Where in `stats` the penalty's slopes and divergences begin, a number per unit, and the parts of the reconstruction loss. */
export function statsOffsets({ unitQuads }: LayeredLayout): { slopes: number; divergences: number; parts: number } {
  const slopes = STEPS_PER_SUBMIT, divergences = slopes + unitQuads, parts = divergences + unitQuads;
  return { slopes, divergences, parts };
}

/** The buffers that hold a state: parameters and Adam's moments. */
const STATE_BUFFERS = ["params", "m", "v"] as const;

/** The room for a model: rows of `acts` and `grads` are images, as `layeredLayout(arch)` lays them out. */
export function layeredRoom(arch: Architecture, options: RoomOptions) {
  const layout = layeredLayout(arch);
  const params = layout.paramQuads * QUAD_BYTES;
  return roomFor(options, {
    dInput: arch.dInput,
    imageStride: layout.pixelStride,
    rowBytes: layout.gradsStride * QUAD_BYTES, // it has a place for the output, and `acts` has none
    bytesOf: (rows) => ({
      params,
      m: params,
      v: params,
      acts: rows * layout.actsStride * QUAD_BYTES,
      grads: rows * layout.gradsStride * QUAD_BYTES,
      // A part per tile; no tile is smaller than 4 rows of a quad.
      stats: (statsOffsets(layout).parts + rows / 4 * layout.layers.at(-1)!.outQuads) * QUAD_BYTES,
    }),
  });
}

/** Parameters as one padded array, `[4 · paramQuads]`. */
function packParameters(params: Parameters, arch: Architecture): Float32Array<ArrayBuffer> {
  const { layers, paramQuads } = layeredLayout(arch);
  const packed = new Float32Array(paramQuads * QUAD);
  for (const { layer: { name, dIn, dOut }, ...at } of layers) {
    copyRows(params[`${name}.weight`], packed.subarray(at.weightOffset * QUAD), {
      rows: dOut,
      width: dIn,
      from: dIn,
      to: at.inQuads * QUAD,
    });
    packed.set(params[`${name}.bias`], at.biasOffset * QUAD);
  }
  return packed;
}

/** The inverse of {@linkcode packParameters}; copies. */
function unpackParameters(packed: Float32Array, arch: Architecture): Parameters {
  const params: Parameters = {};
  for (const { layer: { name, dIn, dOut }, ...at } of layeredLayout(arch).layers) {
    const weight = new Float32Array(dOut * dIn);
    copyRows(packed.subarray(at.weightOffset * QUAD), weight, {
      rows: dOut,
      width: dIn,
      from: at.inQuads * QUAD,
      to: dIn,
    });
    params[`${name}.weight`] = weight;
    params[`${name}.bias`] = new Float32Array(packed.subarray(at.biasOffset * QUAD, at.biasOffset * QUAD + dOut));
  }
  return params;
}

/** A state by its buffers, `[4 · paramQuads]` each; if the input is centred, x̄ behind the parameters. */
export function packLayered({ params, m, v, buffers }: TrainingState, arch: Architecture): PackedState {
  const packed = { params: packParameters(params, arch), m: packParameters(m, arch), v: packParameters(v, arch) };
  if (arch.hasCenteredInput) packed.params.set(buffers[INPUT_MEAN], layeredLayout(arch).inputMeanOffset * QUAD);
  return packed;
}

/** The inverse of {@linkcode packLayered}; copies. */
export function unpackLayered(packed: PackedState, arch: Architecture): Omit<TrainingState, "step"> {
  const [params, m, v] = STATE_BUFFERS.map((name) => unpackParameters(packed[name], arch));
  const buffers: Parameters = {};
  for (const [name, { buffer, offset, length }] of Object.entries(keptSpans(arch))) {
    buffers[name] = packed[buffer].slice(offset, offset + length);
  }
  return { params, m, v, buffers };
}

/** Where a state's buffers are: if the input is centred, x̄. */
export function keptSpans(arch: Architecture): Record<string, Span> {
  const offset = layeredLayout(arch).inputMeanOffset * QUAD;
  return arch.hasCenteredInput ? { [INPUT_MEAN]: { buffer: "params", offset, length: arch.dInput } } : {};
}
