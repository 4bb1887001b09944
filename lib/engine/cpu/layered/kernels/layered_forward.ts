/**
 * The forward pass: acts = activation(inputs·W + b), and at the output the loss with its gradient by the logits.
 *
 * Works on rows `from … to` of the batch: a product of all columns, then what is done to it row by row. The caller chooses
 * so few rows that they are in the cache for both.
 *
 * @module
 */
import { layerAt } from "../../kernels/addresses";
import { Layer, Model } from "../../kernels/kernel_structs";
import { multiply } from "../../kernels/products";
import { crossEntropy, logisticSlope, multiplyAdd, sigmoid } from "../../kernels/vector";

/**
 * acts of columns `columnFrom … columnTo` of a hidden layer from the layer before it.
 *
 * @param biases `[dOut]`, the layer's own unless its input is centred.
 */
export function forwardHidden(
  layer: Layer,
  biases: usize,
  from: usize,
  to: usize,
  columnFrom: usize,
  columnTo: usize,
): void {
  multiplyWeights(layer, layer.dIn, from, to, columnFrom, columnTo);
  activate(layer, biases, from, to, columnFrom, columnTo);
}

/** activation(y + b) in place. */
export function activate(
  layer: Layer,
  biases: usize,
  from: usize,
  to: usize,
  columnFrom: usize,
  columnTo: usize,
): void {
  const start: usize = 4 * columnFrom, end: usize = 4 * columnTo, mask = layer.mask;
  for (let row = from; row < to; row++) {
    const acts = layer.outputs + row * layer.outputStride;
    if (layer.isSigmoid) {
      for (let offset = start; offset < end; offset += 16) {
        const y = f32x4.add(v128.load(acts + offset), v128.load(biases + offset));
        v128.store(acts + offset, v128.and(sigmoid(y), v128.load(mask + offset)));
      }
    } else {
      for (let offset = start; offset < end; offset += 16) {
        const y = f32x4.add(v128.load(acts + offset), v128.load(biases + offset));
        v128.store(acts + offset, f32x4.pmax(y, f32x4.splat(0)));
      }
    }
  }
}

/** logits += b at the output layer, and x̂ in the place of its gradients, which no one else uses now. */
export function finishOutput(layer: Layer, from: usize, to: usize): void {
  const toRecon = layer.gradients - layer.outputs;
  for (let row = from; row < to; row++) {
    const out = layer.outputs + row * layer.outputStride;
    for (let offset: usize = 0; offset < 4 * layer.dOut; offset += 16) {
      const logits = f32x4.add(v128.load(out + offset), v128.load(layer.bias + offset));
      v128.store(out + offset, logits);
      v128.store(out + offset + toRecon, v128.and(layer.isSigmoid ? sigmoid(logits) : logits, v128.load(layer.mask + offset)));
    }
  }
}

/**
 * The output layer in training, of a batch of `rows`: each row's loss to `rowLosses`, ∂L/∂logits to `gradients`. Its logits
 * are there without their bias.
 */
export function finishLoss(model: Model, from: usize, to: usize, rows: usize): void {
  const layer = layerAt(model, model.nLayers - 1), first = layerAt(model, 0);
  const scale = f32x4.splat((model.isCrossEntropy ? <f32>1 : <f32>2) / (<f32>rows * <f32>model.dInput));
  for (let row = from; row < to; row++) {
    const x = first.inputs + row * first.inputStride;
    const logits = layer.outputs + row * layer.outputStride, gradients = layer.gradients + row * layer.outputStride;
    const loss = model.isCrossEntropy
      ? crossEntropyRow(layer, x, logits, gradients, scale)
      : squaredErrorRow(layer, x, logits, gradients, scale);
    v128.store(model.rowLosses + 16 * row, loss);
  }
}

/** A row's cross-entropy as four partial sums; `logits` come without their bias. */
function crossEntropyRow(layer: Layer, x: usize, logits: usize, gradients: usize, scale: v128): v128 {
  // In variables: fields are read anew after each store.
  const bias = layer.bias, mask = layer.mask, isSigmoid = layer.isSigmoid, width: usize = 4 * layer.dOut;
  let sum = f32x4.splat(0), part = sum;
  for (let offset: usize = 0; offset < width; offset += 16) {
    const y = f32x4.add(v128.load(logits + offset), v128.load(bias + offset));
    const target = v128.load(x + offset), isUnit = v128.load(mask + offset);
    const error = v128.and(f32x4.sub(isSigmoid ? sigmoid(y) : y, target), isUnit);
    v128.store(gradients + offset, f32x4.mul(error, scale));
    const loss = v128.and(crossEntropy(y, target), isUnit);
    if (offset & 16) sum = f32x4.add(sum, f32x4.add(part, loss));
    else part = loss;
  }
  return sum;
}

/** A row's squared error as four partial sums; `logits` come without their bias. */
function squaredErrorRow(layer: Layer, x: usize, logits: usize, gradients: usize, scale: v128): v128 {
  const bias = layer.bias, mask = layer.mask, isSigmoid = layer.isSigmoid, width: usize = 4 * layer.dOut;
  let sum = f32x4.splat(0), part = sum;
  for (let offset: usize = 0; offset < width; offset += 16) {
    const y = f32x4.add(v128.load(logits + offset), v128.load(bias + offset));
    const recon = isSigmoid ? sigmoid(y) : y;
    const error = v128.and(f32x4.sub(recon, v128.load(x + offset)), v128.load(mask + offset));
    v128.store(gradients + offset, f32x4.mul(isSigmoid ? f32x4.mul(error, logisticSlope(recon)) : error, scale));
    if (offset & 16) sum = f32x4.add(sum, multiplyAdd(error, error, part));
    else part = f32x4.mul(error, error);
  }
  return sum;
}

/** outputs = inputs·W, of columns `columnFrom … columnTo`: of the first `depth` inputs, at least 1. */
export function multiplyWeights(
  layer: Layer,
  depth: usize,
  from: usize,
  to: usize,
  columnFrom: usize,
  columnTo: usize,
): void {
  multiply(
    layer.inputs + from * layer.inputStride,
    layer.inputStride,
    4,
    layer.weights + 4 * columnFrom,
    layer.outputStride,
    4,
    layer.outputs + from * layer.outputStride + 4 * columnFrom,
    layer.outputStride,
    to - from,
    columnTo - columnFrom,
    depth,
  );
}
