/**
 * The twelve terms that nearly every sentence of the site uses. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Entry } from "./entry.ts";
import { FORMULAS } from "./formulas.ts";
import { measureFacts } from "./measures.ts";

/** In the order in which data pass through the model. */
export const BASICS: readonly Entry[] = [
  {
    anchor: "input",
    name: "input",
    aliases: ["row"],
    forms: ["inputs", "rows", "x"],
    meaning: "What the model reads and reconstructs: one row of the data, an image or a vector of d numbers. " +
      "The pixels of an image lie between 0 (black) and 1 (white).",
  },
  {
    anchor: "reconstruction",
    name: "reconstruction",
    aliases: ["output"],
    forms: ["reconstructions", "x̂"],
    meaning: "The decoder's output: the model's approximation of the input, computed from the latents alone.",
  },
  {
    anchor: "reconstruction-error",
    name: "reconstruction error",
    aliases: ["error"],
    forms: ["reconstruction errors"],
    meaning:
      "How far a reconstruction is from its input. The site states the reconstruction error as the mean squared " +
      "error (MSE): the squared difference between a pixel and its reconstruction, averaged over the pixels.",
  },
  {
    anchor: "latent",
    name: "latent",
    aliases: ["hidden unit", "neuron"],
    forms: ["latents", "unit"],
    meaning:
      "One unit of the model's middle layer. For each input a latent has one number, its activation. Other texts " +
      "call a latent a hidden unit or a neuron.",
  },
  {
    anchor: "activation",
    name: "activation",
    aliases: ["a", "f", "z"],
    forms: ["activations"],
    meaning:
      "The value of a latent for one input, after the activation function. With KL an activation lies between 0 " +
      "and 1. With all other methods an activation is at least 0, and exactly 0 for most latents.",
  },
  {
    anchor: "pre-activation",
    name: "pre-activation",
    aliases: ["u"],
    forms: ["pre-activations", "preActs"],
    meaning: "The encoder's output for a latent before the activation function; `preActs` in the program.",
  },
  {
    anchor: "active",
    name: "active",
    forms: ["active latent", "active latents"],
    tex: String.raw`a_{ij} > t, \qquad t = 0.1 \text{ with KL},\ 0 \text{ with all other methods}`,
    meaning:
      "A latent is active on an input if its activation is above a threshold t. A sigmoid is never exactly 0, so " +
      "with KL a latent counts as active only above 0.1.",
  },
  {
    anchor: "density",
    name: "density",
    forms: ["densities", "density of a latent"],
    tex: FORMULAS.density,
    meaning:
      "The share of the inputs on which a latent is active. A latent with a density of 5\u00a0% is active on 5 of 100 " +
      "inputs.",
    facts: measureFacts("density"),
  },
  {
    anchor: "sparsity-penalty",
    name: "sparsity penalty",
    aliases: ["penalty"],
    forms: ["sparsity penalties"],
    meaning:
      "A term of the loss that is larger the more active the latents are. Training minimises the reconstruction " +
      "loss plus a weight, β or λ, times the sparsity penalty. TopK, BatchTopK, Matryoshka and HierarchicalTopK have no " +
      "penalty: they set the number of active latents directly.",
  },
  {
    anchor: "dead-latent",
    name: "dead latent",
    forms: ["dead latents", "dead"],
    meaning:
      "A latent that is active on no input of a split. While a model trains, a latent counts as dead if it was last " +
      "active more than `--dead-steps` training steps ago.",
  },
  {
    anchor: "feature",
    name: "feature",
    forms: ["features"],
    meaning:
      "What a latent represents: a pattern of the data. The latent's decoder image shows the pattern, and so do the " +
      "inputs on which the latent is most active.",
  },
  {
    anchor: "dictionary",
    name: "dictionary",
    aliases: ["one-layer dictionary"],
    forms: ["dictionaries"],
    tex: String.raw`\hat x = b + \sum_j a_j d_j`,
    meaning:
      "A model with one layer and a linear decoder. Its reconstruction is a bias plus a sum of directions, one " +
      "direction per latent, each multiplied by the latent's activation.",
  },
];
