/**
 * The gradient by a layer's parameters, and Adam on it while it is in registers: no gradient is ever stored.
 *
 *     ∂L/∂W = inputsᵀ · gradients      ∂L/∂b = Σ_rows gradients
 *
 * A thread owns some rows of W and sums over the whole batch, so that no sum depends on how many threads there are.
 *
 * @module
 */
import { Layer } from "../../kernels/kernel_structs";
import { adam } from "../../kernels/adam";
import { multiplyAdd, spread0, spread1, spread2, spread3, storeTransposed } from "../../kernels/vector";

/**
 * Updates rows `from … to` (multiples of 4) of a layer's weights, from a batch of `rows` (a multiple of 4).
 *
 * @param mean x̄ and `gradientSums` of a centred input, see `centre.ts`; 0 and 0 else.
 */
export function updateWeights(
  layer: Layer,
  mean: usize,
  gradientSums: usize,
  from: usize,
  to: usize,
  rows: usize,
): void {
  for (let row = from; row < to; row += 4) {
    for (let column: usize = 0; column < layer.dOut; column += 8) {
      updateTile(layer, mean, gradientSums, row, column, rows);
    }
  }
}

/** Four rows and eight columns of W: the tile of `multiply.ts`, with A read by columns; four images a turn. */
function updateTile(layer: Layer, mean: usize, gradientSums: usize, row: usize, column: usize, rows: usize): void {
  const inputStride = layer.inputStride, gradientStride = layer.outputStride;
  let a = layer.inputs + 4 * row;
  let b = layer.gradients + 4 * column;
  const bEnd = b + rows * gradientStride;
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  do {
    let x = v128.load(a), y0 = v128.load(b), y1 = v128.load(b, 16);
    let xi = spread0(x);
    c00 = multiplyAdd(xi, y0, c00), c01 = multiplyAdd(xi, y1, c01);
    xi = spread1(x);
    c10 = multiplyAdd(xi, y0, c10), c11 = multiplyAdd(xi, y1, c11);
    xi = spread2(x);
    c20 = multiplyAdd(xi, y0, c20), c21 = multiplyAdd(xi, y1, c21);
    xi = spread3(x);
    c30 = multiplyAdd(xi, y0, c30), c31 = multiplyAdd(xi, y1, c31);
    a += inputStride, b += gradientStride;

    x = v128.load(a), y0 = v128.load(b), y1 = v128.load(b, 16);
    xi = spread0(x);
    c00 = multiplyAdd(xi, y0, c00), c01 = multiplyAdd(xi, y1, c01);
    xi = spread1(x);
    c10 = multiplyAdd(xi, y0, c10), c11 = multiplyAdd(xi, y1, c11);
    xi = spread2(x);
    c20 = multiplyAdd(xi, y0, c20), c21 = multiplyAdd(xi, y1, c21);
    xi = spread3(x);
    c30 = multiplyAdd(xi, y0, c30), c31 = multiplyAdd(xi, y1, c31);
    a += inputStride, b += gradientStride;

    x = v128.load(a), y0 = v128.load(b), y1 = v128.load(b, 16);
    xi = spread0(x);
    c00 = multiplyAdd(xi, y0, c00), c01 = multiplyAdd(xi, y1, c01);
    xi = spread1(x);
    c10 = multiplyAdd(xi, y0, c10), c11 = multiplyAdd(xi, y1, c11);
    xi = spread2(x);
    c20 = multiplyAdd(xi, y0, c20), c21 = multiplyAdd(xi, y1, c21);
    xi = spread3(x);
    c30 = multiplyAdd(xi, y0, c30), c31 = multiplyAdd(xi, y1, c31);
    a += inputStride, b += gradientStride;

    x = v128.load(a), y0 = v128.load(b), y1 = v128.load(b, 16);
    xi = spread0(x);
    c00 = multiplyAdd(xi, y0, c00), c01 = multiplyAdd(xi, y1, c01);
    xi = spread1(x);
    c10 = multiplyAdd(xi, y0, c10), c11 = multiplyAdd(xi, y1, c11);
    xi = spread2(x);
    c20 = multiplyAdd(xi, y0, c20), c21 = multiplyAdd(xi, y1, c21);
    xi = spread3(x);
    c30 = multiplyAdd(xi, y0, c30), c31 = multiplyAdd(xi, y1, c31);
    a += inputStride, b += gradientStride;
  } while (b != bEnd);

  if (gradientSums) {
    const means = f32x4.neg(v128.load(mean + 4 * row));
    const s0 = v128.load(gradientSums + 4 * column), s1 = v128.load(gradientSums + 4 * column, 16);
    c00 = multiplyAdd(spread0(means), s0, c00), c01 = multiplyAdd(spread0(means), s1, c01);
    c10 = multiplyAdd(spread1(means), s0, c10), c11 = multiplyAdd(spread1(means), s1, c11);
    c20 = multiplyAdd(spread2(means), s0, c20), c21 = multiplyAdd(spread2(means), s1, c21);
    c30 = multiplyAdd(spread3(means), s0, c30), c31 = multiplyAdd(spread3(means), s1, c31);
  }

  const p0 = layer.weights + row * layer.outputStride + 4 * column;
  const p1 = p0 + layer.outputStride, p2 = p1 + layer.outputStride, p3 = p2 + layer.outputStride;
  const w00 = adam(p0, c00), w01 = adam(p0 + 16, c01);
  const w10 = adam(p1, c10), w11 = adam(p1 + 16, c11);
  const w20 = adam(p2, c20), w21 = adam(p2 + 16, c21);
  const w30 = adam(p3, c30), w31 = adam(p3 + 16, c31);
  if (layer.transposed) {
    const at = layer.transposed + column * layer.inputStride + 4 * row;
    storeTransposed(at, layer.inputStride, w00, w10, w20, w30);
    storeTransposed(at + 4 * layer.inputStride, layer.inputStride, w01, w11, w21, w31);
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
