/**
 * Inputs of any shape in memory, for whole runs in a blink: two classes, one bright above, one below.
 *
 * @module
 */
import { type Dataset, GREY_IMAGES, type ImageSet, imageSet } from "../../lib/data/dataset.ts";
import { Rng } from "../../lib/rng.ts";

/** A data set of bytes; the same options give the same bytes. */
export function smallDataset({ height = 6, width = 5, train = 60, test = 20 } = {}): Dataset {
  const images = (count: number, split: string): ImageSet => {
    const rng = Rng.fromSeed(0, split);
    const pixels = new Uint8Array(count * height * width);
    for (let i = 0; i < pixels.length; i++) {
      const image = Math.floor(i / (height * width)), row = Math.floor(i / width) % height;
      pixels[i] = row < height / 2 === (image % 2 === 0) ? 100 + rng.below(100) : 0;
    }
    return imageSet({ pixels, count, labels: Uint8Array.from({ length: count }, (_, i) => i % 2) });
  };
  return {
    ...GREY_IMAGES,
    ...{ name: "squares", height, width, black: 0, white: 1, classNames: ["top", "bottom"], truth: null },
    train: images(train, "train"),
    test: images(test, "test"),
    provenance: { source: "memory", files: [], fallback: null, notes: [] },
  };
}
