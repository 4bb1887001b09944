/**
 * Layered models on the device: every layer is dense, the products of all of them are matrices.
 *
 * Puts the layout and the kernels together; the mathematics is in `kernels/`. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../../engine.ts";
import type { GpuModel } from "../gpu_model.ts";
import { QUAD } from "../quads.ts";
import { fusedStep } from "./fused_step.ts";
import { layerByLayerStep } from "./layer_by_layer_step.ts";
import { layerTable } from "./layer_table.ts";
import { keptSpans, layeredLayout, layeredRoom, packLayered, unpackLayered } from "./layered_gpu_layout.ts";
import { LAYERS } from "./layered_kernel_source.ts";
import { type LayeredTuning, tuningName } from "./layered_tuning.ts";

/** A layered model for the WebGPU engine. */
export function layeredModel(definition: StepDefinition, tuning: LayeredTuning): GpuModel {
  const { arch } = definition, layout = layeredLayout(arch);
  const { layers, actsStride, gradsStride, pixelStride } = layout;
  const hidden = layers.slice(0, -1).map(({ layer, actsOffset }) => ({
    buffer: "acts",
    width: layer.dOut,
    stride: actsStride * QUAD,
    offset: actsOffset * QUAD,
  }));
  return {
    definition,
    tuningName: tuningName(tuning),
    imageStride: pixelStride,
    uniforms: { [LAYERS]: layerTable(layout) },
    hidden,
    logits: {
      buffer: "grads",
      width: arch.dInput,
      stride: gradsStride * QUAD,
      offset: layers.at(-1)!.gradsOffset * QUAD,
    },
    lists: null,
    buffers: keptSpans(arch),
    given: hidden[arch.latentIndex],
    withDefinition: (other) => layeredModel(other, tuning),
    kernels: ({ isFloat }) => ({
      ...layerByLayerStep(definition, { tuning, isFloat }),
      // Its one update is of all layers; a frozen one has none.
      ...(tuning.isFused && !arch.layers.some(({ isFrozen }) => isFrozen) &&
        fusedStep(definition, { workgroup: tuning.workgroup, isFloat })),
    }),
    room: (options) => layeredRoom(arch, options),
    packState: (state) => packLayered(state, arch),
    unpackState: (packed) => unpackLayered(packed, arch),
  };
}
