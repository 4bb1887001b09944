/**
 * The terms of training, and of what several trainings agree on. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Entry } from "./entry.ts";

/** By the alphabet. */
export const TRAINING: readonly Entry[] = [
  {
    anchor: "adam",
    name: "Adam",
    meaning:
      "The optimiser: it changes each weight by about the learning rate per step, in the direction that lowers the " +
      "loss, and averages the gradient over recent steps.",
    source: { title: "Kingma and Ba, Adam (2014)", url: "https://arxiv.org/abs/1412.6980" },
  },
  {
    anchor: "auxk",
    name: "AuxK",
    forms: ["auxiliary loss for dead latents"],
    tex: String.raw`\alpha \cdot \min(|D|/m, 1) \cdot \mathrm{MSE}(h W_{\mathrm{dec}},\ x - \hat x)`,
    meaning:
      "A term of the loss that revives dead latents: the m largest pre-activations h among the dead latents D must " +
      "reconstruct the error that the active latents leave.",
    source: {
      title: "Gao et al., Scaling and evaluating sparse autoencoders (2024)",
      url: "https://arxiv.org/abs/2406.04093",
    },
  },
  {
    anchor: "batch",
    name: "batch",
    forms: ["batches"],
    meaning:
      "The inputs of one training step; 128 by default. With KL the mean activation of a latent is taken over the " +
      "batch.",
  },
  {
    anchor: "checkpoint",
    name: "checkpoint",
    forms: ["checkpoints"],
    meaning:
      "The complete state of a run in training, stored so that the run can go on after a stop with the same result.",
  },
  {
    anchor: "engine",
    name: "engine",
    forms: ["engines", "backend"],
    meaning:
      "The part of the program that executes training steps: on the CPU in WebAssembly, on the GPU in WebGPU, or, " +
      "as the reference, in TensorFlow.js.",
  },
  {
    anchor: "epoch",
    name: "epoch",
    forms: ["epochs"],
    meaning: "One pass over all training inputs, in a new random order each time.",
  },
  {
    anchor: "gradient",
    name: "gradient",
    forms: ["gradients"],
    meaning: "How the loss changes with each weight. A training step moves the weights against the gradient.",
  },
  {
    anchor: "learning-rate",
    name: "learning rate",
    meaning:
      "How far one training step moves the weights. The rate rises during the warm-up and falls to 0 until the end of " +
      "the run, unless a setting says otherwise.",
  },
  {
    anchor: "lifeline",
    name: "lifeline",
    forms: ["lifelines"],
    meaning:
      "What one latent was at several moments of training (`--snapshots`): its direction, its density, and whether it was " +
      "dead. A revival is that a dead latent is active again; a latent has settled from where on the cosine of its direction " +
      "to its final direction stays at least 0.95.",
  },
  {
    anchor: "overfitting",
    name: "overfitting",
    meaning:
      "A model overfits if further training helps the training inputs alone: the training loss still falls, and the loss on " +
      "inputs that the model has not seen, the test split, rises again.",
  },
  {
    anchor: "live-preset",
    name: "preset of the live page",
    forms: ["presets of the live page"],
    meaning:
      "Settings for the page that trains, chosen because they explain something, with two sentences on what to see and " +
      "why. Some show how training fails.",
  },
  {
    anchor: "pw-mcc",
    name: "PW-MCC",
    aliases: ["pairwise dictionary mean correlation coefficient"],
    tex: String.raw`\frac{1}{m} \sum_{j} |\cos(d_j,\ d'_{\pi(j)})|`,
    meaning:
      "The mean size of the cosines of the decoder directions of matched latents of two dictionaries, π being the matching of one to " +
      "one with the largest sum; of several dictionaries the mean over the pairs. Two dictionaries of random directions do not have 0.",
    source: {
      title: "Song et al., Mechanistic interpretability should prioritize feature consistency in SAEs (2025)",
      url: "https://arxiv.org/abs/2505.20254",
    },
  },
  {
    anchor: "random-seed",
    name: "random seed",
    forms: ["random seeds"],
    meaning:
      "The number from which all random draws of a run follow: the initial weights and the order of the inputs. Two " +
      "runs with the same settings and the same random seed give the same numbers.",
  },
  {
    anchor: "reconstruction-loss",
    name: "reconstruction loss",
    meaning: "The part of the loss that compares reconstructions with inputs: the mean squared error, or the binary " +
      "cross-entropy.",
  },
  {
    anchor: "resampling",
    name: "resampling",
    forms: ["resample"],
    meaning: "Starting dead latents again during training, each at an input with a large reconstruction error.",
  },
  {
    anchor: "run",
    name: "run",
    forms: ["runs"],
    meaning: "One training of one model with one set of settings, and the report about it.",
  },
  {
    anchor: "shared-latent",
    name: "shared latent",
    forms: ["shared latents", "shared"],
    meaning:
      "A latent with a partner in another dictionary: the matching of one to one pairs the two, and both the cosine of their decoder " +
      "directions and that of their encoder directions are above 0.7. An encoder keeps its initial numbers where the data do not vary, so the " +
      "share of latents that are the same in the decoder alone stands beside it.",
    source: {
      title: "Paulo and Belrose, Sparse autoencoders trained on the same data learn different features (2025)",
      url: "https://arxiv.org/abs/2501.16615",
    },
  },
  {
    anchor: "stability",
    name: "stability",
    forms: ["stability over random seeds", "stable"],
    meaning:
      "How much of a dictionary another training with the same settings and another random seed finds again. It is measured by PW-MCC " +
      "and by the share of shared latents, each beside the same figure of the dictionaries before training.",
  },
  {
    anchor: "straight-through-gradient",
    name: "straight-through gradient",
    aliases: ["surrogate gradient"],
    forms: ["straight-through gradients"],
    meaning:
      "A replacement for the gradient of a step function, which is 0 almost everywhere. JumpReLU uses it near its " +
      "thresholds, so that they can be trained.",
  },
  {
    anchor: "sweep",
    name: "sweep",
    forms: ["sweeps"],
    meaning: "Many runs from one file that lists the settings to try.",
  },
  {
    anchor: "step",
    name: "training step",
    forms: ["step", "steps", "training steps"],
    meaning: "One batch and the change of all weights that follows from it.",
  },
  {
    anchor: "warm-up",
    name: "warm-up",
    forms: ["warmup"],
    meaning:
      "The first steps of a run, during which the learning rate, or the weight of the penalty, rises from 0 to its " +
      "full value.",
  },
];
