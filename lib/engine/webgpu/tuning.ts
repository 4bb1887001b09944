/**
 * The ways to compute a step and its products of matrices, of which one adapter likes one and another another.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { isSoftwareAdapter } from "../adapter.ts";
import { fusedStepBytes } from "./fused_step.ts";
import product16 from "./kernels/product_16.wgsl" with { type: "text" };
import product4 from "./kernels/product_4.wgsl" with { type: "text" };
import product8 from "./kernels/product_8.wgsl" with { type: "text" };
import productShared from "./kernels/product_shared.wgsl" with { type: "text" };
import registerTile from "./kernels/register_tile.wgsl" with { type: "text" };
import type { Layout } from "./layout.ts";

/** How the kernels of a step are built for an adapter. */
export interface Tuning {
  product: keyof typeof PRODUCTS;
  /** Invocations in a workgroup, a power of two; 64 for `shared`. */
  workgroup: number;
  /** Whether a step is three dispatches that keep four images in workgroup memory, instead of several a layer. */
  isFused: boolean;
}

/** A way to compute a product. */
interface Product {
  code: string;
  /** The tile of one invocation. */
  tileRows: number;
  tileQuads: number;
  /** The rows and quads of a workgroup whose invocations work together; else they are handed out one by one. */
  together?: { rows: number; quads: number };
}

/** By name. Every tile divides a padded width. */
export const PRODUCTS = {
  tile4: { code: product4 + registerTile, tileRows: 4, tileQuads: 1 },
  tile8: { code: product8 + registerTile, tileRows: 8, tileQuads: 2 },
  tile16: { code: product16 + registerTile, tileRows: 16, tileQuads: 4 },
  shared: { code: productShared, tileRows: 4, tileQuads: 1, together: { rows: 32, quads: 8 } },
} satisfies Record<string, Product>;

/** The workgroups that compute a result of so many rows and quads. */
export function productWorkgroups(tuning: Tuning, { rows, quads }: { rows: number; quads: number }): number {
  const { tileRows, tileQuads, together }: Product = PRODUCTS[tuning.product];
  if (together) return Math.ceil(rows / together.rows) * Math.ceil(quads / together.quads);
  return Math.ceil(Math.ceil(rows / tileRows) * Math.ceil(quads / tileQuads) / tuning.workgroup);
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
