/**
 * preActs as in `encode_dense.ts` when most pixels are 0 (in MNIST, four of five): the dense product of the first columns, which
 * are the densest, and for each image a list of what is not 0 in the others.
 *
 * W_enc lies by latents, so a few of them at a time are copied to a tile that lies by pixels and stays in the second cache
 * for all images. Leaving out a term 0·w changes no bit of a sum, so these give the same bits as the dense product;
 * `../../model_memory.ts` decides which of the two is faster.
 *
 * @module
 */
import { layerAt } from "../../kernels/addresses";
import { Dictionary, Entry } from "../../kernels/kernel_structs";
import { addBiases, multiplyColumns, PRODUCT_LATENTS } from "./encode_dense";
import { addRows, sumOfRows } from "../../kernels/lists";
import { storeTransposed } from "../../kernels/vector";

/** Latents of a tile, which is `[width, 32]`; `../dictionary_places.ts` makes room for it. */
export const TILE: usize = 32;

/** Lists the pixels of rows `from … to` that are not 0, after the dense columns, with the offsets of their rows in a tile. */
export function listPixels(d: Dictionary, from: usize, to: usize): void {
  const images = layerAt(d.model, 0).inputs;
  for (let row = from; row < to; row++) {
    const x = images + row * d.stride, start = listOf(d, row);
    let list = start;
    for (let column = d.model.denseWidth; column < d.width; column += 4) {
      let left = i32x4.bitmask(f32x4.ne(v128.load(x + 4 * column), f32x4.splat(0)));
      while (left) {
        const pixel = column + <usize>ctz(left);
        left &= left - 1;
        const entry = changetype<Entry>(list);
        entry.offset = 4 * TILE * (pixel - d.model.denseWidth);
        entry.value = load<f32>(x + 4 * pixel);
        list += offsetof<Entry>();
      }
    }
    store<usize>(d.pixelListEnds + 4 * row, list);
  }
}

/**
 * Latents `from … to` (multiples of 8) of the first `rows` rows.
 *
 * @param tile Room for one, and for `TILE` floats after it.
 */
export function encodeSparse(d: Dictionary, from: usize, to: usize, rows: usize, tile: usize): void {
  const biases = tile + 4 * TILE * d.width;
  for (let first = from; first < to; first += PRODUCT_LATENTS) {
    const last = min(to, first + PRODUCT_LATENTS);
    if (d.model.denseWidth) multiplyColumns(d, first, last - first, rows, d.model.denseWidth);
    for (let latent = first; latent < last; latent += TILE) {
      const count = min(TILE, last - latent);
      for (let i: usize = 0; i < count; i += 4) copyLatents(d, latent + i, tile + 4 * i);
      for (let row: usize = 0; row < rows; row++) {
        const out = d.preActs + row * d.preActsStride + 4 * latent;
        const list = listOf(d, row), end = load<usize>(d.pixelListEnds + 4 * row);
        if (d.model.denseWidth) addRows(tile, list, end, out, count);
        else sumOfRows(tile, list, end, out, count);
      }
      addBiases(d, latent, count, rows, biases);
    }
  }
}

@inline
function listOf(d: Dictionary, row: usize): usize {
  return d.pixelLists + row * d.width * offsetof<Entry>();
}

/** Copies four rows of W_enc, after the dense columns, to four columns of a tile. */
function copyLatents(d: Dictionary, latent: usize, target: usize): void {
  const stride = d.stride, rows = d.encoder + latent * stride + 4 * d.model.denseWidth, width = d.width - d.model.denseWidth;
  for (let column: usize = 0; column < width; column += 4) {
    const at = rows + 4 * column;
    const r0 = v128.load(at), r1 = v128.load(at + stride);
    const r2 = v128.load(at + 2 * stride), r3 = v128.load(at + 3 * stride);
    storeTransposed(target + 4 * TILE * column, 4 * TILE, r0, r1, r2, r3);
  }
}
