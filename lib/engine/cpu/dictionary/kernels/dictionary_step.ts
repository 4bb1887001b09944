/**
 * Steps and passes of a one-layer dictionary. Each thread calls the same function with its number.
 *
 * Only the encoder is a dense product: decoding and all gradients touch the latents that are active. Where a phase works on
 * rows and the next on latents there is a barrier between them.
 *
 * @module
 */
import { layerAt, shareStart } from "../../kernels/addresses";
import { ACTIVATION_GATE, Dictionary, Entry, SELECTION_BATCH, Step } from "../../kernels/kernel_structs";
import { beginAdam } from "../../kernels/adam";
import { barrier } from "../../kernels/barrier";
import { auxiliaryRow, backwardAuxiliaryRow, listAuxiliary, listDead } from "./auxiliary";
import { reconstructBySize } from "./by_size";
import { chooseAfterTraining, chooseInBatch, chooseInRow } from "./choose";
import { penaltyRow, slopesRow } from "./dictionary_rows";
import { updateDecoderBias, updateLatents } from "./dictionary_update";
import { encode } from "./encode_dense";
import { encodeSparse, listPixels } from "./encode_sparse";
import { decodeImages, gatherFloats, gatherImages } from "../../kernels/images";
import { computeGains, reconstructByGates } from "./gates";
import { keepStep, makeAllCurrent, makeCurrent } from "./late_rows";
import { listNonZero, writeLatents } from "./pairs";
import { beginRow, decode, reconRow, reconstruct } from "./reconstruction";
import { beginWalk, multiplyParts } from "./row_walk";

/** Runs `nSteps` steps, one after the other in memory from `steps` on. */
export function trainDictionary(d: Dictionary, steps: usize, nSteps: usize, thread: usize): void {
  const model = d.model, first = d.nextStep;
  for (let i: usize = 0; i < nSteps; i++) {
    const step = changetype<Step>(steps + i * offsetof<Step>()), now = first + i;
    if (thread == 0) keepStep(d, step, now);
    const from = rowsFrom(d, thread, step.rows), to = rowsFrom(d, thread + 1, step.rows);
    beginAdam(model, step);
    if (model.isFloat) gatherFloats(model, step, from, to);
    else {
      gatherImages(model, step, from, to);
      decodeImages(model, from, to);
    }
    rowPhase(d, step, now, thread, from, to, true);
    barrier(model);
    if (thread == 0) {
      d.nextStep = now + 1;
      const smallest = sumLosses(d, step);
      if (d.selection == SELECTION_BATCH) moveThreshold(d, smallest);
    }
    updateLatents(d, step, now, scratchOf(d, thread), latentsFrom(d, thread), latentsFrom(d, thread + 1));
    barrier(model);
    const columns = shareStart(d.width, 8, thread, model.threads);
    updateDecoderBias(d, step.rows, columns, shareStart(d.width, 8, thread + 1, model.threads));
    barrier(model);
  }
}

/** The losses of a step on the images in memory, which is not taken: nothing but the step's losses is changed. */
export function lossesDictionary(d: Dictionary, step: Step, thread: usize): void {
  const from = rowsFrom(d, thread, step.rows), to = rowsFrom(d, thread + 1, step.rows);
  if (!d.model.isFloat) decodeImages(d.model, from, to);
  makeShareCurrent(d, thread);
  rowPhase(d, step, d.nextStep, thread, from, to, false);
  barrier(d.model);
  if (thread == 0) sumLosses(d, step);
}

/**
 * Step `now` from the images to the losses of rows `from … to`, and in training to the gradients by their latents. Between
 * the choice of latents and the first use of their decoder rows all threads have made those rows current.
 */
function rowPhase(d: Dictionary, step: Step, now: usize, thread: usize, from: usize, to: usize, isTraining: bool): void {
  const model = d.model, scratch = scratchOf(d, thread);
  prepareInputs(d, from, to);
  barrier(model);
  encodeShare(d, step.rows, thread);
  barrier(model);
  if (d.selection == SELECTION_BATCH) {
    if (thread == 0) chooseInBatch(d, step.rows, scratch);
    barrier(model);
  }
  const dead = scratch + 4 * d.paddedLatents;
  const nDead = d.auxWidth ? listDead(d, step, dead) : 0;
  if (thread == 0) d.nDead = nDead;
  for (let row = from; row < to; row++) {
    const list = d.entries + row * d.rowCapacity * offsetof<Entry>();
    const end = chooseInRow(d, row, scratch, list);
    store<usize>(d.counts + 4 * row, (end - list) / offsetof<Entry>());
    makeListCurrent(d, list, end, now);
    if (nDead == 0) continue;
    const auxList = d.auxEntries + row * d.auxCapacity * offsetof<Entry>();
    makeListCurrent(d, auxList, listAuxiliary(d, row, dead, nDead, auxList), now);
  }
  barrier(model);
  for (let row = from; row < to; row++) store<f32>(d.rowAuxiliaries + 4 * row, 0);
  if (d.prefixesAreBySize) reconstructBySize(d, scratch, from, to, step, isTraining);
  else {
    reconstruct(d, scratch, from, to, step);
    if (d.activation == ACTIVATION_GATE) reconstructByGates(d, scratch, from, to, step);
    if (isTraining) multiplyParts(d, beginWalk(d, scratch, from, to));
  }
  for (let row = from; row < to; row++) {
    penaltyRow(d, row);
    if (isTraining) slopesRow(d, row, step);
    if (nDead > 0) {
      auxiliaryRow(d, row, step, nDead);
      if (isTraining) backwardAuxiliaryRow(d, row);
    }
  }
}

/** Makes the decoder rows of listed latents current. */
function makeListCurrent(d: Dictionary, list: usize, end: usize, now: usize): void {
  for (; list < end; list += offsetof<Entry>()) makeCurrent(d, changetype<Entry>(list).offset / d.stride, now);
}

/** Makes all decoder rows current, for whoever reads the parameters from memory. */
export function settleDictionary(d: Dictionary, thread: usize): void {
  makeShareCurrent(d, thread);
  barrier(d.model);
}

/** Makes the decoder rows of a thread's latents current. */
function makeShareCurrent(d: Dictionary, thread: usize): void {
  makeAllCurrent(d, latentsFrom(d, thread), latentsFrom(d, thread + 1));
}

/**
 * Encodes and decodes the images in memory, as after training.
 *
 * @param isDense Whether every row's latents are written in the place of its preActs; else only those of a row that has
 * more than the host finds in `entries`.
 */
export function inferDictionary(d: Dictionary, rows: usize, isDense: usize, thread: usize): void {
  const model = d.model;
  const from = rowsFrom(d, thread, rows), to = rowsFrom(d, thread + 1, rows);
  makeShareCurrent(d, thread);
  if (!model.isFloat) decodeImages(model, from, to);
  prepareInputs(d, from, to);
  barrier(model);
  encodeShare(d, rows, thread);
  barrier(model);
  const heap = scratchOf(d, thread), list = heap + 4 * d.paddedLatents;
  for (let row = from; row < to; row++) {
    const end = chooseAfterTraining(d, row, heap, list);
    const isKept = beginRow(d, row, list, end);
    if (isDense || !isKept) writeLatents(d, row, list, end);
  }
  decode(d, scratchOf(d, thread), from, to);
  if (d.hasSigmoidOutput) {
    for (let row = from; row < to; row++) reconRow(d, row);
  }
  barrier(model);
}

/** Decodes the latents in memory. */
export function decodeDictionary(d: Dictionary, rows: usize, thread: usize): void {
  const from = rowsFrom(d, thread, rows), to = rowsFrom(d, thread + 1, rows), scratch = scratchOf(d, thread);
  settleDictionary(d, thread);
  for (let row = from; row < to; row++) beginRow(d, row, scratch, listNonZero(d, row, scratch));
  decode(d, scratch, from, to);
  barrier(d.model);
}

/** A thread's latents of all rows. */
function encodeShare(d: Dictionary, rows: usize, thread: usize): void {
  const from = latentsFrom(d, thread), to = latentsFrom(d, thread + 1);
  if (d.activation == ACTIVATION_GATE) computeGains(d, from, to);
  if (d.model.isSparse) encodeSparse(d, from, to, rows, scratchOf(d, thread));
  else encode(d, from, to, rows, scratchOf(d, thread));
}

/** The images as the encoder wants them, and where it reads so, inputs = images − b_dec for its gradient. */
function prepareInputs(d: Dictionary, from: usize, to: usize): void {
  if (d.model.isSparse) listPixels(d, from, to);
  if (!d.hasPreBias) return;
  const images = layerAt(d.model, 0).inputs;
  for (let row = from; row < to; row++) {
    const start = row * d.stride;
    for (let offset: usize = 0; offset < 4 * d.width; offset += 16) {
      const x = v128.load(images + start + offset);
      v128.store(d.inputs + start + offset, f32x4.sub(x, v128.load(d.decoderBias + offset)));
    }
  }
}

/** The step's losses, summed over rows in float64; returns the smallest active latent of all. */
function sumLosses(d: Dictionary, step: Step): f32 {
  const rows = step.rows, model = d.model;
  const size = <f64>rows * <f64>model.dInput;
  let reconstruction: f64 = 0, penalty: f64 = 0, auxiliary: f64 = 0;
  let smallest: f32 = Infinity;
  for (let row: usize = 0; row < rows; row++) {
    for (let i: usize = 0; i < 16; i += 4) reconstruction += <f64>load<f32>(model.rowLosses + 16 * row + i);
    penalty += <f64>load<f32>(d.rowPenalties + 4 * row);
    auxiliary += <f64>load<f32>(d.rowAuxiliaries + 4 * row);
    smallest = min(smallest, load<f32>(d.rowSmallest + 4 * row));
  }
  step.reconstruction = <f32>(reconstruction / size);
  step.penalty = <f32>(penalty / size);
  step.auxiliary = <f32>auxiliary;
  return smallest;
}

/** BatchTopK's θ after a step whose smallest active latent is `smallest`. */
function moveThreshold(d: Dictionary, smallest: f32): void {
  if (smallest == Infinity) return;
  d.threshold = d.threshold > 0
    ? d.thresholdDecay * d.threshold + (1 - d.thresholdDecay) * smallest
    : smallest;
}

/** First of a thread's rows. */
function rowsFrom(d: Dictionary, thread: usize, rows: usize): usize {
  return shareStart(rows, 1, thread, d.model.threads);
}

/** First of a thread's latents: whole blocks. */
function latentsFrom(d: Dictionary, thread: usize): usize {
  return min(d.paddedLatents, shareStart(d.nBlocks, 1, thread, d.model.threads) * d.blockLatents);
}

@inline
function scratchOf(d: Dictionary, thread: usize): usize {
  return d.model.scratch + thread * d.model.scratchBytes;
}
