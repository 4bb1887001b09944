/**
 * Which models the dictionary engine trains, and what it needs on the device. Does not know devices.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { VariantName } from "../../../sae/sparsity/variants.ts";
import type { StepDefinition } from "../../engine.ts";
import { padded } from "../layout.ts";
import { dictionaryLayout, modelBytes, workBytes } from "./layout.ts";

/** The variants whose latents the kernels know. */
const VARIANTS: VariantName[] = ["l1", "topk", "batchtopk"];

/** Whether a model is the dictionary engine's: its variant is, and there are no hidden layers. */
export function isDictionary({ arch, objective }: StepDefinition): boolean {
  return VARIANTS.includes(objective.sparsity) && arch.layers.length === 2;
}

/** Why a model that neither WebGPU engine trains is none for them, in words; null where it is the dictionary engine's. */
export function whyNotDictionary(definition: StepDefinition): string | null {
  const { arch, objective: { sparsity, knobs } } = definition;
  if (!VARIANTS.includes(sparsity)) return `it trains kl, ${VARIANTS.join(", ")}, and this is ${sparsity}`;
  if (arch.layers.length !== 2) return `it trains ${sparsity} without hidden layers, and this has some`;
  const isLinear = arch.layers[1].activation === "linear";
  if (sparsity !== "l1" && knobs.auxAlpha > 0 && !isLinear) return "AuxK explains the error of a linear output only";
  return null;
}

/** Bytes of the largest buffers, by what they are, for so many images a step. */
export function dictionaryBytes(definition: StepDefinition, { batch }: { batch: number }): Record<string, number> {
  const layout = dictionaryLayout(definition);
  const { pre_acts, lists, errors } = workBytes(layout, padded(batch));
  return { weights: modelBytes(layout).encoder, activations: pre_acts, "active latents": lists, gradients: errors };
}
