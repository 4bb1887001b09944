/**
 * The backward pass: from the gradient by a layer's preActs to the gradient by those of the layer before it,
 *
 *     ∂L/∂preActs = (∂L/∂next preActs · Wᵀ + penalty's slope) ⊙ activation'
 *
 * on rows `from … to`, in strips of 8 columns. The gradient by the weights is `update.ts`.
 *
 * @module
 */
import { Layer } from "../../kernels/kernel_structs";
import { multiply8Columns } from "../../kernels/multiply";
import { logisticSlope } from "../../kernels/vector";

/**
 * @param next The layer whose gradients are known; its inputs are the activations of `layer`.
 * @param slopes The penalty's slope for each unit of `layer`, `[dOut]`; 0 where it has none.
 */
export function backward(layer: Layer, next: Layer, slopes: usize, from: usize, to: usize, rows: usize): void {
  for (let column: usize = 0; column < layer.dOut; column += 8) {
    const offset = column * 4;
    multiply8Columns(
      next.gradients + from * next.outputStride,
      next.outputStride,
      next.transposed + offset,
      next.inputStride,
      layer.gradients + from * layer.outputStride + offset,
      layer.outputStride,
      to - from,
      next.dOut,
    );
    if (layer.isSigmoid) sigmoidSlope8Columns(layer, offset, slopes, from, min(to, rows));
    else reluSlope8Columns(layer, offset, from, min(to, rows));
  }
}

/** gradient ← (gradient + slope) · a (1 − a) */
function sigmoidSlope8Columns(layer: Layer, offset: usize, slopes: usize, from: usize, to: usize): void {
  const zero = f32x4.splat(0);
  const slope0 = slopes ? v128.load(slopes + offset) : zero, slope1 = slopes ? v128.load(slopes + offset, 16) : zero;
  const stride = layer.outputStride, toAct = layer.outputs - layer.gradients;
  let at = layer.gradients + from * stride + offset;
  for (let row = from; row < to; row++, at += stride) {
    const g0 = f32x4.add(v128.load(at), slope0), g1 = f32x4.add(v128.load(at, 16), slope1);
    v128.store(at, f32x4.mul(g0, logisticSlope(v128.load(at + toAct))));
    v128.store(at, f32x4.mul(g1, logisticSlope(v128.load(at + toAct, 16))), 16);
  }
}

/** gradient ← gradient where a > 0, else 0 */
function reluSlope8Columns(layer: Layer, offset: usize, from: usize, to: usize): void {
  const zero = f32x4.splat(0);
  const stride = layer.outputStride, toAct = layer.outputs - layer.gradients;
  let at = layer.gradients + from * stride + offset;
  for (let row = from; row < to; row++, at += stride) {
    v128.store(at, v128.and(v128.load(at), f32x4.gt(v128.load(at + toAct), zero)));
    v128.store(at, v128.and(v128.load(at, 16), f32x4.gt(v128.load(at + toAct, 16), zero)), 16);
  }
}
