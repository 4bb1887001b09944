/**
 * A linear probe on raw inputs: one class against the rest, by logistic loss with an L1 penalty.
 *
 * For hundreds of features; `logistic_regression.ts` is for a handful. It stops after a fixed number of epochs, not
 * at the minimum, as SAEBench's probes do; unlike theirs it keeps the last epoch, not the best one on the test rows.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Rng } from "../rng.ts";
import type { Draw } from "./class_draws.ts";
import type { LinearProbe } from "./logistic_regression.ts";
import type { HeldInputs } from "./row_sources.ts";
import type { SparseRows } from "./sparse_rows.ts";

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
 * Fits mean binary cross-entropy + 10⁻³ Σ|w| with AdamW (Loshchilov and Hutter 2019): 20 epochs in batches of 16, from
 * 0.
 *
 * @param x Inputs.
 * @param options Which rows are examples, and the generator that shuffles them anew each epoch.
 * @returns A weight for each value of an input, and a bias, float64.
 */
export function fitLinearProbe(x: HeldInputs, { positives, negatives, rng }: Draw & { rng: Rng }): LinearProbe {
  const dInput = x.width;
  const rows = Uint32Array.from([...positives, ...negatives]);
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
        const row = x.row(rows[example]);
        const p = 1 / (1 + Math.exp(-logitOf(row, { weights, bias: weights[dInput] })));
        const pull = (p - (example < positives.length ? 1 : 0)) / batch.length;
        for (let e = 0; e < row.starts[1]; e++) slope[row.columns[e]] += pull * row.values[e];
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

/** w·x + b of a single row. */
export function logitOf({ starts, columns, values }: SparseRows, { weights, bias }: LinearProbe): number {
  let logit = bias;
  for (let e = 0; e < starts[1]; e++) logit += weights[columns[e]] * values[e];
  return logit;
}
