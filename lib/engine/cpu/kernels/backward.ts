/**
 * The backward pass: from the gradient by a layer's preActs to the gradient by those of the layer before it,
 *
 *     ∂L/∂preActs = (∂L/∂next preActs · Wᵀ + penalty's slope) ⊙ activation'
 *
 * on rows `from … to`, in strips of 8 columns. The gradient by the weights is `update.ts`.
 *
 * @module
 */
import { Layer } from "./layout";
import { multiply8Columns } from "./multiply";

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
  const one = f32x4.splat(1), zero = f32x4.splat(0);
  const slope0 = slopes ? v128.load(slopes + offset) : zero, slope1 = slopes ? v128.load(slopes + offset, 16) : zero;
  let at = layer.gradients + from * layer.outputStride + offset;
  let act = layer.outputs + from * layer.outputStride + offset;
  for (let row = from; row < to; row++, at += layer.outputStride, act += layer.outputStride) {
    const a0 = v128.load(act), a1 = v128.load(act, 16);
    const g0 = f32x4.add(v128.load(at), slope0), g1 = f32x4.add(v128.load(at, 16), slope1);
    v128.store(at, f32x4.mul(g0, f32x4.mul(a0, f32x4.sub(one, a0))));
    v128.store(at, f32x4.mul(g1, f32x4.mul(a1, f32x4.sub(one, a1))), 16);
  }
}

/** gradient ← gradient where a > 0, else 0 */
function reluSlope8Columns(layer: Layer, offset: usize, from: usize, to: usize): void {
  const zero = f32x4.splat(0);
  let at = layer.gradients + from * layer.outputStride + offset;
  let act = layer.outputs + from * layer.outputStride + offset;
  for (let row = from; row < to; row++, at += layer.outputStride, act += layer.outputStride) {
    v128.store(at, v128.and(v128.load(at), f32x4.gt(v128.load(act), zero)));
    v128.store(at, v128.and(v128.load(at, 16), f32x4.gt(v128.load(act, 16), zero)), 16);
  }
}
