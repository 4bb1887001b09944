/**
 * What all kernels of a dictionary have in common: the variables of `kernels/dictionary.wgsl`, the sizes, and how a kernel
 * is put together. Compiles and runs nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../../engine.ts";
import { bindingsOf, type KernelSource, PIXELS, STEPS } from "../kernel_source.ts";
import type { DictionaryLayout, Group } from "./dictionary_gpu_layout.ts";
import type { DictionaryTuning } from "./dictionary_tuning.ts";
import step from "../kernels/step.wgsl" with { type: "text" };
import dictionary from "./kernels/dictionary.wgsl" with { type: "text" };

/** The buffers that `kernels/dictionary.wgsl` declares, in the order of their binding numbers. */
const DICTIONARY_VARIABLES = {
  this_step: "uniform",
  pixels: "read-only-storage",
  indices: "read-only-storage",
  params: "storage",
  adam_m: "storage",
  adam_v: "storage",
  biases: "storage",
  kept: "storage",
  inputs: "storage",
  pre_acts: "storage",
  slopes: "storage",
  lists: "storage",
  counts: "storage",
  marks: "storage",
  errors: "storage",
  latents: "storage",
  stats: "storage",
  bias_parts: "storage",
  batch_bins: "storage",
  gate_values: "storage",
  prefix_widths: "uniform",
  packed: "storage",
  pair_planes: "storage",
} as const satisfies Record<string, GPUBufferBindingType>;

/** A variable of `kernels/dictionary.wgsl`. */
export type DictionaryVariable = keyof typeof DICTIONARY_VARIABLES;

/** What a kernel is made for. */
export interface KernelContext {
  definition: StepDefinition;
  layout: DictionaryLayout;
  tuning: DictionaryTuning;
}

/** A kernel as its file states it. */
export interface DictionaryKernel extends Pick<KernelSource, "label" | "workgroups"> {
  /** Its files, but `dictionary.wgsl` and what follows that. */
  code: string[];
  /** The variables that they name. */
  names: DictionaryVariable[];
  /** What `params` and Adam's moments are. */
  group?: Group;
  /** Invocations in a workgroup; the tuning's `lanes` by default. */
  workgroup?: number;
  /** Values of its own `override`s. */
  constants?: KernelSource["constants"];
}

/** Puts a kernel together. */
export function dictionaryKernel(
  { layout, tuning: { lanes } }: KernelContext,
  { label, code, names, group = "encoder", workgroup = lanes, constants, workgroups }: DictionaryKernel,
): KernelSource {
  return {
    label,
    code: [...code, dictionary, step].join("\n"),
    bindings: bindingsOf(DICTIONARY_VARIABLES, {
      names: [...new Set<DictionaryVariable>(["this_step", ...names])],
      buffers: {
        this_step: STEPS,
        pixels: PIXELS,
        params: group,
        adam_m: `${group}_m`,
        adam_v: `${group}_v`,
        packed: "slopes",
      },
    }),
    constants: {
      IN_QUADS: layout.inQuads,
      LATENT_QUADS: layout.latentQuads,
      D_INPUT: layout.dInput,
      N_LATENTS: layout.nLatents,
      LIST_STRIDE: layout.listStride,
      PREFIXES: layout.prefixes.widths.length,
      PLANES: layout.planes,
      WORKGROUP: workgroup,
      ...constants,
    },
    workgroups,
  };
}
