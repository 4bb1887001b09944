/**
 * L1: ReLU latents, and a penalty of λ for every unit of activation.
 *
 *     f = ReLU(preActs)      penalty = ⟨Σⱼ fⱼ ‖dec_j‖⟩ / d
 *
 * Weighted by the decoder's norm, else a small f with a large decoder row would have next to no penalty. Divided by the width d of the
 * input like the mean squared error, so that λ is the field's, whose error is a sum over the input. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import type { Knobs } from "../../knob.ts";
import { DICTIONARY } from "./dictionary.ts";
import type { Variant } from "./variant.ts";

/** λ is shared by all variants whose sparsity is a weight. */
const knobs = {
  lambda: {
    kind: "number",
    default: 1,
    min: 0,
    group: "Sparsity",
    takes: "λ",
    help: "weight λ of the penalty, beside a squared error summed over the input.",
    source: "ours: about 16 of 256 latents active on MNIST",
  },
} as const satisfies Knobs;

/** See the module comment. */
export const l1: Variant<typeof knobs> = {
  title: "L1",
  equation: String.raw`\|x - \hat x\|^2 + \lambda \sum_j f_j \|d_j\|, \qquad f = \mathrm{ReLU}(u)`,
  lesson:
    "The penalty grows by the same amount with every unit of activation, so a latent that reduces the error by less " +
    "than its penalty goes to exactly 0. The active latents get smaller too: reconstructions shrink.",
  source: {
    title: "Bricken et al., Towards Monosemanticity (2023)",
    url: "https://transformer-circuits.pub/2023/monosemantic-features",
  },
  published: { f1: 0.5562, mcc: 0.6039, uniqueness: 0.8976, explainedVariance: 0.7654 },
  knobs,
  defaults: { ...DICTIONARY, lambda: 1 },
  selects: "all",
  activates: "positive",
  penalizes: "length",
  revives: false,
  weight: "lambda",
  activation: "relu",
  activeAbove: 0,
  parameters: () => ({}),
  buffers: {},
  latents: (ops, { preActs }) => ops.relu(preActs),
  terms: (ops, { acts, decoderNorms, dInput }) => ({
    penalty: ops.div(ops.mean(ops.sum(ops.mul(acts, decoderNorms), 1)), dInput),
  }),
};
