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
import { actCode, pairCode } from "./activation_code.ts";
import { dictionaryKernel, type KernelContext } from "./dictionary_kernel_source.ts";
import { penaltyConstants, prefixConstants, stripsOf } from "./forward_kernels.ts";
import boundDirections from "./kernels/bound_directions.wgsl" with { type: "text" };
import penalty from "./kernels/latent_penalty.wgsl" with { type: "text" };
import prefixPlane from "./kernels/prefix_plane.wgsl" with { type: "text" };
import rowSum from "./kernels/row_sum.wgsl" with { type: "text" };
import slopes from "./kernels/slopes.wgsl" with { type: "text" };
import sumBiases from "./kernels/sum_biases.wgsl" with { type: "text" };
import sumLatents from "./kernels/sum_latents.wgsl" with { type: "text" };
import updateBiases from "./kernels/update_biases.wgsl" with { type: "text" };
import updateDecoder from "./kernels/update_decoder.wgsl" with { type: "text" };
import updateEncoder from "./kernels/update_encoder.wgsl" with { type: "text" };

/** The gradient at the activations of each row's lists. */
export function slopesKernel(context: KernelContext): KernelSource {
  const { auxWidth, activates } = context.layout;
  return dictionaryKernel(context, {
    label: "slopes",
    code: [slopes, prefixPlane],
    names: ["params", "slopes", "lists", "counts", "marks", "errors", "gate_values", "prefix_widths"],
    group: "decoder",
    constants: {
      HAS_AUX: auxWidth > 0,
      HAS_NEAR: activates === "jump",
      HAS_GATES: activates === "gate",
      ...prefixConstants(context),
    },
    workgroups: (batch) => batch,
  });
}

/** What each latent needs for its update. */
export function sumLatentsKernel(context: KernelContext): KernelSource {
  const { definition: { arch }, layout, tuning: { lanes } } = context, pair = pairCode(layout);
  return dictionaryKernel(context, {
    label: "sum latents",
    code: [sumLatents, penalty, ...pair.code],
    names: ["kept", "slopes", "marks", "latents", ...pair.names],
    constants: {
      HAS_UNIT_DECODER: arch.hasUnitDecoder,
      HAS_SECOND: layout.hasSecondList,
      ...penaltyConstants(context),
      ...pair.constants,
    },
    workgroups: () => Math.ceil(layout.nLatents / lanes),
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

/** Adam on both biases and on the latents' own parameters. */
export function updateBiasesKernel(context: KernelContext): KernelSource {
  const { definition, layout: { latentQuads, inQuads, ownParameters }, tuning: { lanes } } = context;
  const [first = 1, second = 1] = ownParameters.map(({ rate }) => rate);
  return dictionaryKernel(context, {
    label: "update biases",
    code: [updateBiases, adam],
    names: ["params", "adam_m", "adam_v", "latents", "bias_parts"],
    group: "biases",
    constants: {
      ...partConstants(context),
      ...adamConstants(definition.adam),
      OWN_PARAMETERS: ownParameters.length,
      FIRST_RATE: first,
      SECOND_RATE: second,
    },
    workgroups: () => Math.ceil(((1 + ownParameters.length) * latentQuads + inQuads) / lanes),
  });
}

/** Adam on the encoder. */
export function updateEncoderKernel(context: KernelContext): KernelSource {
  return dictionaryKernel(context, {
    label: "update encoder",
    code: [updateEncoder, adam],
    names: ["params", "adam_m", "adam_v", "inputs", "slopes", "marks", "latents"],
    constants: { HAS_AUX: context.layout.auxWidth > 0, ...adamConstants(context.definition.adam) },
    workgroups: () => context.layout.nLatents,
  });
}

/** Adam on the decoder; the last of a step to read the marks. */
export function updateDecoderKernel(context: KernelContext): KernelSource {
  const { definition: { arch, adam: knobs }, layout } = context, act = actCode(layout);
  return dictionaryKernel(context, {
    label: "update decoder",
    code: [updateDecoder, rowSum, adam, ...act.code, prefixPlane],
    names: ["params", "adam_m", "adam_v", "marks", "errors", "latents", "prefix_widths", "pair_planes", ...act.names],
    group: "decoder",
    constants: {
      IS_FROZEN: arch.layers[1].isFrozen,
      HAS_UNIT_DECODER: arch.hasUnitDecoder,
      HAS_AUX: layout.auxWidth > 0,
      ...prefixConstants(context),
      ...adamConstants(knobs),
    },
    workgroups: () => layout.nLatents,
  });
}

/** Keeps decoder rows within a cosine of their start. */
export function boundDirectionsKernel(context: KernelContext, leastCosine: number): KernelSource {
  return dictionaryKernel(context, {
    label: "bound directions",
    code: [boundDirections, rowSum],
    names: ["params", "kept"],
    group: "decoder",
    constants: { LEAST_COSINE: leastCosine, SINE: Math.sqrt(1 - leastCosine ** 2) },
    workgroups: () => context.layout.nLatents,
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
