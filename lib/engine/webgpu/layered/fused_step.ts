/**
 * A step in three dispatches, for models whose every layer of four images fits into workgroup memory:
 *
 *     forward rows    4 images per workgroup   every layer, the gradient at the logits, parts of the reconstruction loss
 *     backward rows   4 images per workgroup   ρ̂, the penalty, the gradient at every layer below, the step's losses
 *     update layers   4 × 4 weights each     the gradients of all weights and biases, and Adam
 *
 * Between the first two lies ρ̂, a mean over the batch, and between the last two the sum over it: fewer dispatches cannot
 * be. Compiles and runs nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../../engine.ts";
import { adamConstants, klConstants } from "../constants.ts";
import type { KernelSource, ModelKernels } from "../kernel_source.ts";
import adam from "../kernels/adam.wgsl" with { type: "text" };
import pixelQuad from "../kernels/pixel_quad.wgsl" with { type: "text" };
import sigmoid from "../kernels/sigmoid.wgsl" with { type: "text" };
import { QUAD } from "../quads.ts";
import backwardRows from "./kernels/backward_rows.wgsl" with { type: "text" };
import forwardRows from "./kernels/forward_rows.wgsl" with { type: "text" };
import fusedLayer from "./kernels/fused_layer.wgsl" with { type: "text" };
import kl from "./kernels/kl.wgsl" with { type: "text" };
import rows from "./kernels/rows.wgsl" with { type: "text" };
import updateLayers from "./kernels/update_layers.wgsl" with { type: "text" };
import { weightBlocks } from "./layer_table.ts";
import { layeredLayout, statsOffsets } from "./layered_gpu_layout.ts";
import { layeredKernel, outputLoss } from "./layered_kernel_source.ts";

/** Images that one workgroup carries through all layers. */
const ROWS = 4;

/** The three kernels of a step, for images that are floats or bytes; the first two of them leave its losses. */
export function fusedStep(
  definition: StepDefinition,
  { workgroup, isFloat }: { workgroup: number; isFloat: boolean },
): Pick<ModelKernels, "training" | "losses"> {
  const { arch, objective } = definition;
  const layout = layeredLayout(arch);
  const ofLayers = {
    WORKGROUP: workgroup,
    N_LAYERS: arch.layers.length,
    ACTS_STRIDE: layout.actsStride,
    GRADS_STRIDE: layout.gradsStride,
    PIXEL_STRIDE: layout.pixelStride / QUAD,
    IS_CENTERED: arch.hasCenteredInput,
    INPUT_MEAN_OFFSET: layout.inputMeanOffset,
    IS_FLOAT: isFloat,
  };
  const ofRows = { ...ofLayers, UNITS: layout.gradsStride * QUAD, PARTS_OFFSET: statsOffsets(layout).parts };
  const loss = outputLoss(definition);
  const toLosses: KernelSource[] = [
    layeredKernel({
      label: "forward rows",
      code: [forwardRows, loss.code, sigmoid, rows, fusedLayer, pixelQuad],
      constants: { ...ofRows, ...loss.constants },
      workgroups: (batch) => Math.ceil(batch / ROWS),
    }),
    layeredKernel({
      label: "backward rows",
      code: [backwardRows, kl, rows, fusedLayer, pixelQuad],
      constants: { ...ofRows, ...klConstants(objective) },
      workgroups: (batch) => Math.ceil(batch / ROWS),
    }),
  ];
  const update = layeredKernel({
    label: "update layers",
    code: [updateLayers, adam, fusedLayer, pixelQuad],
    constants: { ...ofLayers, ...adamConstants(definition.adam) },
    workgroups: () => Math.ceil(weightBlocks(layout) / workgroup),
  });
  return { training: [...toLosses, update], losses: toLosses };
}
