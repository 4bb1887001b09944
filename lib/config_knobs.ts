/**
 * Every knob of an experiment, once: its values, its default, and where the number comes from.
 *
 * Holds data only: checks nothing, and does not know presets, files, devices or flags. PORTABLE: no Deno, no Node, no
 * tfjs.
 *
 * @module
 */
import { dataKnobs } from "./data/data_knobs.ts";
import type { Knobs, Values } from "./knob.ts";
import { BASELINE_NAMES } from "./sae/baselines.ts";
import { VARIANT_KNOBS, VARIANT_NAMES } from "./sae/sparsity/variants.ts";

/** The knobs in the order in which a configuration is stored; defaults are those of the variant `kl`. */
export const CONFIG_KNOBS = {
  preset: {
    kind: "choice",
    choices: ["tuned", "notebook"],
    default: "tuned",
    group: "Model",
    help: "A recipe: `tuned` trains better in the same time, `notebook` is the tutorial's, unchanged.",
    source: "ours; see `PRESETS`",
  },
  ...dataKnobs,
  hidden: {
    kind: "integers",
    default: [128],
    min: 1,
    most: 32,
    group: "Model",
    takes: "N,N,…",
    help: "Widths of the encoder's hidden layers, mirrored in the decoder; `none` for a one-layer dictionary.",
    source: "the tutorial: 784 → 128 → 32 → 128 → 784",
  },
  latent: {
    kind: "integer",
    default: 32,
    min: 1,
    group: "Model",
    takes: "N",
    help: "Number of latents.",
    alsoCalled: ["d-sae", "dictionary-size", "dict-size"],
    source: "the tutorial",
  },
  hiddenActivation: {
    kind: "choice",
    choices: ["relu", "sigmoid"],
    default: "relu",
    group: "Model",
    help: "Activation of the hidden layers; `--penalize all` needs `sigmoid` and sets it.",
    source: "the tutorial: relu",
  },
  init: {
    kind: "choice",
    choices: ["glorot", "pytorch"],
    default: "glorot",
    group: "Model",
    help: "Initial weights: `glorot` U(±√(6/(in+out))), biases 0; `pytorch` U(±1/√in) for weights and biases.",
    source: "Glorot and Bengio 2010; torch.nn.Linear.reset_parameters",
  },
  output: {
    kind: "choice",
    choices: ["sigmoid", "linear"],
    default: "sigmoid",
    group: "Model",
    help: "Activation of the output: `sigmoid` for values in [0, 1], `linear` for any; `--loss bce` needs sigmoid.",
    source: "the tutorial: sigmoid",
  },
  preBias: {
    kind: "choice",
    choices: ["none", "decoder"],
    default: "none",
    group: "Model",
    help: "What is subtracted from the input before encoding: nothing, or the decoder's bias (needs a linear output).",
    source: "the tutorial: none",
  },
  center: {
    kind: "choice",
    choices: ["none", "mean"],
    default: "mean",
    group: "Model",
    help: "What is subtracted from the input: nothing, or the mean training input (default with hidden layers).",
    source: "ours: test MSE 0.0081 → 0.0077, and the same on dark and on light backgrounds; the tutorial: none",
  },
  decoderNorm: {
    kind: "choice",
    choices: ["free", "unit"],
    default: "free",
    group: "Model",
    help: "`unit` keeps the decoder weights of each latent at length 1 and removes the gradient along them.",
    source: "the tutorial: free",
  },
  encoderInit: {
    kind: "choice",
    choices: ["independent", "transpose"],
    default: "independent",
    group: "Model",
    help: "Initial weights of the latent layer: drawn like the others, or the transpose of the decoder's.",
    source: "the tutorial: independent",
  },
  baseline: {
    kind: "choice",
    choices: BASELINE_NAMES,
    default: "none",
    group: "Model",
    help:
      "Instead of a trained model a baseline to compare one with: weights that stay random (`frozen-decoder`, `frozen-encoder`, both: `random`), decoder columns that stay within cosine 0.8 of their random start (`soft-frozen`), or principal components (`pca`, with sparsity topk). Biases and thresholds are always trained.",
    source: "Korznikov et al. 2026, arXiv 2602.14111; `pca` and `random` are ours",
  },
  outputBias: {
    kind: "choice",
    choices: ["data", "median", "init"],
    default: "data",
    group: "Model",
    help:
      "Initial output bias: the training mean or geometric median (its logit with a sigmoid output), or what --init says.",
    source: "ours: the decoder starts at the mean image instead of having to learn it",
  },
  latentBias: {
    kind: "choice",
    choices: ["rho", "init"],
    default: "rho",
    group: "Model",
    help:
      "Initial bias of latents and penalized hidden layers: `rho` is logit(ρ), their target; `init` leaves it to --init.",
    source: "ours: the penalty starts near 0 instead of near its maximum",
  },
  decoderScale: {
    kind: "choice",
    choices: ["rho", "init"],
    default: "rho",
    group: "Model",
    help:
      "Initial weights of each layer that follows the latents or a penalized hidden layer: `rho` divides them by ρ, `init` leaves them to --init.",
    source: "ours: --init assumes inputs of size 1, and latents are of size ρ; test MSE 0.0099 → 0.0082",
  },
  loss: {
    kind: "choice",
    choices: ["mse", "bce"],
    default: "mse",
    group: "Loss",
    help: "Reconstruction loss, the mean over batch and pixels; `bce` is computed from logits.",
    source: "the tutorial's code: mse; its theory: bce",
  },
  penalize: {
    kind: "choice",
    choices: ["latent", "all"],
    default: "latent",
    group: "Loss",
    help: "Which layers carry the sparsity penalty: the latents, or every hidden layer (the tutorial's double sum).",
    source: "the tutorial: latent",
  },
  sparsity: {
    kind: "choice",
    choices: VARIANT_NAMES,
    default: "kl",
    group: "Sparsity",
    help: "Method that makes the latents sparse; all but `kl` have the defaults of a one-layer dictionary.",
    source: "the tutorial: kl",
  },
  ...VARIANT_KNOBS,
  targetL0: {
    kind: "number",
    default: null,
    above: 0,
    unset: { word: "off", means: "the weight stays as given" },
    group: "Sparsity",
    takes: "N",
    help: "Change the penalty's weight during training until N latents are active on average; l1, jumprelu, gated.",
    source: "the weight is given",
  },
  sparsityWarmupSteps: {
    kind: "integer",
    default: 0,
    min: 0,
    group: "Sparsity",
    takes: "N",
    help: "Steps over which the penalty's weight rises linearly from 0; at most a quarter of all steps.",
    source: "the tutorial: none",
  },
  deadSteps: {
    kind: "integer",
    default: 30,
    min: 1,
    group: "Sparsity",
    takes: "N",
    help:
      "A latent that was last active more than N steps ago is dead, for AuxK, resampling and the report; not with kl.",
    source: "ours: 3,840 images; AuxK works better with fewer steps, resampling does not",
  },
  resampleSteps: {
    kind: "integer",
    default: null,
    min: 1,
    unset: { word: "off", means: "never" },
    group: "Sparsity",
    takes: "N",
    help:
      "Every N steps in the first half of the run, start dead latents again at training rows with a large reconstruction error; not with kl.",
    source: "no resampling",
  },
  epochs: {
    kind: "integer",
    default: 10,
    min: 1,
    group: "Optimiser",
    takes: "N",
    help: "Passes over the training rows: images or vectors.",
    source: "the tutorial",
  },
  batch: {
    kind: "integer",
    default: 128,
    min: 1,
    group: "Optimiser",
    takes: "N",
    help: "Rows per step, images or vectors; the last, shorter batch of an epoch is kept.",
    source: "the tutorial",
  },
  lr: {
    kind: "number",
    default: 1e-2,
    above: 0,
    unset: { word: "auto", means: "4.4/√(latents · steps), at most 0.01" },
    group: "Optimiser",
    takes: "RATE",
    help: "Peak learning rate of Adam; `auto` takes the rate that suits the number of latents and of steps.",
    alsoCalled: ["learning-rate"],
    source: "ours: largest that trains stably with warm-up; auto: `peakRate`",
  },
  warmupSteps: {
    kind: "integer",
    default: 200,
    min: 0,
    group: "Optimiser",
    takes: "N",
    help: "Steps over which the learning rate rises linearly to its peak; at most a quarter of all steps.",
    source: "ours",
  },
  decay: {
    kind: "choice",
    choices: ["linear", "cosine", "constant"],
    default: "linear",
    group: "Optimiser",
    help: "Learning rate after warm-up: falling to 0 along a line or half a cosine, or constant.",
    source: "ours: linear beat cosine by 2 % of test MSE",
  },
  adamBeta1: {
    kind: "number",
    default: 0.9,
    min: 0,
    below: 1,
    group: "Optimiser",
    takes: "β₁",
    help: "Adam's decay of the gradient's mean.",
    source: "torch.optim.Adam",
  },
  adamBeta2: {
    kind: "number",
    default: 0.999,
    min: 0,
    below: 1,
    group: "Optimiser",
    takes: "β₂",
    help: "Adam's decay of the gradient's mean square.",
    source: "torch.optim.Adam",
  },
  adamEpsilon: {
    kind: "number",
    default: 1e-8,
    above: 0,
    group: "Optimiser",
    takes: "ε",
    help: "Added to the root of Adam's mean square.",
    source: "torch.optim.Adam",
  },
  seed: {
    kind: "integer",
    default: 0,
    min: 0,
    group: "Optimiser",
    takes: "N",
    help: "Random seed of the initial weights and of the order of the rows.",
    alsoCalled: ["random-state"],
    source: "arbitrary",
  },
  snapshots: {
    kind: "integer",
    default: 0,
    min: 0,
    max: 1000,
    group: "Report",
    takes: "N",
    help:
      "Look at every latent N times while the model trains (its direction, how often it is active, whether it is dead), for the report's lifelines; 0 for never, else at least 2: the start and the end. 40 show a run well.",
    source: "none: they cost time and memory",
  },
  backend: {
    kind: "choice",
    choices: ["auto", "webgpu", "wasm", "cpu"],
    default: "auto",
    group: "Device",
    help: "`auto` takes WebGPU on a hardware adapter, else WebAssembly; `cpu` is tfjs's plain JavaScript.",
    source: "measured: a software WebGPU adapter is slower than WebAssembly",
  },
  engine: {
    kind: "choice",
    choices: ["auto", "fused", "reference"],
    default: "auto",
    group: "Device",
    help: "`fused` is our own engine for the backend, `reference` is tfjs; `auto` is `fused` if there is one.",
    source: "measured: deno task bench",
  },
  threads: {
    kind: "integer",
    default: null,
    min: 1,
    unset: { word: "auto", means: "one per core, fewer if other processes keep cores busy" },
    group: "Device",
    takes: "N",
    help: "Threads of the CPU engine, settled once at the start; any number gives the same bits.",
    source: "measured: more threads than free cores are slower",
  },
} as const satisfies Knobs;

/** The full configuration of one run. Stored whole in `run.json` and in every checkpoint. */
export type Config = Values<typeof CONFIG_KNOBS>;

/** The name of a knob. */
export type KnobName = keyof Config;

/** The names of all knobs, in their order. */
export const KNOB_NAMES = Object.keys(CONFIG_KNOBS) as KnobName[];
