/**
 * The kernels' entry: whole steps, and passes without training. Each thread calls the same function with its number.
 *
 * A step is three phases with a barrier after each: forward and backward need the rows of one thread alone, but for the
 * penalty, which is a mean over the batch, and for the update, which sums over it.
 *
 * @module
 */
import { beginAdam } from "./adam";
import { backward } from "./backward";
import { barrier } from "./barrier";
import { forwardHidden, forwardLoss, forwardOutput } from "./forward";
import { decodeImages, gatherImages } from "./images";
import { layerAt, Model, roundUpTo4, shareStart, Step } from "./layout";
import { klSlopes, klSum, meanActivations } from "./penalty";
import { forwardSparse, updateSparse } from "./sparse";
import { updateBias, updateWeights } from "./update";

export { decodeDictionary, inferDictionary, trainDictionary } from "./dictionary";
export { rendezvous } from "./rendezvous";

/** Runs `nSteps` steps, one after the other in memory from `steps` on. */
export function train(model: Model, steps: usize, nSteps: usize, thread: usize): void {
  for (let i: usize = 0; i < nSteps; i++) {
    const step = changetype<Step>(steps + i * offsetof<Step>());
    const padded = roundUpTo4(step.rows);
    const from = shareStart(padded, 4, thread, model.threads), to = shareStart(padded, 4, thread + 1, model.threads);
    forwardPhase(model, step, thread, from, to);
    barrier(model);
    backwardPhase(model, step, thread, from, to);
    barrier(model);
    updatePhase(model, step, thread, padded);
    barrier(model);
  }
}

/** Runs the layers from `first` on. With `first` 0, `bytes` holds the images; else the inputs of layer `first` are there. */
export function infer(model: Model, first: usize, rows: usize, thread: usize): void {
  const padded = roundUpTo4(rows);
  const from = shareStart(padded, 4, thread, model.threads), to = shareStart(padded, 4, thread + 1, model.threads);
  if (first == 0) decodeImages(model, from, to);
  for (let l = first; l < model.nLayers - 1; l++) {
    if (l == 0 && model.isSparse) forwardSparse(model, scratchOf(model, thread), from, to, rows);
    else forwardHidden(layerAt(model, l), from, to, rows);
  }
  forwardOutput(layerAt(model, model.nLayers - 1), from, to, rows);
  barrier(model);
}

function forwardPhase(model: Model, step: Step, thread: usize, from: usize, to: usize): void {
  gatherImages(model, step, from, to);
  decodeImages(model, from, to);
  for (let l: usize = 0; l < model.nLayers - 1; l++) {
    if (l == 0 && model.isSparse) forwardSparse(model, scratchOf(model, thread), from, to, step.rows);
    else forwardHidden(layerAt(model, l), from, to, step.rows);
  }
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
  if (thread == 0) {
    step.penalty = <f32>penalty;
    step.reconstruction = <f32>(sumOfRowLosses(model, step.rows) / (<f64>step.rows * <f64>model.dInput));
  }
}

function updatePhase(model: Model, step: Step, thread: usize, rows: usize): void {
  const threads = model.threads;
  beginAdam(model, step);
  for (let l: usize = 0; l < model.nLayers; l++) {
    const layer = layerAt(model, l);
    if (l == 0 && model.isSparse) updateSparse(model, scratchOf(model, thread), thread, rows);
    else {updateWeights(
        layer,
        shareStart(layer.dIn, 4, thread, threads),
        shareStart(layer.dIn, 4, thread + 1, threads),
        rows,
      );}
    updateBias(layer, shareStart(layer.dOut, 8, thread, threads), shareStart(layer.dOut, 8, thread + 1, threads), rows);
  }
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
