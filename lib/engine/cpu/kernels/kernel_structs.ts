/**
 * What the host writes into memory for the kernels to read, and numbers that both sides know.
 *
 * Written by `deno task kernels` from the tables of `lib/engine/structs.ts`; fields are changed there. Matrices are
 * row-major float32. Their widths are rounded up to 8 and the extra columns and rows are zero, always: no kernel treats edges.
 *
 * @module
 */

// How latents are chosen among those above 0.
export const SELECTION_ALL: usize = 0;
export const SELECTION_ROW: usize = 1;
export const SELECTION_BATCH: usize = 2;

// How late a decoder row can be.
export const LATE_ROWS_MOST_STEPS: usize = 32;

// How a chosen latent comes from its preAct.
export const ACTIVATION_POSITIVE: usize = 0;
export const ACTIVATION_JUMP: usize = 1;
export const ACTIVATION_GATE: usize = 2;

// What a dictionary's penalty is of.
export const PENALTY_NONE: usize = 0;
export const PENALTY_LENGTH: usize = 1;
export const PENALTY_GATES: usize = 2;
export const PENALTY_COUNT: usize = 3;

// What the word `failed` of a barrier says.
export const FAILURE_NONE: usize = 0;
export const FAILURE_THROWN: usize = 1;
export const FAILURE_NOT_BEGUN: usize = 2;
export const FAILURE_LATE: usize = 3;

// The unit of waits at a barrier, in ms.
export const BARRIER_TICK_MS: usize = 100;

// Where threads meet; all of it is read and written by atomic instructions, which take addresses. Offsets in bytes.
/** How many threads have come so far. */
export const BARRIER_ARRIVED: usize = 0;
/** How often all have come. */
export const BARRIER_GENERATION: usize = 64;
/** Whether a thread has failed, and how: one of FAILURE. */
export const BARRIER_FAILED: usize = 128;
/** How many workers have begun this call. */
export const BARRIER_BEGUN: usize = 132;
/** How long to wait for a worker that has not, in ticks. */
export const BARRIER_MOST_BEGIN_TICKS: usize = 136;
/** How long to wait for a thread that has begun, in ticks. */
export const BARRIER_MOST_PHASE_TICKS: usize = 140;
/** 1 once a thread is about to leave its reason. */
export const BARRIER_IS_CLAIMED: usize = 144;
/** Bytes of the reason for the failure, which follow the struct. */
export const BARRIER_REASON_LENGTH: usize = 148;

/** One entry of a list: a row of a matrix and what it counts. */
@unmanaged
export class Entry {
  /** How far down the matrix the row is, in bytes. */
  offset: usize;
  /** What it counts. */
  value: f32;
}

/** One layer of a model. Matrices are row-major; a stride is the distance between rows in bytes. */
@unmanaged
export class Layer {
  /** The layer's input, `[rows, dIn]`. */
  inputs: usize;
  /** The stride of `inputs`. */
  inputStride: usize;
  /** Its activations, `[rows, dOut]`; of the output layer, logits. */
  outputs: usize;
  /** The stride of `outputs`, `gradients` and `weights`. */
  outputStride: usize;
  /** The loss's gradient by preActs, `[rows, dOut]`. */
  gradients: usize;
  /** `[dIn, dOut]`. */
  weights: usize;
  /** `[dOut]`. */
  bias: usize;
  /** All bits set for each of the layer's units and none for the columns that fill up, `[dOut]`. */
  mask: usize;
  /** Width of the input, rounded up to 8. */
  dIn: usize;
  /** Width of the output, rounded up to 8. */
  dOut: usize;
  /** Whether its activation is a sigmoid; else it is ReLU, and of the output layer the identity. */
  isSigmoid: usize;
  /** Whether the KL penalty is on its units. */
  isPenalized: usize;
}

/** A model, whichever kind: threads, training images, Adam. */
@unmanaged
export class Model {
  /** Its `Layer`s, one after the other. */
  layers: usize;
  /** How many there are. */
  nLayers: usize;
  /** Threads that run the kernels. */
  threads: usize;
  /** Where they meet, a `Barrier`. */
  barrier: usize;
  /** Training images as they are stored, `[count, dInput]`. */
  pixels: usize;
  /** Whether they are stored as floats, else as bytes. */
  isFloat: usize;
  /** Pixels of an image, not rounded. */
  dInput: usize;
  /** Whether the first product skips pixels that are 0. */
  isSparse: usize;
  /** The batch's images as bytes, `[rows, bytesStride]`, with zeros after the last pixel. */
  bytes: usize;
  /** The stride of `bytes`. */
  bytesStride: usize;
  /** Four partial sums of the reconstruction loss a row, `[rows, 4]`. */
  rowLosses: usize;
  /** Room of each thread for itself, `[threads, scratchBytes]`. */
  scratch: usize;
  /** Bytes of a thread's room. */
  scratchBytes: usize;
  /** From a parameter to its m, and from there to its v, in bytes. */
  toMoment: usize;
  /** Whether the loss is cross-entropy, else the squared error. */
  isCrossEntropy: usize;
  /** The KL penalty's target ρ. */
  rho: f32;
  /** Adam's β₁. */
  beta1: f32;
  /** 1 − β₁. */
  oneMinusBeta1: f32;
  /** Adam's β₂. */
  beta2: f32;
  /** 1 − β₂. */
  oneMinusBeta2: f32;
  /** Adam's ε. */
  epsilon: f32;
  /** x̄ if the first layer reads x − x̄, `[dIn]`, else 0. */
  inputMean: usize;
  /** The pixels of x̄ that are not 0, a list with the rows of the first layer's weights. */
  meanList: usize;
  /** Where that list ends. */
  meanListEnd: usize;
  /** Room of each thread for a row of the first layer's outputs, `[threads, dOut]`. */
  centreScratch: usize;
}

/** One step of a call, and its losses. */
@unmanaged
export class Step {
  /** Which images, `[rows]`. */
  indices: usize;
  /** Images in it. */
  rows: usize;
  /** Adam's lr / (1 − β₁ᵗ). */
  stepSize: f32;
  /** Adam's 1 / √(1 − β₂ᵗ). */
  varianceScale: f32;
  /** The penalty's weight. */
  weight: f32;
  /** Written by the step: see `StepLosses`. */
  reconstruction: f32;
  /** Written by the step. */
  penalty: f32;
  /** Written by the step. */
  auxiliary: f32;
  /** Its number, from 1. */
  t: f32;
}

/** What a decoder row that is late needs of a step that is over. */
@unmanaged
export class PastStep {
  /** As of `Step`. */
  stepSize: f32;
  /** As of `Step`. */
  varianceScale: f32;
}

/** A one-layer dictionary, x̂ = output(f·W_dec + b_dec). Both weight matrices are `[nLatents, width]`, a row for each latent, so that a latent that is off costs nothing but Adam. */
@unmanaged
export class Dictionary {
  /** What both kinds of models have; its only layer's `inputs` are the images as they are. */
  model: Model;
  /** Latents. */
  nLatents: usize;
  /** The same, rounded up to 8. */
  paddedLatents: usize;
  /** Columns of a row, a multiple of 8. */
  width: usize;
  /** The stride of everything that is `width` wide. */
  stride: usize;
  /** Latents of a block; sums over blocks do not depend on how many threads there are. */
  blockLatents: usize;
  /** Blocks, which are dealt out to threads. */
  nBlocks: usize;
  /** How latents are chosen, one of SELECTION. */
  selection: usize;
  /** Latents that a row keeps, on average where they are chosen in the batch; at most `nLatents`. */
  k: usize;
  /** Whether the encoder reads the images less the decoder's bias. */
  hasPreBias: usize;
  /** Whether directions are kept at length 1. */
  hasUnitDecoder: usize;
  /** Whether the output is σ(logits), else the logits. */
  isSigmoidOutput: usize;
  /** How a chosen latent comes from its preAct, one of ACTIVATION. */
  activation: usize;
  /** What the penalty is of, one of PENALTY. */
  penalty: usize;
  /** W_enc, `[nLatents, width]`. */
  encoder: usize;
  /** W_dec, `[nLatents, width]`. */
  decoder: usize;
  /** b_enc, `[paddedLatents]`. */
  encoderBias: usize;
  /** b_dec, `[width]`. */
  decoderBias: usize;
  /** ‖dec_j‖ where lengths are free, `[paddedLatents]`; as late as the row. */
  norms: usize;
  /** Step in which each latent was last active, `[paddedLatents]` floats. */
  lastFired: usize;
  /** What W_enc is multiplied with, `[rows, width]`: the images, less the pre-bias if there is one. */
  inputs: usize;
  /** If `model.isSparse`: how many of a row's first columns the encoder multiplies densely. */
  denseWidth: usize;
  /** If `model.isSparse`: each row's pixels after these that are not 0, `[rows, width]` entries. */
  pixelLists: usize;
  /** Where each row's list ends, `[rows]`. */
  pixelListEnds: usize;
  /** `[rows, paddedLatents]`; after inference the latents. */
  preActs: usize;
  /** The stride of `preActs`. */
  preActsStride: usize;
  /** `[rows, width]`. */
  logits: usize;
  /** ∂L/∂logits, and x̂ after inference, `[rows, width]`; and as many again, `segmentBytes` further, for each prefix: those that reach latents from that prefix's width on. */
  gradients: usize;
  /** ∂AuxK/∂(its reconstruction), `[rows, width]`. */
  auxGradients: usize;
  /** All bits set for each column that is a pixel, `[width]`. */
  mask: usize;
  /** How many latents are active in each row, `[rows]`. */
  counts: usize;
  /** Which, `[rows, rowCapacity]` entries. */
  entries: usize;
  /** ∂L/∂preAct of each, `[rows, rowCapacity]`. */
  slopes: usize;
  /** What each adds to the gradient of its latent's own parameters, `[rows, rowCapacity]`. */
  ownSlopes: usize;
  /** Entries for which a row has room. */
  rowCapacity: usize;
  /** How many latents AuxK takes in each row, `[rows]`. */
  auxCounts: usize;
  /** Which, `[rows, auxCapacity]` entries. */
  auxEntries: usize;
  /** ∂AuxK/∂preAct of each, `[rows, auxCapacity]`. */
  auxSlopes: usize;
  /** Entries for which a row has room. */
  auxCapacity: usize;
  /** Each row's penalty, `[rows]`. */
  rowPenalties: usize;
  /** What each row's auxiliary losses add to the step's, `[rows]`. */
  rowAuxiliaries: usize;
  /** Each row's smallest active latent, `[rows]`. */
  rowSmallest: usize;
  /** What each block of latents adds to the gradient by the pre-bias, `[nBlocks, width]`. */
  biasParts: usize;
  /** Pairs of a row and a latent that fit into a thread's room. */
  pairCapacity: usize;
  /** Number of the next step, from 1 after loading. */
  nextStep: usize;
  /** The step that each decoder row takes next, `[paddedLatents]`; 0 is 1 with the row's norm not known. */
  rowSteps: usize;
  /** The last steps, `[mostSteps]` of LATE_ROWS: a `PastStep` each, in turn. */
  pastSteps: usize;
  /** Most dead latents that AuxK takes; 0 is off. */
  auxWidth: usize;
  /** AuxK's α. */
  auxAlpha: f32;
  /** A latent that was last active more than so many steps ago is dead. */
  deadSteps: f32;
  /** BatchTopK's θ after training. */
  threshold: f32;
  /** How much of θ a step keeps. */
  thresholdDecay: f32;
  /** Written by each step: the least preAct that the batch's choice takes. */
  batchThreshold: f32;
  /** Written by each step: the address before which a preAct equal to that is taken. */
  batchTieEnd: usize;
  /** Prefixes that must reconstruct alone. */
  nPrefixes: usize;
  /** How far down W_dec each of them ends, ascending, in bytes, `[nPrefixes]`. */
  prefixEnds: usize;
  /** From one segment's `gradients` to the next one's. */
  segmentBytes: usize;
  /** The thresholds θ that ACTIVATION.jump has, `[paddedLatents]`. */
  theta: usize;
  /** Their learning rate as a multiple of the step's. */
  thetaRate: f32;
  /** Width of the window around θ in which its surrogate gradient is not 0. */
  bandwidth: f32;
  /** The magnitudes' r that ACTIVATION.gate has, `[paddedLatents]`. */
  rMag: usize;
  /** Their learning rate as a multiple of the step's. */
  rMagRate: f32;
  /** The magnitudes' b, `[paddedLatents]`. */
  bMag: usize;
  /** Their learning rate as a multiple of the step's. */
  bMagRate: f32;
  /** Written by each step: eʳ, `[paddedLatents]`. */
  gains: usize;
  /** The gradients of θ, or of r and b, `[2, paddedLatents]`. */
  ownGradients: usize;
}
