/**
 * A linear probe on raw inputs: one class against the rest, by logistic loss with an L1 penalty.
 *
 * For hundreds of features, where `logistic_regression.ts` is for a handful. It stops after a fixed number of epochs, not
 * at the minimum, as SAEBench's probes do; unlike theirs it keeps the last epoch, not the best one on the test rows.
 *
 * @module
 */
import type { Rng } from "../rng.ts";
import type { Draw } from "./class_draws.ts";
import type { LinearProbe } from "./logistic_regression.ts";

/** SAEBench's `scr_and_tpp` settings; the moments and the weight decay are PyTorch's defaults for AdamW. */
const EPOCHS = 20;
const BATCH = 16;
const LEARNING_RATE = 1e-3;
const L1 = 1e-3;
const WEIGHT_DECAY = 0.01;
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * Fits mean binary cross-entropy + 10⁻³ Σ|w| with AdamW (Loshchilov and Hutter 2019): 20 epochs in batches of 16, from 0.
 *
 * @param x Inputs, `[rows, dInput]`.
 * @param options Which rows are examples, and the generator that shuffles them anew each epoch.
 * @returns `dInput` weights and a bias, float64.
 */
export function fitLinearProbe(x: Float32Array, options: Draw & { dInput: number; rng: Rng }): LinearProbe {
  const { dInput, positives, negatives, rng } = options;
  const rows = [...positives, ...negatives];
  const weights = new Float64Array(dInput + 1); // the last is the bias
  const slope = new Float64Array(dInput + 1);
  const first = new Float64Array(dInput + 1), second = new Float64Array(dInput + 1);
  let steps = 0;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const order = rng.permutation(rows.length);
    for (let start = 0; start < order.length; start += BATCH) {
      const batch = order.subarray(start, start + BATCH);
      slope.fill(0);
      for (const example of batch) {
        const offset = rows[example] * dInput;
        const isPositive = example < positives.length;
        const pull = (1 / (1 + Math.exp(-logitOf(x, offset, weights))) - (isPositive ? 1 : 0)) / batch.length;
        for (let i = 0; i < dInput; i++) slope[i] += pull * x[offset + i];
        slope[dInput] += pull;
      }
      steps++;
      const rate = LEARNING_RATE / (1 - BETA1 ** steps), correction = 1 / (1 - BETA2 ** steps);
      for (let i = 0; i <= dInput; i++) {
        const g = slope[i] + (i < dInput ? L1 * Math.sign(weights[i]) : 0);
        first[i] = BETA1 * first[i] + (1 - BETA1) * g;
        second[i] = BETA2 * second[i] + (1 - BETA2) * g * g;
        const decayed = weights[i] * (1 - LEARNING_RATE * WEIGHT_DECAY);
        weights[i] = decayed - rate * first[i] / (Math.sqrt(second[i] * correction) + EPSILON);
      }
    }
  }
  return { weights: weights.slice(0, dInput), bias: weights[dInput] };
}

/** w·x + b for the row that starts at `offset`; the bias is the last of the weights. */
function logitOf(x: Float32Array, offset: number, weights: Float64Array): number {
  const bias = weights.length - 1;
  let logit = weights[bias];
  for (let i = 0; i < bias; i++) logit += weights[i] * x[offset + i];
  return logit;
}
