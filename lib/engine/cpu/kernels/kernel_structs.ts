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
  offset: usize; // How far down the matrix the row is, in bytes.
  value: f32; // What it counts.
}

/** One layer of a model. Matrices are row-major; a stride is the distance between rows in bytes. */
@unmanaged
export class Layer {
  inputs: usize; // The layer's input, `[rows, dIn]`.
  inputStride: usize; // The stride of `inputs`.
  outputs: usize; // Its activations, `[rows, dOut]`; of the output layer, logits.
  outputStride: usize; // The stride of `outputs`, `gradients` and `weights`.
  gradients: usize; // The loss's gradient by preActs, `[rows, dOut]`.
  weights: usize; // `[dIn, dOut]`.
  bias: usize; // `[dOut]`.
  mask: usize; // All bits set for each of the layer's units and none for the columns that fill up, `[dOut]`.
  dIn: usize; // Width of the input, rounded up to 8.
  dOut: usize; // Width of the output, rounded up to 8.
  isSigmoid: usize; // Whether its activation is a sigmoid; else it is ReLU, and of the output layer the identity.
  isPenalized: usize; // Whether the KL penalty is on its units.
  isFrozen: usize; // Whether its weights stay as they are; its bias is updated.
}

/** A model, whichever kind: threads, training images, Adam. */
@unmanaged
export class Model {
  layers: usize; // Its `Layer`s, one after the other.
  nLayers: usize; // How many there are.
  threads: usize; // Threads that run the kernels.
  barrier: usize; // Where they meet, a `Barrier`.
  pixels: usize; // Training images as they are stored, `[count, dInput]`.
  isFloat: usize; // Whether they are stored as floats, else as bytes.
  dInput: usize; // Pixels of an image, not rounded.
  isSparse: usize; // Whether the first product skips pixels that are 0.
  denseWidth: usize; // If so: how many first columns, the densest, it takes as they are.
  bytes: usize; // The batch's images as bytes, `[rows, bytesStride]`, with zeros after the last pixel.
  bytesStride: usize; // The stride of `bytes`.
  rowLosses: usize; // Four partial sums of the reconstruction loss a row, `[rows, 4]`.
  scratch: usize; // Room of each thread for itself, `[threads, scratchBytes]`.
  scratchBytes: usize; // Bytes of a thread's room.
  toMoment: usize; // From a parameter to its m, and from there to its v, in bytes.
  isCrossEntropy: usize; // Whether the loss is cross-entropy, else the squared error.
  rho: f32; // The KL penalty's target ρ.
  beta1: f32; // Adam's β₁.
  oneMinusBeta1: f32; // 1 − β₁.
  beta2: f32; // Adam's β₂.
  oneMinusBeta2: f32; // 1 − β₂.
  epsilon: f32; // Adam's ε.
  inputMean: usize; // x̄ if the first layer reads x − x̄, `[dIn]`, else 0.
  meanList: usize; // The pixels of x̄ that are not 0, a list with the rows of the first layer's weights.
  meanListEnd: usize; // Where that list ends.
  centreScratch: usize; // Room of each thread for a row of the first layer's outputs, `[threads, dOut]`.
}

/** One step of a call, and its losses. */
@unmanaged
export class Step {
  indices: usize; // Which images, `[rows]`.
  rows: usize; // Images in it.
  stepSize: f32; // Adam's lr / (1 − β₁ᵗ).
  varianceScale: f32; // Adam's 1 / √(1 − β₂ᵗ).
  weight: f32; // The penalty's weight.
  reconstruction: f32; // Written by the step: see `StepLosses`.
  penalty: f32; // Written by the step.
  auxiliary: f32; // Written by the step.
  t: f32; // Its number, from 1.
}

/** What a decoder row that is late needs of a step that is over. */
@unmanaged
export class PastStep {
  stepSize: f32; // As of `Step`.
  varianceScale: f32; // As of `Step`.
}

/** A one-layer dictionary, x̂ = output(f·W_dec + b_dec). Both weight matrices are `[nLatents, width]`, a row for each latent, so that a latent that is off costs nothing but Adam. */
@unmanaged
export class Dictionary {
  model: Model; // What both kinds of models have; its only layer's `inputs` are the images as they are.
  nLatents: usize; // Latents.
  paddedLatents: usize; // The same, rounded up to 8.
  width: usize; // Columns of a row, a multiple of 8.
  stride: usize; // The stride of everything that is `width` wide.
  blockLatents: usize; // Latents of a block; sums over blocks do not depend on how many threads there are.
  nBlocks: usize; // Blocks, which are dealt out to threads.
  selection: usize; // How latents are chosen, one of SELECTION.
  k: usize; // Latents that a row keeps, on average where they are chosen in the batch; at most `nLatents`.
  hasPreBias: usize; // Whether the encoder reads the images less the decoder's bias.
  hasUnitDecoder: usize; // Whether directions are kept at length 1.
  isEncoderFrozen: usize; // Whether W_enc stays as it is.
  isDecoderFrozen: usize; // Whether W_dec stays as it is.
  starts: usize; // The directions that W_dec started from, `[nLatents, width]`; 0 if it may go anywhere.
  leastCosine: f32; // If not: the least cosine of a direction to its start, c.
  sineAtLeast: f32; // √(1 − c²).
  hasSigmoidOutput: usize; // Whether the output is σ(logits), else the logits.
  activation: usize; // How a chosen latent comes from its preAct, one of ACTIVATION.
  penalty: usize; // What the penalty is of, one of PENALTY.
  encoder: usize; // W_enc, `[nLatents, width]`.
  decoder: usize; // W_dec, `[nLatents, width]`.
  encoderBias: usize; // b_enc, `[paddedLatents]`.
  decoderBias: usize; // b_dec, `[width]`.
  norms: usize; // ‖dec_j‖ if lengths are free, `[paddedLatents]`; as late as the row.
  lastFired: usize; // Step in which each latent was last active, `[paddedLatents]` floats.
  inputs: usize; // What W_enc is multiplied with, `[rows, width]`: the images, less the pre-bias if there is one.
  pixelLists: usize; // If `model.isSparse`: each row's pixels after these that are not 0, `[rows, width]` entries.
  pixelListEnds: usize; // Where each row's list ends, `[rows]`.
  preActs: usize; // `[rows, paddedLatents]`; after inference the latents.
  preActsStride: usize; // The stride of `preActs`.
  logits: usize; // `[rows, width]`.
  // ∂L/∂logits, and x̂ after inference, `[rows, width]`; and as many again, `segmentBytes` further, for each prefix: those that reach latents from that prefix's end on.
  gradients: usize;
  auxGradients: usize; // ∂AuxK/∂(its reconstruction), `[rows, width]`.
  mask: usize; // All bits set for each column that is a pixel, `[width]`.
  counts: usize; // How many latents are active in each row, `[rows]`.
  entries: usize; // Which, `[rows, rowCapacity]` entries.
  slopes: usize; // ∂L/∂preAct of each, `[rows, rowCapacity]`.
  ownSlopes: usize; // What each adds to the gradient of its latent's own parameters, `[rows, rowCapacity]`.
  rowCapacity: usize; // Entries for which a row has room.
  auxCounts: usize; // How many latents AuxK takes in each row, `[rows]`.
  auxEntries: usize; // Which, `[rows, auxCapacity]` entries.
  auxSlopes: usize; // ∂AuxK/∂preAct of each, `[rows, auxCapacity]`.
  auxCapacity: usize; // Entries for which a row has room.
  rowPenalties: usize; // Each row's penalty, `[rows]`.
  rowAuxiliaries: usize; // What each row's auxiliary losses add to the step's, `[rows]`.
  rowSmallest: usize; // Each row's smallest active latent, `[rows]`.
  biasParts: usize; // What each block of latents adds to the gradient by the pre-bias, `[nBlocks, width]`.
  pairCapacity: usize; // Pairs of a row and a latent that fit into a thread's room.
  nextStep: usize; // Number of the next step, from 1 after loading.
  // The step that each decoder row takes next, `[paddedLatents]`; 0 is 1 with the row's norm not known.
  rowSteps: usize;
  pastSteps: usize; // The last steps, `[mostSteps]` of LATE_ROWS: a `PastStep` each, in turn.
  nDead: usize; // Written by each step: how many latents are dead; 0 if AuxK is off.
  auxWidth: usize; // Most dead latents that AuxK takes; 0 is off.
  auxAlpha: f32; // AuxK's α.
  deadSteps: f32; // A latent that was last active more than this many steps ago is dead.
  threshold: f32; // BatchTopK's θ after training.
  thresholdDecay: f32; // How much of θ a step keeps.
  batchThreshold: f32; // Written by each step: the least preAct that the batch's choice takes.
  batchTieEnd: usize; // Written by each step: the address before which a preAct equal to that is taken.
  nPrefixes: usize; // Prefixes that must reconstruct alone.
  prefixesAreBySize: usize; // Whether they are of a row's latents, the largest first, else of all latents in W_dec.
  prefixWeight: f32; // What the loss of each reconstruction counts, that of all latents too.
  // Where each of them ends, ascending, `[nPrefixes]`: how far down W_dec, in bytes, or after how many latents of a row.
  prefixEnds: usize;
  pairSegments: usize; // If they are by size: the segment of each pair, `[rows, rowCapacity]`.
  segmentBytes: usize; // From one segment's `gradients` to the next one's.
  theta: usize; // The thresholds θ that ACTIVATION.jump has, `[paddedLatents]`.
  thetaRate: f32; // Their learning rate as a multiple of the step's.
  bandwidth: f32; // Width of the window around θ in which its surrogate gradient is not 0.
  rMag: usize; // The magnitudes' r that ACTIVATION.gate has, `[paddedLatents]`.
  rMagRate: f32; // Their learning rate as a multiple of the step's.
  bMag: usize; // The magnitudes' b, `[paddedLatents]`.
  bMagRate: f32; // Their learning rate as a multiple of the step's.
  gains: usize; // Written by each step: eʳ, `[paddedLatents]`.
  ownGradients: usize; // The gradients of θ, or of r and b, `[2, paddedLatents]`.
}
