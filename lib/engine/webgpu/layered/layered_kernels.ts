/**
 * The kernels of one model for one tuning. Compiles and runs nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../../engine.ts";
import { fusedStep } from "./fused_step.ts";
import type { StepKernels } from "../kernel_source.ts";
import { layeredStep } from "./layer_by_layer_step.ts";
import type { Tuning } from "../tuning.ts";

/** The kernels of a step, of its losses alone, and of looking at the model. */
export function stepKernels(definition: StepDefinition, tuning: Tuning): StepKernels {
  const layered = layeredStep(definition, tuning);
  return tuning.isFused ? { ...layered, ...fusedStep(definition, tuning) } : layered;
}
