/**
 * What all kernels of a layered model have in common: the variables of `kernels/layered.wgsl`. Compiles and runs nothing.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../../engine.ts";
import { lossConstants } from "../constants.ts";
import { bindingsOf, type KernelSource, PIXELS, STEPS } from "../kernel_source.ts";
import linearLoss from "../kernels/linear_loss.wgsl" with { type: "text" };
import sigmoidLoss from "../kernels/sigmoid_loss.wgsl" with { type: "text" };
import step from "../kernels/step.wgsl" with { type: "text" };
import layered from "./kernels/layered.wgsl" with { type: "text" };

/** The buffer of `Layer`s that the kernels of all layers at once read. */
export const LAYERS = "layers";

/** The buffers that `kernels/layered.wgsl` and `kernels/fused_layer.wgsl` declare, in the order of their binding numbers. */
const LAYERED_VARIABLES = {
  this_step: "uniform",
  pixels: "read-only-storage",
  indices: "read-only-storage",
  params: "storage",
  adam_m: "storage",
  adam_v: "storage",
  acts: "storage",
  grads: "storage",
  stats: "storage",
  layers: "uniform",
} as const satisfies Record<string, GPUBufferBindingType>;

const BINDINGS = bindingsOf(LAYERED_VARIABLES, {
  names: Object.keys(LAYERED_VARIABLES) as (keyof typeof LAYERED_VARIABLES)[],
  buffers: { this_step: STEPS, pixels: PIXELS, adam_m: "m", adam_v: "v", layers: LAYERS },
});

/** Puts a kernel together from its files, but `layered.wgsl`. All kernels see all buffers, so that they are bound once per step. */
export function layeredKernel(
  { code, ...kernel }: Omit<KernelSource, "code" | "bindings"> & { code: string[] },
): KernelSource {
  return { ...kernel, code: [...code, layered, step].join("\n"), bindings: BINDINGS };
}

/** The loss at a model's output, which may name sigmoid(): its code, and values of that code's `override`s. */
export function outputLoss({ arch, objective }: StepDefinition): Pick<KernelSource, "code" | "constants"> {
  return arch.layers.at(-1)!.activation === "linear"
    ? { code: linearLoss, constants: {} }
    : { code: sigmoidLoss, constants: lossConstants(objective) };
}
