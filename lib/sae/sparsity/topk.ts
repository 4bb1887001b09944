/**
 * TopK: the k largest latents of each input, no penalty at all.
 *
 *     f = ReLU(the k largest preActs, others 0)
 *     AuxK: α · MSE(h·W_dec, x − x̂) with h the few largest preActs among dead latents, the error a constant
 *
 * Source: Gao et al., "Scaling and evaluating sparse autoencoders", 2024. The reconstruction by dead latents has no
 * decoder bias, because its target, the error, has none (three tools add it). h is not rectified, so that a latent with
 * negative preActs everywhere can come back. The dead latents are those of the steps before: a latent that becomes
 * active in this step still counts as dead in it (Gao et al. count the step's own activity first). PORTABLE: no Deno,
 * no Node, no tfjs.
 *
 * @module
 */
import type { Knobs, Values } from "../../knob.ts";
import { DICTIONARY } from "./dictionary.ts";
import type { Ops, Tensor, TrainingPass, Variant } from "./variant.ts";

const knobs = {
  k: {
    kind: "integer",
    default: 16,
    min: 1,
    group: "Sparsity",
    takes: "N",
    help: "latents that stay active, for each image or on average over a batch.",
    source: "ours: about as many as a digit has strokes",
  },
  auxAlpha: {
    kind: "number",
    default: 0,
    min: 0,
    group: "Sparsity",
    takes: "α",
    help: "weight of AuxK, which revives dead latents; 0 is off.",
    source:
      "ours: with 1 at most one latent of 1,024 stays dead on MNIST; Gao et al. 2024 have 1/32 of an error over its variance",
  },
  auxK: {
    kind: "integer",
    default: null,
    min: 1,
    unset: { word: "auto", means: "a quarter of k" },
    group: "Sparsity",
    takes: "N",
    help: "number of dead latents that AuxK lets reconstruct an image's error.",
    source:
      "ours: with half the input's width, as in other programs, all dead latents learn one dense pattern together and stay dead",
  },
} as const satisfies Knobs;

/**
 * AuxK for a linear decoder, early and with full weight. With 1,024 latents on MNIST one or none is dead after ten
 * epochs; with `deadSteps` 15 there are 5 dead latents, with 30 14, with 300 57, and with a weight of 0.1 102.
 */
export const AUXK_DEFAULTS = { auxAlpha: 1, deadSteps: 8 };

/** See the module comment. */
export const topk: Variant<typeof knobs> = {
  title: "TopK",
  equation: String.raw`\|x - \hat x\|^2 + \alpha\,\mathrm{AuxK}, \qquad f = \mathrm{ReLU}(\mathrm{TopK}_k(u))`,
  lesson:
    "At most k latents of each input are active: the k largest, those of them above 0. Nothing is penalised, so nothing shrinks. A latent " +
    "that is never among the k largest has no gradient and stays dead, unless AuxK trains it on the error that is left.",
  source: {
    title: "Gao et al., Scaling and evaluating sparse autoencoders (2024)",
    url: "https://arxiv.org/abs/2406.04093",
  },
  knobs,
  defaults: { ...DICTIONARY, ...AUXK_DEFAULTS },
  selects: "row",
  activates: "positive",
  penalizes: null,
  revives: true,
  weight: null,
  activation: "topk",
  activeAbove: 0,
  parameters: () => ({}),
  buffers: {},
  latents: (ops, { preActs, knobs: { k } }) => ops.relu(ops.mul(preActs, ops.largestInRows(preActs, k))),
  terms: (ops, pass) => ({ auxiliary: auxK(ops, pass) }),
};

/** The values this variant reads. */
export type TopKKnobs = Values<typeof knobs>;

/**
 * α · min(|D|/m, 1) · MSE(h·W_dec, sg(x − x̂)), h the m = `auxWidth` largest preActs of each row among the dead latents
 * D (the scale is SAELens's: a single dead latent does not get the gradient of many).
 *
 * @returns A scalar, 0 if no latent is dead; undefined if α is 0 or it is known that none is dead.
 */
export function auxK(ops: Ops, pass: TrainingPass<TopKKnobs>): Tensor | undefined {
  const { preActs, isDead, mayHaveDead, error, knobs } = pass;
  if (knobs.auxAlpha === 0 || !mayHaveDead) return undefined;
  const m = auxWidth(knobs, isDead.shape[0]);
  const dead = ops.sum(isDead);
  // Dead latents above all others, so that the m largest are dead ones as long as there are any.
  const lifted = ops.sub(ops.mul(preActs, isDead), ops.mul(ops.sub(1, isDead), LOWEST));
  const chosen = ops.mul(ops.largestInRows(lifted, m), isDead);
  const difference = ops.sub(pass.project(ops.mul(preActs, chosen)), error);
  const scale = ops.clip(ops.div(dead, m), 0, 1);
  return ops.mul(knobs.auxAlpha, ops.mul(scale, ops.mean(ops.square(difference))));
}

/** Far below any preAct. */
const LOWEST = 1e30;

/**
 * How many dead latents explain an image's error: few, so that each learns a pattern of its own. With half the input's
 * width a dictionary of known truth is recovered to an MCC of 0.90, with a quarter of k to 0.99.
 */
export function auxWidth({ k, auxK }: Pick<TopKKnobs, "k" | "auxK">, nLatents: number): number {
  return Math.min(nLatents, auxK ?? Math.max(1, Math.round(k / 4)));
}
