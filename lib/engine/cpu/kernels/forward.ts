/**
 * The forward pass: acts = activation(inputs·W + b), and at the output the loss with its gradient by the logits.
 *
 * Works on rows `from … to` of the batch, in strips of 8 columns: a product, then what is done to it while it is in the
 * cache. Rows from `rows` on hold no image; they stay zero because nothing is added to them.
 *
 * @module
 */
import { Layer, layerAt, Model } from "./layout";
import { multiply8Columns } from "./multiply";
import { sigmoid, softplusOfMinusAbs } from "./vector";

/** acts of a hidden layer from the layer before it. */
export function forwardHidden(layer: Layer, from: usize, to: usize, rows: usize): void {
  for (let column: usize = 0; column < layer.dOut; column += 8) {
    multiplyWeights(layer, column, from, to);
    activate8Columns(layer, column, from, min(to, rows));
  }
}

/** activation(y + b) in place, for 8 columns. */
export function activate8Columns(layer: Layer, column: usize, from: usize, to: usize): void {
  const b0 = v128.load(layer.bias + 4 * column), b1 = v128.load(layer.bias + 4 * column, 16);
  const mask0 = v128.load(layer.mask + 4 * column), mask1 = v128.load(layer.mask + 4 * column, 16);
  const zero = f32x4.splat(0);
  let at = layer.outputs + from * layer.outputStride + 4 * column;
  for (let row = from; row < to; row++, at += layer.outputStride) {
    const y0 = f32x4.add(v128.load(at), b0), y1 = f32x4.add(v128.load(at, 16), b1);
    if (layer.isSigmoid) {
      v128.store(at, v128.and(sigmoid(y0), mask0));
      v128.store(at, v128.and(sigmoid(y1), mask1), 16);
    } else {
      v128.store(at, f32x4.max(y0, zero));
      v128.store(at, f32x4.max(y1, zero), 16);
    }
  }
}

/** logits = inputs·W + b of the output layer. */
export function forwardOutput(layer: Layer, from: usize, to: usize, rows: usize): void {
  for (let column: usize = 0; column < layer.dOut; column += 8) {
    multiplyWeights(layer, column, from, to);
    const b0 = v128.load(layer.bias + 4 * column), b1 = v128.load(layer.bias + 4 * column, 16);
    let at = layer.outputs + from * layer.outputStride + 4 * column;
    for (let row = from; row < min(to, rows); row++, at += layer.outputStride) {
      v128.store(at, f32x4.add(v128.load(at), b0));
      v128.store(at, f32x4.add(v128.load(at, 16), b1), 16);
    }
  }
}

/** The output layer in training: each row's loss to `rowLosses`, ∂L/∂logits to `gradients`. */
export function forwardLoss(model: Model, from: usize, to: usize, rows: usize): void {
  const layer = layerAt(model, model.nLayers - 1);
  const count = <f32>rows * <f32>model.dInput;
  const scale = f32x4.splat((model.isCrossEntropy ? <f32>1 : <f32>2) / count);
  memory.fill(model.rowLosses + 16 * from, 0, 16 * (to - from));
  for (let column: usize = 0; column < layer.dOut; column += 8) {
    multiplyWeights(layer, column, from, to);
    if (model.isCrossEntropy) crossEntropy8Columns(model, layer, column, from, min(to, rows), scale);
    else squaredError8Columns(model, layer, column, from, min(to, rows), scale);
  }
}

/** Loss (σ(l) − x)², gradient scale · (σ(l) − x) · σ(l) (1 − σ(l)). */
function squaredError8Columns(model: Model, layer: Layer, column: usize, from: usize, to: usize, scale: v128): void {
  const first = layerAt(model, 0);
  const one = f32x4.splat(1);
  for (let row = from; row < to; row++) {
    let sum = v128.load(model.rowLosses + 16 * row);
    for (let half: usize = 0; half < 32; half += 16) {
      const offset = column * 4 + half;
      const logits = f32x4.add(
        v128.load(layer.outputs + row * layer.outputStride + offset),
        v128.load(layer.bias + offset),
      );
      const recon = sigmoid(logits);
      const x = v128.load(first.inputs + row * first.inputStride + offset);
      const error = v128.and(f32x4.sub(recon, x), v128.load(layer.mask + offset));
      const slope = f32x4.mul(recon, f32x4.sub(one, recon));
      sum = f32x4.add(sum, f32x4.mul(error, error));
      const at = layer.gradients + row * layer.outputStride + offset;
      v128.store(at, f32x4.mul(f32x4.mul(error, slope), scale));
    }
    v128.store(model.rowLosses + 16 * row, sum);
  }
}

/** Loss max(l, 0) − l·x + ln(1 + e^−|l|), which does not overflow; gradient scale · (σ(l) − x). */
function crossEntropy8Columns(model: Model, layer: Layer, column: usize, from: usize, to: usize, scale: v128): void {
  const first = layerAt(model, 0);
  for (let row = from; row < to; row++) {
    let sum = v128.load(model.rowLosses + 16 * row);
    for (let half: usize = 0; half < 32; half += 16) {
      const offset = column * 4 + half;
      const mask = v128.load(layer.mask + offset);
      const logits = f32x4.add(
        v128.load(layer.outputs + row * layer.outputStride + offset),
        v128.load(layer.bias + offset),
      );
      const x = v128.load(first.inputs + row * first.inputStride + offset);
      const positive = f32x4.max(logits, f32x4.splat(0));
      const loss = f32x4.add(f32x4.sub(positive, f32x4.mul(logits, x)), softplusOfMinusAbs(logits));
      sum = f32x4.add(sum, v128.and(loss, mask));
      const error = v128.and(f32x4.sub(sigmoid(logits), x), mask);
      v128.store(layer.gradients + row * layer.outputStride + offset, f32x4.mul(error, scale));
    }
    v128.store(model.rowLosses + 16 * row, sum);
  }
}

/** outputs = inputs·W for 8 columns. */
@inline
function multiplyWeights(layer: Layer, column: usize, from: usize, to: usize): void {
  multiply8Columns(
    layer.inputs + from * layer.inputStride,
    layer.inputStride,
    layer.weights + 4 * column,
    layer.outputStride,
    layer.outputs + from * layer.outputStride + 4 * column,
    layer.outputStride,
    to - from,
    layer.dIn,
  );
}
