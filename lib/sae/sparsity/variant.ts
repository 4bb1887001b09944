/**
 * What makes a sparse autoencoder sparse: the interface that each file of this folder fills in.
 *
 * A variant says how latents come from preActs, what it adds to the loss, and which knobs it has. It is written against
 * {@linkcode Ops}, so that it needs no tensor library and the command line, the report and the site read the same file.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Knobs as KnobSet, Values } from "../../knob.ts";

/** A tensor of whatever library computes; made and read by {@linkcode Ops} alone. */
export interface Tensor {
  readonly shape: number[];
}

/** What a latent layer may be called in the report, for a layer's units in general. */
export const LATENT_ACTIVATIONS = ["relu", "sigmoid", "topk", "batchtopk", "jumprelu", "gated"] as const;

/** The operations a variant may use, broadcast as in NumPy; all but `detach` and the masks are differentiated. */
export interface Ops {
  add(a: Tensor | number, b: Tensor | number): Tensor;
  sub(a: Tensor | number, b: Tensor | number): Tensor;
  mul(a: Tensor | number, b: Tensor | number): Tensor;
  div(a: Tensor | number, b: Tensor | number): Tensor;
  relu(x: Tensor): Tensor;
  sigmoid(x: Tensor): Tensor;
  exp(x: Tensor): Tensor;
  log(x: Tensor): Tensor;
  abs(x: Tensor): Tensor;
  square(x: Tensor): Tensor;
  clip(x: Tensor, min: number, max: number): Tensor;
  /** Over one axis, or over all. */
  sum(x: Tensor, axis?: number): Tensor;
  mean(x: Tensor, axis?: number): Tensor;
  /** The smallest element above 0, or 0 if there is none; no gradient. */
  smallestPositive(x: Tensor): Tensor;
  /** 1 if a > b, else 0; no gradient. */
  isGreater(a: Tensor, b: Tensor | number): Tensor;
  /** x without its gradient. */
  detach(x: Tensor): Tensor;
  /** 1 for the k largest of each row, equal ones by index, else 0; no gradient. */
  largestInRows(x: Tensor, k: number): Tensor;
  /** 1 for the k largest of all, equal ones by index, else 0; no gradient. */
  largest(x: Tensor, k: number): Tensor;
  /** The first `width` columns. */
  prefix(x: Tensor, width: number): Tensor;
  /** A value with its gradients written out: one per input, from the value's gradient dy. */
  withGradient(inputs: Tensor[], op: {
    value(...inputs: Tensor[]): Tensor;
    gradients(dy: Tensor, ...inputs: Tensor[]): Tensor[];
  }): Tensor;
}

/** What the latents are made from. */
export interface LatentInput<Knobs> {
  /** The encoder's last layer before its activation, `[batch, nLatents]`. */
  preActs: Tensor;
  /** Its bias, `[nLatents]`, already added to preActs. */
  bias: Tensor;
  /** The variant's own parameters, `[nLatents]` each. */
  params: Record<string, Tensor>;
  /** The variant's buffers: kept from step to step, not trained. */
  buffers: Record<string, Tensor>;
  knobs: Knobs;
}

/** A training step's forward pass, for what a variant adds to the loss. */
export interface TrainingPass<Knobs> extends LatentInput<Knobs> {
  /** `[batch, nLatents]` */
  acts: Tensor;
  /** ‖dec_j‖₂, `[nLatents]`; 1s if the decoder is kept at unit norm or is not a single layer. */
  decoderNorms: Tensor;
  /** 1 for latents that were last active more than `deadSteps` steps before this one, `[nLatents]`. */
  isDead: Tensor;
  /** False only if `isDead` is known to be all 0: what dead latents alone need may be left out then. */
  mayHaveDead: boolean;
  /** x − x̂ without its gradient, `[batch, dInput]`. */
  error: Tensor;
  /** Width of the input, d. */
  dInput: number;
  /**
   * The reconstruction loss of other latents than `acts`, or of the first few, a scalar. `detached`: no gradient into
   * the decoder.
   */
  reconstructionLoss(acts: Tensor, options?: { detached?: boolean }): Tensor;
  /** acts·W_dec without the decoder's bias, `[batch, dInput]`; of a single linear layer alone. */
  project(acts: Tensor): Tensor;
}

/** What a variant adds to the reconstruction loss: weight · penalty + auxiliary, both scalars. */
export interface Terms {
  /** Not weighted; the engine multiplies it with the step's weight. */
  penalty?: Tensor;
  auxiliary?: Tensor;
}

/** A parameter of a variant's own, `[nLatents]`. */
export interface LatentParameter {
  initial: number;
  /** Its learning rate as a multiple of the step's. */
  rate: number;
}

/** What decides how many latents can be active. */
interface Extent {
  k: number;
  nLatents: number;
  /** Images of a batch. */
  rows: number;
}

/**
 * Among which latents a variant may choose those that stay active, each with the most that are active in a batch and in
 * one of its rows, if there are as many latents.
 *
 * `all`: none is chosen. `row`: the k largest of each row. `batch`: the k·batch largest of the batch; afterwards the
 * buffer `threshold` decides.
 */
export const SELECTIONS = {
  all: { mostInRow: ({ nLatents }: Extent) => nLatents, mostInBatch: ({ nLatents, rows }: Extent) => nLatents * rows },
  row: { mostInRow: ({ k }: Extent) => k, mostInBatch: ({ k, rows }: Extent) => k * rows },
  batch: { mostInRow: ({ k, rows }: Extent) => k * rows, mostInBatch: ({ k, rows }: Extent) => k * rows },
};

/** How well a method recovered the features of SynthSAEBench's data at an L0 of 25: arXiv 2602.14687, version 2. */
export interface PublishedRecovery {
  /** Mean over the latents, of each latent as a sign of its nearest feature. */
  f1: number;
  mcc: number;
  uniqueness: number;
  explainedVariance: number;
}

/** A way to be sparse. `Declared` are the knobs it reads; `Knobs` their values. */
export interface Variant<Declared extends KnobSet = KnobSet, Knobs = Values<Declared>> {
  /** Its name in words. */
  title: string;
  /** Its published recovery of planted features; left out if there is none. */
  published?: PublishedRecovery;
  /** What it minimises, in TeX. */
  equation: string;
  /** How it makes latents sparse, in a sentence or two for a learner. */
  lesson: string;
  /** The paper. */
  source: { title: string; url: string };
  /** The knobs that only variants have, as far as this one reads them: its own, and those it shares with others. */
  knobs: Declared;
  /** What it changes from the defaults of all knobs. */
  defaults: Record<string, unknown>;
  /** Among which latents it chooses those that stay active. */
  selects: keyof typeof SELECTIONS;
  /**
   * How a latent comes from its preAct z, if it is chosen. `sigmoid`: σ(z). `positive`: ReLU(z). `jump`: z above the
   * latent's own threshold, the parameter `theta`. `gate`: a gate of z times a magnitude, as Gated has it. `other`: a
   * formula of its own, which only the reference engine computes.
   */
  activates: "sigmoid" | "positive" | "jump" | "gate" | "other";
  /**
   * How many of the first latents must also reconstruct the input alone, ascending, each below nLatents; none by
   * default.
   */
  prefixWidths?(knobs: Knobs, nLatents: number): number[];
  /**
   * How many of an input's largest latents must also reconstruct the input alone, ascending, each below nLatents; none by
   * default. The loss is the mean over these reconstructions and that of all latents, so `terms` adds the difference
   * between the mean and the reconstruction loss.
   */
  budgets?(knobs: Knobs, nLatents: number): number[];
  /**
   * What its penalty is of. `means`: each latent's mean over the batch. `length`: Σ f‖d‖, as L1 has it. `gates`:
   * Gated's gates. `count`: how many latents are active. `other`: a formula of its own, which only the reference engine
   * computes.
   */
  penalizes: "means" | "length" | "gates" | "count" | "other" | null;
  /** Whether its loss revives dead latents by AuxK. */
  revives: boolean;
  /** The knob that weighs its penalty; null if sparsity is set directly. */
  weight: "beta" | "lambda" | null;
  /** What the latent layer is called in the report. */
  activation: (typeof LATENT_ACTIVATIONS)[number];
  /** A latent is active above this. */
  activeAbove: number;
  /** Parameters beside weights and biases, `[nLatents]` each, by name. */
  parameters(knobs: Knobs): Record<string, LatentParameter>;
  /** Numbers kept from step to step beside parameters, `[1]` each, by name with their initial value. */
  buffers: Record<string, number>;
  /** The latents in training, `[batch, nLatents]`. */
  latents(ops: Ops, input: LatentInput<Knobs>): Tensor;
  /** The latents after training, if they differ: an image's latents must not depend on the other images of a batch. */
  inferredLatents?(ops: Ops, input: LatentInput<Knobs>): Tensor;
  /** What it adds to the loss. */
  terms(ops: Ops, pass: TrainingPass<Knobs>): Terms;
  /** The buffers after a step. */
  nextBuffers?(ops: Ops, pass: TrainingPass<Knobs>): Record<string, Tensor>;
}
