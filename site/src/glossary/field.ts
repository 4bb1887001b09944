/**
 * The field's other terms that the site uses. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Entry } from "./entry.ts";
import { FORMULAS } from "./formulas.ts";
import { measureFacts } from "./measures.ts";

/** By the alphabet. */
export const FIELD: readonly Entry[] = [
  {
    anchor: "activation-function",
    name: "activation function",
    meaning:
      "The function that turns a pre-activation into an activation: the sigmoid with KL, ReLU with L1, and a choice " +
      "of the k largest with TopK.",
  },
  {
    anchor: "adam",
    name: "Adam",
    meaning:
      "The optimiser: it changes each weight by about the learning rate per step, in the direction that lowers the " +
      "loss, and averages the gradient over recent steps.",
    source: { title: "Kingma and Ba, Adam (2014)", url: "https://arxiv.org/abs/1412.6980" },
  },
  {
    anchor: "anomaly-score",
    name: "anomaly score",
    forms: ["anomaly scores", "anomaly detection", "anomalies"],
    meaning:
      "A number that says how unusual an input is for a model: here its reconstruction error, and the share of training inputs with a " +
      "smaller error. `deno task evaluate` states both for each row of other data.",
  },
  {
    anchor: "atlas",
    name: "atlas",
    meaning:
      "The decoder images of all latents side by side. The live page draws the atlas anew while the model trains: " +
      "white is light that a latent adds, blue-green is light that it removes.",
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
    anchor: "centring",
    name: "centring of the data",
    aliases: ["subtract"],
    forms: ["centring", "centred data"],
    meaning:
      "Subtracting the mean row, or the geometric median of the rows, from each row before it is scaled: `--subtract mean` or `--subtract median`.",
  },
  {
    anchor: "checkpoint",
    name: "checkpoint",
    forms: ["checkpoints"],
    meaning:
      "The complete state of a run in training, stored so that the run can go on after a stop with the same result.",
  },
  {
    anchor: "clamp",
    name: "clamp",
    tex: String.raw`\hat\rho_j \leftarrow \min(\max(\hat\rho_j,\ 10^{-6}),\ 1 - 10^{-6})`,
    meaning:
      "The limit of ρ̂ to the range from 0.000001 to 0.999999, so that the KL penalty never takes the logarithm of 0.",
  },
  {
    anchor: "class",
    name: "class",
    aliases: ["label"],
    forms: ["classes", "labels"],
    meaning:
      "What an input shows, such as the digit 7. Training does not use classes; the analysis uses them to describe " +
      "latents.",
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
    anchor: "details",
    name: "details of a latent",
    forms: ["details", "detailed latent"],
    meaning:
      "What a report holds of a latent besides its numbers in the table: the inputs that activate it most, inputs at every strength, its " +
      "histogram and similar latents. Of a model with more than 4,096 latents the report has details of 4,096, unless `--details` asks for another number.",
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
    anchor: "error-quantile",
    name: "error quantile",
    forms: ["error quantiles", "quantile", "quantiles"],
    meaning:
      "The reconstruction error that a given share of the inputs stays below: half of the inputs have an error below the 50 % quantile.",
  },
  {
    anchor: "explained-variance",
    name: "explained variance",
    aliases: ["EV-A"],
    forms: ["EV"],
    tex: String.raw`1 - \frac{\sum_i \lVert x_i - \hat x_i \rVert^2}{\sum_i \lVert x_i - \bar x \rVert^2}`,
    meaning:
      "1 minus the fraction of variance unexplained. 1 means perfect reconstructions, 0 means reconstructions that " +
      "are no better than the mean input.",
  },
  {
    anchor: "factor",
    name: "factor",
    forms: ["factors"],
    meaning:
      "A property that is known of each synthetic digit because the program drew it, such as its slant or its stroke " +
      "width.",
  },
  {
    anchor: "geometric-median",
    name: "geometric median",
    tex: String.raw`\arg\min_b \sum_i \lVert x_i - b \rVert`,
    meaning:
      "The point whose summed distance to all training inputs is smallest. A dictionary's decoder bias starts there.",
  },
  {
    anchor: "gradient",
    name: "gradient",
    forms: ["gradients"],
    meaning: "How the loss changes with each weight. A training step moves the weights against the gradient.",
  },
  {
    anchor: "held-out-by-hash",
    name: "held out by hash",
    forms: ["held out"],
    meaning:
      "A way to choose the test set from data that have none: a hash of each row's number decides, so that the same rows are held out " +
      "in every run, in whatever order the files are read.",
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
    anchor: "imported-model",
    name: "imported model",
    forms: ["imported", "imported models"],
    meaning:
      "A dictionary that another tool trained, such as SAELens, and that `deno task import` reads and measures on data. Its pages have no " +
      "learning curves.",
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
    anchor: "known-features",
    name: "known features",
    aliases: ["true features", "data made of known features"],
    forms: ["planted data", "known feature"],
    meaning:
      "Synthetic vectors, each a sum of a few directions that the program drew. Because the directions are known, the " +
      "analysis can count how many of them the latents found.",
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
    anchor: "mean-norm",
    name: "mean-norm",
    tex: String.raw`x = r \cdot d^{1/2} \Big/ \frac{1}{n} \sum_i \lVert r_i \rVert`,
    meaning:
      "A scaling by one factor, after which the mean length of a row of d values is the square root of d. It is usual for the " +
      "activations of language models.",
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
    anchor: "mnist",
    name: "MNIST",
    meaning: "70,000 grey images of handwritten digits, 28 × 28 pixels: 60,000 to train on and 10,000 to test on.",
    source: {
      title: "LeCun et al., Gradient-based learning applied to document recognition (1998)",
      url: "https://doi.org/10.1109/5.726791",
    },
  },
  {
    anchor: "nat",
    name: "nat",
    forms: ["nats"],
    meaning: "The unit of a divergence or an entropy with the natural logarithm. One nat is 1.44 bits.",
  },
  {
    anchor: "overfitting",
    name: "overfitting",
    meaning:
      "A model overfits if it reconstructs the training inputs better than inputs it has not seen: the loss on the test " +
      "split stops falling while the training loss still falls.",
  },
  {
    anchor: "pre-bias",
    name: "pre-bias",
    tex: String.raw`u = (x - b_{\mathrm{dec}}) W_{\mathrm{enc}} + b_{\mathrm{enc}}`,
    meaning: "The decoder's bias, subtracted from the input before encoding.",
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
    anchor: "probe",
    name: "probe",
    aliases: ["linear probe"],
    forms: ["probing", "sparse probe", "probes"],
    meaning:
      "A logistic regression that predicts the class from latents. Its accuracy shows how much the latents say about " +
      "the class.",
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
    anchor: "relu",
    name: "ReLU",
    tex: String.raw`\mathrm{ReLU}(u) = \max(0, u)`,
    meaning: "The rectified linear unit: negative values become 0, positive values stay.",
  },
  {
    anchor: "report",
    name: "report",
    forms: ["reports", "report folder"],
    meaning:
      "The folder that a run writes: its settings, its metrics, pictures and weights. The site is built from reports.",
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
    anchor: "scaling",
    name: "scaling",
    forms: ["scaled", "scale"],
    tex: String.raw`x = (r - o) \cdot f`,
    meaning:
      "How the numbers r of a file become those that the model reads: an offset is subtracted, the difference is multiplied with one " +
      "factor or with one for each value. The scaling is stored with the model, so that other data are scaled in the same way.",
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
    anchor: "split",
    name: "split",
    aliases: ["training set", "test set", "held-out images"],
    forms: ["splits", "test split", "training split", "held-out image"],
    meaning:
      "A part of the data. The model trains on the training split and never sees the test split, which measures how " +
      "well the model works on new inputs.",
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
    anchor: "streamed",
    name: "streamed data",
    forms: ["streamed", "streaming"],
    meaning:
      "Training rows that are read from disk while the model trains, because they take more memory than `--buffer-mb` allows. The measures " +
      "of the training set are then those of a sample, evenly spread over all files.",
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
    anchor: "tutorial",
    name: "the tutorial",
    forms: ["tutorial", "notebook"],
    meaning:
      "The document that this project implements: a sparse autoencoder with a KL penalty, trained on MNIST in PyTorch.",
    source: {
      title: "Sparse Autoencoders, a notebook by Tony-Ale",
      url: "https://github.com/Tony-Ale/Notebooks/blob/main/Sparse_Autoencoder.ipynb",
    },
  },
  {
    anchor: "unit-norm",
    name: "unit norm",
    forms: ["unit-norm decoder"],
    meaning:
      "A decoder direction has unit norm if its length is 1. Without this rule a model could lower the L1 penalty by " +
      "smaller activations with longer directions.",
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
