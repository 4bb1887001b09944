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
 * That is 3 dispatches a layer and 1 a penalized layer: 13 for the default model. Compiles and runs nothing.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../../engine.ts";
import backward from "./kernels/backward.wgsl" with { type: "text" };
import forward from "./kernels/forward.wgsl" with { type: "text" };
import layerCode from "./kernels/layer.wgsl" with { type: "text" };
import layerInput from "./kernels/layer_input.wgsl" with { type: "text" };
import logits from "./kernels/layer_logits.wgsl" with { type: "text" };
import losses from "./kernels/layered_losses.wgsl" with { type: "text" };
import output from "./kernels/output.wgsl" with { type: "text" };
import penalty from "./kernels/kl_penalty.wgsl" with { type: "text" };
import product from "../kernels/product.wgsl" with { type: "text" };
import step from "./kernels/step.wgsl" with { type: "text" };
import update from "./kernels/update.wgsl" with { type: "text" };
import sigmoid from "../kernels/sigmoid.wgsl" with { type: "text" };
import adamCode from "../kernels/adam.wgsl" with { type: "text" };
import kl from "./kernels/kl.wgsl" with { type: "text" };
import loss from "../kernels/sigmoid_loss.wgsl" with { type: "text" };
import { adamConstants, klConstants, lossConstants } from "../constants.ts";
import type { KernelSource, StepKernels } from "../kernel_source.ts";
import { type LayerLayout, layoutOf } from "./layered_gpu_layout.ts";
import { QUAD } from "../quads.ts";
import { statsOffsets } from "../statistics.ts";
import { PRODUCTS, productWorkgroups } from "../product_tiles.ts";
import type { Tuning } from "../tuning.ts";

/** A model's kernels, its step taken layer by layer. */
export function layeredStep(definition: StepDefinition, tuning: Tuning): StepKernels {
  const { arch, objective } = definition;
  const layout = layoutOf(arch);
  const { layers, unitQuads } = layout;
  const offsets = statsOffsets(layout);
  const { code: multiply, tileRows, tileQuads } = PRODUCTS[tuning.product];
  const WORKGROUP = tuning.workgroup, ACTS_STRIDE = layout.actsStride, GRADS_STRIDE = layout.gradsStride;

  /** A kernel that computes a product with so many rows and columns; 0 rows: one for each image. */
  const ofTiles = (label: string, code: string[], size: { rows: number; quads: number }, constants: Constants) => ({
    label,
    code: [...code, multiply, product, step].join("\n"),
    constants: { ...constants, WORKGROUP },
    workgroups: (batch: number) => productWorkgroups(tuning, { rows: size.rows || batch, quads: size.quads }),
  });
  const input = (l: number): Constants => ({
    READS_PIXELS: Number(l === 0),
    IS_CENTERED: Number(l === 0 && arch.hasCenteredInput),
    INPUT_MEAN_OFFSET: layout.inputMeanOffset,
    PIXEL_STRIDE: layout.pixelStride / QUAD,
    ACTS_STRIDE,
    INPUT_OFFSET: l === 0 ? 0 : layers[l - 1].actsOffset,
  });
  const parameters = ({ inQuads, outQuads, weightOffset, biasOffset }: LayerLayout): Constants => ({
    IN_QUADS: inQuads,
    OUT_QUADS: outQuads,
    WEIGHT_OFFSET: weightOffset,
    BIAS_OFFSET: biasOffset,
  });
  const ofLayer = (kind: string, code: string[], l: number, constants: Constants) => {
    const at = layers[l];
    return ofTiles(`${kind} ${at.layer.name}`, [...code, layerCode, layerInput], { rows: 0, quads: at.outQuads }, {
      ...input(l),
      ...parameters(at),
      D_OUT: at.layer.dOut,
      ...constants,
    });
  };
  const last = layers.length - 1;
  const toOutput = { GRADS_STRIDE, GRADS_OFFSET: layers[last].gradsOffset };

  const forwards = layers.slice(0, last).map((at, l) =>
    ofLayer("forward", [forward, sigmoid], l, { IS_SIGMOID: isSigmoid(at), ACTS_OFFSET: at.actsOffset })
  );
  const outputKernel = ofLayer("output", [output, loss, sigmoid], last, {
    ...toOutput,
    ...lossConstants(objective),
    PARTS_OFFSET: offsets.parts,
  });
  const penalties = layers.filter(({ layer }) => layer.isPenalized).map((at): KernelSource => ({
    label: `penalty ${at.layer.name}`,
    code: [penalty, kl, step].join("\n"),
    constants: {
      ...klConstants(objective),
      WORKGROUP,
      D_OUT: at.layer.dOut,
      ACTS_STRIDE,
      ACTS_OFFSET: at.actsOffset,
      SLOPES_OFFSET: offsets.slopes + at.unitsOffset,
      DIVERGENCES_OFFSET: offsets.divergences + at.unitsOffset,
    },
    workgroups: () => at.outQuads,
  }));
  const lossesKernel: KernelSource = {
    label: "losses",
    code: [losses, step].join("\n"),
    constants: {
      WORKGROUP,
      PARTS_OFFSET: offsets.parts,
      TILE_ROWS: tileRows,
      TILES_IN_ROW: layers[last].outQuads / tileQuads,
      DIVERGENCES_OFFSET: offsets.divergences,
      DIVERGENCE_QUADS: unitQuads,
    },
    workgroups: () => 1,
  };
  const backwards = layers.slice(1).map((at, i) => {
    const below = layers[i];
    return ofTiles(`backward ${at.layer.name}`, [backward], { rows: 0, quads: at.inQuads }, {
      IN_QUADS: at.inQuads,
      OUT_QUADS: at.outQuads,
      WEIGHT_OFFSET: at.weightOffset,
      GRADS_STRIDE,
      OUT_GRADS_OFFSET: at.gradsOffset,
      IN_GRADS_OFFSET: below.gradsOffset,
      ACTS_STRIDE,
      ACTS_OFFSET: below.actsOffset,
      IS_SIGMOID: isSigmoid(below),
      IS_PENALIZED: Number(below.layer.isPenalized),
      SLOPES_OFFSET: offsets.slopes + below.unitsOffset,
    });
  });
  const updates = layers.map((at, l) =>
    ofTiles(
      `update ${at.layer.name}`,
      [update, adamCode, layerInput],
      { rows: at.outQuads * QUAD, quads: at.inQuads },
      {
        ...input(l),
        ...parameters(at),
        GRADS_STRIDE,
        GRADS_OFFSET: at.gradsOffset,
        ...adamConstants(definition.adam),
      },
    )
  );
  const toLosses = [...forwards, outputKernel, ...penalties, lossesKernel];
  return {
    training: [...toLosses, ...backwards.reverse(), ...updates],
    losses: toLosses,
    evaluation: [...forwards, ofLayer("logits", [logits], last, toOutput)],
  };
}

type Constants = Record<string, number>;

function isSigmoid({ layer }: LayerLayout): number {
  return Number(layer.activation === "sigmoid");
}
