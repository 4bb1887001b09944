/**
 * The terms of a model and what it is made of. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Entry } from "./entry.ts";
import { FORMULAS } from "./formulas.ts";
import { measureFacts } from "./measures.ts";

/** By the alphabet. */
export const MODEL: readonly Entry[] = [
  {
    anchor: "activation-function",
    name: "activation function",
    meaning:
      "The function that turns a pre-activation into an activation: the sigmoid with KL, ReLU with L1, and a choice " +
      "of the k largest with TopK.",
  },
  {
    anchor: "autoencoder",
    name: "autoencoder",
    forms: ["plain autoencoder", "autoencoders"],
    meaning:
      "A model of two functions. The encoder turns an input into latents, the decoder turns the latents into a " +
      "reconstruction of the input. Training makes the reconstruction error small.",
  },
  {
    anchor: "clamp",
    name: "clamp",
    tex: String.raw`\hat\rho_j \leftarrow \min(\max(\hat\rho_j,\ 10^{-6}),\ 1 - 10^{-6})`,
    meaning:
      "The limit of ρ̂ to the range from 0.000001 to 0.999999, so that the KL penalty never takes the logarithm of 0.",
  },
  {
    anchor: "decoder",
    name: "decoder",
    meaning: "The part of the model that turns latents into a reconstruction.",
  },
  {
    anchor: "decoder-direction",
    name: "decoder direction",
    forms: ["decoder directions"],
    meaning:
      "The decoder's weights of one latent in a dictionary: what the latent adds to the reconstruction, per unit of " +
      "activation.",
  },
  {
    anchor: "decoder-image",
    name: "decoder image",
    forms: ["decoder images"],
    meaning:
      "The reconstruction that one latent makes alone, at the largest activation it reaches on the test set. The " +
      "other latents are 0, or at their mean activation with KL.",
  },
  {
    anchor: "effect",
    name: "effect of a latent",
    forms: ["effect", "effects"],
    meaning:
      "The decoder image of a latent minus the reconstruction without any active latent: what the latent alone " +
      "changes, brighter or darker.",
  },
  {
    anchor: "encoder",
    name: "encoder",
    meaning: "The part of the model that turns an input into pre-activations and latents.",
  },
  {
    anchor: "hidden-layer",
    name: "hidden layer",
    forms: ["hidden layers"],
    meaning:
      "A layer between the input and the latents, or between the latents and the output. The tutorial's model has one " +
      "of 128 units on each side; a dictionary has none.",
  },
  {
    anchor: "kl-divergence",
    name: "KL divergence",
    aliases: ["Kullback–Leibler divergence"],
    forms: ["KL penalty", "D_KL"],
    tex: String
      .raw`D_{\mathrm{KL}}(\rho \,\|\, \hat\rho_j) = \rho \ln \frac{\rho}{\hat\rho_j} + (1-\rho) \ln \frac{1-\rho}{1-\hat\rho_j}`,
    meaning:
      "The Kullback–Leibler divergence compares two probability distributions. Here it compares the wanted mean " +
      "activation ρ with the measured one, ρ̂. It is 0 if both are equal and positive otherwise, in nats.",
  },
  {
    anchor: "linear-output",
    name: "linear output",
    meaning: "An output layer without an activation function. Its values may lie outside [0, 1].",
  },
  {
    anchor: "mean-activation",
    name: "mean activation",
    aliases: ["average activation"],
    forms: ["mean activations"],
    tex: FORMULAS.rhoHat,
    meaning:
      "The average of a latent's activation over inputs, ρ̂. A latent that is slightly active on many inputs can have " +
      "the same mean activation as a latent that is fully active on few.",
    facts: measureFacts("rhoHat"),
  },
  {
    anchor: "method",
    name: "method",
    aliases: ["variant"],
    forms: ["variants", "methods", "sparsity method"],
    meaning:
      "A way to make latents sparse: KL, L1, TopK, BatchTopK, JumpReLU, Gated, Matryoshka or HierarchicalTopK. The " +
      "program calls it a variant.",
  },
  {
    anchor: "pre-bias",
    name: "pre-bias",
    tex: String.raw`u = (x - b_{\mathrm{dec}}) W_{\mathrm{enc}} + b_{\mathrm{enc}}`,
    meaning: "The decoder's bias, subtracted from the input before encoding.",
  },
  {
    anchor: "relu",
    name: "ReLU",
    tex: String.raw`\mathrm{ReLU}(u) = \max(0, u)`,
    meaning: "The rectified linear unit: negative values become 0, positive values stay.",
  },
  {
    anchor: "shrinkage",
    name: "shrinkage",
    meaning:
      "A penalty on the size of activations makes them smaller than the reconstruction needs, so reconstructions are " +
      "shorter than their inputs. The length ratio measures it.",
  },
  {
    anchor: "sigmoid",
    name: "sigmoid",
    tex: String.raw`\sigma(u) = \frac{1}{1 + e^{-u}}`,
    meaning: "The activation function of KL's latents: it maps every number to a number between 0 and 1.",
  },
  {
    anchor: "sparse-autoencoder",
    name: "sparse autoencoder",
    aliases: ["SAE"],
    forms: ["sparse autoencoders", "sparse"],
    meaning:
      "An autoencoder whose training keeps most latents inactive for each input, so that the few active latents are a " +
      "short description of the input.",
  },
  {
    anchor: "unit-norm",
    name: "unit norm",
    forms: ["unit-norm decoder"],
    meaning:
      "A decoder direction has unit norm if its length is 1. Without this rule a model could lower the L1 penalty by " +
      "smaller activations with longer directions.",
  },
];
