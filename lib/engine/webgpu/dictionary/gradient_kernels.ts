/**
 * A dictionary's kernels from the gradient at the reconstruction to new parameters, one function each: which WGSL files,
 * with which constants. Compiles and runs nothing.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { adamConstants } from "../constants.ts";
import type { KernelSource } from "../kernel_source.ts";
import adam from "../kernels/adam.wgsl" with { type: "text" };
import { BIAS_PART } from "./dictionary_gpu_layout.ts";
import { dictionaryKernel, type KernelContext } from "./dictionary_kernel_source.ts";
import { penaltyConstants, stripsOf } from "./forward_kernels.ts";
import penalty from "./kernels/latent_penalty.wgsl" with { type: "text" };
import preAct from "./kernels/pre_act.wgsl" with { type: "text" };
import rowSum from "./kernels/row_sum.wgsl" with { type: "text" };
import slopes from "./kernels/slopes.wgsl" with { type: "text" };
import sumBiases from "./kernels/sum_biases.wgsl" with { type: "text" };
import sumLatents from "./kernels/sum_latents.wgsl" with { type: "text" };
import updateBiases from "./kernels/update_biases.wgsl" with { type: "text" };
import updateDecoder from "./kernels/update_decoder.wgsl" with { type: "text" };
import updateEncoder from "./kernels/update_encoder.wgsl" with { type: "text" };

/** The gradient at the latents of each row's lists. */
export function slopesKernel(context: KernelContext): KernelSource {
  return dictionaryKernel(context, {
    label: "slopes",
    code: [slopes],
    names: ["params", "slopes", "lists", "counts", "marks", "errors"],
    group: "decoder",
    constants: { HAS_AUX: context.layout.auxWidth > 0 },
    workgroups: (batch) => batch,
  });
}

/** What each latent needs for its update. */
export function sumLatentsKernel(context: KernelContext): KernelSource {
  const { definition: { arch }, layout: { nLatents }, tuning: { lanes } } = context;
  return dictionaryKernel(context, {
    label: "sum latents",
    code: [sumLatents, penalty, preAct],
    names: ["kept", "pre_acts", "slopes", "marks", "latents"],
    constants: { HAS_UNIT_DECODER: arch.hasUnitDecoder, ...penaltyConstants(context) },
    workgroups: () => Math.ceil(nLatents / lanes),
  });
}

/** Parts of the gradient of the decoder's bias. */
export function sumBiasesKernel(context: KernelContext): KernelSource {
  const latentParts = latentPartsOf(context);
  return dictionaryKernel(context, {
    label: "sum biases",
    code: [sumBiases],
    names: ["params", "errors", "latents", "bias_parts"],
    constants: partConstants(context),
    workgroups: (batch) => (latentParts + Math.ceil(batch / BIAS_PART)) * stripsOf(context),
  });
}

/** Adam on both biases. */
export function updateBiasesKernel(context: KernelContext): KernelSource {
  const { definition, layout: { latentQuads, inQuads }, tuning: { lanes } } = context;
  return dictionaryKernel(context, {
    label: "update biases",
    code: [updateBiases, adam],
    names: ["params", "adam_m", "adam_v", "latents", "bias_parts"],
    group: "biases",
    constants: { ...partConstants(context), ...adamConstants(definition.adam) },
    workgroups: () => Math.ceil((latentQuads + inQuads) / lanes),
  });
}

/** Adam on the encoder. */
export function updateEncoderKernel(context: KernelContext): KernelSource {
  return dictionaryKernel(context, {
    label: "update encoder",
    code: [updateEncoder, penalty, adam],
    names: ["params", "adam_m", "adam_v", "inputs", "slopes", "marks", "latents"],
    constants: { ...penaltyConstants(context), ...adamConstants(context.definition.adam) },
    workgroups: () => context.layout.nLatents,
  });
}

/** Adam on the decoder; the last of a step to read the marks. */
export function updateDecoderKernel(context: KernelContext): KernelSource {
  const { definition: { arch, adam: knobs }, layout: { nLatents } } = context;
  return dictionaryKernel(context, {
    label: "update decoder",
    code: [updateDecoder, rowSum, adam, preAct],
    names: ["params", "adam_m", "adam_v", "pre_acts", "marks", "errors", "latents"],
    group: "decoder",
    constants: { HAS_UNIT_DECODER: arch.hasUnitDecoder, ...adamConstants(knobs) },
    workgroups: () => nLatents,
  });
}

/** Of `kernels/sum_biases.wgsl` and `kernels/update_biases.wgsl`. */
function partConstants(context: KernelContext): Record<string, number> {
  return { PART: BIAS_PART, LATENT_PARTS: latentPartsOf(context) };
}

/** Parts of the decoder bias's gradient that come through the encoder. */
function latentPartsOf({ definition: { arch }, layout: { nLatents } }: KernelContext): number {
  return arch.hasPreBias ? Math.ceil(nLatents / BIAS_PART) : 0;
}
