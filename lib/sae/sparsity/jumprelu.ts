/**
 * JumpReLU: each latent is 0 below a threshold of its own, and the penalty counts active latents, however strong they are.
 *
 *     f = z·1[z > θ]      penalty = ⟨Σⱼ 1[zⱼ > θⱼ]⟩ / d = L0 / d      z = preActs
 *
 * The gradient of the step 1[z > θ] is 0 wherever it exists, so within |z − θ| < ε/2 a surrogate takes its place
 * (straight-through estimator, rectangular kernel): ∂f/∂θ = −θ/ε and ∂1[z > θ]/∂θ = −1/ε; no gradient of the step flows
 * into z. θ is a plain parameter, because its logarithm hardly moves under Adam; a θ below 0 counts as 0 in values and
 * gradients alike, so that f is never negative and the penalty can raise θ again.
 *
 * Adam moves every θ by at most the learning rate in each step, and a θ has to cross the whole range of preActs within a
 * run, whereas a weight has to move a little. Its learning rate is therefore `thetaRate` times the others'. Source:
 * Rajamanoharan et al., "Jumping ahead", 2024. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Knobs } from "../../knob.ts";
import { DICTIONARY } from "./dictionary.ts";
import { l1 } from "./l1.ts";
import type { Ops, Tensor, Variant } from "./variant.ts";

const knobs = {
  ...l1.knobs,
  bandwidth: {
    kind: "number",
    default: 0.1,
    above: 0,
    group: "Sparsity",
    takes: "ε",
    help: "width of the window around θ in which its straight-through gradient is not 0.",
    source: "ours: a fraction of the spread of preActs",
  },
  thetaInit: {
    kind: "number",
    default: 0.3,
    above: 0,
    group: "Sparsity",
    takes: "θ",
    help: "initial threshold.",
    source: "ours: about where thresholds end on MNIST; with 0.1 more latents die",
  },
  thetaRate: {
    kind: "number",
    default: 2,
    above: 0,
    group: "Sparsity",
    takes: "FACTOR",
    help: "learning rate of the thresholds θ as a multiple of --lr.",
    source: "ours: with 1 a large λ removes fewer latents in a short run, with 10 more latents die",
  },
} as const satisfies Knobs;

/** See the module comment. */
export const jumprelu: Variant<typeof knobs> = {
  title: "JumpReLU",
  equation: String
    .raw`\|x - \hat x\|^2 + \lambda \sum_j \mathbf 1[u_j > \theta_j], \qquad f_j = u_j \cdot \mathbf 1[u_j > \theta_j]`,
  lesson:
    "The penalty counts active latents and ignores how strongly they are active, so strong latents do not shrink. " +
    "Each latent learns its own threshold, through a surrogate gradient near it.",
  source: { title: "Rajamanoharan et al., Jumping ahead (2024)", url: "https://arxiv.org/abs/2407.14435" },
  published: { f1: 0.7317, mcc: 0.7527, uniqueness: 0.9885, explainedVariance: 0.7951 },
  knobs,
  defaults: { ...DICTIONARY, lambda: 0.1, sparsityWarmupSteps: 500 },
  selects: "all",
  activates: "jump",
  penalizes: "count",
  revives: false,
  weight: "lambda",
  activation: "jumprelu",
  activeAbove: 0,
  parameters: ({ thetaInit, thetaRate }) => ({ theta: { initial: thetaInit, rate: thetaRate } }),
  buffers: {},
  latents: (ops, { preActs, params: { theta }, knobs: { bandwidth } }) => jump(ops, preActs, { theta, bandwidth }),
  terms: (ops, { preActs, params: { theta }, dInput, knobs: { bandwidth } }) => ({
    penalty: ops.div(ops.mean(ops.sum(step(ops, preActs, { theta, bandwidth }), 1)), dInput),
  }),
};

interface Threshold {
  /** `[nLatents]`, as trained; below 0 it counts as 0. */
  theta: Tensor;
  bandwidth: number;
}

/** z·1[z > θ], with ∂/∂z = 1[z > θ] and ∂/∂θ = −(θ/ε)·1[|z − θ| < ε/2]. */
function jump(ops: Ops, preActs: Tensor, { theta, bandwidth }: Threshold): Tensor {
  return ops.withGradient([preActs, theta], {
    value: (z, theta) => ops.mul(z, ops.isGreater(z, ops.relu(theta))),
    gradients: (dy, z, theta) => [
      ops.mul(dy, ops.isGreater(z, ops.relu(theta))),
      ops.mul(
        ops.div(ops.relu(theta), -bandwidth),
        ops.sum(ops.mul(dy, isNear(ops, z, { theta, bandwidth })), 0),
      ),
    ],
  });
}

/** 1[z > θ], with ∂/∂z = 0 and ∂/∂θ = −(1/ε)·1[|z − θ| < ε/2]. */
function step(ops: Ops, preActs: Tensor, { theta, bandwidth }: Threshold): Tensor {
  return ops.withGradient([preActs, theta], {
    value: (z, theta) => ops.isGreater(z, ops.relu(theta)),
    gradients: (dy, z, theta) => [
      ops.mul(z, 0),
      ops.div(ops.sum(ops.mul(dy, isNear(ops, z, { theta, bandwidth })), 0), -bandwidth),
    ],
  });
}

function isNear(ops: Ops, preActs: Tensor, { theta, bandwidth }: Threshold): Tensor {
  return ops.isGreater(ops.sub(bandwidth / 2, ops.abs(ops.sub(preActs, ops.relu(theta)))), 0);
}
