/** Learn covers the tutorial: each of its sections is in a chapter, and none in two. */
import assert from "node:assert/strict";
import { chapterOf, CHAPTERS } from "../../../site/src/learn/chapters.ts";

/** The tutorial's headings, copied from it (punctuation and spelling mended). */
const SECTIONS = `Sparse Autoencoders
What Is a Sparse Autoencoder?
Why Enforce Sparsity?
How Do We Make It Sparse?
Steps
Total Loss Function
Understanding the Sparsity Constraint
Average Activation
Enforcing Sparsity with KL Divergence
Total Sparse Autoencoder Loss
Intuition
Full Sparse Autoencoder Loss: What’s Going On?
What Each Term Means
The Double Summation
KL Divergence Term
Final Meaning of the Full Formula
Why Only the Latent Representation Is Made Sparse
CODE AND EXPLANATION
First of all load the dataset
Write helper code to visualize data set
KL Divergence sparsity penalty
Set up the model architecture
Run the dataset loader function
Initialize the model
Set up loss function
Train the model
Test the model
Visualize reconstructed images
Visualize the distribution of the latent vector
Visualize active neurons`.split("\n");

Deno.test("each section of the tutorial is covered by one chapter", () => {
  const covered = CHAPTERS.flatMap(({ covers }): readonly string[] => covers);
  assert.deepEqual(covered.toSorted(), SECTIONS.toSorted());
});

Deno.test("chapters are numbered from 1 and have anchors of their own", () => {
  assert.equal(new Set(CHAPTERS.map(({ id }) => id)).size, CHAPTERS.length);
  assert.equal(chapterOf("what").number, 1);
  assert.equal(chapterOf("code").number, CHAPTERS.length);
});
