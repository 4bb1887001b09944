/**
 * The ways to compute a layered model's step and its products of matrices; which of them is fastest depends on the
 * adapter.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Architecture } from "../../../sae/model.ts";
import { isSoftwareAdapter } from "../../adapter.ts";
import type { ProductTuning } from "../product_tiles.ts";
import { fusedStepBytes } from "./layer_table.ts";
import { layeredLayout } from "./layered_gpu_layout.ts";

/** How the kernels of a step are built for an adapter. */
export interface LayeredTuning extends ProductTuning {
  /** Whether a step is three dispatches that keep four images in workgroup memory, instead of several a layer. */
  isFused: boolean;
}

/** The name of a tuning in the file of choices. */
export function tuningName({ product, workgroup, isFused }: LayeredTuning): string {
  return `${isFused ? "fused" : product}/${workgroup}`;
}

/** What may be fastest on a device for a model, the likeliest first; nothing is measured if it is one. */
export function layeredTunings(
  { adapterInfo, limits }: Pick<GPUDevice, "adapterInfo" | "limits">,
  arch: Architecture,
): LayeredTuning[] {
  const layout = layeredLayout(arch);
  if (isSoftwareAdapter(adapterInfo)) {
    // Measured on llvmpipe: 16 × 16 takes half the time of 8 × 8, but a small model is trained before it is compiled;
    // workgroup memory is as slow there as any other, and barriers are slower: the fused step takes three times as
    // long.
    return [{ product: layout.paramQuads >= 4096 ? "tile16" : "tile4", workgroup: 8, isFused: false }];
  }
  const fused = [64, 256]
    .filter((workgroup) => fusedStepBytes(layout, workgroup) <= limits.maxComputeWorkgroupStorageSize)
    .map((workgroup): LayeredTuning => ({ product: "tile4", workgroup, isFused: true }));
  return [
    ...fused,
    { product: "shared", workgroup: 64, isFused: false },
    { product: "tile4", workgroup: 64, isFused: false },
    { product: "tile8", workgroup: 64, isFused: false },
  ];
}
