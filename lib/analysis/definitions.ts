/**
 * Every metric of the report in words: one name, one formula, one place. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Definition, Evaluation, SplitMetrics } from "../report/schema.ts";

/** What is measured of each latent rather than of a whole split. */
type LatentMetric =
  | keyof Evaluation
  | "rhoHat"
  | "density"
  | "classProfile"
  | "classPurity"
  | "factorCorrelation"
  | "effectCosine";

/** Keyed like {@linkcode SplitMetrics}. x image, x̂ reconstruction, a latents, n images, d pixels, m latents. */
export const DEFINITIONS: Record<keyof SplitMetrics | LatentMetric, Definition> = {
  images: {
    label: "Images",
    formula: "n",
    unit: "images",
    meaning: "How many images the split has.",
    code: "lib/analysis/measure.ts",
  },
  loss: {
    label: "Total loss",
    formula: "reconstruction + weight · penalty, reconstruction = mse or bce as configured, weight = β or λ",
    unit: "1",
    meaning: "What training minimises, over the whole split instead of a batch.",
    code: "lib/analysis/measure.ts",
  },
  mse: {
    label: "Mean squared error",
    formula: "(1/(n·d)) Σᵢ ‖xᵢ − x̂ᵢ‖², pixels in [0, 1]",
    unit: "1",
    meaning: "How far a reconstructed pixel is from the true one, squared, on average.",
    code: "lib/analysis/measure.ts",
  },
  bce: {
    label: "Binary cross-entropy",
    formula: "−(1/(n·d)) Σ [x ln x̂ + (1−x) ln(1−x̂)], from logits",
    unit: "nats per pixel",
    meaning: "The seed's theoretical reconstruction loss. Not 0 for a perfect copy of a grey pixel.",
    code: "lib/analysis/measure.ts",
  },
  fvu: {
    label: "Fraction of variance unexplained",
    formula: "Σᵢ ‖xᵢ − x̂ᵢ‖² / Σᵢ ‖xᵢ − x̄‖², x̄ the split's mean image; explained variance (EV-A) = 1 − fvu",
    unit: "1",
    meaning: "0 is a perfect copy, 1 is no better than always answering the mean image.",
    code: "lib/analysis/quality.ts",
  },
  evLegacy: {
    label: "Explained variance, legacy (EV-B)",
    formula: "(1/n) Σᵢ [1 − ‖xᵢ − x̂ᵢ‖² / ‖xᵢ − x̄‖²]",
    unit: "1",
    meaning: "A mean of each image's own ratio: SAELens's and SAEBench's older figure, for comparison with papers.",
    code: "lib/analysis/quality.ts",
  },
  evVariance: {
    label: "Explained variance of the error's variance (EV-D)",
    formula: "1 − Σⱼ Var(xⱼ − x̂ⱼ) / Σⱼ Var(xⱼ), each with n − 1",
    unit: "1",
    meaning: "dictionary_learning's figure: blind to an error that is the same for all images.",
    code: "lib/analysis/quality.ts",
  },
  nmse: {
    label: "Normalised mean squared error",
    formula: "(1/n) Σᵢ ‖xᵢ − x̂ᵢ‖² / ‖xᵢ‖², images of zeros left out",
    unit: "1",
    meaning: "OpenAI's figure: the error beside the image's own size, nothing centred.",
    code: "lib/analysis/quality.ts",
  },
  cosine: {
    label: "Cosine of image and reconstruction",
    formula: "(1/n) Σᵢ xᵢ·x̂ᵢ / (‖xᵢ‖ ‖x̂ᵢ‖)",
    unit: "1",
    meaning: "Whether the direction is right, whatever the size.",
    code: "lib/analysis/quality.ts",
  },
  l2Ratio: {
    label: "Length ratio",
    formula: "(1/n) Σᵢ ‖x̂ᵢ‖ / ‖xᵢ‖",
    unit: "1",
    meaning: "Below 1: reconstructions shrink, as an L1 penalty makes them.",
    code: "lib/analysis/quality.ts",
  },
  relativeBias: {
    label: "Relative reconstruction bias",
    formula: "Σᵢ ‖x̂ᵢ‖² / Σᵢ xᵢ·x̂ᵢ",
    unit: "1",
    meaning: "1 is none; below 1, a larger reconstruction would be a better one (Rajamanoharan et al. 2024, eq. 10).",
    code: "lib/analysis/quality.ts",
  },
  klNats: {
    label: "KL divergence of the latents",
    formula: "Σⱼ [ρ ln(ρ/ρ̂ⱼ) + (1−ρ) ln((1−ρ)/(1−ρ̂ⱼ))], ρ̂ⱼ the mean of latent j over the split",
    unit: "nats",
    meaning: "How far the latents' mean activations are from ρ, summed over the latents.",
    code: "lib/kl.ts",
  },
  penalty: {
    label: "Sparsity penalty",
    formula:
      "kl: Σ_l Σⱼ D_KL(ρ‖ρ̂ⱼ) over all penalized layers; l1, gated: (1/d) Σⱼ ⟨aⱼ⟩ ‖dec_j‖; jumprelu: L0 / d; else 0",
    unit: "nats with kl, else 1",
    meaning: "What the sparsity variant makes the model pay for being active, before its weight.",
    code: "lib/sae/sparsity/",
  },
  activeLatents: {
    label: "Active latents (L0)",
    formula: "(1/n) Σᵢ #{j: aᵢⱼ > t}, t = 0.1 with kl, whose sigmoid is never 0, else 0",
    unit: "latents",
    meaning: "How many latents speak for an image, on average.",
    code: "lib/analysis/measure.ts",
  },
  l0NonZero: {
    label: "L0, not 0",
    formula: "(1/n) Σᵢ #{j: aᵢⱼ ≠ 0}",
    unit: "latents",
    meaning: "The other usual count; they differ only where activations can be negative.",
    code: "lib/analysis/measure.ts",
  },
  meanActivation: {
    label: "Mean activation",
    formula: "(1/(n·m)) Σᵢⱼ aᵢⱼ",
    unit: "1",
    meaning: "The mean of ρ̂ⱼ over the latents, to compare with ρ.",
    code: "lib/analysis/measure.ts",
  },
  shareAbove: {
    label: "Share of activations above t",
    formula: "#{aᵢⱼ > t} / (n·m)",
    unit: "1",
    meaning: "How much of the latent code is switched on.",
    code: "lib/analysis/measure.ts",
  },
  l0: {
    label: "L0 at threshold t",
    formula: "(1/n) Σᵢ #{j: aᵢⱼ > t}",
    unit: "latents",
    meaning: "How many latents describe an image. A sigmoid is never 0, so the threshold is stated.",
    code: "lib/analysis/measure.ts",
  },
  hoyerPopulation: {
    label: "Hoyer sparseness, population",
    formula: "mean over images of (√m − ‖aᵢ‖₁/‖aᵢ‖₂) / (√m − 1); zero vectors left out",
    unit: "1",
    meaning: "1: each image lights one latent; 0: all latents equally.",
    code: "lib/analysis/sparseness.ts",
  },
  hoyerLifetime: {
    label: "Hoyer sparseness, lifetime",
    formula: "the same over the images for each latent, mean over latents",
    unit: "1",
    meaning: "1: each latent fires on one image; 0: on all equally.",
    code: "lib/analysis/sparseness.ts",
  },
  giniPopulation: {
    label: "Gini index, population",
    formula: "mean over images of 1 − 2 Σₖ (a₍ₖ₎/‖a‖₁)(m − k + ½)/m, a₍ₖ₎ ascending; zero vectors left out",
    unit: "1",
    meaning: "As Hoyer's: inequality of the activations within an image.",
    code: "lib/analysis/sparseness.ts",
  },
  giniLifetime: {
    label: "Gini index, lifetime",
    formula: "the same over the images for each latent, mean over latents",
    unit: "1",
    meaning: "Inequality of one latent's activations over the images.",
    code: "lib/analysis/sparseness.ts",
  },
  deadLatents: {
    label: "Dead latents",
    formula: "#{j: latent j is active on no image}",
    unit: "latents",
    meaning: "Latents that are never active on the split.",
    code: "lib/analysis/measure.ts",
  },
  denseLatents: {
    label: "Dense latents",
    formula: "#{j: latent j is active on more than half of the images}",
    unit: "latents",
    meaning: "Latents that are active on most images and so tell little.",
    code: "lib/analysis/measure.ts",
  },
  geometry: {
    label: "Directions of the latents",
    formula: "‖dec_j‖, ‖enc_j‖, cos(enc_j, dec_j), max over i ≠ j of cos(dec_i, dec_j)",
    unit: "1",
    meaning: "Whether latents write where they read, and whether two of them write the same.",
    code: "lib/analysis/decoder_geometry.ts",
  },
  probing: {
    label: "Sparse probing",
    formula:
      "test accuracy of logistic regression on the k columns of largest |mean₊ − mean₋|, a class against as many others, mean over classes",
    unit: "1",
    meaning: "How well k latents tell a class, beside k pixels. Chance is 0.5.",
    code: "lib/analysis/probing.ts",
  },
  perturbation: {
    label: "Targeted probe perturbation",
    formula: "accuracy a class's linear probe loses without its n strongest latents, less what the other classes' lose",
    unit: "1",
    meaning: "Whether classes have latents of their own: about 0.5 at best, 0 where they share all.",
    code: "lib/analysis/tpp.ts",
  },
  description: {
    label: "Minimum description length",
    formula: "Σⱼ [H(pⱼ) + pⱼ · H(bin of aⱼ where not 0)], fewest bits whose rounding keeps the error within 1.2 times",
    unit: "bits an image",
    meaning: "How short the latents can be written down.",
    code: "lib/analysis/mdl.ts",
  },
  dictionary: {
    label: "Dictionary recovery",
    formula: "MCC: mean |cos| of latents' and true directions under the best one-to-one matching",
    unit: "1",
    meaning:
      "1: every true feature was found. Uniqueness: no two latents nearest to the same; F1: fires when it should.",
    code: "lib/analysis/recovery.ts",
  },
  rhoHat: {
    label: "Mean activation of a latent, ρ̂ⱼ",
    formula: "ρ̂ⱼ = (1/n) Σᵢ aᵢⱼ",
    unit: "1",
    meaning: "What the penalty pulls towards ρ: how active the latent is on average, not how often.",
    code: "lib/analysis/latents.ts",
  },
  density: {
    label: "Density of a latent",
    formula: "#{i: aᵢⱼ > t} / n, t = 0.1 with kl, else 0",
    unit: "1",
    meaning: "On which share of the images the latent is active.",
    code: "lib/analysis/measure.ts",
  },
  classProfile: {
    label: "Class profile of a latent",
    formula: "Σ_{i in class c} aᵢⱼ / Σᵢ aᵢⱼ, for each class c",
    unit: "1",
    meaning: "On which classes its activation falls.",
    code: "lib/analysis/features.ts",
  },
  classPurity: {
    label: "Class purity of a latent",
    formula: "the largest share in its class profile",
    unit: "1",
    meaning: "1: it speaks for one class alone; 1 / classes: for all alike.",
    code: "lib/analysis/features.ts",
  },
  factorCorrelation: {
    label: "Correlation with a factor",
    formula: "Pearson's r between aᵢⱼ and the factor of image i",
    unit: "1",
    meaning: "How closely a latent follows something that is known of every synthetic image, such as its slant.",
    code: "lib/analysis/features.ts",
  },
  effectCosine: {
    label: "Similarity of two latents",
    formula: "eⱼ · eₖ / (‖eⱼ‖ ‖eₖ‖), e a latent's effect: decode(it alone) − decode(nothing)",
    unit: "1",
    meaning: "1: both draw the same; 0: nothing in common; below 0: one draws where the other erases.",
    code: "lib/analysis/features.ts",
  },
};
