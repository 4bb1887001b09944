/**
 * A dictionary's kernels from images to reconstruction and losses, one function each: which WGSL files, with which
 * constants. `selection_kernels.ts` has those that choose latents. Compiles and runs nothing.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { THRESHOLD_DECAY } from "../../../sae/sparsity/batchtopk.ts";
import { lossConstants } from "../constants.ts";
import type { KernelSource } from "../kernel_source.ts";
import linearLoss from "../kernels/linear_loss.wgsl" with { type: "text" };
import pixelQuad from "../kernels/pixel_quad.wgsl" with { type: "text" };
import product from "../kernels/product.wgsl" with { type: "text" };
import sigmoid from "../kernels/sigmoid.wgsl" with { type: "text" };
import sigmoidLoss from "../kernels/sigmoid_loss.wgsl" with { type: "text" };
import { PRODUCTS, productWorkgroups } from "../product_tiles.ts";
import { STEPS_PER_SUBMIT } from "../statistics.ts";
import { dictionaryKernel, type KernelContext } from "./dictionary_kernel_source.ts";
import acts from "./kernels/acts.wgsl" with { type: "text" };
import decode from "./kernels/decode.wgsl" with { type: "text" };
import losses from "./kernels/dictionary_losses.wgsl" with { type: "text" };
import encode from "./kernels/encode.wgsl" with { type: "text" };
import gather from "./kernels/gather.wgsl" with { type: "text" };
import penalty from "./kernels/latent_penalty.wgsl" with { type: "text" };
import listSum from "./kernels/list_sum.wgsl" with { type: "text" };
import logits from "./kernels/logits_of_list.wgsl" with { type: "text" };
import norms from "./kernels/norms.wgsl" with { type: "text" };
import penalties from "./kernels/penalties.wgsl" with { type: "text" };
import preAct from "./kernels/pre_act.wgsl" with { type: "text" };
import rowSum from "./kernels/row_sum.wgsl" with { type: "text" };

/** The step's images, stored as bytes or floats, and what the encoder reads of them. */
export function gatherKernel(context: KernelContext, { isFloat }: { isFloat: boolean }): KernelSource {
  const { definition: { arch }, layout: { inQuads }, tuning: { lanes } } = context;
  return dictionaryKernel(context, {
    label: `gather ${isFloat ? "floats" : "bytes"}`,
    code: [gather, pixelQuad],
    names: ["pixels", "indices", "biases", "inputs"],
    constants: { IS_FLOAT: isFloat, HAS_PRE_BIAS: arch.hasPreBias },
    workgroups: (batch) => Math.ceil(batch * inQuads / lanes),
  });
}

/** preActs, the only dense product of a step. */
export function encodeKernel(context: KernelContext): KernelSource {
  const { layout: { latentQuads }, tuning } = context;
  return dictionaryKernel(context, {
    label: "encode",
    code: [encode, PRODUCTS[tuning.product.product].code, product],
    names: ["params", "biases", "inputs", "pre_acts"],
    workgroup: tuning.product.workgroup,
    workgroups: (rows) => productWorkgroups(tuning.product, { rows, quads: latentQuads }),
  });
}

/** The reconstruction, the gradient there, and parts of the losses, AuxK's among them. */
export function decodeKernel(context: KernelContext): KernelSource {
  const { definition: { arch, objective }, layout: { auxWidth } } = context;
  const isLinear = arch.layers.at(-1)!.activation === "linear";
  return dictionaryKernel(context, {
    label: "decode",
    code: [decode, ...(isLinear ? [linearLoss] : [sigmoidLoss, sigmoid]), listSum, preAct],
    names: ["params", "biases", "inputs", "pre_acts", "lists", "counts", "errors", "stats"],
    group: "decoder",
    constants: {
      PARTS_OFFSET: STEPS_PER_SUBMIT,
      AUX_WIDTH: auxWidth,
      AUX_ALPHA: auxWidth && objective.knobs.auxAlpha,
      ...(isLinear ? {} : lossConstants(objective)),
    },
    workgroups: (batch) => batch * stripsOf(context),
  });
}

/** Logits alone, for looking at the model. */
export function logitsKernel(context: KernelContext): KernelSource {
  return dictionaryKernel(context, {
    label: "logits",
    code: [logits, listSum, preAct],
    names: ["params", "biases", "pre_acts", "lists", "counts", "errors"],
    group: "decoder",
    workgroups: (batch) => batch * stripsOf(context),
  });
}

/** The latents as dense rows, for looking at them. */
export function actsKernel(context: KernelContext): KernelSource {
  return dictionaryKernel(context, {
    label: "acts",
    code: [acts, preAct],
    names: ["pre_acts", "slopes", "lists", "counts"],
    workgroups: (batch) => batch,
  });
}

/** ‖dec‖ of each latent. */
export function normsKernel(context: KernelContext): KernelSource {
  return dictionaryKernel(context, {
    label: "norms",
    code: [norms, rowSum],
    names: ["params", "latents"],
    group: "decoder",
    workgroups: () => context.layout.nLatents,
  });
}

/** Each latent's part of the penalty, where its gradient is not wanted. */
export function penaltiesKernel(context: KernelContext): KernelSource {
  const { layout: { nLatents }, tuning: { lanes } } = context;
  return dictionaryKernel(context, {
    label: "penalties",
    code: [penalties, penalty, preAct],
    names: ["pre_acts", "latents"],
    constants: penaltyConstants(context),
    workgroups: () => Math.ceil(nLatents / lanes),
  });
}

/** The step's losses; of a training step that keeps a threshold, the threshold too. */
export function lossesKernel(context: KernelContext, { movesThreshold }: { movesThreshold: boolean }): KernelSource {
  return dictionaryKernel(context, {
    label: "losses",
    code: [losses],
    names: ["kept", "counts", "latents", "stats"],
    constants: {
      PARTS_OFFSET: STEPS_PER_SUBMIT,
      STRIPS: stripsOf(context),
      HAS_PENALTY: context.layout.hasLengthPenalty,
      HAS_THRESHOLD: movesThreshold,
      DECAY: THRESHOLD_DECAY,
      ONE_MINUS_DECAY: 1 - THRESHOLD_DECAY,
    },
    workgroups: () => 1,
  });
}

/** Workgroups for a row of the input, an invocation a quad. */
export function stripsOf({ layout: { inQuads }, tuning: { lanes } }: KernelContext): number {
  return Math.ceil(inQuads / lanes);
}

/** Of `kernels/latent_penalty.wgsl`. */
export function penaltyConstants({ layout: { hasLengthPenalty, hasNorms } }: KernelContext): Record<string, boolean> {
  return { HAS_PENALTY: hasLengthPenalty, HAS_NORMS: hasNorms };
}
