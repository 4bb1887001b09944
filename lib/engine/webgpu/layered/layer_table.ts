/**
 * What the kernels that work on all layers at once know of each: the `Layer`s of `kernels/fused_layer.wgsl`.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { PlacedStruct } from "../../struct_fields.ts";
import { GPU_LAYER } from "../../structs.ts";
import { QUAD, QUAD_BYTES } from "../quads.ts";
import type { LayeredLayout } from "./layered_gpu_layout.ts";

/** The most layers that a model may have for these kernels, as `kernels/fused_layer.wgsl` has it. */
const MOST_LAYERS = 16;

/** A uniform buffer of a model's layers; of too many, those that fit. */
export function layerTable({ layers }: LayeredLayout): ArrayBuffer {
  const table = new ArrayBuffer(MOST_LAYERS * GPU_LAYER.bytes);
  let endBlock = 0;
  layers.slice(0, MOST_LAYERS).forEach(({ layer, inQuads, outQuads, ...at }, l) => {
    endBlock += inQuads * outQuads;
    new PlacedStruct(GPU_LAYER, { buffer: table, address: l * GPU_LAYER.bytes }).write({
      inQuads,
      outQuads,
      dOut: layer.dOut,
      weight: at.weightOffset,
      bias: at.biasOffset,
      inputAct: l === 0 ? 0 : layers[l - 1].actsOffset,
      outputAct: at.actsOffset,
      grad: at.gradsOffset,
      endBlock,
      isSigmoid: layer.activation === "sigmoid",
      isPenalized: layer.isPenalized,
      readsPixels: l === 0,
    });
  });
  return table;
}

/** Blocks of 4 units × 4 inputs of all weights. */
export function weightBlocks({ layers }: LayeredLayout): number {
  return layers.reduce((sum, { inQuads, outQuads }) => sum + inQuads * outQuads, 0);
}

/**
 * Bytes of workgroup memory that a step in three dispatches takes: four images of every layer, and a sum per invocation. No
 * memory is enough for more layers than the table has.
 */
export function fusedStepBytes({ layers, gradsStride }: LayeredLayout, workgroup: number): number {
  if (layers.length > MOST_LAYERS) return Infinity;
  return gradsStride * QUAD * QUAD_BYTES + workgroup * Float32Array.BYTES_PER_ELEMENT;
}
