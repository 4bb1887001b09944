/**
 * The terms of data and of what a report says of a model. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Entry } from "./entry.ts";

/** By the alphabet. */
export const ROWS: readonly Entry[] = [
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
    anchor: "centring",
    name: "centring of the data",
    aliases: ["subtract"],
    forms: ["centring", "centred data"],
    meaning:
      "Subtracting the mean row, or the geometric median of the rows, from each row before it is scaled: `--subtract mean` or `--subtract median`.",
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
    anchor: "details",
    name: "details of a latent",
    forms: ["details", "detailed latent"],
    meaning:
      "What a report holds of a latent besides its numbers in the table: the inputs that activate it most, inputs at every strength, its " +
      "histogram and similar latents. Of a model with more than 4,096 latents the report has details of 4,096, unless `--details` asks for another number.",
  },
  {
    anchor: "error-quantile",
    name: "error quantile",
    forms: ["error quantiles", "quantile", "quantiles"],
    meaning:
      "The reconstruction error that a given share of the inputs stays below: half of the inputs have an error below the 50\u00a0% quantile.",
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
    anchor: "held-out-by-hash",
    name: "held out by hash",
    forms: ["held out"],
    meaning:
      "A way to choose the test set from data that have none: a hash of each row's number decides, so that the same rows are held out " +
      "in every run, in whatever order the files are read.",
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
    anchor: "known-features",
    name: "known features",
    aliases: ["true features", "data made of known features"],
    forms: ["planted data", "known feature"],
    meaning:
      "Synthetic vectors, each a sum of a few directions that the program drew. Because the directions are known, the " +
      "analysis can count how many of them the latents found.",
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
    anchor: "probe",
    name: "probe",
    aliases: ["linear probe"],
    forms: ["probing", "sparse probe", "probes"],
    meaning:
      "A logistic regression that predicts the class from latents. Its accuracy shows how much the latents say about " +
      "the class.",
  },
  {
    anchor: "report",
    name: "report",
    forms: ["reports", "report folder"],
    meaning:
      "The folder that a run writes: its settings, its metrics, pictures and weights. The site is built from reports.",
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
    anchor: "split",
    name: "split",
    aliases: ["training set", "test set", "held-out images"],
    forms: ["splits", "test split", "training split", "held-out image"],
    meaning:
      "A part of the data. The model trains on the training split and never sees the test split, which measures how " +
      "well the model works on new inputs.",
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
];
