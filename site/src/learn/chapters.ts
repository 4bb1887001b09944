/**
 * The chapters of Learn, in order, and which sections of the tutorial each of them covers.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** A chapter: a section of the page. */
export interface Chapter {
  /** Its anchor. */
  id: string;
  title: string;
  /** Headings of the tutorial whose content the chapter has; none if the chapter is this project's own. */
  covers: readonly string[];
}

/** In the order of the page. */
export const CHAPTERS = [
  {
    id: "what",
    title: "What a sparse autoencoder is",
    covers: ["Sparse Autoencoders", "What Is a Sparse Autoencoder?"],
  },
  { id: "why", title: "Why sparse", covers: ["Why Enforce Sparsity?"] },
  {
    id: "how",
    title: "How: a penalty in the loss",
    covers: ["How Do We Make It Sparse?", "Steps", "Understanding the Sparsity Constraint", "Average Activation"],
  },
  {
    id: "kl",
    title: "The KL divergence",
    covers: [
      "Enforcing Sparsity with KL Divergence",
      "KL Divergence Term",
      "KL Divergence sparsity penalty",
      "Intuition",
    ],
  },
  {
    id: "loss",
    title: "The whole loss",
    covers: [
      "Total Loss Function",
      "Total Sparse Autoencoder Loss",
      "Full Sparse Autoencoder Loss: What’s Going On?",
      "What Each Term Means",
      "The Double Summation",
      "Final Meaning of the Full Formula",
    ],
  },
  { id: "example", title: "A worked example", covers: [] },
  { id: "where", title: "Why only the latents", covers: ["Why Only the Latent Representation Is Made Sparse"] },
  {
    id: "train",
    title: "The model and its training",
    covers: [
      "First of all load the dataset",
      "Write helper code to visualize data set",
      "Set up the model architecture",
      "Run the dataset loader function",
      "Initialize the model",
      "Set up loss function",
      "Train the model",
    ],
  },
  {
    id: "results",
    title: "Reading the results",
    covers: [
      "Test the model",
      "Visualize reconstructed images",
      "Visualize the distribution of the latent vector",
      "Visualize active neurons",
    ],
  },
  { id: "mean", title: "A small mean is not few active latents", covers: [] },
  { id: "methods", title: "Other ways to be sparse", covers: [] },
  { id: "code", title: "The code, beside the tutorial’s", covers: ["CODE AND EXPLANATION"] },
] as const satisfies readonly Chapter[];

/** A chapter's anchor. */
export type ChapterId = (typeof CHAPTERS)[number]["id"];

/** A chapter and its number, from 1. */
export function chapterOf(id: ChapterId): Chapter & { number: number } {
  const i = CHAPTERS.findIndex((chapter) => chapter.id === id);
  return { ...CHAPTERS[i], number: i + 1 };
}
