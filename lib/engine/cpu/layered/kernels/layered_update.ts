/**
 * The gradient by a layer's parameters, and Adam on it while it is in the cache.
 *
 *     ∂L/∂W = inputsᵀ · gradients      ∂L/∂b = Σ_rows gradients
 *
 * A thread owns a part of W and sums over the whole batch, so that no sum depends on how many threads there are.
 *
 * @module
 */
import { adam, adamRow } from "../../kernels/adam";
import { columnsFrom, shareStart } from "../../kernels/addresses";
import { Layer } from "../../kernels/kernel_structs";
import { multiply } from "../../kernels/products";
import { multiplyAdd } from "../../kernels/vector";

/** Bytes of a block of the gradient, in a thread's own room (`../layered_places.ts` knows). It stays in the caches. */
const BLOCK_BYTES: usize = 1024 * 1024;
/**
 * Most columns of a block. Parameters and moments come from memory, which is twice as fast in runs of kilobytes as in runs
 * of 512 bytes.
 */
const MOST_COLUMNS: usize = 2048;
/** Rows that a product computes at once. */
const TILE_ROWS: usize = 6;
/** Bytes of a cache line. */
const LINE: usize = 64;

/**
 * A thread's share of the weights of a layer's first `depth` inputs, from a batch of `rows`.
 *
 * @param mean x̄ and `gradientSums` of a centred input, see `centre.ts`; 0 and 0 else.
 * @param block Room of a thread's own, `BLOCK_BYTES`.
 */
export function updateWeights(
  layer: Layer,
  depth: usize,
  mean: usize,
  gradientSums: usize,
  block: usize,
  rows: usize,
  thread: usize,
  threads: usize,
): void {
  const dividesColumns = layer.dOut >= layer.dIn;
  const columnFrom: usize = dividesColumns ? columnsFrom(layer.dOut, thread, threads) : 0;
  const columnTo: usize = dividesColumns ? columnsFrom(layer.dOut, thread + 1, threads) : layer.dOut;
  const rowFrom: usize = dividesColumns ? 0 : shareStart(depth, 1, thread, threads);
  const rowTo: usize = dividesColumns ? depth : shareStart(depth, 1, thread + 1, threads);
  if (columnFrom == columnTo || rowFrom == rowTo) return;
  const nBlocks = (columnTo - columnFrom + MOST_COLUMNS - 1) / MOST_COLUMNS;
  for (let b: usize = 0; b < nBlocks; b++) {
    const column = columnFrom + columnsFrom(columnTo - columnFrom, b, nBlocks);
    const width = columnFrom + columnsFrom(columnTo - columnFrom, b + 1, nBlocks) - column;
    const stride: usize = ((4 * width + LINE - 1) / LINE * LINE) | LINE; // an odd number of lines, as in `arena.ts`
    const height = BLOCK_BYTES / stride / TILE_ROWS * TILE_ROWS;
    for (let row = rowFrom; row < rowTo; row += height) {
      const count = min(height, rowTo - row);
      multiply(
        layer.inputs + 4 * row,
        4, // inputsᵀ: its rows are the inputs' columns
        layer.inputStride,
        layer.gradients + 4 * column,
        layer.outputStride,
        4,
        block,
        stride,
        count,
        width,
        rows,
      );
      for (let i: usize = 0; i < count; i++) {
        const gradients = block + i * stride;
        if (gradientSums) subtractMean(gradients, load<f32>(mean + 4 * (row + i)), gradientSums + 4 * column, width);
        adamRow(layer.weights + (row + i) * layer.outputStride + 4 * column, gradients, width);
      }
    }
  }
}

/** sums −= mean · gradientSums */
export function subtractMean(sums: usize, mean: f32, gradientSums: usize, width: usize): void {
  const factor = f32x4.splat(-mean);
  for (let offset: usize = 0; offset < 4 * width; offset += 16) {
    v128.store(sums + offset, multiplyAdd(factor, v128.load(gradientSums + offset), v128.load(sums + offset)));
  }
}

/** Updates columns `from … to` (multiples of 8) of a layer's bias. */
export function updateBias(layer: Layer, from: usize, to: usize, rows: usize): void {
  for (let column = from; column < to; column += 4) {
    adam(layer.bias + 4 * column, sumOfGradients(layer, column, rows));
  }
}

/** Σ_rows gradients of four columns. */
@inline
export function sumOfGradients(layer: Layer, column: usize, rows: usize): v128 {
  let sum = f32x4.splat(0);
  let gradient = layer.gradients + 4 * column;
  for (let row: usize = 0; row < rows; row++, gradient += layer.outputStride) {
    sum = f32x4.add(sum, v128.load(gradient));
  }
  return sum;
}
