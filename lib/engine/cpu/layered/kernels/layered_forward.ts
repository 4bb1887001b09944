/**
 * The forward pass: acts = activation(inputs·W + b), and at the output the loss with its gradient by the logits.
 *
 * Works on rows `from … to` of the batch, in strips of 8 columns: a product, then what is done to it while it is in the
 * cache. Rows from `rows` on hold no image; they stay zero because nothing is added to them.
 *
 * @module
 */
import { layerAt } from "../../kernels/addresses";
import { Layer, Model } from "../../kernels/kernel_structs";
import { multiply8Columns } from "../../kernels/multiply";
import { crossEntropy, logisticSlope, multiplyAdd, sigmoid } from "../../kernels/vector";

/** acts of a hidden layer from the layer before it. `biases`: `[dOut]`, the layer's own unless its input is centred. */
export function forwardHidden(layer: Layer, biases: usize, from: usize, to: usize, rows: usize): void {
  for (let column: usize = 0; column < layer.dOut; column += 8) {
    multiplyWeights(layer, column, from, to);
    activate8Columns(layer, biases, column, from, min(to, rows));
  }
}

/** activation(y + b) in place, for 8 columns. */
export function activate8Columns(layer: Layer, biases: usize, column: usize, from: usize, to: usize): void {
  const b0 = v128.load(biases + 4 * column), b1 = v128.load(biases + 4 * column, 16);
  const mask0 = v128.load(layer.mask + 4 * column), mask1 = v128.load(layer.mask + 4 * column, 16);
  const zero = f32x4.splat(0);
  const stride = layer.outputStride, isSigmoid = layer.isSigmoid;
  let at = layer.outputs + from * stride + 4 * column;
  for (let row = from; row < to; row++, at += stride) {
    const y0 = f32x4.add(v128.load(at), b0), y1 = f32x4.add(v128.load(at, 16), b1);
    if (isSigmoid) {
      v128.store(at, v128.and(sigmoid(y0), mask0));
      v128.store(at, v128.and(sigmoid(y1), mask1), 16);
    } else {
      v128.store(at, f32x4.pmax(y0, zero));
      v128.store(at, f32x4.pmax(y1, zero), 16);
    }
  }
}

/** logits = inputs·W + b of the output layer, and x̂ in the place of its gradients, which no one else uses now. */
export function forwardOutput(layer: Layer, from: usize, to: usize, rows: usize): void {
  const toRecon = layer.gradients - layer.outputs, isSigmoid = layer.isSigmoid;
  for (let column: usize = 0; column < layer.dOut; column += 8) {
    multiplyWeights(layer, column, from, to);
    const b0 = v128.load(layer.bias + 4 * column), b1 = v128.load(layer.bias + 4 * column, 16);
    const mask0 = v128.load(layer.mask + 4 * column), mask1 = v128.load(layer.mask + 4 * column, 16);
    let at = layer.outputs + from * layer.outputStride + 4 * column;
    for (let row = from; row < min(to, rows); row++, at += layer.outputStride) {
      const logits0 = f32x4.add(v128.load(at), b0), logits1 = f32x4.add(v128.load(at, 16), b1);
      v128.store(at, logits0);
      v128.store(at, logits1, 16);
      v128.store(at + toRecon, v128.and(isSigmoid ? sigmoid(logits0) : logits0, mask0));
      v128.store(at + toRecon, v128.and(isSigmoid ? sigmoid(logits1) : logits1, mask1), 16);
    }
  }
}

/** The output layer in training: each row's loss to `rowLosses`, ∂L/∂logits to `gradients`. */
export function forwardLoss(model: Model, from: usize, to: usize, rows: usize): void {
  const layer = layerAt(model, model.nLayers - 1);
  const scale = (model.isCrossEntropy ? <f32>1 : <f32>2) / (<f32>rows * <f32>model.dInput);
  memory.fill(model.rowLosses + 16 * from, 0, 16 * (to - from));
  for (let column: usize = 0; column < layer.dOut; column += 8) {
    multiplyWeights(layer, column, from, to);
    loss8Columns(model, layer, column * 4, from, min(to, rows), scale);
  }
  const firstEmpty = max(from, rows); // a larger batch may have left its gradients there
  if (to > firstEmpty) memory.fill(layer.gradients + firstEmpty * layer.outputStride, 0, (to - firstEmpty) * layer.outputStride);
}

/** The loss and its gradient for 8 columns, `offset` bytes from the first. */
function loss8Columns(model: Model, layer: Layer, offset: usize, from: usize, to: usize, scale: f32): void {
  const first = layerAt(model, 0);
  const isCrossEntropy = model.isCrossEntropy, isSigmoid = layer.isSigmoid;
  const b0 = v128.load(layer.bias + offset), b1 = v128.load(layer.bias + offset, 16);
  const mask0 = v128.load(layer.mask + offset), mask1 = v128.load(layer.mask + offset, 16);
  const scales = f32x4.splat(scale);
  const stride = layer.outputStride, xStride = first.inputStride;
  const toGradient = layer.gradients - layer.outputs;
  let at = layer.outputs + from * stride + offset;
  let x = first.inputs + from * xStride + offset;
  let sum = model.rowLosses + 16 * from;
  for (let row = from; row < to; row++, at += stride, x += xStride, sum += 16) {
    const logits0 = f32x4.add(v128.load(at), b0), logits1 = f32x4.add(v128.load(at, 16), b1);
    const recon0 = isSigmoid ? sigmoid(logits0) : logits0, recon1 = isSigmoid ? sigmoid(logits1) : logits1;
    const x0 = v128.load(x), x1 = v128.load(x, 16);
    const error0 = v128.and(f32x4.sub(recon0, x0), mask0), error1 = v128.and(f32x4.sub(recon1, x1), mask1);
    let loss: v128, gradient0 = error0, gradient1 = error1;
    if (isCrossEntropy) {
      const loss0 = crossEntropy(logits0, x0), loss1 = crossEntropy(logits1, x1);
      loss = f32x4.add(v128.and(loss0, mask0), v128.and(loss1, mask1));
    } else {
      loss = multiplyAdd(error1, error1, f32x4.mul(error0, error0));
      if (isSigmoid) {
        gradient0 = f32x4.mul(error0, logisticSlope(recon0));
        gradient1 = f32x4.mul(error1, logisticSlope(recon1));
      }
    }
    v128.store(sum, f32x4.add(v128.load(sum), loss));
    v128.store(at + toGradient, f32x4.mul(gradient0, scales));
    v128.store(at + toGradient, f32x4.mul(gradient1, scales), 16);
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
