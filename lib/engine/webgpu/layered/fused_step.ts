/**
 * A step in three dispatches, for models whose every layer of four images fits into workgroup memory:
 *
 *     forward rows    4 images a workgroup   every layer, the gradient at the logits, parts of the reconstruction loss
 *     backward rows   4 images a workgroup   ρ̂, the penalty, the gradient at every layer below, the step's losses
 *     update layers   4 × 4 weights each     the gradients of all weights and biases, and Adam
 *
 * Between the first two lies ρ̂, a mean over the batch, and between the last two the sum over it: fewer dispatches cannot
 * be. Compiles and runs nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../../engine.ts";
import { adamConstants, klConstants, lossConstants } from "../constants.ts";
import adam from "../kernels/adam.wgsl" with { type: "text" };
import backwardRows from "./kernels/backward_rows.wgsl" with { type: "text" };
import forwardRows from "./kernels/forward_rows.wgsl" with { type: "text" };
import fusedLayer from "./kernels/fused_layer.wgsl" with { type: "text" };
import kl from "./kernels/kl.wgsl" with { type: "text" };
import loss from "../kernels/sigmoid_loss.wgsl" with { type: "text" };
import rows from "./kernels/rows.wgsl" with { type: "text" };
import sigmoid from "../kernels/sigmoid.wgsl" with { type: "text" };
import step from "./kernels/step.wgsl" with { type: "text" };
import updateLayers from "./kernels/update_layers.wgsl" with { type: "text" };
import type { KernelSource, StepKernels } from "../kernel_source.ts";
import { type Layout, layoutOf } from "./layered_gpu_layout.ts";
import { QUAD } from "../quads.ts";
import { statsOffsets } from "../statistics.ts";

/** Images that one workgroup carries through all layers. */
const ROWS = 4;

/** The three kernels of a step; the first two of them leave its losses. */
export function fusedStep(
  definition: StepDefinition,
  { workgroup }: { workgroup: number },
): Pick<StepKernels, "training" | "losses"> {
  const { arch, objective } = definition;
  const layout = layoutOf(arch);
  const { layers } = layout;
  const places = layers.map((_, l) => wgslLayer(layout, l));
  const last = layers.length - 1;
  const ofLayers = {
    ACTS_STRIDE: layout.actsStride,
    GRADS_STRIDE: layout.gradsStride,
    PIXEL_STRIDE: layout.pixelStride / QUAD,
    IS_CENTERED: Number(arch.hasCenteredInput),
    INPUT_MEAN_OFFSET: layout.inputMeanOffset,
  };
  const ofRows = {
    ...ofLayers,
    WORKGROUP: workgroup,
    UNITS: layout.gradsStride * QUAD,
    PARTS_OFFSET: statsOffsets(layout).parts,
  };
  const forwardCalls = places.map((place, l) => `${l < last ? "hidden" : "output"}_layer(${place}, row, lane);`);
  const backwardCalls = places.slice(1).map((place, i) => `backward_layer(${place}, ${places[i]}, row, lane);`);
  const blocks = layers.map(({ inQuads, outQuads }) => inQuads * outQuads);
  const firstBlock = blocks.map((_, l) => blocks.slice(0, l).reduce((a, b) => a + b, 0));
  const nBlocks = blocks.reduce((a, b) => a + b);
  const updateCalls = places.map((place, l) =>
    `if (block < ${firstBlock[l] + blocks[l]}) { update_layer(${place}, block - ${firstBlock[l]}); return; }`
  );

  const toLosses: KernelSource[] = [
    {
      label: "forward rows",
      code: [
        forwardRows,
        wgslFunction("forward_layers(row: u32, lane: u32)", forwardCalls),
        ...[loss, sigmoid, rows, fusedLayer, step],
      ].join("\n"),
      constants: { ...ofRows, ...lossConstants(objective) },
      workgroups: (batch) => Math.ceil(batch / ROWS),
    },
    {
      label: "backward rows",
      code: [
        backwardRows,
        wgslFunction("backward_layers(row: u32, lane: u32)", [
          `load_gradient(${places[last]}, row, lane);`,
          ...backwardCalls.reverse(),
        ]),
        ...[kl, rows, fusedLayer, step],
      ].join("\n"),
      constants: { ...ofRows, ...klConstants(objective) },
      workgroups: (batch) => Math.ceil(batch / ROWS),
    },
  ];
  const update: KernelSource = {
    label: "update layers",
    code: [updateLayers, wgslFunction("update_block(block: u32)", updateCalls), adam, fusedLayer, step].join("\n"),
    constants: { ...ofLayers, WORKGROUP: workgroup, ...adamConstants(definition.adam) },
    workgroups: () => Math.ceil(nBlocks / workgroup),
  };
  return { training: [...toLosses, update], losses: toLosses };
}

/** A `Layer` of `kernels/fused_layer.wgsl`, its fields in order. */
function wgslLayer({ layers, pixelStride }: Layout, l: number): string {
  const { layer, inQuads, outQuads, weightOffset, biasOffset, actsOffset, gradsOffset } = layers[l];
  const unitOf = (actsOffset: number) => pixelStride + QUAD * actsOffset; // after the images
  const isFirst = l === 0, isLast = l === layers.length - 1;
  const inputAct = isFirst ? 0 : layers[l - 1].actsOffset, outputAct = isLast ? 0 : actsOffset;
  const numbers = [
    ...[inQuads, outQuads, layer.dOut, weightOffset, biasOffset],
    ...[isFirst ? 0 : unitOf(inputAct), isLast ? 0 : unitOf(outputAct), inputAct, outputAct, gradsOffset],
  ];
  const claims = [layer.activation === "sigmoid", layer.isPenalized, isFirst];
  return `Layer(${[...numbers.map((n) => `${n}u`), ...claims].join(", ")})`;
}

function wgslFunction(signature: string, lines: string[]): string {
  return `fn ${signature} {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
}
