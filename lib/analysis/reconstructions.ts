/**
 * Which test images to show beside their reconstructions, and the pixels to show.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { ImageSet } from "../data/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import { gatherPixels, pixelValues } from "../pixels.ts";
import type { Reconstructions } from "../report/schema.ts";
import type { Architecture } from "../sae/model.ts";
import type { SplitPass } from "./measure.ts";

const FIRST = 8;
const PER_RANK = 4;

/** The pairs to show, and their values, `[pairs, dInput]` each. */
export interface ShownPairs {
  pairs: Reconstructions["pairs"];
  originals: Float32Array;
  recons: Float32Array;
  errors: Float32Array;
}

/** The first 8 test images, as in the tutorial, then 4 each with the least, the median and the largest error. */
export async function shownPairs(
  engine: Engine,
  options: { pass: SplitPass; images: ImageSet; arch: Architecture },
): Promise<ShownPairs> {
  const { pass, images: { pixels, labels }, arch: { dInput } } = options;
  const { count } = pass;
  const byError = Array.from(pass.imageMse.keys()).sort((a, b) => pass.imageMse[a] - pass.imageMse[b] || a - b);
  const middle = Math.max(0, Math.floor((count - PER_RANK) / 2));
  const picked = [
    ...range(0, Math.min(FIRST, count)).map((image) => ({ kind: "first" as const, image })),
    ...byError.slice(0, PER_RANK).map((image) => ({ kind: "best" as const, image })),
    ...byError.slice(middle, middle + PER_RANK).map((image) => ({ kind: "median" as const, image })),
    ...byError.slice(-PER_RANK).reverse().map((image) => ({ kind: "worst" as const, image })),
  ];
  const chosen = gatherPixels(pixels, picked.map(({ image }) => image), dInput);
  const { recon: recons } = await engine.forward(chosen); // sync point
  const originals = pixelValues(chosen);
  return {
    pairs: picked.map(({ kind, image }) => ({
      kind,
      image,
      label: labels && labels[image],
      mse: pass.imageMse[image],
    })),
    originals,
    recons,
    errors: recons.map((value, i) => Math.abs(value - originals[i])),
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
