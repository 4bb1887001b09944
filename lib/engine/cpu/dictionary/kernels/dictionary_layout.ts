/**
 * What the host writes into memory for the kernels of a one-layer dictionary, x̂ = output(f·W_dec + b_dec).
 *
 * `../dictionary_memory.ts` writes these fields in this order, 4 bytes each; the two files change together. Both weight
 * matrices are `[nLatents, width]`, a row for each latent, so that a latent that is off costs nothing but Adam. As in
 * `model_layout.ts` rows are padded to 8 with zeros.
 *
 * @module
 */
import { Model } from "../../kernels/model_layout";

/** How latents are chosen among those above 0. */
export const ALL: usize = 0;
export const LARGEST_IN_ROW: usize = 1;
export const LARGEST_IN_BATCH: usize = 2;

@unmanaged
export class Dictionary {
  /** What both kinds of models have: threads, images, Adam. Its only layer's `inputs` are the images as they are. */
  model: Model;
  /** Latents, and the same rounded up to 8. */
  nLatents: usize;
  paddedLatents: usize;
  /** Columns of a row, a multiple of 8, and the bytes from row to row of everything that is `width` wide. */
  width: usize;
  stride: usize;
  /** Latents are dealt out to threads by blocks of so many; sums over blocks do not depend on how many threads there are. */
  blockLatents: usize;
  nBlocks: usize;
  selection: usize;
  k: usize;
  hasPreBias: usize;
  hasUnitDecoder: usize;
  isSigmoidOutput: usize;
  isFloat: usize;
  /** Whether an L1 penalty is on the latents. */
  isPenalized: usize;
  encoder: usize;
  decoder: usize;
  /** `[paddedLatents]` */
  encoderBias: usize;
  /** `[width]` */
  decoderBias: usize;
  /** ‖dec_j‖, `[paddedLatents]`; of use with a penalty and free lengths alone. */
  norms: usize;
  /** Step in which each latent last fired, `[paddedLatents]` floats. */
  lastFired: usize;
  /** What W_enc is multiplied with, `[rows, width]`: the images, less the decoder's bias where it is a pre-bias. */
  inputs: usize;
  /** The images again, eight rows after the other column by column: `[rows / 8, width, 8]`, and which columns they are. */
  panels: usize;
  panelGroups: usize;
  /** Or, where `model.isSparse`, a list for each row of its pixels that are not 0, `[rows, width]` entries, and their ends. */
  pixelLists: usize;
  pixelListEnds: usize;
  /** `[rows, paddedLatents]`, `preActsStride` bytes apart; after inference the latents. */
  preActs: usize;
  preActsStride: usize;
  /** Logits, `[rows, width]`. */
  logits: usize;
  /**
   * ∂L/∂logits, and x̂ after inference. `[rows, width]`, and as many again, `segmentBytes` further, for each prefix: those
   * that reach latents from that prefix's width on.
   */
  gradients: usize;
  /** ∂AuxK/∂(its reconstruction), `[rows, width]`. */
  auxGradients: usize;
  /** All bits set for each column that is a pixel, `[width]`. */
  mask: usize;
  /** Of each row: how many latents are active; `rowCapacity` entries of them; ∂L/∂preAct of each. */
  counts: usize;
  entries: usize;
  slopes: usize;
  rowCapacity: usize;
  /** The same for AuxK. */
  auxCounts: usize;
  auxEntries: usize;
  auxSlopes: usize;
  auxCapacity: usize;
  /** Of each row: its penalty, what its auxiliary losses add to the step's, and its smallest active latent. */
  rowPenalties: usize;
  rowAuxiliaries: usize;
  rowSmallest: usize;
  /** `[nBlocks, width]`: what each block of latents adds to the gradient by the pre-bias. */
  biasParts: usize;
  /** `pairCapacity` pairs of a row and a latent fit into a thread's scratch. */
  pairCapacity: usize;
  /** Most dead latents that AuxK takes, and α; 0 is off. */
  auxWidth: usize;
  auxAlpha: f32;
  /** Steps without firing after which a latent is dead. */
  deadSteps: f32;
  /** BatchTopK's θ after training, and how much of it a step keeps. */
  threshold: f32;
  thresholdDecay: f32;
  /** Written in each step: how far the batch's choice goes. */
  batchThreshold: f32;
  batchTieEnd: usize;
  /** Prefixes that must reconstruct alone, and how far down W_dec each ends, ascending: `[nPrefixes]` offsets in bytes. */
  nPrefixes: usize;
  prefixEnds: usize;
  segmentBytes: usize;
}

/** Latents fall into segments between one prefix's end and the next: a row's gradients of one segment's latents. */
@inline
export function gradientsOf(d: Dictionary, row: usize, segment: usize): usize {
  return d.gradients + segment * d.segmentBytes + row * d.stride;
}

/** Where a segment of latents ends, as an offset in W_dec. */
@inline
export function segmentEnd(d: Dictionary, segment: usize): usize {
  return segment < d.nPrefixes ? load<usize>(d.prefixEnds + 4 * segment) : d.paddedLatents * d.stride;
}

/** Adds to what a row's auxiliary losses add to the step's. */
@inline
export function addAuxiliary(d: Dictionary, row: usize, loss: f32): void {
  const at = d.rowAuxiliaries + 4 * row;
  store<f32>(at, load<f32>(at) + loss);
}
