/**
 * The ways to compute a product of matrices, as WGSL with the size of its tiles. Compiles and runs nothing.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import product16 from "./kernels/product_16.wgsl" with { type: "text" };
import product4 from "./kernels/product_4.wgsl" with { type: "text" };
import product8 from "./kernels/product_8.wgsl" with { type: "text" };
import productShared from "./kernels/product_shared.wgsl" with { type: "text" };
import registerTile from "./kernels/register_tile.wgsl" with { type: "text" };

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

/** How products are computed on an adapter. */
export interface ProductTuning {
  product: keyof typeof PRODUCTS;
  /** Invocations in a workgroup, a power of two; 64 for `shared`. */
  workgroup: number;
}

/** The workgroups that compute a result of this many rows and quads. */
export function productWorkgroups(
  { product, workgroup }: ProductTuning,
  { rows, quads }: { rows: number; quads: number },
): number {
  const { tileRows, tileQuads, together }: Product = PRODUCTS[product];
  if (together) return Math.ceil(rows / together.rows) * Math.ceil(quads / together.quads);
  return Math.ceil(Math.ceil(rows / tileRows) * Math.ceil(quads / tileQuads) / workgroup);
}
