/**
 * The kernels of a step for one model: which WGSL files, with which constants, in which order, on how many tiles.
 *
 *     forward  (each layer but the last)   acts = activation(x Wᵀ + b); the first gathers its images
 *     output                               recon, gradient at the logits, parts of the reconstruction loss
 *     penalty  (each penalized layer)      ρ̂, its divergence and slope
 *     losses                               the step's two losses
 *     backward (each layer but the first)  gradient at the layer below
 *     update   (each layer)                gradients of weight and bias, Adam
 *
 * That is 3 dispatches a layer and 1 a penalized layer: 13 for the default model. Does not own buffers or run anything.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { RHO_HAT_MIN } from "../../kl.ts";
import type { StepDefinition } from "../engine.ts";
import { compilePipeline } from "./pipeline.ts";
import affine from "./kernels/affine.wgsl" with { type: "text" };
import backward from "./kernels/backward.wgsl" with { type: "text" };
import forward from "./kernels/forward.wgsl" with { type: "text" };
import layerInput from "./kernels/layer_input.wgsl" with { type: "text" };
import logits from "./kernels/logits.wgsl" with { type: "text" };
import losses from "./kernels/losses.wgsl" with { type: "text" };
import output from "./kernels/output.wgsl" with { type: "text" };
import penalty from "./kernels/penalty.wgsl" with { type: "text" };
import step from "./kernels/step.wgsl" with { type: "text" };
import tile from "./kernels/tile.wgsl" with { type: "text" };
import update from "./kernels/update.wgsl" with { type: "text" };
import { type LayerLayout, type Layout, layoutOf, QUAD, TILE } from "./layout.ts";

/** One dispatch of a step, ready to be encoded. */
export interface Dispatch {
  pipeline: GPUComputePipeline;
  /** Workgroups for a batch of so many images, [x, y]. */
  workgroups(batch: number): [number, number];
}

/** What an engine can dispatch. */
export interface Kernels {
  bindGroupLayout: GPUBindGroupLayout;
  /** A whole step, in order. */
  training: Dispatch[];
  /** A forward pass, a layer each; the last one leaves logits where training leaves their gradient. */
  evaluation: Dispatch[];
}

/** Step slots at the start of the statistics buffer: so many steps are submitted at once. */
export const STEPS_PER_SUBMIT = 128;

/** A kernel before it is compiled. */
interface KernelSource {
  label: string;
  /** The kernel, then what it builds on. */
  code: string[];
  constants: Record<string, number>;
  /** Invocations, or workgroups where the kernel counts in those. */
  size(batch: number): { invocations: number } | { workgroups: number };
}

/** The length of the statistics buffer for batches of so many images, in quads. */
export function statsQuads({ layers, unitQuads }: Layout, batch: number): number {
  return partsOffset(unitQuads) + tileRows(batch) * tileColumns(layers.at(-1)!.outQuads);
}

/**
 * Compiles the kernels of a model.
 *
 * @param options `workgroup`: invocations in a workgroup, a power of two.
 * @throws {Error} A kernel does not compile: a bug, shown with its source line.
 */
export async function compileKernels(
  definition: StepDefinition,
  { device, workgroup }: { device: GPUDevice; workgroup: number },
): Promise<Kernels> {
  const bindGroupLayout = device.createBindGroupLayout({
    label: "step",
    entries: ["uniform", "read-only-storage", "read-only-storage", ...new Array(6).fill("storage")].map((
      type,
      binding,
    ) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type, hasDynamicOffset: binding === 0 },
    })),
  });
  const layout = device.createPipelineLayout({ bindGroupLayouts: [bindGroupLayout] });
  const compile = async ({ label, code, constants, size }: KernelSource): Promise<Dispatch> => {
    const pipeline = await compilePipeline(device, {
      label,
      code: [...code, step].join("\n"),
      layout,
      constants: { ...constants, WORKGROUP: workgroup },
    });
    return {
      pipeline,
      workgroups: (batch) => {
        const needed = size(batch);
        const count = "workgroups" in needed ? needed.workgroups : Math.ceil(needed.invocations / workgroup);
        const y = Math.ceil(count / device.limits.maxComputeWorkgroupsPerDimension);
        return [Math.ceil(count / y), y];
      },
    };
  };
  const { layers, below, trainingOutput, evaluationOutput, rest } = sources(definition);
  const [training, logitsDispatch] = await Promise.all([
    Promise.all([...below, trainingOutput, ...rest].map(compile)),
    compile(evaluationOutput),
  ]);
  return { bindGroupLayout, training, evaluation: [...training.slice(0, layers.length - 1), logitsDispatch] };
}

function sources(definition: StepDefinition) {
  const { arch, objective, adam } = definition;
  const layout = layoutOf(arch);
  const { layers, actsStride, gradsStride, unitQuads } = layout;
  const output_ = layers.at(-1)!;
  const slopesOffset = STEPS_PER_SUBMIT, divergencesOffset = slopesOffset + unitQuads;
  const ACTS_STRIDE = actsStride, GRADS_STRIDE = gradsStride, PARTS_OFFSET = partsOffset(unitQuads);
  const isSigmoid = (at: LayerLayout) => Number(at.layer.activation === "sigmoid");

  const inputConstants = (l: number) => ({
    READS_PIXELS: Number(l === 0),
    PIXEL_STRIDE: layout.pixelStride / QUAD,
    ACTS_STRIDE,
    INPUT_OFFSET: l === 0 ? 0 : layers[l - 1].actsOffset,
    IN_QUADS: layers[l].inQuads,
    OUT_QUADS: layers[l].outQuads,
    WEIGHT_OFFSET: layers[l].weightOffset,
    BIAS_OFFSET: layers[l].biasOffset,
  });
  const affineKernel = (label: string, l: number, kernel: string, constants: Record<string, number>): KernelSource => ({
    label,
    code: [kernel, affine, layerInput, tile],
    constants: { ...inputConstants(l), D_OUT: layers[l].layer.dOut, ...constants },
    size: (batch) => ({ invocations: tileRows(batch) * tileColumns(layers[l].outQuads) }),
  });
  const last = layers.length - 1;
  const outputConstants = { GRADS_STRIDE, GRADS_OFFSET: output_.gradsOffset };

  const below = layers.slice(0, -1).map((at, l) =>
    affineKernel(`forward ${at.layer.name}`, l, forward, { IS_SIGMOID: isSigmoid(at), ACTS_OFFSET: at.actsOffset })
  );
  const trainingOutput = affineKernel(`output ${output_.layer.name}`, last, output, {
    ...outputConstants,
    IS_BCE: Number(objective.loss === "bce"),
    PARTS_OFFSET,
  });
  const evaluationOutput = affineKernel(`logits ${output_.layer.name}`, last, logits, outputConstants);

  const penalties = layers.filter(({ layer }) => layer.isPenalized).map((at): KernelSource => ({
    label: `penalty ${at.layer.name}`,
    code: [penalty],
    constants: {
      RHO: objective.rho,
      BETA: objective.beta,
      RHO_HAT_MIN,
      D_OUT: at.layer.dOut,
      ACTS_STRIDE,
      ACTS_OFFSET: at.actsOffset,
      SLOPES_OFFSET: slopesOffset + at.unitsOffset,
      DIVERGENCES_OFFSET: divergencesOffset + at.unitsOffset,
    },
    size: () => ({ workgroups: at.outQuads }),
  }));
  const lossesKernel: KernelSource = {
    label: "losses",
    code: [losses],
    constants: {
      OUT_QUADS: output_.outQuads,
      PARTS_OFFSET,
      DIVERGENCES_OFFSET: divergencesOffset,
      DIVERGENCE_QUADS: unitQuads,
    },
    size: () => ({ workgroups: 1 }),
  };
  const backwards = layers.slice(1).map((at, i): KernelSource => {
    const under = layers[i];
    return {
      label: `backward ${at.layer.name}`,
      code: [backward, tile],
      constants: {
        IN_QUADS: at.inQuads,
        OUT_QUADS: at.outQuads,
        WEIGHT_OFFSET: at.weightOffset,
        GRADS_STRIDE,
        OUT_GRADS_OFFSET: at.gradsOffset,
        IN_GRADS_OFFSET: under.gradsOffset,
        ACTS_STRIDE,
        ACTS_OFFSET: under.actsOffset,
        IS_SIGMOID: isSigmoid(under),
        IS_PENALIZED: Number(under.layer.isPenalized),
        SLOPES_OFFSET: slopesOffset + under.unitsOffset,
      },
      size: (batch) => ({ invocations: tileRows(batch) * tileColumns(at.inQuads) }),
    };
  }).reverse();
  const updates = layers.map((at, l): KernelSource => ({
    label: `update ${at.layer.name}`,
    code: [update, layerInput, tile],
    constants: {
      ...inputConstants(l),
      GRADS_STRIDE,
      GRADS_OFFSET: at.gradsOffset,
      BETA1: adam.beta1,
      ONE_MINUS_BETA1: 1 - adam.beta1,
      BETA2: adam.beta2,
      ONE_MINUS_BETA2: 1 - adam.beta2,
      EPSILON: adam.epsilon,
    },
    size: () => ({ invocations: tileColumns(at.outQuads) * tileColumns(at.inQuads) }),
  }));
  return {
    layers,
    below,
    trainingOutput,
    evaluationOutput,
    rest: [...penalties, lossesKernel, ...backwards, ...updates],
  };
}

/** Where the tiles' parts of the reconstruction loss begin: after the slots, the slopes and the divergences. */
function partsOffset(unitQuads: number): number {
  return STEPS_PER_SUBMIT + 2 * unitQuads;
}

function tileRows(batch: number): number {
  return Math.ceil(batch / TILE);
}

function tileColumns(quads: number): number {
  return quads * QUAD / TILE;
}
