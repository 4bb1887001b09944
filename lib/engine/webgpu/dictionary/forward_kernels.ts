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
import { actCode, type Code, MAGNITUDE } from "./activation_code.ts";
import { dictionaryKernel, type KernelContext } from "./dictionary_kernel_source.ts";
import acts from "./kernels/acts.wgsl" with { type: "text" };
import countsBefore from "./kernels/counts_before.wgsl" with { type: "text" };
import decode from "./kernels/decode.wgsl" with { type: "text" };
import losses from "./kernels/dictionary_losses.wgsl" with { type: "text" };
import encode from "./kernels/encode.wgsl" with { type: "text" };
import gateActs from "./kernels/gate_acts.wgsl" with { type: "text" };
import gather from "./kernels/gather.wgsl" with { type: "text" };
import penalty from "./kernels/latent_penalty.wgsl" with { type: "text" };
import listSum from "./kernels/list_sum.wgsl" with { type: "text" };
import logits from "./kernels/logits_of_list.wgsl" with { type: "text" };
import norms from "./kernels/norms.wgsl" with { type: "text" };
import packLists from "./kernels/pack_lists.wgsl" with { type: "text" };
import penalties from "./kernels/penalties.wgsl" with { type: "text" };
import prefixPlane from "./kernels/prefix_plane.wgsl" with { type: "text" };
import rowSum from "./kernels/row_sum.wgsl" with { type: "text" };
import sortList from "./kernels/sort_list.wgsl" with { type: "text" };
import scan from "./kernels/workgroup_scan.wgsl" with { type: "text" };

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

/** Active latents with the largest first, if prefixes are by size. */
export function sortListKernels(context: KernelContext): KernelSource[] {
  if (!context.layout.prefixes.areBySize) return [];
  return [dictionaryKernel(context, {
    label: "sort list",
    code: [sortList, ...actCode(context.layout).code, prefixPlane],
    names: ["lists", "counts", "packed", "pair_planes", "prefix_widths", ...actCode(context.layout).names],
    constants: prefixConstants(context),
    workgroups: (batch) => batch,
  })];
}

/** The reconstructions, the gradients there, and parts of the losses. */
export function decodeKernel(context: KernelContext): KernelSource {
  const { definition: { arch, objective }, layout } = context, { auxWidth } = layout, act = actCode(layout);
  const isLinear = arch.layers.at(-1)!.activation === "linear";
  return dictionaryKernel(context, {
    label: "decode",
    code: [decode, ...(isLinear ? [linearLoss] : [sigmoidLoss, sigmoid]), listSum, ...act.code, prefixPlane],
    names: ["params", "biases", "inputs", "lists", "counts", "errors", "stats", "prefix_widths", ...act.names],
    group: "decoder",
    constants: {
      PARTS_OFFSET: STEPS_PER_SUBMIT,
      AUX_WIDTH: auxWidth,
      AUX_ALPHA: auxWidth && objective.knobs.auxAlpha,
      HAS_GATES: layout.activates === "gate",
      PREFIX_WEIGHT: layout.prefixes.weight,
      ...prefixConstants(context),
      ...(isLinear ? {} : lossConstants(objective)),
    },
    workgroups: (batch) => batch * stripsOf(context),
  });
}

/** Logits alone, of latents that are activated as `act` says, for looking at the model. */
export function logitsKernel(context: KernelContext, act: Code): KernelSource {
  return dictionaryKernel(context, {
    label: "logits",
    code: [logits, listSum, ...act.code],
    names: ["params", "biases", "lists", "counts", "errors", ...act.names],
    group: "decoder",
    workgroups: (batch) => batch * stripsOf(context),
  });
}

/** Activation and gate of the latents on the lists; none if all that is listed is active. */
export function gateActsKernels(context: KernelContext): KernelSource[] {
  if (context.layout.activates !== "gate") return [];
  return [dictionaryKernel(context, {
    label: "gate acts",
    code: [gateActs, ...MAGNITUDE.code],
    names: ["lists", "counts", "gate_values", ...MAGNITUDE.names],
    workgroups: (batch) => batch,
  })];
}

/** The latents as dense rows, for looking at them. */
export function actsKernel(context: KernelContext): KernelSource {
  const act = actCode(context.layout);
  return dictionaryKernel(context, {
    label: "acts",
    code: [acts, ...act.code],
    names: ["slopes", "lists", "counts", ...act.names],
    workgroups: (batch) => batch,
  });
}

/** Where each row's latents begin among those of all rows. */
export function startsKernel(context: KernelContext): KernelSource {
  return dictionaryKernel(context, {
    label: "list starts",
    code: [countsBefore, scan],
    names: ["counts"],
    workgroup: context.tuning.selectLanes,
    constants: { COLUMN: 0 },
    workgroups: () => 1,
  });
}

/** The listed latents of all rows packed, or their values. */
export function packKernel(context: KernelContext, { hasValues }: { hasValues: boolean }): KernelSource {
  const act = actCode(context.layout);
  return dictionaryKernel(context, {
    label: hasValues ? "pack values" : "pack latents",
    code: [packLists, ...act.code],
    names: ["lists", "counts", "packed", ...act.names],
    constants: { HAS_VALUES: hasValues },
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
  const { layout, tuning: { lanes } } = context, act = actCode(layout);
  return dictionaryKernel(context, {
    label: "penalties",
    code: [penalties, penalty, ...act.code],
    names: ["marks", "latents", ...act.names],
    constants: penaltyConstants(context),
    workgroups: () => Math.ceil(layout.nLatents / lanes),
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
      HAS_PENALTY: context.layout.penalizes !== null,
      HAS_THRESHOLD: movesThreshold,
      DECAY: THRESHOLD_DECAY,
      ONE_MINUS_DECAY: 1 - THRESHOLD_DECAY,
    },
    workgroups: () => 1,
  });
}

/** Of kernels that ask which prefix a latent is in. */
export function prefixConstants({ layout: { prefixes } }: KernelContext): Record<string, boolean> {
  return { PREFIXES_BY_SIZE: prefixes.areBySize };
}

/** Workgroups for a row of the input, an invocation per quad. */
export function stripsOf({ layout: { inQuads }, tuning: { lanes } }: KernelContext): number {
  return Math.ceil(inQuads / lanes);
}

/** Of `kernels/latent_penalty.wgsl`. */
export function penaltyConstants({ layout: { penalizes, hasNorms } }: KernelContext): Record<string, boolean> {
  return {
    OF_LENGTH: penalizes === "length",
    OF_GATES: penalizes === "gates",
    OF_COUNT: penalizes === "count",
    HAS_NORMS: hasNorms,
  };
}
