/**
 * What the host writes into memory for kernels to read, field by field: the one place that has the order.
 *
 * The host writes and reads fields by name (`struct_fields.ts`). For the CPU engine `deno task kernels` writes these
 * tables as AssemblyScript, `cpu/kernels/kernel_structs.ts`; in the WebGPU engine's WGSL they are written out, and a
 * test compares every field. Says what fields mean, not where a model's arrays are (the engines' `…_places.ts` and
 * `…_gpu_layout.ts`). PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { SELECTIONS } from "../sae/sparsity/variant.ts";
import { flag, float, struct, word } from "./struct_fields.ts";

/** How latents are chosen among those above 0: the number of each of `SELECTIONS`. */
export const SELECTION = Object.fromEntries(Object.keys(SELECTIONS).map((name, i) => [name, i])) as Record<
  keyof typeof SELECTIONS,
  number
>;

/** How many steps the decoder's row of a latent without a gradient can be late. */
export const LATE_ROWS = { mostSteps: 32 };

/** How a chosen latent comes from its preAct, in the words of `Variant.activates`. */
export const ACTIVATION = { positive: 0, jump: 1, gate: 2 };

/** What a dictionary's penalty is of, in the words of `Variant.penalizes`. */
export const PENALTY = { none: 0, length: 1, gates: 2, count: 3 };

/**
 * What `BARRIER.failed` says: no failure; a thread that left its reason; one that did not begin; one that did not come.
 */
export const FAILURE = { none: 0, thrown: 1, notBegun: 2, late: 3 };

/**
 * The unit of waits at a barrier, in ms: they are counted, because a clock also runs while the whole process is
 * stopped.
 */
export const BARRIER_TICK_MS = 100;

/** Where threads meet; all of it is read and written by atomic instructions. */
export const BARRIER = struct("Barrier", {
  doc: "Where threads meet; all of it is read and written by atomic instructions, which take addresses.",
  fields: {
    arrived: word("How many threads have come so far."),
    generation: word("How often all have come.", { beginsLine: true }),
    failed: word("Whether a thread has failed, and how: one of FAILURE.", { beginsLine: true }),
    begun: word("How many workers have begun this call."),
    mostBeginTicks: word("How long to wait for a worker that has not, in ticks."),
    mostPhaseTicks: word("How long to wait for a thread that has begun, in ticks."),
    isClaimed: word("1 once a thread is about to leave its reason."),
    reasonLength: word("Bytes of the reason for the failure, which follow the struct."),
  },
});

/** One entry of a list: a row of a matrix and what it counts. */
export const ENTRY = struct("Entry", {
  doc: "One entry of a list: a row of a matrix and what it counts.",
  fields: {
    offset: word("How far down the matrix the row is, in bytes."),
    value: float("What it counts."),
  },
});

/** One layer of a model. */
export const LAYER = struct("Layer", {
  doc: "One layer of a model. Matrices are row-major; a stride is the distance between rows in bytes.",
  fields: {
    inputs: word("The layer's input, `[rows, dIn]`."),
    inputStride: word("The stride of `inputs`."),
    outputs: word("Its activations, `[rows, dOut]`; of the output layer, logits."),
    outputStride: word("The stride of `outputs`, `gradients` and `weights`."),
    gradients: word("The loss's gradient by preActs, `[rows, dOut]`."),
    weights: word("`[dIn, dOut]`."),
    bias: word("`[dOut]`."),
    mask: word("All bits set for each of the layer's units and none for the columns that fill up, `[dOut]`."),
    dIn: word("Width of the input, rounded up to 8."),
    dOut: word("Width of the output, rounded up to 8."),
    isSigmoid: flag("Whether its activation is a sigmoid; else it is ReLU, and of the output layer the identity."),
    isPenalized: flag("Whether the KL penalty is on its units."),
    isFrozen: flag("Whether its weights stay as they are; its bias is updated."),
  },
});

/** A model, whichever kind. */
export const MODEL = struct("Model", {
  doc: "A model, whichever kind: threads, training images, Adam.",
  fields: {
    layers: word("Its `Layer`s, one after the other."),
    nLayers: word("How many there are."),
    threads: word("Threads that run the kernels."),
    barrier: word("Where they meet, a `Barrier`."),
    pixels: word("Training images as they are stored, `[count, dInput]`."),
    isFloat: flag("Whether they are stored as floats, else as bytes."),
    dInput: word("Pixels of an image, not rounded."),
    isSparse: flag("Whether the first product skips pixels that are 0."),
    denseWidth: word("If so: how many first columns, the densest, it takes as they are."),
    bytes: word("The batch's images as bytes, `[rows, bytesStride]`, with zeros after the last pixel."),
    bytesStride: word("The stride of `bytes`."),
    rowLosses: word("Four partial sums of the reconstruction loss a row, `[rows, 4]`."),
    scratch: word("Room of each thread for itself, `[threads, scratchBytes]`."),
    scratchBytes: word("Bytes of a thread's room."),
    toMoment: word("From a parameter to its m, and from there to its v, in bytes."),
    isCrossEntropy: flag("Whether the loss is cross-entropy, else the squared error."),
    rho: float("The KL penalty's target ρ."),
    beta1: float("Adam's β₁."),
    oneMinusBeta1: float("1 − β₁."),
    beta2: float("Adam's β₂."),
    oneMinusBeta2: float("1 − β₂."),
    epsilon: float("Adam's ε."),
    inputMean: word("x̄ if the first layer reads x − x̄, `[dIn]`, else 0."),
    meanList: word("The pixels of x̄ that are not 0, a list with the rows of the first layer's weights."),
    meanListEnd: word("Where that list ends."),
    centreScratch: word("Room of each thread for a row of the first layer's outputs, `[threads, dOut]`."),
  },
});

/** One step of a call, and its losses. */
export const STEP = struct("Step", {
  doc: "One step of a call, and its losses.",
  fields: {
    indices: word("Which images, `[rows]`."),
    rows: word("Images in it."),
    stepSize: float("Adam's lr / (1 − β₁ᵗ)."),
    varianceScale: float("Adam's 1 / √(1 − β₂ᵗ)."),
    weight: float("The penalty's weight."),
    reconstruction: float("Written by the step: see `StepLosses`."),
    penalty: float("Written by the step."),
    auxiliary: float("Written by the step."),
    t: float("Its number, from 1."),
  },
});

/** What a decoder row that is late needs of a step that is over. */
export const PAST_STEP = struct("PastStep", {
  doc: "What a decoder row that is late needs of a step that is over.",
  fields: {
    stepSize: float("As of `Step`."),
    varianceScale: float("As of `Step`."),
  },
});

/** A one-layer dictionary, x̂ = output(f·W_dec + b_dec). */
export const DICTIONARY = struct("Dictionary", {
  doc:
    "A one-layer dictionary, x̂ = output(f·W_dec + b_dec). Both weight matrices are `[nLatents, width]`, a row for each " +
    "latent, so that a latent that is off costs nothing but Adam.",
  fields: {
    model: word("What both kinds of models have; its only layer's `inputs` are the images as they are.", {
      pointsTo: "Model",
    }),
    nLatents: word("Latents."),
    paddedLatents: word("The same, rounded up to 8."),
    width: word("Columns of a row, a multiple of 8."),
    stride: word("The stride of everything that is `width` wide."),
    blockLatents: word("Latents of a block; sums over blocks do not depend on how many threads there are."),
    nBlocks: word("Blocks, which are dealt out to threads."),
    selection: word("How latents are chosen, one of SELECTION."),
    k: word("Latents that a row keeps, on average where they are chosen in the batch; at most `nLatents`."),
    hasPreBias: flag("Whether the encoder reads the images less the decoder's bias."),
    hasUnitDecoder: flag("Whether directions are kept at length 1."),
    isEncoderFrozen: flag("Whether W_enc stays as it is."),
    isDecoderFrozen: flag("Whether W_dec stays as it is."),
    starts: word("The directions that W_dec started from, `[nLatents, width]`; 0 if it may go anywhere."),
    leastCosine: float("If not: the least cosine of a direction to its start, c."),
    sineAtLeast: float("√(1 − c²)."),
    hasSigmoidOutput: flag("Whether the output is σ(logits), else the logits."),
    activation: word("How a chosen latent comes from its preAct, one of ACTIVATION."),
    penalty: word("What the penalty is of, one of PENALTY."),
    encoder: word("W_enc, `[nLatents, width]`."),
    decoder: word("W_dec, `[nLatents, width]`."),
    encoderBias: word("b_enc, `[paddedLatents]`."),
    decoderBias: word("b_dec, `[width]`."),
    norms: word("‖dec_j‖ if lengths are free, `[paddedLatents]`; as late as the row."),
    lastFired: word("Step in which each latent was last active, `[paddedLatents]` floats."),
    inputs: word("What W_enc is multiplied with, `[rows, width]`: the images, less the pre-bias if there is one."),
    pixelLists: word("If `model.isSparse`: each row's pixels after these that are not 0, `[rows, width]` entries."),
    pixelListEnds: word("Where each row's list ends, `[rows]`."),
    preActs: word("`[rows, paddedLatents]`; after inference the latents."),
    preActsStride: word("The stride of `preActs`."),
    logits: word("`[rows, width]`."),
    gradients: word(
      "∂L/∂logits, and x̂ after inference, `[rows, width]`; and as many again, `segmentBytes` further, for each prefix: " +
        "those that reach latents from that prefix's end on.",
    ),
    auxGradients: word("∂AuxK/∂(its reconstruction), `[rows, width]`."),
    mask: word("All bits set for each column that is a pixel, `[width]`."),
    counts: word("How many latents are active in each row, `[rows]`."),
    entries: word("Which, `[rows, rowCapacity]` entries."),
    slopes: word("∂L/∂preAct of each, `[rows, rowCapacity]`."),
    ownSlopes: word("What each adds to the gradient of its latent's own parameters, `[rows, rowCapacity]`."),
    rowCapacity: word("Entries for which a row has room."),
    auxCounts: word("How many latents AuxK takes in each row, `[rows]`."),
    auxEntries: word("Which, `[rows, auxCapacity]` entries."),
    auxSlopes: word("∂AuxK/∂preAct of each, `[rows, auxCapacity]`."),
    auxCapacity: word("Entries for which a row has room."),
    rowPenalties: word("Each row's penalty, `[rows]`."),
    rowAuxiliaries: word("What each row's auxiliary losses add to the step's, `[rows]`."),
    rowSmallest: word("Each row's smallest active latent, `[rows]`."),
    biasParts: word("What each block of latents adds to the gradient by the pre-bias, `[nBlocks, width]`."),
    pairCapacity: word("Pairs of a row and a latent that fit into a thread's room."),
    nextStep: word("Number of the next step, from 1 after loading."),
    rowSteps: word(
      "The step that each decoder row takes next, `[paddedLatents]`; 0 is 1 with the row's norm not known.",
    ),
    pastSteps: word("The last steps, `[mostSteps]` of LATE_ROWS: a `PastStep` each, in turn."),
    nDead: word("Written by each step: how many latents are dead; 0 if AuxK is off."),
    auxWidth: word("Most dead latents that AuxK takes; 0 is off."),
    auxAlpha: float("AuxK's α."),
    deadSteps: float("A latent that was last active more than this many steps ago is dead."),
    threshold: float("BatchTopK's θ after training."),
    thresholdDecay: float("How much of θ a step keeps."),
    batchThreshold: float("Written by each step: the least preAct that the batch's choice takes."),
    batchTieEnd: word("Written by each step: the address before which a preAct equal to that is taken."),
    nPrefixes: word("Prefixes that must reconstruct alone."),
    prefixesAreBySize: flag("Whether they are of a row's latents, the largest first, else of all latents in W_dec."),
    prefixWeight: float("What the loss of each reconstruction counts, that of all latents too."),
    prefixEnds: word(
      "Where each of them ends, ascending, `[nPrefixes]`: how far down W_dec, in bytes, or after how many latents of a row.",
    ),
    pairSegments: word("If they are by size: the segment of each pair, `[rows, rowCapacity]`."),
    segmentBytes: word("From one segment's `gradients` to the next one's."),
    theta: word("The thresholds θ that ACTIVATION.jump has, `[paddedLatents]`."),
    thetaRate: float("Their learning rate as a multiple of the step's."),
    bandwidth: float("Width of the window around θ in which its surrogate gradient is not 0."),
    rMag: word("The magnitudes' r that ACTIVATION.gate has, `[paddedLatents]`."),
    rMagRate: float("Their learning rate as a multiple of the step's."),
    bMag: word("The magnitudes' b, `[paddedLatents]`."),
    bMagRate: float("Their learning rate as a multiple of the step's."),
    gains: word("Written by each step: eʳ, `[paddedLatents]`."),
    ownGradients: word("The gradients of θ, or of r and b, `[2, paddedLatents]`."),
  },
});

/** One step, as the WebGPU engine's kernels read it from a uniform buffer. */
export const GPU_STEP = struct("Step", {
  doc: "What differs from step to step.",
  unit: 16,
  fields: {
    first: word("Where the step's images begin in `indices`."),
    batch: word("Images in this step."),
    slot: word("Where the step's losses go in `stats`."),
    inverseBatch: float("1 / batch."),
    inverseSize: float("1 / (batch · dInput)."),
    stepSize: float("Adam's learning rate / (1 − β₁ᵗ)."),
    varianceScale: float("Adam's 1 / √(1 − β₂ᵗ)."),
    weight: float("The penalty's weight."),
    t: float("The step's number, from 1."),
  },
});

/** One layer's places, as the WebGPU engine's kernels read it that work on all layers at once; a quad is 4 numbers. */
export const GPU_LAYER = struct("Layer", {
  doc: "One layer's places.",
  unit: 16,
  fields: {
    inQuads: word("Length of a row of the input, in quads."),
    outQuads: word("Length of a row of the output, in quads."),
    dOut: word("Width of the output without padding."),
    weight: word("Where the weight begins in `params`, in quads."),
    bias: word("Where the bias begins in `params`, in quads."),
    inputAct: word("Where the input begins in a row of `acts`, in quads."),
    outputAct: word("Where the output begins in a row of `acts`, in quads."),
    grad: word("Where the gradient begins in a row of `grads`, in quads."),
    endBlock: word("Blocks of 4 units × 4 inputs of all weights up to the end of this layer's."),
    isSigmoid: flag("Whether its activation is a sigmoid, else ReLU; of no meaning for the output layer."),
    isPenalized: flag("Whether its units are penalized."),
    readsPixels: flag("Whether its input is images."),
  },
});

/** The structs of the CPU engine's kernels. */
export const CPU_STRUCTS = [ENTRY, LAYER, MODEL, STEP, PAST_STEP, DICTIONARY];

/** The structs that WGSL writes out. */
export const WGSL_STRUCTS = [GPU_STEP, GPU_LAYER];
