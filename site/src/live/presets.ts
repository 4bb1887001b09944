/**
 * Settings that explain something, good or bad, each with two sentences on why, and pairs of models with one difference.
 *
 * Trained on the generated digits with the random seed 0; a test trains every one and holds its sentences to what it
 * measures. Does not know the page.
 *
 * @module
 */
import type { LiveSettings } from "./settings.ts";

/** See the module comment. */
export interface Preset {
  /** What an address calls it. */
  id: string;
  /** What the page calls it. */
  title: string;
  /** Whether the settings work; the others show how training fails. */
  isGood: boolean;
  knobs: LiveSettings["knobs"];
  /** What to see, and why: two sentences. */
  lesson: string;
}

/** Two models with one random seed and one difference, side by side. */
export interface Comparison {
  /** What an address calls it. */
  id: string;
  /** What the page calls it. */
  title: string;
  /** Of the first model. */
  knobs: LiveSettings["knobs"];
  /** What the second model has otherwise. */
  difference: LiveSettings["knobs"];
  /** What to see, and why: two sentences. */
  lesson: string;
}

/** TopK that leaves many latents dead without AuxK: few active latents, and a high learning rate. */
const FEW_ACTIVE: LiveSettings["knobs"] = { sparsity: "topk", k: 8, lr: 8e-3 };

/** In the order of the page: one of each variant that works, then what can be learned from others. */
export const PRESETS: readonly Preset[] = [
  {
    id: "kl",
    title: "KL, ρ 0.05",
    isGood: true,
    knobs: {},
    lesson:
      "The penalty pulls the mean activation of each latent towards ρ = 0.05: after 400 steps all 32 means are between " +
      "0.04 and 0.08. About 6 latents are active on a digit, which is above 0.1 here, and each latent is active on 10 to " +
      "30\u00a0% of the digits.",
  },
  {
    id: "l1",
    title: "L1, λ 1",
    isGood: true,
    knobs: { sparsity: "l1" },
    lesson:
      "Each unit of activation adds λ to the loss, so that most latents are exactly 0: after 400 steps about 14 of 256 are " +
      "active on a digit. The same penalty makes the active latents too small: reconstructions have 0.87 times the length " +
      "of the digits, where TopK's have 0.94.",
  },
  {
    id: "topk",
    title: "TopK, 16 of 256",
    isGood: true,
    knobs: { sparsity: "topk" },
    lesson:
      "Exactly the 16 largest of 256 latents stay active on each digit, and nothing is penalised. AuxK trains latents that " +
      "have not been active for some steps on the error that is left: after 400 steps fewer than 6 latents are dead.",
  },
  {
    id: "batchtopk",
    title: "BatchTopK",
    isGood: true,
    knobs: { sparsity: "batchtopk" },
    lesson:
      "The 16 · 128 largest activations of a batch of 128 stay, so that a simple digit may have fewer active latents than " +
      "a complex digit. After 400 steps a 1 has about 12 active latents, and a 3 has about 18.",
  },
  {
    id: "jumprelu",
    title: "JumpReLU",
    isGood: true,
    knobs: { sparsity: "jumprelu" },
    lesson:
      "A latent is 0 unless its pre-activation is above a threshold of its own, which is trained: all start at 0.3, and after " +
      "400 steps they are between 0.2 and 0.45. The penalty counts active latents, about 23 on a digit, and does not make " +
      "them smaller: reconstructions have 0.96 times the length of the digits.",
  },
  {
    id: "gated",
    title: "Gated",
    isGood: true,
    knobs: { sparsity: "gated" },
    lesson:
      "A gate decides whether a latent is active, a magnitude says how strongly, and only the gate is penalised. After 400 " +
      "steps about 22 latents are active on a digit, and reconstructions have 0.95 times the length of the digits: they " +
      "shrink less than with L1.",
  },
  {
    id: "matryoshka",
    title: "Matryoshka",
    isGood: true,
    knobs: { sparsity: "matryoshka" },
    lesson:
      "The first 16 latents have to reconstruct each digit alone, the first 64 too, and then all 256, so that coarse " +
      "features come first. After 400 steps each of the first 16 is active on half of the digits on average, each of the next " +
      "48 on a tenth, each of the last 192 on a fiftieth.",
  },
  {
    id: "hierarchicaltopk",
    title: "HierarchicalTopK",
    isGood: true,
    knobs: { sparsity: "hierarchicaltopk" },
    lesson:
      "The largest latent of a digit has to reconstruct the digit alone, then the two largest, and so on up to 16, so that the " +
      "model can be used with any k up to 16. After 400 steps the error with the 4 largest latents is a sixth lower than " +
      "with the 4 largest of TopK, and the error with all 16 is an eighth higher.",
  },
  {
    id: "strokes",
    title: "TopK finds strokes",
    isGood: true,
    knobs: { sparsity: "topk", latent: 128, k: 24 },
    lesson:
      "Each digit is a sum of 24 decoder images, and after 400 steps many of these are short strokes and arcs. In half of " +
      "them at most 25 pixels change by more than half of the largest change; with one active latent (k too low) it is more " +
      "than 50.",
  },
  {
    id: "tutorial",
    title: "The tutorial's recipe",
    isGood: true,
    knobs: { preset: "notebook" },
    lesson:
      "The tutorial begins with PyTorch's initial weights and trains with a learning rate of 0.001: after 400 steps the error " +
      "on held-out digits is over four times that of the page's defaults. These begin at the mean digit, with all latents at " +
      "ρ, and train with a learning rate of 0.01.",
  },
  {
    id: "plain",
    title: "No penalty",
    isGood: false,
    knobs: { beta: 0 },
    lesson:
      "With β = 0 this is a plain autoencoder, and its error is lower than with the penalty. But after 400 steps about 28 of " +
      "32 latents are active on each digit, and a latent that is active on nearly all digits says little about any of them.",
  },
  {
    id: "small-means",
    title: "KL: small means, many active",
    isGood: false,
    knobs: { beta: 1 },
    lesson:
      "A weight 200 times as large holds all means between 0.04 and 0.06, and after 400 steps no activation is above 0.5. Yet " +
      "nearly all 32 latents are above 0.01 on each digit, and the error is about a quarter of the mean digit's: the decoder " +
      "reads small differences around ρ, which a penalty on means does not see.",
  },
  {
    id: "rho-large",
    title: "ρ too large",
    isGood: false,
    knobs: { rho: 0.5 },
    lesson:
      "A mean activation of 0.5 asks every latent to be half active on average. The error is lower than with ρ = 0.05, but " +
      "after 400 steps about 29 of 32 latents are active on each digit: nothing is sparse.",
  },
  {
    id: "rate-large",
    title: "Learning rate too high",
    isGood: false,
    knobs: { lr: 0.3 },
    lesson:
      "The learning rate is 30 times the default, so that each update overshoots, and after 200 steps nearly every activation " +
      "is close to 0 or to 1. All digits then have nearly the same reconstruction, and the error is that of the mean digit.",
  },
  {
    id: "all-dead",
    title: "λ too high: all dead",
    isGood: false,
    knobs: { sparsity: "l1", lambda: 100 },
    lesson:
      "An active latent adds more to the penalty than it saves in reconstruction loss, so that after 400 steps over 240 of " +
      "256 latents are active on no digit. What is left is the decoder's bias: all digits have the same reconstruction.",
  },
  {
    id: "k-low",
    title: "k too low: features merge",
    isGood: false,
    knobs: { sparsity: "topk", latent: 64, k: 1 },
    lesson:
      "With k = 1 a single latent has to reconstruct the whole digit, so that all its strokes merge into one decoder image. " +
      "After 400 steps the error is more than twice that of TopK with 16 of 256 latents.",
  },
  {
    id: "no-auxk",
    title: "No AuxK: half of them dead",
    isGood: false,
    knobs: { ...FEW_ACTIVE, auxAlpha: 0 },
    lesson:
      "A latent that is never among the 8 largest has no gradient and stays as it is: after 400 steps about half of the 256 " +
      "latents are dead, and their decoder images remain noise. With AuxK, everything else the same, fewer than 40 are dead.",
  },
];

/** In the order of the page. */
export const COMPARISONS: readonly Comparison[] = [
  {
    id: "kl-topk",
    title: "KL against TopK",
    knobs: {},
    difference: { sparsity: "topk" },
    lesson:
      "After 400 steps the errors on held-out digits differ by less than a tenth. KL has 32 latents that are never 0, of which " +
      "about 6 are above 0.1 on a digit; TopK has 256, of which exactly 16 are above 0.",
  },
  {
    id: "rho",
    title: "ρ 0.05 against 0.2",
    knobs: {},
    difference: { rho: 0.2 },
    lesson:
      "The mean activations follow ρ: after 400 steps their median is about 0.06 with ρ 0.05, and about 0.21 with ρ 0.2. The " +
      "error changes by less than a seventh, but about 20 latents instead of 6 are active on a digit.",
  },
  {
    id: "auxk",
    title: "AuxK on and off",
    knobs: FEW_ACTIVE,
    difference: { auxAlpha: 0 },
    lesson:
      "After 400 steps fewer than 40 of 256 latents are dead with AuxK, and about half of them without. AuxK keeps latents " +
      "in use; the error on held-out digits is not lower for it within these steps.",
  },
];
