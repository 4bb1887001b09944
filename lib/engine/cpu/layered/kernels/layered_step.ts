/**
 * Steps and passes of a model of layers. Each thread calls the same function with its number.
 *
 * A step is three phases with a barrier after each: forward and backward need the rows of one thread alone, but for the
 * penalty, which is a mean over the batch, and for the update, which sums over it.
 *
 * @module
 */
import { layerAt, roundUpTo4, shareStart } from "../../kernels/addresses";
import { Model, Step } from "../../kernels/kernel_structs";
import { beginAdam } from "../../kernels/adam";
import { backward } from "./layered_backward";
import { barrier } from "../../kernels/barrier";
import { firstBiases, firstGradientSums } from "./centre";
import { forwardHidden, forwardLoss, forwardOutput } from "./layered_forward";
import { decodeImages, gatherFloats, gatherImages } from "../../kernels/images";
import { klSlopes, klSum, meanActivations } from "./kl_penalty";
import { forwardSparse, updateSparse } from "./first_layer_lists";
import { updateBias, updateWeights } from "./layered_update";

/** Runs `nSteps` steps, one after the other in memory from `steps` on. */
export function train(model: Model, steps: usize, nSteps: usize, thread: usize): void {
  for (let i: usize = 0; i < nSteps; i++) {
    const step = changetype<Step>(steps + i * offsetof<Step>());
    const padded = roundUpTo4(step.rows);
    const from = shareStart(padded, 4, thread, model.threads), to = shareStart(padded, 4, thread + 1, model.threads);
    if (model.isFloat) gatherFloats(model, step, from, to);
    else gatherImages(model, step, from, to);
    lossPhase(model, step, thread, from, to);
    barrier(model);
    backwardPhase(model, step, thread, from, to);
    barrier(model);
    updatePhase(model, step, thread, padded);
    barrier(model);
  }
}

/** The losses of a step on the images in `bytes`, which is not taken: nothing but the step's losses is changed. */
export function losses(model: Model, step: Step, thread: usize): void {
  const padded = roundUpTo4(step.rows);
  lossPhase(
    model,
    step,
    thread,
    shareStart(padded, 4, thread, model.threads),
    shareStart(padded, 4, thread + 1, model.threads),
  );
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
  const padded = roundUpTo4(rows);
  const from = shareStart(padded, 4, thread, model.threads), to = shareStart(padded, 4, thread + 1, model.threads);
  if (first == 0 && !model.isFloat) decodeImages(model, from, to);
  hiddenPhase(model, first, thread, from, to, rows);
  forwardOutput(layerAt(model, model.nLayers - 1), from, to, rows);
  barrier(model);
}

/** The layers from `first` to the last hidden one. */
function hiddenPhase(model: Model, first: usize, thread: usize, from: usize, to: usize, rows: usize): void {
  for (let l = first; l < model.nLayers - 1; l++) {
    const layer = layerAt(model, l);
    const biases = l == 0 ? firstBiases(model, thread) : layer.bias;
    if (l == 0 && model.isSparse) forwardSparse(model, biases, scratchOf(model, thread), from, to, rows);
    else forwardHidden(layer, biases, from, to, rows);
  }
}

/** From the images in `bytes` to each row's reconstruction loss. */
function lossPhase(model: Model, step: Step, thread: usize, from: usize, to: usize): void {
  if (!model.isFloat) decodeImages(model, from, to);
  hiddenPhase(model, 0, thread, from, to, step.rows);
  forwardLoss(model, from, to, step.rows);
}

function backwardPhase(model: Model, step: Step, thread: usize, from: usize, to: usize): void {
  const rhoHats = scratchOf(model, thread);
  let penalty: f64 = 0;
  for (let l = model.nLayers - 1; l > 0; l--) {
    const layer = layerAt(model, l - 1);
    let slopes: usize = 0;
    if (layer.isPenalized) {
      meanActivations(layer, step.rows, rhoHats);
      if (thread == 0) penalty += klSum(model, layer, rhoHats);
      klSlopes(model, layer, step, rhoHats);
      slopes = rhoHats;
    }
    backward(layer, layerAt(model, l), slopes, from, to, step.rows);
  }
  if (thread == 0) writeLosses(model, step, penalty);
}

function updatePhase(model: Model, step: Step, thread: usize, rows: usize): void {
  const threads = model.threads;
  beginAdam(model, step);
  const gradientSums = firstGradientSums(model, thread, rows);
  for (let l: usize = 0; l < model.nLayers; l++) {
    const layer = layerAt(model, l);
    if (l == 0 && model.isSparse) updateSparse(model, gradientSums, scratchOf(model, thread), thread, rows);
    else {
      updateWeights(
        layer,
        model.inputMean,
        l == 0 ? gradientSums : 0,
        shareStart(layer.dIn, 4, thread, threads),
        shareStart(layer.dIn, 4, thread + 1, threads),
        rows,
      );
    }
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
