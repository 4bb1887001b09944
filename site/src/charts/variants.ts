/**
 * A small figure for each sparsity method: its latent function, which latents it keeps, or its penalty.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { klDivergence } from "../../../lib/kl.ts";
import { matryoshka, prefixWidths } from "../../../lib/sae/sparsity/matryoshka.ts";
import { budgetsBelow } from "../../../lib/sae/sparsity/hierarchicaltopk.ts";
import type { VariantName } from "../../../lib/sae/sparsity/variants.ts";
import type { Chart } from "./theme.ts";
import { curves, prefixes, sharedBudget, sortedBars } from "./variant_drawings.ts";

/** A figure and its words. */
export interface VariantFigure {
  heading: string;
  chart: Chart;
  alt: string;
  caption: string;
}

/** Pre-activations of two inputs, largest first: one with many large ones, and one with few. */
const MANY = [3.1, 2.6, 2.4, 2, 1.7, 0.9, 0.5, 0.3], FEW = [2.8, 1.2, 0.8, 0.6, 0.5, 0.3, 0.2, 0.1];
const K = 3;
const RHO = 0.05, THRESHOLD = 1, WEIGHT = THRESHOLD, WINDOW = 0.5, BIAS = 0.4;
/** Where the functions of u begin, bend, jump and end. */
const KNOTS = [-1, -BIAS, 0, THRESHOLD, THRESHOLD + 1e-6, 3];

const relu = (u: number) => Math.max(0, u);

/** By variant. */
export const VARIANT_FIGURES: Record<VariantName, VariantFigure> = {
  kl: {
    heading: "KL penalty of one latent",
    chart: curves([{
      name: `ρ = ${RHO}`,
      points: Array.from({ length: 60 }, (_, i) => 0.005 + 0.005 * i).map((x) => ({ x, y: klDivergence(RHO, x) })),
    }], { x: "mean activation ρ̂", y: "penalty, nats", format: "~g", mark: { x: RHO, name: `ρ = ${RHO}` } }),
    alt: `The penalty is 0 at a mean activation of ${RHO} and rises on both sides.`,
    caption:
      `<b>KL penalty of one latent as a function of its mean activation over the batch, for ρ = ${RHO}.</b> The penalty is 0 ` +
      "at ρ. Single inputs do not enter: a mean of ρ can be few large activations or many small ones.",
  },
  l1: {
    heading: "Latent with and without the L1 penalty",
    chart: curves([
      { name: "no penalty", points: KNOTS.map((u) => ({ x: u, y: relu(u) })) },
      { name: `weight ${WEIGHT}`, points: [...KNOTS].map((u) => ({ x: u, y: relu(u - WEIGHT) })) },
    ], { x: "pre-activation u", y: "best latent f" }),
    alt:
      `Without a penalty the best latent is ReLU(u). With a weight of ${WEIGHT} every latent is smaller by ${WEIGHT}.`,
    caption:
      `<b>The value of a latent that minimises the loss, with and without an L1 penalty of weight ${WEIGHT}.</b> With the ` +
      "penalty, small latents become 0, and large ones are smaller by the same amount: L1 shrinks its reconstructions.",
  },
  topk: {
    heading: `The k largest latents, k = ${K}`,
    chart: sortedBars([{ input: "", values: MANY, kept: K }]),
    alt: `Eight latents of one input, largest first; the first ${K} are kept.`,
    caption:
      `<b>Latents of one input, largest first.</b> Filled: the k = ${K} latents that stay as they are. Outlined: latents that ` +
      "are set to 0.",
  },
  batchtopk: {
    heading: `The 2k largest latents of two inputs, k = ${K}`,
    chart: sortedBars(sharedBudget([{ input: "input 1", values: MANY }, { input: "input 2", values: FEW }], K)),
    alt: `Of the latents of two inputs the ${2 * K} largest are kept: five of the first input and one of the second.`,
    caption:
      `<b>Latents of two inputs in one batch, largest first.</b> Filled: the 2k = ${
        2 * K
      } largest of both inputs together. ` +
      "The first input keeps five latents and the second input one.",
  },
  jumprelu: {
    heading: "JumpReLU with threshold θ = 1",
    chart: curves([{ name: "f", points: KNOTS.map((u) => ({ x: u, y: u > THRESHOLD ? u : 0 })) }], {
      x: "pre-activation u",
      y: "latent f",
      shaded: { from: THRESHOLD - WINDOW / 2, to: THRESHOLD + WINDOW / 2 },
    }),
    alt: "f is 0 up to the threshold θ = 1 and equal to u above it.",
    caption:
      "<b>A JumpReLU latent as a function of its pre-activation.</b> Up to the threshold θ the latent is 0; above θ it is u, " +
      "without shrinkage. The surrogate gradient of θ is not 0 only in the shaded window of width ε.",
  },
  gated: {
    heading: "Gate, magnitude, and their product",
    chart: curves([
      { name: "gate", points: KNOTS.map((u) => ({ x: u, y: u > THRESHOLD ? 1 : 0 })) },
      { name: "magnitude", points: KNOTS.map((u) => ({ x: u, y: relu(u + BIAS) })) },
      { name: "f", points: KNOTS.map((u) => ({ x: u, y: u > THRESHOLD ? relu(u + BIAS) : 0 })) },
    ], { x: "pre-activation u", y: "value" }),
    alt: "The gate steps from 0 to 1 at u = 1; the magnitude rises from u = −0.4; f is their product.",
    caption:
      "<b>Gate, magnitude, and the latent f, their product.</b> Gate and magnitude have numbers of their own. Only the gate " +
      "is penalised, so the magnitude does not shrink.",
  },
  matryoshka: {
    heading: "Parts of the dictionary that reconstruct alone",
    chart: prefixes([...prefixWidths(matryoshka.knobs.prefixes.default, 256), 256]),
    alt: "The first 16, the first 64 and all 256 latents each reconstruct the input alone.",
    caption:
      "<b>Each bar is a group of latents that must reconstruct the input without the latents after it.</b> The first 16 " +
      "latents are in every group, so they learn what matters most.",
  },
  hierarchicaltopk: {
    heading: `The largest latents that reconstruct alone, k = ${K}`,
    chart: prefixes([...budgetsBelow(K, 1), K], { ofWhat: "largest", title: "latents, largest first" }),
    alt: `The largest latent, the two largest and all ${K} kept latents of an input each reconstruct the input alone.`,
    caption:
      `<b>Each bar is a group of latents of one input that must reconstruct the input alone, for k = ${K}.</b> The largest ` +
      "latent is in every group. After training the model can be used with any number of active latents up to k.",
  },
};
