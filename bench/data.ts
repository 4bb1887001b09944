/**
 * The inputs of the bench's shapes, as arrays and as files that every contender reads.
 *
 * @module
 */
import type { Dataset } from "../lib/data/dataset.ts";
import { type Pixels, rawBytes } from "../lib/pixels.ts";
import { Rng } from "../lib/rng.ts";

/** Training inputs of one kind. */
export interface BenchData {
  pixels: Pixels;
  dInput: number;
  count: number;
  /** Where they lie as the bytes of their array. */
  path: string;
}

/** Width and number of the synthetic vectors: the residual stream of a small language model, some batches of it. */
const WIDTH = 768, COUNT = 16_384;
/** How many of how many directions make up a vector. */
const FEATURES = 2048, ACTIVE = 32;

/** A data set's training inputs, written into a folder. */
export async function imageData({ train, height, width }: Dataset, folder: string): Promise<BenchData> {
  return await written({ pixels: train.pixels, dInput: height * width }, `${folder}/images`);
}

/** Vectors without a 0, as a language model's activations are: a few directions, noise, and a mean that is not 0. */
export async function floatData(folder: string): Promise<BenchData> {
  const rng = Rng.fromSeed(0, "bench");
  const normals = (length: number, scale: number) => {
    const values = new Float32Array(length);
    for (let i = 0; i < length; i++) values[i] = rng.normal(0, scale);
    return values;
  };
  const features = normals(FEATURES * WIDTH, 1 / Math.sqrt(WIDTH)), mean = normals(WIDTH, 0.05);
  const pixels = normals(COUNT * WIDTH, 0.2 / Math.sqrt(WIDTH));
  for (let row = 0; row < COUNT; row++) {
    for (let i = 0; i < WIDTH; i++) pixels[row * WIDTH + i] += mean[i];
    for (let n = 0; n < ACTIVE; n++) {
      const begin = Math.floor(rng.uniform() * FEATURES) * WIDTH, size = rng.uniform(0.2, 0.8);
      for (let i = 0; i < WIDTH; i++) pixels[row * WIDTH + i] += size * features[begin + i];
    }
  }
  return await written({ pixels, dInput: WIDTH }, `${folder}/floats`);
}

async function written({ pixels, dInput }: Pick<BenchData, "pixels" | "dInput">, path: string): Promise<BenchData> {
  await Deno.writeFile(path, rawBytes(pixels));
  return { pixels, dInput, count: pixels.length / dInput, path };
}
