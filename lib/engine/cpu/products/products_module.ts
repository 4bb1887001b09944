/**
 * The module of the matrix product: written when the kernels are compiled or, with the wide tile, when the engine starts.
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
import type { Products, ProductsOptions } from "./compiled_product.ts";
import { simpleMultiplyFunction } from "./simple_products.ts";
import { clearTileFunction, moveTileFunction, tileDepths, type TileForm, tileFunction } from "./tile.ts";

/** Products by their options: writing a module takes some 30 ms. */
const made = new Map<string, Promise<Products>>();

/** Writes and compiles the module, once for the same options. */
export function makeProducts(options: ProductsOptions): Promise<Products> {
  const { isShared, isRelaxed, tile } = options, key = [isShared, isRelaxed, tile].join();
  const products = made.get(key) ?? compile(options);
  made.set(key, products);
  return products;
}

async function compile(options: ProductsOptions): Promise<Products> {
  const { bytes, privatePages } = productBytes(options);
  return { module: await WebAssembly.compile(bytes), privatePages, tile: options.tile };
}

/** The module's bytes, and pages of a private memory that each thread makes for it. */
export function productBytes(
  { isShared, isRelaxed, tile }: ProductsOptions,
): { bytes: Uint8Array<ArrayBuffer>; privatePages: number } {
  const engineMemory = {
    ...{ module: "env", name: "memory", minPages: 1, isShared },
    maxPages: isShared ? 65536 : undefined,
  };
  if (tile === "none") {
    const simple = new WasmModule([engineMemory]);
    simple.add(simpleMultiplyFunction({ isRelaxed }));
    return { bytes: simple.encode(["multiply"]), privatePages: 0 };
  }
  const form: TileForm = { isPaired: tile === "wide", isRelaxed }, minPages = privatePages(form);
  const module = new WasmModule([{ module: "own", name: "memory", minPages, isShared: false }, engineMemory]);
  addProduct(module, form);
  return { bytes: module.encode(["multiply"]), privatePages: minPages };
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
