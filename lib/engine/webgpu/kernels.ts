/**
 * The kernels of one model for one tuning. Compiles and runs nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../engine.ts";
import { fusedStep } from "./fused_step.ts";
import { layeredStep } from "./layered_step.ts";
import type { KernelSource } from "./pipeline.ts";
import type { Tuning } from "./tuning.ts";

/** A model's kernels, in the order in which they run. */
export interface StepKernels {
  /** A whole step. */
  training: KernelSource[];
  /** A forward pass, one a layer; the last leaves logits in the place of their gradient. */
  evaluation: KernelSource[];
}

/** The kernels of a step, and those of looking at the model. */
export function stepKernels(definition: StepDefinition, tuning: Tuning): StepKernels {
  const layered = layeredStep(definition, tuning);
  return tuning.isFused ? { ...layered, training: fusedStep(definition, tuning) } : layered;
}
