/**
 * The ways to compute a step and its products of matrices, of which one adapter likes one and another another.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { isSoftwareAdapter } from "../adapter.ts";
import { fusedStepBytes, type Layout } from "./layered/layered_gpu_layout.ts";
import type { PRODUCTS } from "./product_tiles.ts";

/** How the kernels of a step are built for an adapter. */
export interface Tuning {
  product: keyof typeof PRODUCTS;
  /** Invocations in a workgroup, a power of two; 64 for `shared`. */
  workgroup: number;
  /** Whether a step is three dispatches that keep four images in workgroup memory, instead of several a layer. */
  isFused: boolean;
}

/** What a tuning is called where choices are remembered. */
export function tuningName({ product, workgroup, isFused }: Tuning): string {
  return `${isFused ? "fused" : product}/${workgroup}`;
}

/** What may be fastest on a device for a model, the likeliest first; not worth measuring where it is one. */
export function candidateTunings(
  { adapterInfo, limits }: Pick<GPUDevice, "adapterInfo" | "limits">,
  layout: Layout,
): Tuning[] {
  if (isSoftwareAdapter(adapterInfo)) {
    // Measured on llvmpipe: 16 × 16 takes half the time of 8 × 8, but a small model is trained before it is compiled;
    // workgroup memory costs as much there as any other, and its barriers more: the fused step takes three times as long.
    return [{ product: layout.paramQuads >= 4096 ? "tile16" : "tile4", workgroup: 8, isFused: false }];
  }
  const fused = [64, 256]
    .filter((workgroup) => fusedStepBytes(layout, workgroup) <= limits.maxComputeWorkgroupStorageSize)
    .map((workgroup): Tuning => ({ product: "tile4", workgroup, isFused: true }));
  return [
    ...fused,
    { product: "shared", workgroup: 64, isFused: false },
    { product: "tile4", workgroup: 64, isFused: false },
    { product: "tile8", workgroup: 64, isFused: false },
  ];
}
