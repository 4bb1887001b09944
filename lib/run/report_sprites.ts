/**
 * The pictures of a report: images, reconstructions, decoder tiles, and the images on which each latent is active.
 *
 * Draws what analysis has chosen; chooses and writes nothing.
 *
 * @module
 */
import { type DecoderImages, TOP_IMAGES, type UndrawnFeature } from "../analysis/features.ts";
import type { OnNamedProgress } from "../analysis/progress.ts";
import type { ShownPairs } from "../analysis/reconstructions.ts";
import type { Dataset } from "../data/dataset.ts";
import { gatherPixels, type Pixels, pixelValues } from "../pixels.ts";
import type { Features, Reconstructions } from "../report/schema.ts";
import { concatenated, drawSprite, greyLevels, signedLevels, type SpriteFile } from "../report/sprites.ts";

/** Training images shown as they go in. */
const BATCH_IMAGES = 16;

/** What is drawn. */
export interface Drawable {
  dataset: Dataset;
  pairs: ShownPairs;
  decoded: DecoderImages;
  features: UndrawnFeature[];
  onProgress?: OnNamedProgress;
}

/** The pictures, and the parts of the report that describe them. */
export interface DrawnRun {
  sprites: SpriteFile[];
  reconstructions: Pick<Reconstructions, "batch" | "sprite">;
  features: Omit<Features, "schemaVersion">;
}

/** Draws all pictures of a run. */
export function drawRun({ dataset, pairs, decoded, features, onProgress }: Drawable): DrawnRun {
  const { train, test, height, width } = dataset;
  const dInput = height * width;
  const sprite = (file: string, levels: Uint8ClampedArray, columns: number) =>
    drawSprite({ file, levels, columns, tileWidth: width, tileHeight: height });
  const grey = (values: Float32Array) => greyLevels(values, dataset);
  const errors = greyLevels(pairs.errors, { black: 0, white: dataset.white - dataset.black });
  const squareColumns = Math.ceil(Math.sqrt(features.length));
  const firstTraining = train.pixels.subarray(0, BATCH_IMAGES * dInput) as Pixels;
  const batch = sprite("batch.png", grey(pixelValues(firstTraining)), BATCH_IMAGES / 2);
  const reconstructions = sprite(
    "reconstructions.png",
    concatenated([grey(pairs.originals), grey(pairs.recons), errors]),
    pairs.pairs.length,
  );
  const decoder = sprite("decoder.png", grey(decoded.decoder), squareColumns);
  const effect = sprite("effect.png", signedLevels(decoded.effect, dataset), squareColumns);
  const examples = features.map(({ latent, examples: { top, intervals } }, i) => {
    const images = [...top, ...intervals.flatMap(({ images }) => images)].map(({ image }) => image);
    const levels = grey(pixelValues(gatherPixels(test.pixels, images, dInput)));
    onProgress?.({ what: "drawing the latents", done: i + 1, total: features.length });
    return sprite(`features/${String(latent).padStart(4, "0")}.png`, levels, TOP_IMAGES);
  });
  return {
    sprites: [batch, reconstructions, decoder, effect, ...examples],
    reconstructions: {
      batch: { sprite: batch.sprite, labels: train.labels && [...train.labels.subarray(0, BATCH_IMAGES)] },
      sprite: reconstructions.sprite,
    },
    features: {
      decoderSprite: decoder.sprite,
      effectSprite: effect.sprite,
      features: features.map((feature, i) => ({
        ...feature,
        examples: { sprite: examples[i].sprite, ...feature.examples },
      })),
    },
  };
}
