/**
 * Data whose dictionary is known: x = Σ sᵢ dᵢ + noise, so that what was learned can be compared with the truth.
 *
 * dᵢ are random unit vectors, a few sᵢ are not 0, uniform in [0.5, 1.5]. Reads nothing. PORTABLE: no Deno, no Node, no
 * tfjs.
 *
 * @module
 */
import { norm } from "../../norm.ts";
import { Rng } from "../../rng.ts";
import { type Dataset, GREY_IMAGES, type ImageSet, imageSet } from "../dataset.ts";
import { ActivationList } from "../truth.ts";
import { nearlySquareHeight } from "./nearly_square.ts";

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
  /** Training vectors; {@linkcode DICTIONARY_COUNTS} by default. */
  trainCount?: number;
  /** Test vectors; {@linkcode DICTIONARY_COUNTS} by default. */
  testCount?: number;
}

/** How many vectors are drawn by default: 100 training steps of 1,024. */
export const DICTIONARY_COUNTS = { train: 102_400, test: 10_000 };

/** Least and greatest amplitude of an active feature. */
const AMPLITUDES = [0.5, 1.5] as const;
/** How far, in index, a neighbour may be. */
const NEIGHBOURHOOD = 2;

/**
 * How many bytes {@linkcode generateDictionary} allocates for the arrays it returns.
 *
 * @example
 * ```ts
 * import { dictionaryBytes } from "./dictionary.ts";
 * import assert from "node:assert/strict";
 *
 * // 2 features, 5 + 3 vectors, 3 activations with their columns, where 3 rows start and end, 4 bytes a number.
 * const options = { seed: 1, width: 4, features: 2, active: 1, correlation: 0, noise: 0, trainCount: 5, testCount: 3 };
 * assert.equal(dictionaryBytes(options), 4 * (2 * 4 + 8 * 4 + 2 * 3 + 4));
 * ```
 */
export function dictionaryBytes(options: Omit<DictionaryOptions, "seed">): number {
  const { features, train, test, starts, entries } = arrayLengths(options);
  return Float32Array.BYTES_PER_ELEMENT * (features + train + test + starts + 2 * entries);
}

/**
 * Draws features, a training and a test set.
 *
 * @throws {RangeError} A count is not a positive integer, or there are more active features than features.
 *
 * @example
 * ```ts
 * import { generateDictionary } from "./dictionary.ts";
 * import assert from "node:assert/strict";
 *
 * const options = { seed: 1, width: 4, features: 6, active: 2, correlation: 0, noise: 0, trainCount: 5, testCount: 3 };
 * const { test, truth } = generateDictionary(options);
 * const { features, testActs: { columns, values } } = truth!;
 * for (let i = 0; i < 4; i++) { // the first vector is the sum of its two features
 *   const sum = values[0] * features[4 * columns[0] + i] + values[1] * features[4 * columns[1] + i];
 *   assert.ok(Math.abs(sum - test.pixels[i]) < 1e-6);
 * }
 * ```
 */
export function generateDictionary(options: DictionaryOptions): Dataset {
  const {
    seed,
    width,
    features: count,
    active,
    trainCount = DICTIONARY_COUNTS.train,
    testCount = DICTIONARY_COUNTS.test,
  } = options;
  for (const [name, value] of Object.entries({ width, features: count, active, trainCount, testCount })) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new RangeError(`Cannot draw vectors: ${name} is ${value}, expected a positive integer`);
  }
  if (active > count) {
    throw new RangeError(`Cannot draw vectors: ${active} features are active, expected at most the ${count} there are`);
  }
  const lengths = arrayLengths(options);
  const features = new Float32Array(lengths.features);
  drawUnitVectors(Rng.fromSeed(seed, "dictionary/features"), width, features);
  const train = new Float32Array(lengths.train);
  drawVectors(Rng.fromSeed(seed, "dictionary/train"), { ...options, vectors: features, into: train });
  const test = new Float32Array(lengths.test), testActs = new ActivationList();
  drawVectors(Rng.fromSeed(seed, "dictionary/test"), { ...options, vectors: features, into: test, acts: testActs });
  let largest = 0;
  for (const value of test) largest = Math.max(largest, Math.abs(value));
  const height = nearlySquareHeight(width);
  const set = (pixels: Float32Array<ArrayBuffer>, count: number): ImageSet => imageSet({ pixels, count });
  return {
    ...GREY_IMAGES,
    kind: "vector",
    name: "dictionary",
    height,
    width: width / height,
    black: -largest,
    white: largest,
    classNames: [],
    train: set(train, trainCount),
    test: set(test, testCount),
    truth: { features, testActs: testActs.finish(), parents: null },
    provenance: { source: "generated", files: [], fallback: null, notes: [] },
  };
}

/** How many numbers each array has. */
function arrayLengths(
  { width, features, active, trainCount = DICTIONARY_COUNTS.train, testCount = DICTIONARY_COUNTS.test }: Omit<
    DictionaryOptions,
    "seed"
  >,
) {
  return {
    features: features * width,
    train: trainCount * width,
    test: testCount * width,
    starts: testCount + 1,
    entries: testCount * active,
  };
}

/** Directions without preference: normal vectors, scaled to length 1. Writes `vectors`, `[count, width]`. */
function drawUnitVectors(rng: Rng, width: number, vectors: Float32Array): void {
  const vector = new Float64Array(width);
  for (let start = 0; start < vectors.length; start += width) {
    for (let i = 0; i < width; i++) vector[i] = rng.normal();
    const length = norm(vector);
    for (let i = 0; i < width; i++) vectors[start + i] = vector[i] / length;
  }
}

/**
 * Writes `into`, `[count, width]`, and lists the activations that made it, if they are wanted.
 */
function drawVectors(
  rng: Rng,
  options: DictionaryOptions & { vectors: Float32Array; into: Float32Array; acts?: ActivationList },
): void {
  const { width, vectors, active, correlation, noise, features: nFeatures, into, acts } = options;
  const sum = new Float64Array(width), amplitudes = new Float64Array(nFeatures);
  for (let start = 0; start < into.length; start += width) {
    sum.fill(0);
    const drawn = drawFeatures(rng, { nFeatures, active, correlation });
    for (const feature of drawn) {
      const amplitude = amplitudes[feature] = rng.uniform(...AMPLITUDES);
      for (let i = 0; i < width; i++) sum[i] += amplitude * vectors[feature * width + i];
    }
    acts?.add(Uint32Array.from(drawn).sort(), amplitudes);
    for (let i = 0; i < width; i++) into[start + i] = sum[i] + noise * rng.normal();
  }
}

/**
 * Distinct features of one vector.
 *
 * Features that were drawn already are drawn again, which is quick while few are. After as many draws as there are
 * features the rest is taken from those that are left, so that many active features, or a correlation near 1, end too.
 */
function drawFeatures(
  rng: Rng,
  { nFeatures, active, correlation }: { nFeatures: number; active: number; correlation: number },
): Set<number> {
  const drawn = new Set<number>();
  let last = 0;
  for (let draws = 0; drawn.size < active && draws < nFeatures; draws++) {
    const isNeighbour = drawn.size > 0 && correlation > 0 && rng.uniform() < correlation;
    const step = 1 + rng.below(NEIGHBOURHOOD), side = rng.below(2) * 2 - 1;
    last = isNeighbour ? (last + side * step + nFeatures) % nFeatures : rng.below(nFeatures);
    drawn.add(last);
  }
  if (drawn.size === active) return drawn;
  const left = Array.from({ length: nFeatures }, (_, feature) => feature).filter((feature) => !drawn.has(feature));
  for (const i of rng.permutation(left.length).subarray(0, active - drawn.size)) drawn.add(left[i]);
  return drawn;
}
