/**
 * Adam on a dictionary's parameters, latent by latent: the gradients of a latent's two rows are sums over the few rows of
 * the batch in which it is active. One that is not active has none, and moves by its momentum alone: its encoder's row at
 * once, for the next step's product reads it, and its decoder's row late.
 *
 * @module
 */
import { ACTIVATION_POSITIVE, Dictionary, Entry, PENALTY_GATES, Step } from "../../kernels/kernel_structs";
import { adam, adamWithoutGradient } from "../../kernels/adam";
import { addFarRows } from "../../kernels/lists";
import { hasLengthPenalty } from "./dictionary_rows";
import { sumOfGates } from "./gates";
import { beginLists, LatentLists, listByLatent } from "./pairs_by_latent";
import { finishRow, makeSomeCurrent, takenStep } from "./late_rows";
import { clearOwnGradients, sumOwnSlopes, updateOwnParameters } from "./own_parameters";
import { copyNonZero } from "./pairs";
import { dot, multiplyAdd, sumOfLanes } from "../../kernels/vector";

/** Updates latents `from … to`, whole blocks, in step `now`, and writes their blocks' parts of the pre-bias's gradient. */
export function updateLatents(d: Dictionary, step: Step, now: usize, scratch: usize, from: usize, to: usize): void {
  const rowBytes: usize = 4 * d.width;
  const encoderSum = scratch, decoderSum = encoderSum + rowBytes;
  const lists = beginLists(d, decoderSum + rowBytes, from, step.rows);
  for (let block = from; block < to; block += d.blockLatents) {
    const blockEnd = min(to, block + d.blockLatents);
    listByLatent(d, lists, block, blockEnd, step.rows);
    const part = d.hasPreBias ? d.biasParts + block / d.blockLatents * d.stride : 0;
    if (part) memory.fill(part, 0, rowBytes);
    for (let latent = block; latent < blockEnd; latent += 4) {
      clearOwnGradients(d, latent);
      const b0 = updateLatent(d, step, now, lists, part, latent, encoderSum, decoderSum);
      const b1 = updateLatent(d, step, now, lists, part, latent + 1, encoderSum, decoderSum);
      const b2 = updateLatent(d, step, now, lists, part, latent + 2, encoderSum, decoderSum);
      const b3 = updateLatent(d, step, now, lists, part, latent + 3, encoderSum, decoderSum);
      let biasGradients = f32x4.splat(b0);
      biasGradients = f32x4.replace_lane(biasGradients, 1, b1);
      biasGradients = f32x4.replace_lane(biasGradients, 2, b2);
      biasGradients = f32x4.replace_lane(biasGradients, 3, b3);
      adam(d.encoderBias + 4 * latent, biasGradients);
      updateOwnParameters(d, latent);
    }
  }
  makeSomeCurrent(d, from, to, now);
}

/**
 * Updates one latent's rows that are not frozen, the decoder's if it has a gradient; returns the gradient by the latent's bias.
 *
 * @param part Its block's part of the pre-bias's gradient, 0 without a pre-bias.
 */
function updateLatent(
  d: Dictionary,
  step: Step,
  now: usize,
  lists: LatentLists,
  part: usize,
  latent: usize,
  encoderSum: usize,
  decoderSum: usize,
): f32 {
  const encoder = d.encoder + latent * d.stride, decoder = d.decoder + latent * d.stride;
  const starts = lists.starts + 4 * (latent - lists.from);
  const first = load<usize>(starts) * offsetof<Entry>(), end = load<usize>(starts + 4) * offsetof<Entry>();
  if (first == end) {
    if (!d.isEncoderFrozen) updateRow(encoder, d.width);
    return 0;
  }
  const nPairs = (end - first) / offsetof<Entry>();
  const unseen = sumOwnSlopes(d, latent, lists.encoder + first, lists.own + first / 2, nPairs);
  let biasGradient: f32 = 0, acts: f32 = 0;
  const toAux = d.auxGradients - d.gradients;
  let hasFired = false;
  for (let at = first; at < end; at += offsetof<Entry>()) {
    biasGradient += changetype<Entry>(lists.encoder + at).value;
    const entry = changetype<Entry>(lists.decoder + at);
    if (d.nDead && entry.offset >= toAux) continue;
    hasFired = hasFired || entry.value > 0;
    acts += entry.value;
  }
  if (d.penalty == PENALTY_GATES) acts = sumOfGates(d, latent, lists.encoder + first, nPairs);
  if (hasFired) store<f32>(d.lastFired + 4 * latent, step.t);
  if (part) addScaled(part, encoder, biasGradient, d.width); // before Adam changes the row
  if (!d.isEncoderFrozen) {
    sumOfPairs(d, d.inputs, lists.encoder + first, lists.encoder + end, encoderSum);
    updateEncoderRow(encoder, encoderSum, d.width);
  }
  if (!d.isDecoderFrozen) {
    sumOfPairs(d, d.gradients, lists.decoder + first, lists.decoder + end, decoderSum);
    if (hasLengthPenalty(d) && !d.hasUnitDecoder) {
      const norm = load<f32>(d.norms + 4 * latent); // of a direction of zeros it has no gradient: 0 is taken
      const weight = step.weight * acts / (<f32>step.rows * <f32>d.model.dInput * norm);
      if (norm > 0) addScaled(decoderSum, decoder, weight, d.width);
    }
    updateDecoderRow(d, latent, decoder, decoderSum);
    takenStep(d, latent, now);
  }
  return biasGradient - unseen;
}

/** Sums rows by a latent's pairs; those with nothing to add are dropped from the list. */
@inline
function sumOfPairs(d: Dictionary, rows: usize, list: usize, end: usize, sum: usize): void {
  if (d.activation != ACTIVATION_POSITIVE) end = copyNonZero(list, end, list);
  memory.fill(sum, 0, 4 * d.width);
  addFarRows(rows, list, end, sum, d.width);
}

/** Adam on a row without a gradient. */
function updateRow(row: usize, width: usize): void {
  for (const end = row + 4 * width; row < end; row += 16) adamWithoutGradient(row);
}

/** Adam on an encoder's row. */
function updateEncoderRow(row: usize, gradients: usize, width: usize): void {
  for (const end = row + 4 * width; row < end; row += 16, gradients += 16) adam(row, v128.load(gradients));
}

/** Adam on a latent's direction, which keeps its length if that is wanted: no gradient along it, and made of length 1. */
function updateDecoderRow(d: Dictionary, latent: usize, row: usize, gradients: usize): void {
  const along = f32x4.splat(d.hasUnitDecoder ? -dot(gradients, row, d.width) : 0);
  let squares = f32x4.splat(0);
  const toGradients = gradients - row;
  for (let at = row, end = row + 4 * d.width; at < end; at += 16) {
    const p = adam(at, multiplyAdd(along, v128.load(at), v128.load(at + toGradients)));
    squares = multiplyAdd(p, p, squares);
  }
  finishRow(d, latent, row, sumOfLanes(squares));
}

/** b_dec for columns `from … to`: its own gradient, less what comes through the encoder where it is a pre-bias. */
export function updateDecoderBias(d: Dictionary, rows: usize, from: usize, to: usize): void {
  for (let offset: usize = 4 * from; offset < <usize>4 * to; offset += 16) {
    let sum = f32x4.splat(0);
    for (let row: usize = 0; row < rows; row++) {
      sum = f32x4.add(sum, v128.load(d.gradients + row * d.stride + offset));
    }
    if (d.hasPreBias) {
      let parts = f32x4.splat(0);
      for (let block: usize = 0; block < d.nBlocks; block++) {
        parts = f32x4.add(parts, v128.load(d.biasParts + block * d.stride + offset));
      }
      sum = f32x4.sub(sum, parts);
    }
    adam(d.decoderBias + offset, sum);
  }
}

/** target += factor · row */
function addScaled(target: usize, row: usize, factor: f32, width: usize): void {
  const factors = f32x4.splat(factor);
  for (const end = row + 4 * width; row < end; row += 16, target += 16) {
    v128.store(target, multiplyAdd(factors, v128.load(row), v128.load(target)));
  }
}
