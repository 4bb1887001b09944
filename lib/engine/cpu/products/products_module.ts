/**
 * The module of the matrix product, which is written when the engine starts and shared by all threads.
 *
 * It exports one function, which the kernels import:
 *
 *     multiply(a, aRow, aColumn, b, bRow, bColumn, c, cRow, rows, columns, depth)
 *     C[rows, columns] = A[rows, depth] · B[depth, columns]
 *
 * of float32, at addresses of the engine's memory. `aRow` and `aColumn` are the bytes from an element of A to the next
 * row's and to the next column's, and B's in the same way, so that a transposed operand is one whose two strides are
 * exchanged. A row of C is contiguous. Sizes need to be multiples of nothing; without rows or columns nothing is done, and
 * `depth` is at least 1. C must not overlap A or B. It is fastest if each operand has a stride of 4 and `columns` and
 * `depth` are multiples of 16. Nothing is read beyond the elements of A and B, and nothing written but those of C. Each is
 * the sum over depth in ascending order, from 0: the same bits with every tile. Does not choose the tile
 * (`tile_choice.ts`). PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type WasmFunction, WasmModule } from "./assembler.ts";
import { blockFunction, multiplyFunction, privatePages, stripFunction } from "./blocks.ts";
import { packAnyA, packAnyB, packColumnsA, packColumnsB, packRowsA, packRowsB } from "./packing.ts";
import { simpleMultiplyFunction } from "./simple_products.ts";
import { clearTileFunction, moveTileFunction, tileDepths, type TileForm, tileFunction } from "./tile.ts";

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

/** Products by their options: writing a module takes some 30 ms. */
const made = new Map<string, Promise<Products>>();

/** Writes and compiles the module, once for the same options. */
export function makeProducts({ isShared, isRelaxed, tile }: ProductsOptions): Promise<Products> {
  const key = [isShared, isRelaxed, tile].join();
  const products = made.get(key) ?? compile({ isShared, isRelaxed, tile });
  made.set(key, products);
  return products;
}

/** A thread's `multiply` on the engine's memory. */
export function attachProducts(
  { module, privatePages }: Products,
  memory: WebAssembly.Memory,
): WebAssembly.ModuleImports {
  const own = { memory: new WebAssembly.Memory({ initial: privatePages }) };
  return new WebAssembly.Instance(module, { own, env: { memory } }).exports as WebAssembly.ModuleImports;
}

async function compile({ isShared, isRelaxed, tile }: ProductsOptions): Promise<Products> {
  const engineMemory = {
    ...{ module: "env", name: "memory", minPages: 1, isShared },
    maxPages: isShared ? 65536 : undefined,
  };
  if (tile === "none") {
    const simple = new WasmModule([engineMemory]);
    simple.add(simpleMultiplyFunction({ isRelaxed }));
    return { module: await WebAssembly.compile(simple.encode(["multiply"])), privatePages: 0, tile };
  }
  const form: TileForm = { isPaired: tile === "wide", isRelaxed }, minPages = privatePages(form);
  const module = new WasmModule([{ module: "own", name: "memory", minPages, isShared: false }, engineMemory]);
  addProduct(module, form);
  return { module: await WebAssembly.compile(module.encode(["multiply"])), privatePages: minPages, tile };
}

/** Adds `multiply` and all that it calls. */
function addProduct(module: WasmModule, form: TileForm): void {
  const add = (f: WasmFunction) => module.add(f);
  const strip = add(stripFunction(form, {
    tiles: tileDepths(form).map((depth) => add(tileFunction(form, depth))),
    clearTile: add(clearTileFunction(form)),
    fetchTile: add(moveTileFunction(form, "fetchTile")),
    putTile: add(moveTileFunction(form, "putTile")),
  }));
  const block = add(blockFunction(form, {
    strip,
    packA: { rows: add(packRowsA()), columns: add(packColumnsA()), any: add(packAnyA()) },
    packB: { rows: add(packRowsB(form)), columns: add(packColumnsB(form)), any: add(packAnyB(form)) },
  }));
  add(multiplyFunction({ block }));
}
