/**
 * From a row's latents to its reconstruction, its loss and the loss's gradient by the logits.
 *
 * @module
 */
import { layerAt } from "../../kernels/addresses";
import { Dictionary, Step } from "../../kernels/kernel_structs";
import { crossEntropy, logisticSlope, multiplyAdd, sigmoid, sumOfLanes } from "../../kernels/vector";
import { addDirections } from "./decoder_rows";
import { keepList } from "./pairs";
import { addParts, beginWalk } from "./row_walk";
import { addAuxiliary, allLatents, gradientsOf, segmentEnd } from "./segments";

/** Keeps a row's list of latents for `decode`; one for which the row has no room is summed now. Returns whether it is kept. */
export function beginRow(d: Dictionary, row: usize, list: usize, end: usize): bool {
  const logits = d.logits + row * d.stride;
  memory.fill(logits, 0, 4 * d.width);
  if (keepList(d, row, list, end)) return true;
  addDirections(d, list, end, logits);
  return false;
}

/** logits = f·W_dec + b_dec of rows `from … to`, which {@link beginRow} has begun; `room`: a thread's. */
export function decode(d: Dictionary, room: usize, from: usize, to: usize): void {
  addParts(d, beginWalk(d, room, from, to), allLatents(d), d.logits, false);
  for (let row = from; row < to; row++) addDecoderBias(d, d.logits + row * d.stride, d.logits + row * d.stride);
}

/**
 * From the lists of rows `from … to` to their logits, losses and gradients by logits.
 *
 * Reconstructions by the first latents alone are the same sums on their way: each prefix costs one more loss and no more
 * products. A latent is part of the reconstruction of every prefix that is wider than its number, so its gradients are
 * sums over these prefixes, the same for all latents of a segment.
 *
 * @param room A thread's.
 */
export function reconstruct(d: Dictionary, room: usize, from: usize, to: usize, step: Step): void {
  const last = d.nPrefixes, size = <f32>step.rows * <f32>d.model.dInput;
  for (let row = from; row < to; row++) memory.fill(d.logits + row * d.stride, 0, 4 * d.width);
  const walk = beginWalk(d, room, from, to);
  for (let segment: usize = 0; segment < last; segment++) {
    addParts(d, walk, segmentEnd(d, segment), d.logits, false);
    for (let row = from; row < to; row++) {
      const gradients = gradientsOf(d, row, segment);
      addDecoderBias(d, d.logits + row * d.stride, gradients);
      addAuxiliary(d, row, sumOfLanes(lossOf(d, row, gradients, gradients, step)) / size);
    }
  }
  addParts(d, walk, allLatents(d), d.logits, false);
  for (let row = from; row < to; row++) {
    const logits = d.logits + row * d.stride;
    addDecoderBias(d, logits, logits);
    v128.store(d.model.rowLosses + 16 * row, lossOf(d, row, logits, gradientsOf(d, row, last), step));
    for (let segment = last; segment > 0; segment--) addGradients(d, row, segment, segment - 1);
  }
}

/** Adds a row's gradients of one segment to another's. */
export function addGradients(d: Dictionary, row: usize, from: usize, to: usize): void {
  const source = gradientsOf(d, row, from), target = gradientsOf(d, row, to);
  for (let offset: usize = 0; offset < 4 * d.width; offset += 16) {
    v128.store(target + offset, f32x4.add(v128.load(target + offset), v128.load(source + offset)));
  }
}

/** out = x + b_dec, `[width]` each. */
export function addDecoderBias(d: Dictionary, x: usize, out: usize): void {
  for (let offset: usize = 0; offset < 4 * d.width; offset += 16) {
    v128.store(out + offset, f32x4.add(v128.load(x + offset), v128.load(d.decoderBias + offset)));
  }
}

/** x̂ = σ(logits) in the place of the gradients; a linear output's x̂ are its logits. */
export function reconRow(d: Dictionary, row: usize): void {
  const logits = d.logits + row * d.stride, recon = d.gradients + row * d.stride;
  for (let offset: usize = 0; offset < 4 * d.width; offset += 16) {
    v128.store(recon + offset, v128.and(sigmoid(v128.load(logits + offset)), v128.load(d.mask + offset)));
  }
}

/**
 * The reconstruction loss of logits for a row, not yet divided by the numbers of the batch, in four partial sums.
 *
 * @param gradients Gets ∂L/∂logits, which counts `prefixWeight`; may be the logits' own place.
 */
export function lossOf(d: Dictionary, row: usize, logits: usize, gradients: usize, step: Step): v128 {
  const model = d.model;
  const isCrossEntropy = model.isCrossEntropy, isSigmoid = d.hasSigmoidOutput;
  const scale = f32x4.splat((isCrossEntropy ? <f32>1 : <f32>2) * d.prefixWeight / (<f32>step.rows * <f32>model.dInput));
  const images = layerAt(model, 0).inputs + row * d.stride;
  let loss = f32x4.splat(0);
  for (let offset: usize = 0; offset < 4 * d.width; offset += 16) {
    const y = v128.load(logits + offset), x = v128.load(images + offset), mask = v128.load(d.mask + offset);
    const recon = isSigmoid ? sigmoid(y) : y;
    const error = v128.and(f32x4.sub(recon, x), mask);
    let gradient = error;
    if (isCrossEntropy) loss = f32x4.add(loss, v128.and(crossEntropy(y, x), mask));
    else {
      loss = multiplyAdd(error, error, loss);
      if (isSigmoid) gradient = f32x4.mul(error, logisticSlope(recon));
    }
    v128.store(gradients + offset, f32x4.mul(gradient, scale));
  }
  return loss;
}
