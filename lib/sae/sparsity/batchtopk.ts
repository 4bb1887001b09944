/**
 * BatchTopK: the k·batch largest latents of the whole batch, so that one image may have more active latents than
 * another.
 *
 *     training: f = ReLU(preActs) if among the k·B largest of the batch, else 0
 *     after:    f = ReLU(preActs) if above θ, the mean of the smallest kept activation over training
 *
 * Source: Bussmann et al., "BatchTopK sparse autoencoders", 2024. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { DICTIONARY } from "./dictionary.ts";
import { auxK, AUXK_DEFAULTS, topk, type TopKKnobs } from "./topk.ts";
import type { LatentInput, Ops, Tensor, TrainingPass, Variant } from "./variant.ts";

/** How much of θ a step keeps (SAELens: 0.99); the first step sets it. */
export const THRESHOLD_DECAY = 0.99;
/** θ before the first step. */
export const THRESHOLD_UNSET = -1;

/** See the module comment. */
export const batchtopk: Variant<typeof topk.knobs> = {
  title: "BatchTopK",
  equation: String
    .raw`\|x - \hat x\|^2 + \alpha\,\mathrm{AuxK}, \qquad f = \mathrm{ReLU}(\mathrm{TopK}_{kB}(u^{(1)} \dots u^{(B)}))`,
  lesson:
    "On average k latents are active per input: in training the k·B largest of a batch of B inputs, so one input " +
    "may have more active latents than another. After training a learned threshold decides for each input alone.",
  source: { title: "Bussmann et al., BatchTopK sparse autoencoders (2024)", url: "https://arxiv.org/abs/2412.06410" },
  published: { f1: 0.7316, mcc: 0.7574, uniqueness: 0.9837, explainedVariance: 0.7923 },
  knobs: topk.knobs,
  defaults: { ...DICTIONARY, ...AUXK_DEFAULTS },
  selects: "batch",
  activates: "positive",
  penalizes: null,
  revives: true,
  weight: null,
  activation: "batchtopk",
  activeAbove: 0,
  parameters: () => ({}),
  buffers: { threshold: THRESHOLD_UNSET },
  latents: batchLatents,
  inferredLatents: aboveThreshold,
  terms: (ops, pass) => ({ auxiliary: auxK(ops, pass) }),
  nextBuffers: nextThreshold,
};

/** The k·batch largest of ReLU(preActs). */
export function batchLatents(ops: Ops, { preActs, knobs: { k } }: LatentInput<TopKKnobs>): Tensor {
  return ops.relu(ops.mul(preActs, ops.largest(preActs, k * preActs.shape[0])));
}

/** ReLU(preActs) if it is above θ, else 0. */
export function aboveThreshold(ops: Ops, { preActs, buffers }: LatentInput<TopKKnobs>): Tensor {
  return ops.mul(ops.relu(preActs), ops.isGreater(preActs, buffers.threshold));
}

/** θ ← 0.99 θ + 0.01 · (smallest positive activation of the batch); the first such activation is taken as it is. */
export function nextThreshold(ops: Ops, { acts, buffers: { threshold } }: TrainingPass<TopKKnobs>) {
  const smallest = ops.smallestPositive(acts);
  const isSet = ops.isGreater(threshold, 0);
  const moved = ops.add(ops.mul(THRESHOLD_DECAY, threshold), ops.mul(1 - THRESHOLD_DECAY, smallest));
  const next = ops.add(ops.mul(isSet, moved), ops.mul(ops.sub(1, isSet), smallest));
  const hasOne = ops.isGreater(smallest, 0);
  return { threshold: ops.add(ops.mul(hasOne, next), ops.mul(ops.sub(1, hasOne), threshold)) };
}
