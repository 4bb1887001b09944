/**
 * The compiled kernels that lie beside their source, ready to run.
 *
 * `build_kernels.ts` compiles them and a test holds them to the source, so nothing is compiled or cached here.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { UserError } from "../../errors.ts";
import type { Products, ProductsOptions, Tile } from "./products/compiled_product.ts";
import { chooseTile } from "./products/tile_choice.ts";

/** Compiled kernels, and what they need. */
export interface Kernels extends KernelVariant {
  module: WebAssembly.Module;
  /** The matrix product that they import. */
  products: Products;
}

/** Which of the compiled forms. */
export interface KernelVariant {
  /** Whether they import a shared memory, and so can run on several threads. */
  isShared: boolean;
  /** Whether they use `f32x4.relaxed_madd`, a multiply-add in one instruction. */
  isRelaxed: boolean;
}

/** The version of AssemblyScript that compiled them. */
export const ASSEMBLYSCRIPT_VERSION = "0.28.20";

/** Every variant with its file; written out, so that a bundler finds them. */
export const KERNEL_FILES: (KernelVariant & { url: URL })[] = [
  { isShared: true, isRelaxed: true, url: new URL("./compiled/shared_relaxed.wasm", import.meta.url) },
  { isShared: true, isRelaxed: false, url: new URL("./compiled/shared.wasm", import.meta.url) },
  { isShared: false, isRelaxed: true, url: new URL("./compiled/relaxed.wasm", import.meta.url) },
  { isShared: false, isRelaxed: false, url: new URL("./compiled/plain.wasm", import.meta.url) },
];

const NARROW = { tile: "narrow", privatePages: 9 } as const, SIMPLE = { tile: "none", privatePages: 0 } as const;

/** Every product of a tile that is not written when an engine starts, with its file; `privatePages` as of `Products`. */
export const PRODUCT_FILES: (ProductsOptions & { privatePages: number; url: URL })[] = [
  {
    ...NARROW,
    isShared: true,
    isRelaxed: true,
    url: new URL("./compiled/narrow_shared_relaxed.wasm", import.meta.url),
  },
  { ...NARROW, isShared: true, isRelaxed: false, url: new URL("./compiled/narrow_shared.wasm", import.meta.url) },
  { ...NARROW, isShared: false, isRelaxed: true, url: new URL("./compiled/narrow_relaxed.wasm", import.meta.url) },
  { ...NARROW, isShared: false, isRelaxed: false, url: new URL("./compiled/narrow_plain.wasm", import.meta.url) },
  {
    ...SIMPLE,
    isShared: true,
    isRelaxed: true,
    url: new URL("./compiled/simple_shared_relaxed.wasm", import.meta.url),
  },
  { ...SIMPLE, isShared: true, isRelaxed: false, url: new URL("./compiled/simple_shared.wasm", import.meta.url) },
  { ...SIMPLE, isShared: false, isRelaxed: true, url: new URL("./compiled/simple_relaxed.wasm", import.meta.url) },
  { ...SIMPLE, isShared: false, isRelaxed: false, url: new URL("./compiled/simple_plain.wasm", import.meta.url) },
];

/**
 * The kernels for this machine.
 *
 * @param options.isShared For several threads; by default if SharedArrayBuffer is there.
 * @param options.isRelaxed By default if the engine under us knows relaxed SIMD.
 * @param options.tile The product's; by default the faster one.
 * @param options.mayPair False in a browser: no browser starts V8 with the flag that pairs 128-bit operations, and its
 * clock is too coarse to time a tile.
 * @throws {UserError} This process has no WebAssembly.
 * @throws {Error} The file is not there, or is not what was compiled: the program is incomplete.
 */
export async function loadKernels(
  options: Partial<KernelVariant & { tile: Tile; mayPair: boolean }> = {},
): Promise<Kernels> {
  if (typeof WebAssembly === "undefined") {
    throw new UserError(
      "Cannot start the CPU engine: this process has no WebAssembly, expected one without V8's --jitless, or --backend cpu",
    );
  }
  const { isShared = typeof SharedArrayBuffer !== "undefined", isRelaxed = hasRelaxedSimd(), mayPair = true } = options;
  const { url } = KERNEL_FILES.find((file) => file.isShared === isShared && file.isRelaxed === isRelaxed)!;
  const tile = options.tile ?? await chooseTile({ isRelaxed, mayPair });
  const [module, products] = await Promise.all([compiled(url), loadProducts({ isShared, isRelaxed, tile })]);
  return { module, products, isShared, isRelaxed };
}

/** The product of the wide tile is written here, because a file of it would be larger than all kernels. */
async function loadProducts(options: ProductsOptions): Promise<Products> {
  const { isShared, isRelaxed, tile } = options;
  const file = PRODUCT_FILES.find((file) =>
    file.tile === tile && file.isShared === isShared && file.isRelaxed === isRelaxed
  );
  if (file) return { module: await compiled(file.url), privatePages: file.privatePages, tile };
  const { makeProducts } = await import("./products/products_module.ts");
  return await makeProducts(options);
}

/** @throws {Error} The file is not there, or is not what was compiled. */
async function compiled(url: URL): Promise<WebAssembly.Module> {
  try {
    const response = await fetch(url);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    throw new Error(`Cannot load the kernels: ${url.pathname} is missing or damaged, expected it as compiled`, {
      cause: error,
    });
  }
}

/** Whether a module with the single function `relaxed_madd(0, 0, 0)` is valid here. */
function hasRelaxedSimd(): boolean {
  const zero = [0xfd, 0x0c, ...new Array(16).fill(0)]; // v128.const
  const body = [0, ...zero, ...zero, ...zero, 0xfd, 0x85, 0x02, 0x1a, 0x0b]; // no locals, relaxed_madd, drop, end
  return WebAssembly.validate(Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
    ...[1, 4, 1, 0x60, 0, 0], // one type, () → ()
    ...[3, 2, 1, 0], // one function of it
    ...[10, body.length + 2, 1, body.length, ...body],
  ]));
}
