/**
 * What the host writes into memory for the kernels to read: the model, its layers, the steps.
 *
 * `../layered/layered_memory.ts` writes these fields in this order, 4 bytes each; the two files change together. Matrices are row-major
 * float32. Their widths are rounded up to 8 and the extra columns and rows are zero, always: no kernel treats edges.
 * A `stride` is the distance between rows in bytes.
 *
 * @module
 */

@unmanaged
export class Layer {
  /** The layer's input, `[rows, dIn]`. */
  inputs: usize;
  inputStride: usize;
  /** Its activations, `[rows, dOut]`; of the output layer, logits. */
  outputs: usize;
  outputStride: usize;
  /** The loss's gradient by preActs, `[rows, dOut]`. */
  gradients: usize;
  /** `[dIn, dOut]`, rows `outputStride` apart. */
  weights: usize;
  /** The same weights as `[dOut, dIn]`, rows `inputStride` apart; 0 in the first layer, through which no gradient flows. */
  transposed: usize;
  /** `[dOut]` */
  bias: usize;
  /** All bits set for each of the layer's units and none for the columns that fill up, `[dOut]`. */
  mask: usize;
  /** Rounded up to 8. */
  dIn: usize;
  dOut: usize;
  isSigmoid: usize;
  isPenalized: usize;
}

@unmanaged
export class Model {
  layers: usize;
  nLayers: usize;
  threads: usize;
  barrier: usize;
  /** Training images as bytes, `[count, dInput]`. */
  pixels: usize;
  /** Pixels of an image, not rounded. */
  dInput: usize;
  /** Whether the first layer skips pixels that are 0. */
  isSparse: usize;
  /** The batch's images as bytes, `[rows, bytesStride]`, with zeros after the last pixel. */
  bytes: usize;
  bytesStride: usize;
  /** Four partial sums of the reconstruction loss a row, `[rows, 4]`. */
  rowLosses: usize;
  /** Room of each thread for itself, `scratchBytes` apart. */
  scratch: usize;
  scratchBytes: usize;
  /** From a parameter to its m, and from there to its v, in bytes. */
  toMoment: usize;
  isCrossEntropy: usize;
  rho: f32;
  beta1: f32;
  oneMinusBeta1: f32;
  beta2: f32;
  oneMinusBeta2: f32;
  epsilon: f32;
  /** x̄ if the first layer reads x − x̄, `[dIn]`, else 0; the same as a list of the pixels that are not 0 with W's rows. */
  inputMean: usize;
  meanList: usize;
  meanListEnd: usize;
  /** Room of each thread for a row of the first layer's outputs, `[threads, dOut]`. */
  centreScratch: usize;
}

@unmanaged
export class Step {
  /** Which images, `[rows]`. */
  indices: usize;
  rows: usize;
  /** lr / (1 − β₁ᵗ) */
  stepSize: f32;
  /** 1 / √(1 − β₂ᵗ) */
  varianceScale: f32;
  /** The penalty's. */
  weight: f32;
  /** Written by the step: see `StepLosses`. */
  reconstruction: f32;
  penalty: f32;
  auxiliary: f32;
  /** Its number, from 1. */
  t: f32;
}

/** Layer `l` of a model. */
@inline
export function layerAt(model: Model, l: usize): Layer {
  return changetype<Layer>(model.layers + l * offsetof<Layer>());
}

/** Rows are computed four at a time; those after the last image are zero. */
@inline
export function roundUpTo4(rows: usize): usize {
  return (rows + 3) & ~3;
}

/** First of the rows that belong to a thread, a multiple of `unit`; `total` is one too. Thread `threads` would start at the end. */
@inline
export function shareStart(total: usize, unit: usize, thread: usize, threads: usize): usize {
  return (total / unit * thread / threads) * unit;
}
