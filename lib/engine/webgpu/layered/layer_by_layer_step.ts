/**
 * A step layer by layer: which WGSL files, with which constants, in which order, how many tiles.
 *
 *     forward   each layer but the last    acts = activation(x Wᵀ + b); the first layer gathers its images, centred if asked
 *     output    the last layer             recon; the gradient at the logits; parts of the reconstruction loss
 *     penalty   each penalized layer       ρ̂, its divergence and slope
 *     losses    once                       the step's two losses
 *     backward  each layer but the first   the gradient at the layer below
 *     update    each layer                 the gradients of weight and bias, and Adam
 *
 * That is 3 dispatches per layer and 1 per penalized layer: 13 for the default model. Compiles and runs nothing.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../../engine.ts";
import { adamConstants, klConstants } from "../constants.ts";
import type { KernelSource, ModelKernels } from "../kernel_source.ts";
import adam from "../kernels/adam.wgsl" with { type: "text" };
import pixelQuad from "../kernels/pixel_quad.wgsl" with { type: "text" };
import product from "../kernels/product.wgsl" with { type: "text" };
import sigmoid from "../kernels/sigmoid.wgsl" with { type: "text" };
import { PRODUCTS, productWorkgroups } from "../product_tiles.ts";
import { QUAD } from "../quads.ts";
import backward from "./kernels/backward.wgsl" with { type: "text" };
import forward from "./kernels/forward.wgsl" with { type: "text" };
import kl from "./kernels/kl.wgsl" with { type: "text" };
import klPenalty from "./kernels/kl_penalty.wgsl" with { type: "text" };
import layerCode from "./kernels/layer.wgsl" with { type: "text" };
import layerInput from "./kernels/layer_input.wgsl" with { type: "text" };
import logits from "./kernels/layer_logits.wgsl" with { type: "text" };
import layerRows from "./kernels/layer_rows.wgsl" with { type: "text" };
import losses from "./kernels/layered_losses.wgsl" with { type: "text" };
import output from "./kernels/output.wgsl" with { type: "text" };
import update from "./kernels/update.wgsl" with { type: "text" };
import { type LayeredLayout, layeredLayout, type LayerLayout, statsOffsets } from "./layered_gpu_layout.ts";
import { layeredKernel, outputLoss } from "./layered_kernel_source.ts";
import type { LayeredTuning } from "./layered_tuning.ts";

type Constants = KernelSource["constants"];

/** What a step is made for. */
interface Context {
  definition: StepDefinition;
  layout: LayeredLayout;
  offsets: ReturnType<typeof statsOffsets>;
  tuning: LayeredTuning;
  isFloat: boolean;
}

/** A model's kernels, its step taken layer by layer; images are floats or bytes. */
export function layerByLayerStep(
  definition: StepDefinition,
  { tuning, isFloat }: { tuning: LayeredTuning; isFloat: boolean },
): ModelKernels {
  const layout = layeredLayout(definition.arch), offsets = statsOffsets(layout);
  const context = { definition, layout, offsets, tuning, isFloat };
  const numbers = [...layout.layers.keys()], last = numbers.length - 1;
  const forwards = numbers.slice(0, last).map((l) => forwardKernel(context, l));
  const toLosses = [
    ...forwards,
    outputKernel(context),
    ...layout.layers.filter(({ layer }) => layer.isPenalized).map((at) => penaltyKernel(context, at)),
    lossesKernel(context),
  ];
  const toLogits = [...forwards, logitsKernel(context)];
  return {
    training: [
      ...toLosses,
      ...numbers.slice(1).reverse().map((l) => backwardKernel(context, l)),
      ...numbers.map((l) => updateKernel(context, l)),
    ],
    losses: toLosses,
    forward: toLogits,
    decode: toLogits.slice(definition.arch.latentIndex + 1),
    lists: [],
    listedValues: [],
  };
}

function forwardKernel(context: Context, l: number): KernelSource {
  const at = context.layout.layers[l];
  return layerKernel(context, {
    label: "forward",
    l,
    code: [forward, layerRows, sigmoid],
    constants: { IS_SIGMOID: isSigmoid(at), ACTS_OFFSET: at.actsOffset },
  });
}

function outputKernel(context: Context): KernelSource {
  const loss = outputLoss(context.definition);
  return layerKernel(context, {
    label: "output",
    l: context.layout.layers.length - 1,
    code: [output, loss.code, sigmoid],
    constants: { ...toOutput(context), ...loss.constants, PARTS_OFFSET: context.offsets.parts },
  });
}

function logitsKernel(context: Context): KernelSource {
  const l = context.layout.layers.length - 1;
  return layerKernel(context, { label: "logits", l, code: [logits, layerRows], constants: toOutput(context) });
}

function penaltyKernel({ definition, layout, offsets, tuning }: Context, at: LayerLayout): KernelSource {
  return layeredKernel({
    label: `penalty ${at.layer.name}`,
    code: [klPenalty, kl],
    constants: {
      ...klConstants(definition.objective),
      WORKGROUP: tuning.workgroup,
      D_OUT: at.layer.dOut,
      ACTS_STRIDE: layout.actsStride,
      ACTS_OFFSET: at.actsOffset,
      SLOPES_OFFSET: offsets.slopes + at.unitsOffset,
      DIVERGENCES_OFFSET: offsets.divergences + at.unitsOffset,
    },
    workgroups: () => at.outQuads,
  });
}

function lossesKernel({ layout: { layers, unitQuads }, offsets, tuning }: Context): KernelSource {
  const { tileRows, tileQuads } = PRODUCTS[tuning.product];
  return layeredKernel({
    label: "losses",
    code: [losses],
    constants: {
      WORKGROUP: tuning.workgroup,
      PARTS_OFFSET: offsets.parts,
      TILE_ROWS: tileRows,
      TILES_IN_ROW: layers.at(-1)!.outQuads / tileQuads,
      DIVERGENCES_OFFSET: offsets.divergences,
      DIVERGENCE_QUADS: unitQuads,
    },
    workgroups: () => 1,
  });
}

/** From layer `l` to the layer below. */
function backwardKernel(context: Context, l: number): KernelSource {
  const { layout: { layers, gradsStride, actsStride }, offsets } = context;
  const at = layers[l], below = layers[l - 1];
  return tiledKernel(context, {
    label: `backward ${at.layer.name}`,
    code: [backward],
    size: { rows: null, quads: at.inQuads },
    constants: {
      IN_QUADS: at.inQuads,
      OUT_QUADS: at.outQuads,
      WEIGHT_OFFSET: at.weightOffset,
      GRADS_STRIDE: gradsStride,
      OUT_GRADS_OFFSET: at.gradsOffset,
      IN_GRADS_OFFSET: below.gradsOffset,
      ACTS_STRIDE: actsStride,
      ACTS_OFFSET: below.actsOffset,
      IS_SIGMOID: isSigmoid(below),
      IS_PENALIZED: below.layer.isPenalized,
      SLOPES_OFFSET: offsets.slopes + below.unitsOffset,
    },
  });
}

function updateKernel(context: Context, l: number): KernelSource {
  const { definition, layout } = context, at = layout.layers[l];
  return tiledKernel(context, {
    label: `update ${at.layer.name}`,
    code: [update, adam, layerInput, pixelQuad],
    size: { rows: at.outQuads * QUAD, quads: at.inQuads },
    constants: {
      ...inputConstants(context, l),
      ...parameterConstants(at),
      GRADS_STRIDE: layout.gradsStride,
      GRADS_OFFSET: at.gradsOffset,
      IS_FROZEN: at.layer.isFrozen,
      ...adamConstants(definition.adam),
    },
  });
}

/** A kernel that computes layer `l`'s x Wᵀ + b and does something with it. */
function layerKernel(
  context: Context,
  { label, l, code, constants }: { label: string; l: number; code: string[]; constants: Constants },
): KernelSource {
  const at = context.layout.layers[l];
  return tiledKernel(context, {
    label: `${label} ${at.layer.name}`,
    code: [...code, layerCode, layerInput, pixelQuad],
    size: { rows: null, quads: at.outQuads },
    constants: {
      ...inputConstants(context, l),
      ...parameterConstants(at),
      D_OUT: at.layer.dOut,
      ...constants,
    },
  });
}

/** A kernel that computes a product of this size; `rows` null: one for each image. */
function tiledKernel(
  { tuning }: Context,
  { size: { rows, quads }, code, constants, ...kernel }: {
    label: string;
    code: string[];
    size: { rows: number | null; quads: number };
    constants: Constants;
  },
): KernelSource {
  return layeredKernel({
    ...kernel,
    code: [...code, PRODUCTS[tuning.product].code, product],
    constants: { ...constants, WORKGROUP: tuning.workgroup },
    workgroups: (batch) => productWorkgroups(tuning, { rows: rows ?? batch, quads }),
  });
}

/** Of `kernels/layer_input.wgsl`. Only the first layer and the loss read images. */
function inputConstants({ definition: { arch }, layout, isFloat }: Context, l: number): Constants {
  return {
    READS_PIXELS: l === 0,
    IS_FLOAT: isFloat && (l === 0 || l === layout.layers.length - 1),
    IS_CENTERED: l === 0 && arch.hasCenteredInput,
    INPUT_MEAN_OFFSET: layout.inputMeanOffset,
    PIXEL_STRIDE: layout.pixelStride / QUAD,
    ACTS_STRIDE: layout.actsStride,
    INPUT_OFFSET: l === 0 ? 0 : layout.layers[l - 1].actsOffset,
  };
}

function parameterConstants({ inQuads, outQuads, weightOffset, biasOffset }: LayerLayout): Constants {
  return { IN_QUADS: inQuads, OUT_QUADS: outQuads, WEIGHT_OFFSET: weightOffset, BIAS_OFFSET: biasOffset };
}

/** Where the output layer is in `grads`. */
function toOutput({ layout: { gradsStride, layers } }: Context): Constants {
  return { GRADS_STRIDE: gradsStride, GRADS_OFFSET: layers.at(-1)!.gradsOffset };
}

function isSigmoid({ layer }: LayerLayout): boolean {
  return layer.activation === "sigmoid";
}
