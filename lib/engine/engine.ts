/**
 * The interface between training and the engine that executes its steps.
 *
 * The loop says which images and learning rates; an engine turns them into new parameters. Engines differ in speed, not
 * in meaning: all have PyTorch's parameter names and layout, so that one can continue where another stopped.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config } from "../config.ts";
import type { Pixels } from "../pixels.ts";
import { type Architecture, architecture, type Objective, type Parameters } from "../sae/model.ts";
import { VARIANT_KNOBS, type VariantKnobs } from "../sae/sparsity/variants.ts";

/** What is trained and how: everything about a step that does not change from one to the next. */
export interface StepDefinition {
  arch: Architecture;
  objective: Objective;
  /** Adam's constants (Kingma and Ba 2015, as torch.optim.Adam computes it). */
  adam: { beta1: number; beta2: number; epsilon: number };
}

/** What a configuration says of a step, for images of `dInput` pixels. */
export function stepDefinition(config: Config, dInput: number): StepDefinition {
  const { loss, sparsity, deadSteps, adamBeta1, adamBeta2, adamEpsilon } = config;
  const names = Object.keys(VARIANT_KNOBS) as (keyof VariantKnobs)[];
  const knobs = Object.fromEntries(names.map((name) => [name, config[name]])) as unknown as VariantKnobs;
  return {
    arch: architecture(config, dInput),
    objective: { loss, sparsity, deadSteps, knobs },
    adam: { beta1: adamBeta1, beta2: adamBeta2, epsilon: adamEpsilon },
  };
}

/** Everything training changes; all of it, so that a copy continues bit for bit. */
export interface TrainingState {
  /** Steps taken so far. */
  step: number;
  params: Parameters;
  /** Adam's running mean of the gradient, by parameter name. */
  m: Parameters;
  /** Adam's running mean of the squared gradient, by parameter name. */
  v: Parameters;
  /** What steps keep beside parameters, by the names of `Architecture.buffers`. */
  buffers: Parameters;
}

/** Consecutive steps to run. Step i takes images `indices[i·batch … min((i+1)·batch, length))`. */
export interface StepPlan {
  /** Rows of the loaded images, one after the other. */
  indices: Uint32Array;
  /** Images per step; the last step takes what is left. */
  batch: number;
  /** One learning rate per step, `[nSteps]` with nSteps = ⌈indices.length / batch⌉. */
  learningRates: Float64Array;
  /** The penalty's weight in each step, `[nSteps]`: β with KL, λ elsewhere, of no effect without a penalty. */
  weights: Float64Array;
}

/** What an engine starts from. */
export interface LoadOptions {
  state: TrainingState;
  /** The training images, `[count, dInput]`. */
  pixels: Pixels;
  /** The largest batch that `train` and `losses` will be called with, so that memory is placed once. */
  batch: number;
  /** The most images that `setRows` will be called with, for the same reason; by default as many as `pixels` has. */
  mostRows?: number;
}

/** The loss of each step, before its update, `[nSteps]` each. */
export interface StepLosses {
  /** Mean over batch and pixels. */
  reconstruction: Float32Array<ArrayBuffer>;
  /** The variant's penalty, not weighted: with KL Σ D_KL over all penalized units, in nats. */
  penalty: Float32Array<ArrayBuffer>;
  /** What else the variant adds to the loss, weighted already; 0 if it adds nothing. */
  auxiliary: Float32Array<ArrayBuffer>;
}

/** New values of some of the variant's knobs, by name; one that is undefined stays as it is. */
export type KnobChange = Partial<VariantKnobs>;

/** A forward pass, read back. */
export interface Activations {
  /** Activations of each layer but the output, `[count, dOut]`; the latents are `hidden[latentIndex]`. */
  hidden: Float32Array[];
  /** The output before its activation, `[count, dInput]`. */
  logits: Float32Array;
  /** The reconstruction x̂, `[count, dInput]`: σ(logits); with a linear output the logits, maybe the same array. */
  recon: Float32Array;
}

/** A forward pass of a model without hidden layers, read back with its latents as lists. */
export interface SparseActivations {
  /** Where each row's entries begin in the two lists, and where the last row's end, `[count + 1]`. */
  starts: Uint32Array;
  /** Which latents are not 0, ascending in each row. */
  latents: Uint32Array;
  /** What each of these is. */
  values: Float32Array;
  /** As of {@linkcode Activations}. */
  logits: Float32Array;
  recon: Float32Array;
}

/** What executes the steps, as the report states it. */
export interface EngineInfo {
  /** `reference`: tfjs with autodiff. `cpu` and `webgpu`: our own. */
  name: "reference" | "cpu" | "webgpu";
  backend: "webgpu" | "wasm" | "cpu";
  /** The device in words, such as the adapter's description. */
  device: string;
  /** Versions of the libraries that compute, by name. */
  versions: Record<string, string>;
}

/**
 * Executes steps. Made for one {@linkcode StepDefinition}; `load` comes first, `dispose` last.
 *
 * Calls may be made at any time and are queued: each sees what those before it have left, and a device has the next
 * one's work while results are read back. Equal calls give equal bits. What a call is given must stay as it is until
 * its promise has settled. A call that is refused, because its plan or its input does not fit, changes nothing.
 *
 * @throws {UserError} From any call, once the device is lost or out of memory.
 * @throws {Error} From any call before `load` or after `dispose`.
 */
export interface Engine {
  readonly info: EngineInfo;
  /** Takes over a state and the training images. Copies the state; keeps the images. */
  load(options: LoadOptions): Promise<void>;
  /**
   * Takes other training images, which the `indices` of later plans mean then, and keeps the state. What follows is, bit for
   * bit, what follows a `load` of the state with these images. Copies them, so that their array can be written over.
   *
   * @param pixels `[count, dInput]` stored as those loaded; any number of them.
   * @throws {UserError} There is no memory for them.
   */
  setRows(pixels: Pixels): Promise<void>;
  /** Takes over another state and keeps the training images. Copies the state. */
  setState(state: TrainingState): Promise<void>;
  /** Runs consecutive steps. */
  train(plan: StepPlan): Promise<StepLosses>;
  /**
   * The losses of the steps that `train` would take on these images, `[count, dInput]` stored as those loaded, in their
   * order, `batch` at a time, each with the parameters and buffers as they are now. Changes nothing.
   */
  losses(pixels: Pixels, options: { batch: number }): Promise<StepLosses>;
  /**
   * Runs the model on images, `[count, dInput]` stored as those loaded, with the weights as they are, as after
   * training.
   */
  forward(pixels: Pixels): Promise<Activations>;
  /**
   * As `forward` for a model without hidden layers, with its latents as lists; missing on engines that have no lists.
   */
  forwardSparse?(pixels: Pixels): Promise<SparseActivations>;
  /** Runs the decoder on latents, `[count, nLatents]`; returns logits, `[count, dInput]`. */
  decode(acts: Float32Array): Promise<Float32Array>;
  /** A copy of the state after all steps so far. */
  state(): Promise<TrainingState>;
  /**
   * A copy of one of the state's buffers after all steps so far, without the rest of the state: cheap enough to be asked for
   * during training.
   *
   * @param name One of `Architecture.buffers`.
   * @throws {RangeError} The model has no such buffer.
   */
  buffer(name: string): Promise<Float32Array<ArrayBuffer>>;
  /**
   * Changes knobs of the variant between two steps and keeps the whole state: what follows is, bit for bit, what an
   * engine made with the new knobs computes after loading this one's `state()`.
   *
   * @param knobs New values by name, such as `{ rho: 0.1 }` or `{ k: 8 }`; the others stay.
   * @throws {UserError} A knob cannot be changed, or not to this value (`withKnobs`), or there is no memory for it.
   */
  set(knobs: KnobChange): Promise<void>;
  /** Frees everything after the calls so far; the engine cannot be used afterwards. A second call does nothing. */
  dispose(): Promise<void>;
}

/** The state before the first step: a model with zero moments. */
export function initialState({ params, buffers }: { params: Parameters; buffers: Parameters }): TrainingState {
  const zeros = () => Object.fromEntries(Object.entries(params).map(([name, p]) => [name, new Float32Array(p.length)]));
  return { step: 0, params, m: zeros(), v: zeros(), buffers };
}
