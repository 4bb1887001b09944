/**
 * The loss of a split: what training minimises, so that it can be drawn beside the losses of training steps.
 *
 * It is the mean loss of the steps that training would take on the split's images, in their order and a batch at a time:
 * BatchTopK chooses over each batch, KL's mean activations are a batch's, auxiliary terms are in. The measurements of
 * `measure.ts` are of the model as it is used afterwards, image by image. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Engine } from "../engine/engine.ts";
import { pixelPieces, type PixelSource } from "./pixel_source.ts";
import type { OnProgress } from "./progress.ts";
import { giveTurns } from "./turns.ts";

/** Bytes of images handed to the engine at once, unless one batch has more. */
const PIECE_BYTES = 2 ** 21;

/** The loss and its terms, means over the images of a split. */
export interface SplitLoss {
  /** reconstruction + weight · penalty + auxiliary. */
  loss: number;
  /** Mean squared error or cross-entropy, as configured. */
  reconstruction: number;
  /** The variant's penalty, not weighted. */
  penalty: number;
  /** What else the variant adds, weighted already. */
  auxiliary: number;
}

/** A split, and how training would go through it. */
export interface SplitLossOptions {
  /** `[count, dInput]`, at least one image. */
  pixels: PixelSource;
  dInput: number;
  /** Images in a step; at most what the engine was loaded for. */
  batch: number;
  /** The penalty's weight. */
  weight: number;
  onProgress?: OnProgress;
}

/** See the module comment. A short last batch counts with its number of images. */
export async function splitLoss(engine: Engine, options: SplitLossOptions): Promise<SplitLoss> {
  const { pixels, dInput, batch, weight, onProgress } = options;
  const count = pixels.length / dInput;
  const perCall = batch * Math.max(1, Math.floor(PIECE_BYTES / (batch * dInput * pixels.BYTES_PER_ELEMENT)));
  let reconstruction = 0, penalty = 0, auxiliary = 0;
  for await (const { first, pixels: piece } of pixelPieces(pixels, { dInput, size: perCall })) {
    await giveTurns();
    const end = first + piece.length / dInput;
    const steps = await engine.losses(piece, { batch }); // sync point
    for (let i = 0; i < steps.reconstruction.length; i++) {
      const images = Math.min(batch, end - first - i * batch);
      reconstruction += images * steps.reconstruction[i];
      penalty += images * steps.penalty[i];
      auxiliary += images * steps.auxiliary[i];
    }
    onProgress?.({ done: end, total: count });
  }
  const terms = { reconstruction: reconstruction / count, penalty: penalty / count, auxiliary: auxiliary / count };
  return { loss: terms.reconstruction + weight * terms.penalty + terms.auxiliary, ...terms };
}
