/**
 * A first layer that reads x − x̄, x̄ the mean training image, which never changes:
 *
 *     preActs = x·W + (b − x̄·W)      ∂L/∂W = xᵀ·gradients − x̄ ⊗ Σ_rows gradients
 *
 * Neither product ever sees x − x̄, which has no zeros to skip. What does not depend on the row is computed by every thread
 * for itself: that is cheaper than another barrier.
 *
 * @module
 */
import { layerAt } from "../../kernels/addresses";
import { Model } from "../../kernels/kernel_structs";
import { sumOfRows } from "../../kernels/lists";
import { sumOfGradients } from "./layered_update";

/** What the first layer adds to a row's product, `[dOut]`: b − x̄·W, or b if the input is not centred. */
export function firstBiases(model: Model, thread: usize): usize {
  const layer = layerAt(model, 0);
  if (!model.inputMean) return layer.bias;
  const biases = placeOf(model, thread);
  sumOfRows(layer.weights, model.meanList, model.meanListEnd, biases, layer.dOut);
  for (let offset: usize = 0; offset < 4 * layer.dOut; offset += 16) {
    v128.store(biases + offset, f32x4.sub(v128.load(layer.bias + offset), v128.load(biases + offset)));
  }
  return biases;
}

/** Σ_rows gradients of the first layer, `[dOut]`; 0 if the input is not centred. */
export function firstGradientSums(model: Model, thread: usize, rows: usize): usize {
  if (!model.inputMean) return 0;
  const layer = layerAt(model, 0);
  const sums = placeOf(model, thread);
  for (let column: usize = 0; column < layer.dOut; column += 4) {
    v128.store(sums + 4 * column, sumOfGradients(layer, column, rows));
  }
  return sums;
}

@inline
function placeOf(model: Model, thread: usize): usize {
  return model.centreScratch + thread * 4 * layerAt(model, 0).dOut;
}
