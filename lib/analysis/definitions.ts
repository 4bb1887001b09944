/**
 * Every metric of the report in words: one name, one formula, one place. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Definition, Evaluation, SplitMetrics } from "../report/schema.ts";

/** What is measured of each latent, or of the latents together, rather than of a whole split. */
type LatentMetric =
  | Exclude<keyof Evaluation, "samples">
  | "rhoHat"
  | "density"
  | "classProfile"
  | "classPurity"
  | "factorCorrelation"
  | "effectCosine"
  | "errorSaved";

/** Keyed like {@linkcode SplitMetrics}. x input, x̂ reconstruction, a latents, n inputs, d values of an input, m latents. */
export const DEFINITIONS: Record<keyof SplitMetrics | LatentMetric, Definition> = {
  images: {
    label: "Inputs",
    formula: "n",
    unit: "inputs",
    meaning:
      "The number of inputs that a split's metrics are measured on: all of the split, or of training data that were read " +
      "from disk during training a sample across all files.",
    code: "lib/analysis/measure.ts",
  },
  loss: {
    label: "Total loss",
    formula: "reconstruction + weight · penalty + auxiliary, each the mean over the split's inputs of the losses of " +
      "training steps on them",
    unit: "1",
    meaning: "What training minimises, on this split: the mean loss of the training steps that its inputs would " +
      "give, in their order and a batch at a time, with the weights frozen. The reconstruction loss is mse " +
      "or bce, as configured. The weight is β or λ at the end of the run.",
    code: "lib/analysis/split_loss.ts",
  },
  mse: {
    label: "Mean squared error",
    formula:
      "(1/(n·d)) Σᵢ ‖xᵢ − x̂ᵢ‖², with the values that the model reads: scaled as `dataset.scaling` says, bytes in [0, 1]",
    unit: "1",
    meaning:
      "The squared difference between a value of an input and its reconstruction, averaged, of the model as it is used " +
      "after training.",
    code: "lib/analysis/measure.ts",
  },
  bce: {
    label: "Binary cross-entropy",
    formula: "−(1/(n·d)) Σ [x ln x̂ + (1−x) ln(1−x̂)], from logits",
    unit: "nats per value",
    meaning:
      "The reconstruction loss of the tutorial's theory. For a value between 0 and 1 it is above 0 even if the " +
      "reconstruction is perfect.",
    code: "lib/analysis/measure.ts",
  },
  fvu: {
    label: "Fraction of variance unexplained",
    formula: "Σᵢ ‖xᵢ − x̂ᵢ‖² / Σᵢ ‖xᵢ − x̄‖², x̄ the split's mean input; explained variance (EV-A) = 1 − fvu",
    unit: "1",
    meaning: "0 means perfect reconstructions. 1 means reconstructions that are no better than the mean input in " +
      "the place of every input.",
    code: "lib/analysis/quality.ts",
  },
  evLegacy: {
    label: "Explained variance, legacy (EV-B)",
    formula: "(1/n) Σᵢ [1 − ‖xᵢ − x̂ᵢ‖² / ‖xᵢ − x̄‖²]",
    unit: "1",
    meaning: "The mean over inputs of each input's own ratio. Earlier versions of SAELens and SAEBench reported " +
      "this number; it is here for comparison with papers.",
    code: "lib/analysis/quality.ts",
  },
  evVariance: {
    label: "Explained variance of the error's variance (EV-D)",
    formula: "1 − Σⱼ Var(xⱼ − x̂ⱼ) / Σⱼ Var(xⱼ), each with n − 1",
    unit: "1",
    meaning: "The number that dictionary_learning reports. An error that is the same for all inputs does not " +
      "change it.",
    code: "lib/analysis/quality.ts",
  },
  nmse: {
    label: "Normalised mean squared error",
    formula: "(1/n) Σᵢ ‖xᵢ − x̂ᵢ‖² / ‖xᵢ‖², inputs of zeros left out",
    unit: "1",
    meaning: "The number that OpenAI reports: the error relative to the input itself instead of its distance from " +
      "the mean input.",
    code: "lib/analysis/quality.ts",
  },
  cosine: {
    label: "Cosine of input and reconstruction",
    formula: "(1/n) Σᵢ xᵢ·x̂ᵢ / (‖xᵢ‖ ‖x̂ᵢ‖), inputs and reconstructions of zeros left out",
    unit: "1",
    meaning: "1 if the reconstruction has the direction of the input, whatever its length.",
    code: "lib/analysis/quality.ts",
  },
  l2Ratio: {
    label: "Length ratio",
    formula: "(1/n) Σᵢ ‖x̂ᵢ‖ / ‖xᵢ‖, inputs of zeros left out",
    unit: "1",
    meaning: "The length of a reconstruction divided by the length of its input. Below 1 the reconstructions are " +
      "shorter than their inputs; an L1 penalty has this effect (shrinkage).",
    code: "lib/analysis/quality.ts",
  },
  relativeBias: {
    label: "Relative reconstruction bias",
    formula: "Σᵢ ‖x̂ᵢ‖² / Σᵢ xᵢ·x̂ᵢ",
    unit: "1",
    meaning: "1 means no bias. If the value is below 1, reconstructions multiplied by a number above 1 would have " +
      "a smaller error (Rajamanoharan et al. 2024, eq. 10).",
    code: "lib/analysis/quality.ts",
  },
  klNats: {
    label: "KL divergence of the latents",
    formula: "Σⱼ [ρ ln(ρ/ρ̂ⱼ) + (1−ρ) ln((1−ρ)/(1−ρ̂ⱼ))], ρ̂ⱼ the mean of latent j over the split",
    unit: "nats",
    meaning: "How far the latents' mean activations are from ρ, summed over the latents. Training uses means over " +
      "a batch instead; see the sparsity penalty.",
    code: "lib/kl.ts",
  },
  penalty: {
    label: "Sparsity penalty",
    formula: "kl: Σ_l Σⱼ D_KL(ρ‖ρ̂ⱼ) over all penalized layers, ρ̂ⱼ a mean over the batch; l1: (1/d) ⟨Σⱼ aⱼ ‖dec_j‖⟩; " +
      "gated: the same of the gates; jumprelu: L0 / d; else 0",
    unit: "nats with kl, else 1",
    meaning: "The sparsity penalty before it is multiplied by its weight: the mean over the training steps that " +
      "the split's inputs would give.",
    code: "lib/sae/sparsity/",
  },
  auxiliary: {
    label: "Auxiliary loss",
    formula:
      "topk, batchtopk, matryoshka, hierarchicaltopk: α · AuxK; matryoshka: + the reconstruction losses of the " +
      "prefixes; hierarchicaltopk: + the mean reconstruction loss over the budgets less that of all latents; gated: the " +
      "reconstruction loss of the gates; else 0",
    unit: "1",
    meaning: "What the method adds to the loss besides the sparsity penalty, multiplied by its weight: the mean " +
      "over the training steps that the split's inputs would give.",
    code: "lib/sae/sparsity/",
  },
  activeLatents: {
    label: "Active latents (L0)",
    formula: "(1/n) Σᵢ #{j: aᵢⱼ > t}, t = 0.1 with kl, whose sigmoid is never 0, else 0",
    unit: "latents",
    meaning: "The number of latents that are active per input, averaged over the inputs.",
    code: "lib/analysis/latent_sums.ts",
  },
  l0NonZero: {
    label: "Latents that are not 0 (L0)",
    formula: "(1/n) Σᵢ #{j: aᵢⱼ ≠ 0}",
    unit: "latents",
    meaning: "The number of latents that are not 0 per input. It differs from the number of active latents only if " +
      "activations can be negative, or if the threshold is not 0.",
    code: "lib/analysis/latent_sums.ts",
  },
  meanActivation: {
    label: "Mean activation",
    formula: "(1/(n·m)) Σᵢⱼ aᵢⱼ",
    unit: "1",
    meaning: "The mean of ρ̂ⱼ over the latents, to compare with ρ.",
    code: "lib/analysis/latent_sums.ts",
  },
  shareAbove: {
    label: "Share of activations above t",
    formula: "#{aᵢⱼ > t} / (n·m)",
    unit: "1",
    meaning: "The share of all activations that are above the threshold.",
    code: "lib/analysis/latent_sums.ts",
  },
  l0: {
    label: "L0 at threshold t",
    formula: "(1/n) Σᵢ #{j: aᵢⱼ > t}",
    unit: "latents",
    meaning: "The number of latents above the threshold per input. A sigmoid is never exactly 0, so the threshold " +
      "is stated.",
    code: "lib/analysis/latent_sums.ts",
  },
  hoyerPopulation: {
    label: "Hoyer sparseness, population",
    formula: "mean over inputs of (√m − ‖aᵢ‖₁/‖aᵢ‖₂) / (√m − 1); zero vectors left out",
    unit: "1",
    meaning: "1 means that one latent is active per input. 0 means that all latents are equally active.",
    code: "lib/analysis/sparseness.ts",
  },
  hoyerLifetime: {
    label: "Hoyer sparseness, lifetime",
    formula: "the same over the inputs for each latent, mean over latents",
    unit: "1",
    meaning: "1 means that each latent is active on one input. 0 means that each latent is equally active on all " +
      "inputs.",
    code: "lib/analysis/sparseness.ts",
  },
  giniPopulation: {
    label: "Gini index, population",
    formula: "mean over inputs of 1 − 2 Σₖ (a₍ₖ₎/‖a‖₁)(m − k + ½)/m, a₍ₖ₎ ascending; zero vectors left out",
    unit: "1",
    meaning: "How unequal the activations of one input are: 0 if all are equal, near 1 if few latents have nearly " +
      "all of the activation.",
    code: "lib/analysis/sparseness.ts",
  },
  giniLifetime: {
    label: "Gini index, lifetime",
    formula:
      "the same over the inputs for each latent, mean over latents; beyond 16 million activations other than 0 " +
      "each is rounded to the middle of one of 8 bins per octave, which moves it by about 0.001",
    unit: "1",
    meaning: "How unequal one latent's activations over the inputs are: 0 if all are equal, near 1 if few inputs " +
      "have nearly all of the activation.",
    code: "lib/analysis/lifetime.ts",
  },
  deadLatents: {
    label: "Dead latents",
    formula: "#{j: latent j is active on no input}",
    unit: "latents",
    meaning: "The number of latents that are active on no input of the split.",
    code: "lib/analysis/latent_sums.ts",
  },
  denseLatents: {
    label: "Dense latents",
    formula: "#{j: latent j is active on more than half of the inputs}",
    unit: "latents",
    meaning: "The number of latents that are active on more than half of the inputs. Such latents carry little " +
      "information.",
    code: "lib/analysis/split_metrics.ts",
  },
  geometry: {
    label: "Directions of the latents",
    formula:
      "‖dec_j‖, ‖enc_j‖, cos(enc_j, dec_j), max over i ≠ j of cos(dec_i, dec_j), the last among the first 2,048 " +
      "latents at most; mean over pairs i < j of |cos(dec_i, dec_j)|, over 1,048,576 pairs drawn at random if there are " +
      "more than 2,048 latents",
    unit: "1",
    meaning: "Whether a latent's encoder and decoder directions agree, whether two latents have nearly the " +
      "same decoder direction, and how far from orthogonal all decoder directions are (c_dec of arXiv 2508.16560). Dead " +
      "latents count in c_dec, and a second mean leaves them out.",
    code: "lib/analysis/decoder_geometry.ts",
  },
  probing: {
    label: "Sparse probing",
    formula: "test accuracy of logistic regression on the k columns of largest |mean₊ − mean₋|, a class against as " +
      "many others, mean over classes; up to 4,000 inputs of the test set to learn from and 1,000 to test on, a " +
      "class",
    unit: "1",
    meaning:
      "How well a class can be predicted from k latents alone, compared with k values of the input. Chance is 0.5.",
    code: "lib/analysis/probing.ts",
  },
  perturbation: {
    label: "Targeted probe perturbation",
    formula: "accuracy that a class's linear probe loses without its n strongest latents, less the mean loss of the " +
      "other classes' probes; on a sample of up to 2,000 test inputs to learn from and 1,000 to test on",
    unit: "1",
    meaning: "Whether each class has latents of its own: about 0.5 at best, and 0 if all classes depend on the " +
      "same latents. `samples.perturbation` has the number of inputs.",
    code: "lib/analysis/tpp.ts",
  },
  description: {
    label: "Minimum description length",
    formula:
      "Σⱼ [H(pⱼ) + pⱼ · H(bin of aⱼ if not 0)], fewest bits whose rounding keeps the error within 1.2 times, 2 " +
      "to 128 bins; on up to 2,000 test inputs, evenly spread",
    unit: "bits per input",
    meaning: "The smallest number of bits that describes an input's latents. `samples.description` has the number " +
      "of inputs.",
    code: "lib/analysis/mdl.ts",
  },
  dictionary: {
    label: "Recovery of the true features",
    formula: "MCC: mean |cos| of latents' and true directions under the best one-to-one matching; precision, recall " +
      'and F1 of "latent active" as a sign of "its feature active"',
    unit: "1",
    meaning: "1 means that every true feature was found. Uniqueness is 1 if no two latents are nearest to the same " +
      "feature. `byLatent` has precision, recall and F1 with each latent's nearest feature. Absorption by truth: of the inputs " +
      "on which a child feature and its latent are active, the share on which its parent's latent is not, mean over the " +
      "parents.",
    code: "lib/analysis/recovery.ts",
  },
  byK: {
    label: "Error by k",
    formula: "(1/(n·d)) Σᵢ ‖xᵢ − x̂ᵢₖ‖² with x̂ᵢₖ from the k largest aᵢⱼ of input i, the other latents 0",
    unit: "1",
    meaning:
      "How well the model reconstructs with at most k latents of each input, for k = 1, 2, 4 … up to the k that " +
      "it was trained with. Only for methods that choose the largest latents of each input.",
    code: "lib/analysis/by_k.ts",
  },
  rhoHat: {
    label: "Mean activation of a latent, ρ̂ⱼ",
    formula: "ρ̂ⱼ = (1/n) Σᵢ aᵢⱼ",
    unit: "1",
    meaning: "The average of the latent's activation over the inputs; not how often the latent is active. The KL " +
      "penalty pulls the mean over a batch towards ρ.",
    code: "lib/analysis/latent_sums.ts",
  },
  density: {
    label: "Density of a latent",
    formula: "#{i: aᵢⱼ > t} / n, t = 0.1 with kl, else 0",
    unit: "1",
    meaning: "The share of the inputs on which the latent is active.",
    code: "lib/analysis/latent_sums.ts",
  },
  classProfile: {
    label: "Class profile of a latent",
    formula: "Σ_{i in class c} aᵢⱼ / Σᵢ aᵢⱼ, for each class c",
    unit: "1",
    meaning: "The share of the latent's summed activation that falls on the inputs of each class.",
    code: "lib/analysis/latents.ts",
  },
  classPurity: {
    label: "Class purity of a latent",
    formula: "the largest share in its class profile",
    unit: "1",
    meaning: "1 means that the latent is active on one class only. 1 divided by the number of classes means that " +
      "it is equally active on all classes.",
    code: "lib/analysis/latents.ts",
  },
  factorCorrelation: {
    label: "Correlation with a factor",
    formula: "Pearson's r between aᵢⱼ and the factor of input i",
    unit: "1",
    meaning:
      "How closely a latent follows a property that is known of every generated input, such as the slant of a digit.",
    code: "lib/analysis/latents.ts",
  },
  effectCosine: {
    label: "Similarity of two latents",
    formula:
      "eⱼ · eₖ / (‖eⱼ‖ ‖eₖ‖), e a latent's effect: decode(it at its largest activation) − decode(nothing); with sigmoid latents the others are at their mean activation in both",
    unit: "1",
    meaning: "1 means that both latents change the reconstruction in the same way. 0 means that their effects have " +
      "nothing in common. Below 0, one latent raises values that the other one lowers.",
    code: "lib/analysis/similar.ts",
  },
  errorSaved: {
    label: "Error saved by a latent",
    formula:
      "(1/(n·d)) Σᵢ (‖xᵢ − x̂ᵢ without latent j‖² − ‖xᵢ − x̂ᵢ‖²); without: decoded with aᵢⱼ = 0, the other latents as they are",
    unit: "1",
    meaning: "By how much the mean squared error rises if the latent is set to 0. Below 0: the error falls. " +
      "`errorRows` in latents.json has the number of inputs.",
    code: "lib/analysis/ablation.ts",
  },
};
