/**
 * The backward pass: from the gradient by a layer's preActs to the gradient by those of the layer before it,
 *
 *     ∂L/∂preActs = (∂L/∂next preActs · Wᵀ + penalty's slope) ⊙ activation'
 *
 * on rows `from … to` and columns `columnFrom … columnTo` (of `layer`). The gradient by the weights is `layered_update.ts`.
 *
 * @module
 */
import { Layer } from "../../kernels/kernel_structs";
import { multiply } from "../../kernels/products";
import { logisticSlope } from "../../kernels/vector";

/**
 * @param next The layer whose gradients are known; its inputs are the activations of `layer`.
 * @param slopes The penalty's slope for each unit of `layer`, `[dOut]`; 0 if it has none.
 */
export function backward(
  layer: Layer,
  next: Layer,
  slopes: usize,
  from: usize,
  to: usize,
  columnFrom: usize,
  columnTo: usize,
): void {
  multiply(
    next.gradients + from * next.outputStride,
    next.outputStride,
    4,
    next.weights + columnFrom * next.outputStride,
    4, // Wᵀ: its rows are W's columns
    next.outputStride,
    layer.gradients + from * layer.outputStride + 4 * columnFrom,
    layer.outputStride,
    to - from,
    columnTo - columnFrom,
    next.dOut,
  );
  const stride = layer.outputStride, start: usize = 4 * columnFrom, end: usize = 4 * columnTo;
  for (let row = from; row < to; row++) {
    const gradients = layer.gradients + row * stride, acts = layer.outputs + row * stride;
    if (layer.isSigmoid) sigmoidSlopes(gradients, acts, slopes, start, end);
    else reluSlopes(gradients, acts, start, end);
  }
}

/** gradient ← (gradient + slope) · a (1 − a) */
function sigmoidSlopes(gradients: usize, acts: usize, slopes: usize, start: usize, end: usize): void {
  for (let offset = start; offset < end; offset += 16) {
    let gradient = v128.load(gradients + offset);
    if (slopes) gradient = f32x4.add(gradient, v128.load(slopes + offset));
    v128.store(gradients + offset, f32x4.mul(gradient, logisticSlope(v128.load(acts + offset))));
  }
}

/** gradient ← gradient where a > 0, else 0 */
function reluSlopes(gradients: usize, acts: usize, start: usize, end: usize): void {
  for (let offset = start; offset < end; offset += 16) {
    const isOn = f32x4.gt(v128.load(acts + offset), f32x4.splat(0));
    v128.store(gradients + offset, v128.and(v128.load(gradients + offset), isOn));
  }
}
