/**
 * What a step does with one row of the batch: decode, loss, and the gradients by the active latents.
 *
 * @module
 */
import { layerAt } from "../../kernels/addresses";
import { Dictionary, Entry, Step } from "../../kernels/kernel_structs";
import { crossEntropy, logisticSlope, multiplyAdd, sigmoid } from "../../kernels/vector";
import { addDecoderRows, dots } from "./decoder_rows";
import { gradientsOf, segmentEnd } from "./segments";

/** logits = f·W_dec + b_dec from a list of latents. */
export function decodeRow(d: Dictionary, row: usize, list: usize, end: usize): void {
  const logits = d.logits + row * d.stride;
  memory.fill(logits, 0, 4 * d.width);
  addDecoderRows(d, list, end, logits);
  addDecoderBias(d, logits, logits);
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

/** The row's reconstruction loss to `rowLosses`, ∂L/∂logits to the gradients of the last segment. */
export function lossRow(d: Dictionary, row: usize, step: Step): void {
  const loss = lossOf(d, row, d.logits + row * d.stride, gradientsOf(d, row, d.nPrefixes), step);
  v128.store(d.model.rowLosses + 16 * row, loss);
}

/**
 * The reconstruction loss of logits for a row, not yet divided by the numbers of the batch, in four partial sums.
 *
 * @param gradients Gets ∂L/∂logits; may be the logits' own place.
 */
export function lossOf(d: Dictionary, row: usize, logits: usize, gradients: usize, step: Step): v128 {
  const model = d.model;
  const isCrossEntropy = model.isCrossEntropy, isSigmoid = d.isSigmoidOutput;
  const scale = f32x4.splat((isCrossEntropy ? <f32>1 : <f32>2) / (<f32>step.rows * <f32>model.dInput));
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

/** The row's penalty and its smallest active latent. */
export function penaltyRow(d: Dictionary, row: usize): void {
  const n = load<usize>(d.counts + 4 * row);
  const entries = d.entries + row * d.rowCapacity * offsetof<Entry>();
  let penalty: f32 = 0, smallest: f32 = Infinity;
  for (let p: usize = 0; p < n; p++) {
    const entry = changetype<Entry>(entries + p * offsetof<Entry>());
    smallest = min(smallest, entry.value);
    if (d.isPenalized) penalty += entry.value * normOf(d, entry);
  }
  store<f32>(d.rowPenalties + 4 * row, penalty);
  store<f32>(d.rowSmallest + 4 * row, smallest);
}

/** ∂L/∂preAct of the row's active latents, the penalty's part included. */
export function backwardRow(d: Dictionary, row: usize, step: Step): void {
  const n = load<usize>(d.counts + 4 * row);
  const entries = d.entries + row * d.rowCapacity * offsetof<Entry>();
  const slopes = d.slopes + 4 * row * d.rowCapacity;
  let first: usize = 0;
  for (let segment: usize = 0; segment <= d.nPrefixes; segment++) {
    let next = first;
    const offset = segmentEnd(d, segment);
    while (next < n && changetype<Entry>(entries + next * offsetof<Entry>()).offset < offset) next++;
    dots(d, gradientsOf(d, row, segment), entries + first * offsetof<Entry>(), next - first, slopes + 4 * first);
    first = next;
  }
  if (!d.isPenalized) return;
  const weight = step.weight / (<f32>step.rows * <f32>d.model.dInput);
  for (let p: usize = 0; p < n; p++) {
    const entry = changetype<Entry>(entries + p * offsetof<Entry>());
    store<f32>(slopes + 4 * p, load<f32>(slopes + 4 * p) + weight * normOf(d, entry));
  }
}

/** The length of the direction of a listed latent. */
@inline
function normOf(d: Dictionary, entry: Entry): f32 {
  return d.hasUnitDecoder ? 1 : load<f32>(d.norms + 4 * (entry.offset / d.stride));
}
