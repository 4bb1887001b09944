/**
 * One-layer dictionaries on the device: decoding and gradients touch only the latents that are active.
 *
 * Puts the layout and the kernels together; the mathematics is in `kernels/`. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../../engine.ts";
import type { GpuModel } from "../gpu_model.ts";
import { QUAD } from "../quads.ts";
import { dictionaryLayout, dictionaryRoom, packPrefixWidths } from "./dictionary_gpu_layout.ts";
import { keptSpans, packDictionary, unpackDictionary } from "./dictionary_gpu_state.ts";
import { dictionaryKernels } from "./dictionary_kernels.ts";
import type { DictionaryTuning } from "./dictionary_tuning.ts";

/** A dictionary for the WebGPU engine. */
export function dictionaryModel(definition: StepDefinition, tuning: DictionaryTuning): GpuModel {
  const layout = dictionaryLayout(definition);
  const { dInput, nLatents, inQuads, latentQuads } = layout;
  const latents = { width: nLatents, stride: latentQuads * QUAD, offset: 0 };
  return {
    definition,
    tuningName: `${tuning.product.product}/${tuning.product.workgroup}`,
    imageStride: inQuads * QUAD,
    uniforms: { prefix_widths: packPrefixWidths(layout) },
    hidden: [{ buffer: "slopes", ...latents }],
    logits: { buffer: "errors", width: dInput, stride: inQuads * QUAD, offset: 0 },
    lists: { counts: { buffer: "counts", width: 1, stride: 4, offset: 0 }, packed: "slopes" },
    buffers: keptSpans(definition.arch),
    given: { buffer: "pre_acts", ...latents },
    withDefinition: (other) => dictionaryModel(other, tuning),
    kernels: (options) => dictionaryKernels({ definition, layout, tuning }, options),
    room: (options) => dictionaryRoom(definition, options),
    packState: (state) => packDictionary(state, definition),
    unpackState: (packed) => unpackDictionary(packed, definition),
  };
}
