/**
 * Every metric of the report in words: one name, one formula, one place.
 *
 * @module
 */
import type { Definition, SplitMetrics } from "../report/schema.ts";

/** Keyed like {@linkcode SplitMetrics}. x image, x̂ reconstruction, a latents, n images, d pixels, m latents. */
export const DEFINITIONS: Record<keyof SplitMetrics, Definition> = {
  images: { label: "Images", formula: "n", unit: "images", meaning: "How many images the split has." },
  loss: {
    label: "Total loss",
    formula: "reconstruction + β · penaltyNats, reconstruction = mse or bce as configured",
    unit: "1",
    meaning: "What training minimises, over the whole split instead of a batch.",
  },
  mse: {
    label: "Mean squared error",
    formula: "(1/(n·d)) Σᵢ ‖xᵢ − x̂ᵢ‖², pixels in [0, 1]",
    unit: "1",
    meaning: "How far a reconstructed pixel is from the true one, squared, on average.",
  },
  bce: {
    label: "Binary cross-entropy",
    formula: "−(1/(n·d)) Σ [x ln x̂ + (1−x) ln(1−x̂)], from logits",
    unit: "nats per pixel",
    meaning: "The seed's theoretical reconstruction loss. Not 0 for a perfect copy of a grey pixel.",
  },
  fvu: {
    label: "Fraction of variance unexplained",
    formula: "Σᵢ ‖xᵢ − x̂ᵢ‖² / Σᵢ ‖xᵢ − x̄‖², x̄ the split's mean image; explained variance = 1 − fvu",
    unit: "1",
    meaning: "0 is a perfect copy, 1 is no better than always answering the mean image.",
  },
  klNats: {
    label: "KL divergence of the latents",
    formula: "Σⱼ [ρ ln(ρ/ρ̂ⱼ) + (1−ρ) ln((1−ρ)/(1−ρ̂ⱼ))], ρ̂ⱼ the mean of latent j over the split",
    unit: "nats",
    meaning: "How far the latents' mean activations are from ρ, summed over the latents.",
  },
  penaltyNats: {
    label: "Sparsity penalty",
    formula: "Σ_l Σⱼ D_KL(ρ‖ρ̂ⱼ) over all penalized layers",
    unit: "nats",
    meaning: "Equal to klNats unless `--penalize all` adds the hidden layers.",
  },
  meanActivation: {
    label: "Mean activation",
    formula: "(1/(n·m)) Σᵢⱼ aᵢⱼ",
    unit: "1",
    meaning: "The mean of ρ̂ⱼ over the latents, to compare with ρ.",
  },
  shareAbove: {
    label: "Share of activations above t",
    formula: "#{aᵢⱼ > t} / (n·m)",
    unit: "1",
    meaning: "How much of the latent code is switched on.",
  },
  l0: {
    label: "L0 at threshold t",
    formula: "(1/n) Σᵢ #{j: aᵢⱼ > t}",
    unit: "latents",
    meaning: "How many latents describe an image. A sigmoid is never 0, so the threshold is stated.",
  },
  hoyerPopulation: {
    label: "Hoyer sparseness, population",
    formula: "mean over images of (√m − ‖aᵢ‖₁/‖aᵢ‖₂) / (√m − 1); zero vectors left out",
    unit: "1",
    meaning: "1: each image lights one latent; 0: all latents equally.",
  },
  hoyerLifetime: {
    label: "Hoyer sparseness, lifetime",
    formula: "the same over the images for each latent, mean over latents",
    unit: "1",
    meaning: "1: each latent fires on one image; 0: on all equally.",
  },
  giniPopulation: {
    label: "Gini index, population",
    formula: "mean over images of 1 − 2 Σₖ (a₍ₖ₎/‖a‖₁)(m − k + ½)/m, a₍ₖ₎ ascending; zero vectors left out",
    unit: "1",
    meaning: "As Hoyer's: inequality of the activations within an image.",
  },
  giniLifetime: {
    label: "Gini index, lifetime",
    formula: "the same over the images for each latent, mean over latents",
    unit: "1",
    meaning: "Inequality of one latent's activations over the images.",
  },
  deadLatents: {
    label: "Dead latents",
    formula: "#{j: aᵢⱼ ≤ 0.1 for every image i}",
    unit: "latents",
    meaning: "Latents that are never active on the split.",
  },
  denseLatents: {
    label: "Dense latents",
    formula: "#{j: aᵢⱼ > 0.1 on more than half of the images}",
    unit: "latents",
    meaning: "Latents that are active on most images and so tell little.",
  },
};
