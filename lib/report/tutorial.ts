/**
 * The figures printed in the tutorial (the document this project implements), to stand beside a run's own.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** The tutorial's title and where its notebook is. */
export const TUTORIAL_SOURCE = {
  title: "Sparse Autoencoders",
  github: "https://github.com/Tony-Ale/Notebooks/blob/main/Sparse_Autoencoder.ipynb",
  colab: "https://colab.research.google.com/github/Tony-Ale/Notebooks/blob/main/Sparse_Autoencoder.ipynb",
} as const;

/** As printed by the tutorial's notebook on MNIST. */
export const TUTORIAL = {
  /** "Test Loss", mean squared error over the test set. */
  testMse: 0.013869156719102889,
  /** "Avg Loss" of epochs 1 to 10. */
  trainLoss: [0.0201, 0.0189, 0.0181, 0.0174, 0.0168, 0.0163, 0.0158, 0.0154, 0.0151, 0.0147],
  /** "Recon Loss" of the last training batch of epochs 1 to 10, mean squared error. */
  reconLoss: [0.0167, 0.0178, 0.0177, 0.0164, 0.0163, 0.0159, 0.0149, 0.0147, 0.0140, 0.0135],
  /** "Sparsity Loss" of the last training batch of epochs 1 to 10, in nats. */
  sparsityLoss: [0.2775, 0.2136, 0.1303, 0.1458, 0.1364, 0.0842, 0.0913, 0.0794, 0.0841, 0.0687],
  /** "Sparsity Loss" of the last training batch of epoch 10, in nats. */
  lastBatchKlNats: 0.0687,
  /** "Mean activation per latent neuron": of each of the 32 latents over the first test batch of 128 images. */
  // deno-fmt-ignore
  meanActivations: [
    0.05881437, 0.08356344, 0.06890944, 0.05662598, 0.06295422, 0.07214342, 0.08306798, 0.08962519,
    0.08328992, 0.07404667, 0.06917366, 0.07323428, 0.0833219, 0.05312702, 0.06850568, 0.06678353,
    0.0656389, 0.07452542, 0.08268029, 0.06249533, 0.04544028, 0.06367793, 0.06402301, 0.06478576,
    0.06190737, 0.07323104, 0.08654048, 0.07135439, 0.05962756, 0.0592905, 0.06936473, 0.06037938,
  ],
  /** Mean of the 32 printed mean activations, over the first test batch. */
  meanActivation: 0.0691,
  /** Why a fresh run of the same recipe does not give the same figures. */
  note:
    "The tutorial's first epoch already has a loss of 0.0201, which a fresh model reaches after about ten epochs: its " +
    "training cell was run again on a trained model, as happens in a notebook. In PyTorch, ten epochs of its recipe on " +
    "a fresh model give a test MSE of 0.0172 to 0.0186 (eight random seeds), twenty epochs 0.0123 to 0.0128 (three).",
} as const;
