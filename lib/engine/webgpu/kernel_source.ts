/**
 * What a kernel is before it is compiled, and which of them make a model. Compiles and runs nothing.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** One kernel, not yet compiled. */
export interface KernelSource {
  label: string;
  code: string;
  /** One value for each `override` of the code; booleans as 0 and 1. */
  constants: Record<string, number>;
  /** How many workgroups to dispatch for a batch of this many images. */
  workgroups(batch: number): number;
}

/** A model's kernels, in the order in which they run. */
export interface StepKernels {
  /** A whole step. */
  training: KernelSource[];
  /** The part of a step that finds its losses, and changes neither parameters nor moments. */
  losses: KernelSource[];
  /** A forward pass, one a layer; the last leaves logits in the place of their gradient. */
  evaluation: KernelSource[];
}
