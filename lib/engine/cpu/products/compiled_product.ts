/**
 * The compiled matrix product: what it is, and how a thread gets it. `products_module.ts` writes it.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/**
 * The tile: 16 columns wide, for a V8 that pairs vectors; 8 columns; or none, where WebAssembly knows one memory only.
 */
export type Tile = "wide" | "narrow" | "none";

/** A compiled product, which a worker can be sent. */
export interface Products {
  module: WebAssembly.Module;
  /** Pages of a private memory that each thread makes for it; 0 if it needs none. */
  privatePages: number;
  tile: Tile;
}

/** What a product is made for. */
export interface ProductsOptions {
  /** Whether the engine's memory is shared. */
  isShared: boolean;
  /** Whether a product and its addition are one instruction, as in the kernels. */
  isRelaxed: boolean;
  tile: Tile;
}

/** A thread's `multiply` on the engine's memory. */
export function attachProducts(
  { module, privatePages }: Products,
  memory: WebAssembly.Memory,
): WebAssembly.ModuleImports {
  const own = { memory: new WebAssembly.Memory({ initial: privatePages }) };
  return new WebAssembly.Instance(module, { own, env: { memory } }).exports as WebAssembly.ModuleImports;
}
