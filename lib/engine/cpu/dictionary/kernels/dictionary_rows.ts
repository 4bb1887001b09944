/**
 * What a step does with one row of the batch: decode, loss, and the gradients by the active latents.
 *
 * @module
 */
import { Dictionary } from "./dictionary_layout";
import { layerAt, Step } from "../../kernels/model_layout";
import { Entry, sumOfRows } from "../../kernels/lists";
import { kthLargest, tieEndOf } from "./select";
import { crossEntropy, fold, logisticSlope, multiplyAdd, sigmoid } from "../../kernels/vector";

/** logits = f·W_dec + b_dec from a list of latents. */
export function decodeRow(d: Dictionary, row: usize, list: usize, end: usize): void {
  const logits = d.logits + row * d.stride;
  sumOfRows(d.decoder, list, end, logits, d.width);
  for (let offset: usize = 0; offset < 4 * d.width; offset += 16) {
    v128.store(logits + offset, f32x4.add(v128.load(logits + offset), v128.load(d.decoderBias + offset)));
  }
}

/** x̂ = σ(logits) in the place of the gradients; a linear output's x̂ are its logits. */
export function reconRow(d: Dictionary, row: usize): void {
  const logits = d.logits + row * d.stride, recon = d.gradients + row * d.stride;
  for (let offset: usize = 0; offset < 4 * d.width; offset += 16) {
    v128.store(recon + offset, v128.and(sigmoid(v128.load(logits + offset)), v128.load(d.mask + offset)));
  }
}

/** The row's reconstruction loss to `rowLosses`, ∂L/∂logits to `gradients`. */
export function lossRow(d: Dictionary, row: usize, step: Step): void {
  const model = d.model;
  const isCrossEntropy = model.isCrossEntropy, isSigmoid = d.isSigmoidOutput;
  const scale = f32x4.splat((isCrossEntropy ? <f32>1 : <f32>2) / (<f32>step.rows * <f32>model.dInput));
  const images = layerAt(model, 0).inputs + row * d.stride;
  const logits = d.logits + row * d.stride, gradients = d.gradients + row * d.stride;
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
  v128.store(model.rowLosses + 16 * row, loss);
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
  dots(d, d.gradients + row * d.stride, entries, n, slopes);
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

/**
 * The loss of AuxK of one row, and its gradient by the row's reconstruction of it, with the dead latents as `listDead` left them: the largest of them, not rectified, explain what
 * the others left over.
 *
 *     α · min(|D|/m, 1) · MSE(h·W_dec, sg(x − x̂))
 */
export function auxiliaryRow(d: Dictionary, row: usize, step: Step, dead: usize, nDead: usize): void {
  store<f32>(d.rowAuxiliaries + 4 * row, 0);
  store<usize>(d.auxCounts + 4 * row, 0);
  if (nDead == 0) return;
  const n = min(d.auxWidth, nDead);
  const entries = d.auxEntries + row * d.auxCapacity * offsetof<Entry>();
  listLargestDead(d, row, dead, nDead, n, entries);
  store<usize>(d.auxCounts + 4 * row, n);

  const size = <f32>step.rows * <f32>d.model.dInput;
  const alpha = d.auxAlpha * min(<f32>nDead / <f32>d.auxWidth, 1);
  const scale = f32x4.splat(2 * alpha / size);
  const target = d.auxGradients + row * d.stride;
  sumOfRows(d.decoder, entries, entries + n * offsetof<Entry>(), target, d.width);
  const images = layerAt(d.model, 0).inputs + row * d.stride, logits = d.logits + row * d.stride;
  let squares = f32x4.splat(0);
  for (let offset: usize = 0; offset < 4 * d.width; offset += 16) {
    const error = f32x4.sub(v128.load(images + offset), v128.load(logits + offset));
    const difference = v128.and(f32x4.sub(v128.load(target + offset), error), v128.load(d.mask + offset));
    squares = multiplyAdd(difference, difference, squares);
    v128.store(target + offset, f32x4.mul(difference, scale));
  }
  const zero = f32x4.splat(0);
  store<f32>(d.rowAuxiliaries + 4 * row, f32x4.extract_lane(fold(squares, zero, zero, zero), 0) * alpha / size);
}

/** ∂AuxK/∂preAct of the row's dead latents that `auxiliaryRow` has listed. */
export function backwardAuxiliaryRow(d: Dictionary, row: usize): void {
  const n = load<usize>(d.auxCounts + 4 * row);
  if (n == 0) return;
  const entries = d.auxEntries + row * d.auxCapacity * offsetof<Entry>();
  dots(d, d.auxGradients + row * d.stride, entries, n, d.auxSlopes + 4 * row * d.auxCapacity);
}

/** The numbers of the dead latents, to `dead`; how many there are. */
export function listDead(d: Dictionary, step: Step, dead: usize): usize {
  let nDead: usize = 0;
  for (let latent: usize = 0; latent < d.nLatents; latent++) {
    if (step.t - 1 - load<f32>(d.lastFired + 4 * latent) <= d.deadSteps) continue;
    store<usize>(dead + 4 * nDead++, latent);
  }
  return nDead;
}

/** Lists the n largest preActs among the `nDead` latents listed; behind that list there is room for two more. */
function listLargestDead(d: Dictionary, row: usize, dead: usize, nDead: usize, n: usize, entries: usize): void {
  const padded = (nDead + 3) & ~3;
  const values = dead + 4 * d.paddedLatents, heap = values + 4 * d.paddedLatents;
  const z = d.preActs + row * d.preActsStride;
  for (let i: usize = 0; i < padded; i++) {
    store<f32>(values + 4 * i, i < nDead ? load<f32>(z + 4 * load<usize>(dead + 4 * i)) : -Infinity);
  }
  const least = kthLargest(values, padded, n, -Infinity, heap);
  const tieEnd = tieEndOf(values, padded, n, least, heap);
  let list = entries;
  for (let i: usize = 0; i < nDead; i++) {
    const value = load<f32>(values + 4 * i);
    if (value < least || value == least && values + 4 * i >= tieEnd) continue;
    const entry = changetype<Entry>(list);
    entry.offset = load<usize>(dead + 4 * i) * d.stride;
    entry.value = value;
    list += offsetof<Entry>();
  }
}

/** Products of one row of gradients with the decoder's rows of a list, to `out`; four latents at a time. */
function dots(d: Dictionary, gradients: usize, entries: usize, n: usize, out: usize): void {
  for (let p: usize = 0; p < n; p += 4) {
    const w0 = decoderRow(d, entries, p), w1 = decoderRow(d, entries, min(p + 1, n - 1));
    const w2 = decoderRow(d, entries, min(p + 2, n - 1)), w3 = decoderRow(d, entries, min(p + 3, n - 1));
    let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
    for (let offset: usize = 0; offset < 4 * d.width; offset += 16) {
      const g = v128.load(gradients + offset);
      c0 = multiplyAdd(g, v128.load(w0 + offset), c0);
      c1 = multiplyAdd(g, v128.load(w1 + offset), c1);
      c2 = multiplyAdd(g, v128.load(w2 + offset), c2);
      c3 = multiplyAdd(g, v128.load(w3 + offset), c3);
    }
    const sums = fold(c0, c1, c2, c3);
    store<f32>(out + 4 * p, f32x4.extract_lane(sums, 0));
    if (p + 1 < n) store<f32>(out + 4 * p + 4, f32x4.extract_lane(sums, 1));
    if (p + 2 < n) store<f32>(out + 4 * p + 8, f32x4.extract_lane(sums, 2));
    if (p + 3 < n) store<f32>(out + 4 * p + 12, f32x4.extract_lane(sums, 3));
  }
}

@inline
function decoderRow(d: Dictionary, entries: usize, p: usize): usize {
  return d.decoder + changetype<Entry>(entries + p * offsetof<Entry>()).offset;
}
