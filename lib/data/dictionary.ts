/**
 * Data whose dictionary is known: x = Σ sᵢ dᵢ + noise, so that what was learned can be held against the truth.
 *
 * dᵢ are random unit vectors, a few sᵢ are not 0, uniform in [0.5, 1.5]. Reads nothing.
 *
 * @module
 */
import { Rng } from "../rng.ts";
import type { Dataset, ImageSet } from "./dataset.ts";

/** What to draw. */
export interface DictionaryOptions {
  /** Any integer of at most 53 bits; the features, the training and the test set are unrelated streams of it. */
  seed: number;
  /** d, at least 1. */
  width: number;
  /** How many features there are. */
  features: number;
  /** How many of them are in each vector, at most all. */
  active: number;
  /** Chance, in [0, 1), that an active feature is a neighbour of the one before instead of any. */
  correlation: number;
  /** Standard deviation of the noise on each component. */
  noise: number;
  /** 100 steps of 1,024 unless told. */
  trainCount?: number;
  testCount?: number;
}

/** Least and greatest amplitude of an active feature. */
const AMPLITUDES = [0.5, 1.5] as const;
/** How far, in index, a neighbour may be. */
const NEIGHBOURHOOD = 2;

/**
 * Draws features, a training and a test set.
 *
 * @throws {RangeError} More active features than there are.
 *
 * @example
 * ```ts
 * import { generateDictionary } from "./dictionary.ts";
 * import assert from "node:assert/strict";
 *
 * const options = { seed: 1, width: 4, features: 6, active: 2, correlation: 0, noise: 0, trainCount: 5, testCount: 3 };
 * const { test, truth } = generateDictionary(options);
 * // The first vector is the sum of its two features.
 * const x = [0, 1, 2, 3].map((i) => truth!.testActs.subarray(0, 6).reduce((sum, s, f) => sum + s * truth!.features[f * 4 + i], 0));
 * x.forEach((value, i) => assert.ok(Math.abs(value - test.pixels[i]) < 1e-6));
 * ```
 */
export function generateDictionary(options: DictionaryOptions): Dataset {
  const { seed, width, active, features: count, trainCount = 102_400, testCount = 10_000 } = options;
  if (active > count) {
    throw new RangeError(`Cannot draw vectors: ${active} features are active, expected at most the ${count} there are`);
  }
  const features = unitVectors(Rng.fromSeed(seed, "dictionary/features"), { count, width });
  const train = drawVectors(Rng.fromSeed(seed, "dictionary/train"), trainCount, { ...options, vectors: features });
  const test = drawVectors(Rng.fromSeed(seed, "dictionary/test"), testCount, {
    ...options,
    vectors: features,
    keepsActs: true,
  });
  let largest = 0;
  for (const value of test.set.pixels) largest = Math.max(largest, Math.abs(value));
  const height = Math.max(...divisors(width).filter((h) => h * h <= width));
  return {
    name: "dictionary",
    height,
    width: width / height,
    black: -largest,
    white: largest,
    classNames: [],
    train: train.set,
    test: test.set,
    truth: { features, testActs: test.acts },
    provenance: { source: "generated", files: [], notes: [] },
  };
}

/** Directions without preference: normal vectors, made of length 1. `[count, width]` */
function unitVectors(rng: Rng, { count, width }: { count: number; width: number }): Float32Array<ArrayBuffer> {
  const vectors = new Float32Array(count * width);
  for (let f = 0; f < count; f++) {
    const vector = Float64Array.from({ length: width }, () => rng.normal());
    const norm = Math.hypot(...vector);
    vectors.set(vector.map((value) => value / norm), f * width);
  }
  return vectors;
}

function drawVectors(
  rng: Rng,
  count: number,
  options: DictionaryOptions & { vectors: Float32Array; keepsActs?: boolean },
): { set: ImageSet; acts: Float32Array<ArrayBuffer> } {
  const { width, vectors, active, correlation, noise, features: nFeatures, keepsActs = false } = options;
  const pixels = new Float32Array(count * width);
  const acts = new Float32Array(keepsActs ? count * nFeatures : 0);
  const sum = new Float64Array(width);
  for (let row = 0; row < count; row++) {
    sum.fill(0);
    for (const feature of drawFeatures(rng, { nFeatures, active, correlation })) {
      const amplitude = rng.uniform(...AMPLITUDES);
      if (keepsActs) acts[row * nFeatures + feature] = amplitude;
      for (let i = 0; i < width; i++) sum[i] += amplitude * vectors[feature * width + i];
    }
    for (let i = 0; i < width; i++) pixels[row * width + i] = sum[i] + noise * rng.normal();
  }
  return { set: { pixels, count, labels: null, factors: {} }, acts };
}

/** Distinct features of one vector. */
function drawFeatures(
  rng: Rng,
  { nFeatures, active, correlation }: { nFeatures: number; active: number; correlation: number },
): Set<number> {
  const drawn = new Set<number>();
  let last = 0;
  while (drawn.size < active) {
    const isNeighbour = drawn.size > 0 && correlation > 0 && rng.uniform() < correlation;
    const step = 1 + rng.below(NEIGHBOURHOOD), side = rng.below(2) * 2 - 1;
    last = isNeighbour ? (last + side * step + nFeatures) % nFeatures : rng.below(nFeatures);
    drawn.add(last);
  }
  return drawn;
}

function divisors(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter((h) => n % h === 0);
}
