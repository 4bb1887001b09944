/**
 * Steps and passes of a model of layers. Each thread calls the same function with its number.
 *
 * A step is three phases with a barrier after each: forward and backward need the rows of one thread alone, but for the
 * penalty, which is a mean over the batch, and for the update, which sums over it.
 *
 * @module
 */
import { columnsFrom, layerAt, shareStart } from "../../kernels/addresses";
import { Model, Step } from "../../kernels/kernel_structs";
import { beginAdam } from "../../kernels/adam";
import { backward } from "./layered_backward";
import { barrier } from "../../kernels/barrier";
import { firstBiases, firstGradientSums } from "./centre";
import { finishLoss, finishOutput, forwardHidden, multiplyWeights } from "./layered_forward";
import { decodeImages, gatherFloats, gatherImages } from "../../kernels/images";
import { klSlopes, klSum, meanActivations } from "./kl_penalty";
import { forwardSparse, updateSparse } from "./first_layer_lists";
import { updateBias, updateWeights } from "./layered_update";

/**
 * Most rows that go through all layers at once: what they need stays in the second cache, and W is read often enough. They are
 * 22 times the rows of a product's tile, so that no tile is partly empty.
 */
const ROWS: usize = 132;
/** From this size on W is not in a thread's cache, and is better read by one thread than by all. */
const WIDE_BYTES: usize = 2 * 1024 * 1024;

/** Runs `nSteps` steps, one after the other in memory from `steps` on. */
export function train(model: Model, steps: usize, nSteps: usize, thread: usize): void {
  for (let i: usize = 0; i < nSteps; i++) {
    const step = changetype<Step>(steps + i * offsetof<Step>());
    const from = shareStart(step.rows, 1, thread, model.threads), to = shareStart(step.rows, 1, thread + 1, model.threads);
    if (model.isFloat) gatherFloats(model, step, from, to);
    else gatherImages(model, step, from, to);
    lossPhase(model, step, thread);
    barrier(model);
    backwardPhase(model, step, thread);
    barrier(model);
    updatePhase(model, step, thread);
    barrier(model);
  }
}

/** The losses of a step on the images in `bytes`, which is not taken: nothing but the step's losses is changed. */
export function losses(model: Model, step: Step, thread: usize): void {
  lossPhase(model, step, thread);
  barrier(model);
  if (thread != 0) return;
  const rhoHats = scratchOf(model, thread);
  let penalty: f64 = 0;
  for (let l = model.nLayers - 1; l > 0; l--) {
    const layer = layerAt(model, l - 1);
    if (!layer.isPenalized) continue;
    meanActivations(layer, step.rows, rhoHats);
    penalty += klSum(model, layer, rhoHats);
  }
  writeLosses(model, step, penalty);
}

/** Runs the layers from `first` on. With `first` 0, `bytes` holds the images; else the inputs of layer `first` are there. */
export function infer(model: Model, first: usize, rows: usize, thread: usize): void {
  forwardPhase(model, first, rows, 0, thread);
  barrier(model);
}

/** From the images in `bytes` to each row's reconstruction loss. */
function lossPhase(model: Model, step: Step, thread: usize): void {
  forwardPhase(model, 0, step.rows, step.rows, thread);
}

/**
 * Whether threads divide the columns of each layer, of all rows, with a barrier after each layer; else they divide the rows,
 * and each takes its own through all layers. The same bits come out.
 */
function dividesColumns(model: Model, rows: usize): bool {
  if (model.threads == 1 || rows / model.threads >= ROWS) return false;
  for (let l: usize = 0; l < model.nLayers; l++) {
    const layer = layerAt(model, l);
    if (layer.dIn * layer.outputStride >= WIDE_BYTES) return true;
  }
  return false;
}

/**
 * The layers from `first` on, for all `rows` of the batch.
 *
 * @param lossRows Images that the loss is a mean over, if it is wanted; 0 for logits and x̂.
 */
function forwardPhase(model: Model, first: usize, rows: usize, lossRows: usize, thread: usize): void {
  const threads = model.threads, biases = firstBiases(model, thread);
  const from = shareStart(rows, 1, thread, threads), to = shareStart(rows, 1, thread + 1, threads);
  const output = layerAt(model, model.nLayers - 1);
  if (!dividesColumns(model, rows)) {
    for (let row = from; row < to; row += ROWS) {
      const end = min(row + ROWS, to);
      if (first == 0 && !model.isFloat) decodeImages(model, row, end);
      for (let l = first; l < model.nLayers; l++) forwardLayer(model, l, biases, thread, row, end, 0, layerAt(model, l).dOut);
      if (lossRows) finishLoss(model, row, end, lossRows);
      else finishOutput(output, row, end);
    }
    return;
  }
  if (first == 0 && !model.isFloat) decodeImages(model, from, to);
  for (let l = first; l < model.nLayers; l++) {
    const width = layerAt(model, l).dOut;
    barrier(model);
    forwardLayer(model, l, biases, thread, 0, rows, columnsFrom(width, thread, threads), columnsFrom(width, thread + 1, threads));
  }
  barrier(model);
  if (lossRows) finishLoss(model, from, to, lossRows);
  else finishOutput(output, from, to);
}

/** Some rows and columns of one layer's outputs; of the output layer the product alone. `biases`: what the first layer adds. */
function forwardLayer(
  model: Model,
  l: usize,
  biases: usize,
  thread: usize,
  from: usize,
  to: usize,
  columnFrom: usize,
  columnTo: usize,
): void {
  const layer = layerAt(model, l);
  if (l == model.nLayers - 1) multiplyWeights(layer, layer.dIn, from, to, columnFrom, columnTo);
  else if (l > 0) forwardHidden(layer, layer.bias, from, to, columnFrom, columnTo);
  else if (model.isSparse) forwardSparse(model, biases, scratchOf(model, thread), from, to, columnFrom, columnTo);
  else forwardHidden(layer, biases, from, to, columnFrom, columnTo);
}

function backwardPhase(model: Model, step: Step, thread: usize): void {
  const threads = model.threads, rows = step.rows, isDivided = dividesColumns(model, rows);
  const from: usize = isDivided ? 0 : shareStart(rows, 1, thread, threads);
  const to: usize = isDivided ? rows : shareStart(rows, 1, thread + 1, threads);
  const rhoHats = scratchOf(model, thread);
  let penalty: f64 = 0;
  for (let l = model.nLayers - 1; l > 0; l--) {
    const layer = layerAt(model, l - 1);
    let slopes: usize = 0;
    if (layer.isPenalized) {
      meanActivations(layer, rows, rhoHats);
      if (thread == 0) penalty += klSum(model, layer, rhoHats);
      klSlopes(model, layer, step, rhoHats);
      slopes = rhoHats;
    }
    const columnFrom: usize = isDivided ? columnsFrom(layer.dOut, thread, threads) : 0;
    const columnTo: usize = isDivided ? columnsFrom(layer.dOut, thread + 1, threads) : layer.dOut;
    for (let row = from; row < to; row += ROWS) {
      backward(layer, layerAt(model, l), slopes, row, min(row + ROWS, to), columnFrom, columnTo);
    }
    if (isDivided && l > 1) barrier(model);
  }
  if (thread == 0) writeLosses(model, step, penalty);
}

function updatePhase(model: Model, step: Step, thread: usize): void {
  const threads = model.threads, rows = step.rows, scratch = scratchOf(model, thread);
  beginAdam(model, step);
  const gradientSums = firstGradientSums(model, thread, rows);
  for (let l: usize = 0; l < model.nLayers; l++) {
    const layer = layerAt(model, l);
    if (layer.isFrozen) {
      // nothing of its weights
    } else if (l == 0 && model.isSparse) updateSparse(model, gradientSums, scratch, rows, thread);
    else updateWeights(layer, layer.dIn, model.inputMean, l == 0 ? gradientSums : 0, scratch, rows, thread, threads);
    updateBias(layer, shareStart(layer.dOut, 8, thread, threads), shareStart(layer.dOut, 8, thread + 1, threads), rows);
  }
}

function writeLosses(model: Model, step: Step, penalty: f64): void {
  step.penalty = <f32>penalty;
  step.reconstruction = <f32>(sumOfRowLosses(model, step.rows) / (<f64>step.rows * <f64>model.dInput));
}

function sumOfRowLosses(model: Model, rows: usize): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < 4 * rows; i++) sum += <f64>load<f32>(model.rowLosses + 4 * i);
  return sum;
}

@inline
function scratchOf(model: Model, thread: usize): usize {
  return model.scratch + thread * model.scratchBytes;
}
