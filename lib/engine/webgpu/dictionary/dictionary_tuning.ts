/**
 * How a dictionary's kernels are built for an adapter. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { isSoftwareAdapter } from "../../adapter.ts";
import type { StepDefinition } from "../../engine.ts";
import type { ProductTuning } from "../product_tiles.ts";
import { dictionaryLayout } from "./dictionary_gpu_layout.ts";

/** How the kernels are built for an adapter. */
export interface DictionaryTuning {
  product: ProductTuning;
  /** Invocations of the workgroups that share a row or a latent, a power of two of at least 8. */
  lanes: number;
  /** Of those that choose among a row of latents. */
  selectLanes: number;
}

/**
 * What may be fastest on an adapter, the likeliest first; nothing is measured if it is one. Software computes 8 invocations at
 * once, and its barriers cost more than its loads.
 */
export function dictionaryTunings(definition: StepDefinition, info: GPUAdapterInfo): DictionaryTuning[] {
  const { inQuads, latentQuads } = dictionaryLayout(definition);
  if (isSoftwareAdapter(info)) {
    // A small model is trained before the large tile is compiled.
    const isSmall = inQuads * latentQuads < 1024;
    // Measured on llvmpipe: with workgroups of 32 a step of TopK with 4,096 latents takes 1.2 times the processor time.
    return [{ product: { product: isSmall ? "tile4" : "tile16", workgroup: 8 }, lanes: 8, selectLanes: 8 }];
  }
  return (["shared", "tile8", "tile4"] as const).map((product) => ({
    product: { product, workgroup: 64 },
    lanes: 64,
    selectLanes: 256,
  }));
}
