/**
 * The two kinds of model that our own engines train: layers of sigmoids, and one-layer dictionaries.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels } from "../pixels.ts";
import type { VariantName } from "../sae/sparsity/variants.ts";
import type { StepDefinition } from "./engine.ts";

/** The variants whose latents the kernels of dictionaries know. */
const DICTIONARY_VARIANTS: VariantName[] = ["l1", "topk", "batchtopk"];

/** Whether a model is a dictionary that the kernels know: its variant is, and it has no hidden layers. */
export function isDictionary({ arch, objective }: Pick<StepDefinition, "arch" | "objective">): boolean {
  return arch.layers.length === 2 && DICTIONARY_VARIANTS.includes(objective.sparsity);
}

/** Why a model is of neither kind, in words; null where it is of one. */
export function whyNeitherKind({ arch, objective: { sparsity } }: StepDefinition, pixels: Pixels): string | null {
  if (sparsity !== "kl") {
    if (!DICTIONARY_VARIANTS.includes(sparsity)) {
      return `it trains kl, ${DICTIONARY_VARIANTS.join(", ")}, and this is ${sparsity}`;
    }
    return arch.layers.length === 2 ? null : `it trains ${sparsity} without hidden layers, and this has some`;
  }
  if (arch.layers.at(-1)!.activation !== "sigmoid") return "it trains kl with a sigmoid output, and this one is linear";
  if (arch.hasUnitDecoder) return "it trains kl with a free decoder, and this one is kept at unit norm";
  return pixels instanceof Uint8Array ? null : "it trains kl on bytes, and the data are floats";
}
