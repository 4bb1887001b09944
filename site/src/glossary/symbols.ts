/**
 * The letters of the formulas. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Entry } from "./entry.ts";

/** In the order of the model: input, latents, loss, counts. */
export const SYMBOLS: readonly Entry[] = [
  {
    anchor: "symbol-x",
    name: "x",
    symbol: "x_i",
    meaning: "Input number i: an image of d pixels, or a vector of d numbers.",
  },
  {
    anchor: "symbol-x-hat",
    name: "x̂",
    symbol: String.raw`\hat x_i`,
    meaning: "The reconstruction of input number i.",
  },
  { anchor: "symbol-u", name: "u", symbol: "u_j", meaning: "The pre-activation of latent j." },
  {
    anchor: "symbol-a",
    name: "a",
    aliases: ["f", "z"],
    symbol: "a_{ij}",
    meaning:
      "The activation of latent j on input i. Papers write f for activations that are often exactly 0, and the " +
      "tutorial writes z.",
  },
  {
    anchor: "symbol-d-j",
    name: "dⱼ",
    symbol: "d_j",
    meaning: "The decoder direction of latent j: the decoder's weights of this latent, d numbers.",
  },
  {
    anchor: "symbol-rho",
    name: "ρ",
    aliases: ["target"],
    forms: ["rho"],
    symbol: String.raw`\rho`,
    meaning: "The target of the KL method: the mean activation that each latent should have.",
  },
  {
    anchor: "symbol-rho-hat",
    name: "ρ̂",
    forms: ["rho hat"],
    symbol: String.raw`\hat\rho_j`,
    meaning: "The measured mean activation of latent j: over a batch during training, over a whole split in a report.",
  },
  {
    anchor: "symbol-beta",
    name: "β",
    forms: ["beta"],
    symbol: String.raw`\beta`,
    meaning:
      "Weight of the sparsity penalty relative to the reconstruction loss, with KL. 0 gives a plain autoencoder.",
  },
  {
    anchor: "symbol-lambda",
    name: "λ",
    forms: ["lambda"],
    symbol: String.raw`\lambda`,
    meaning: "Weight of the sparsity penalty relative to the reconstruction loss, with L1, JumpReLU and Gated.",
  },
  {
    anchor: "symbol-theta",
    name: "θ",
    aliases: ["threshold"],
    forms: ["theta"],
    symbol: String.raw`\theta_j`,
    meaning: "The threshold of latent j, with JumpReLU, or the one threshold of all latents, with BatchTopK and " +
      "Matryoshka: a latent whose pre-activation is not above its threshold has activation 0. In the total loss θ stands " +
      "for all weights and biases.",
  },
  {
    anchor: "symbol-k",
    name: "k",
    symbol: "k",
    meaning:
      "The number of active latents per input, with TopK, BatchTopK, Matryoshka and HierarchicalTopK, which set the " +
      "number directly.",
  },
  { anchor: "symbol-t", name: "t", symbol: "t", meaning: "The threshold above which a latent counts as active." },
  { anchor: "symbol-n", name: "n", symbol: "n", meaning: "The number of inputs." },
  { anchor: "symbol-m", name: "m", symbol: "m", meaning: "The number of latents." },
  {
    anchor: "symbol-d",
    name: "d",
    symbol: "d",
    meaning: "The width of an input: its number of pixels, or of components.",
  },
];
