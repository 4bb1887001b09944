/**
 * Rows that are distributed like a language model's activations, without a language model.
 *
 *     row = size · (mean + Σ active features s · d + dense background + large dimensions)
 *
 * What such activations have in common, and rows of plain normal numbers have not: the rows point one way (a large mean), a
 * few dimensions are many times as large as all others (with the tails of a Student t), the spectrum falls by a power law,
 * and the rows' norms are log-normal. Beneath lie sparse features, so that there is something to find. Not fitted to any
 * model; makes no labels and no words.
 *
 * @module
 */
import { Rng } from "../../lib/rng.ts";

/** Which rows. */
export interface ActivationsLikeOptions {
  width: number;
  /** The random seed: the same rows for the same one. */
  seed: number;
}

/** Some rows, and which features are active in each. */
export interface ActivationRows {
  /** `[count, width]`, row-major. */
  values: Float32Array<ArrayBuffer>;
  count: number;
  /** `[count + 1]`: row i's active features are `columns[starts[i]]` … `columns[starts[i + 1] − 1]`, ascending. */
  starts: Uint32Array;
  columns: Uint32Array;
}

/** True features for each dimension. */
const FEATURES_PER_DIMENSION = 4;
/** The chance that feature i (from 1) is active: `LARGEST · i^−FALL`, at most `MOST`. */
const LARGEST = 0.8, FALL = 0.7, MOST = 0.3;
/** Standard deviation of the logarithm of a feature's activation, whose median is 1. */
const ACTIVATION_SPREAD = 0.5;
/** The i-th principal direction's standard deviation is `i^−…`, of the background and of the features' directions. */
const BACKGROUND_FALL = 0.5, DIRECTION_FALL = 0.2;
/** Length of the mean, and the background's root mean square length. */
const MEAN_LENGTH = 4, BACKGROUND_LENGTH = 1.5;
/** Standard deviation of the logarithm of a row's size, whose median is 1. */
const SIZE_SPREAD = 0.25;
/** One in so many dimensions is large, at least one: its typical value is `LARGE` times that of the mean's others. */
const DIMENSIONS_PER_LARGE = 256, LARGE = 8;
/** Degrees of freedom of the large dimensions' deviations. */
const FREEDOM = 3;

/** A source of rows: the same features throughout, each call the rows that follow. */
export class ActivationsLike {
  readonly width: number;
  /** `[nFeatures, width]`: directions of length 1. */
  readonly features: Float32Array;
  /** The chance that each feature is active, `[nFeatures]`. */
  readonly chances: Float64Array;
  readonly #mean: Float64Array;
  /** Numbers of the large dimensions. */
  readonly largeDimensions: Uint32Array;
  readonly #rotation: Rotation;
  readonly #rows: Rng;

  /** @throws {RangeError} `width` is not a positive integer. */
  constructor({ width, seed }: ActivationsLikeOptions) {
    if (!Number.isInteger(width) || width < 1) {
      throw new RangeError(`Cannot draw activations: width is ${width}, expected a positive integer`);
    }
    const rng = Rng.fromSeed(seed, "activations-like"), nFeatures = FEATURES_PER_DIMENSION * width;
    this.width = width;
    this.#rotation = new Rotation(width, rng);
    this.chances = Float64Array.from({ length: nFeatures }, (_, i) => Math.min(MOST, LARGEST * (i + 1) ** -FALL));
    this.features = new Float32Array(nFeatures * width);
    const direction = new Float64Array(width);
    for (let feature = 0; feature < nFeatures; feature++) {
      for (let i = 0; i < width; i++) direction[i] = rng.normal() * (i + 1) ** -DIRECTION_FALL;
      this.#rotation.apply(direction);
      this.features.set(scaledTo(1, direction), feature * width);
    }
    this.#mean = scaledTo(MEAN_LENGTH, Float64Array.from({ length: width }, () => rng.normal()));
    this.largeDimensions = rng.permutation(width).slice(0, Math.max(1, Math.round(width / DIMENSIONS_PER_LARGE)));
    for (const i of this.largeDimensions) {
      this.#mean[i] = (rng.uniform() < 0.5 ? -1 : 1) * LARGE * MEAN_LENGTH / Math.sqrt(width);
    }
    this.#rows = Rng.fromSeed(seed, "activations-like rows");
  }

  /** The next rows. */
  next(count: number): ActivationRows {
    const { width, features, chances } = this, rng = this.#rows;
    const values = new Float32Array(count * width), starts = new Uint32Array(count + 1), columns: number[] = [];
    const background = new Float64Array(width);
    const squares = background.reduce((sum, _, i) => sum + (i + 1) ** (-2 * BACKGROUND_FALL), 0);
    const scale = BACKGROUND_LENGTH / Math.sqrt(squares);
    for (let row = 0; row < count; row++) {
      for (let i = 0; i < width; i++) background[i] = scale * rng.normal() * (i + 1) ** -BACKGROUND_FALL;
      this.#rotation.apply(background);
      for (let i = 0; i < width; i++) background[i] += this.#mean[i];
      for (const i of this.largeDimensions) background[i] *= 1 + 0.3 * studentT(rng);
      for (let feature = 0; feature < chances.length; feature++) {
        if (rng.uniform() >= chances[feature]) continue;
        columns.push(feature);
        const act = Math.exp(rng.normal(0, ACTIVATION_SPREAD)), begin = feature * width;
        for (let i = 0; i < width; i++) background[i] += act * features[begin + i];
      }
      const size = Math.exp(rng.normal(0, SIZE_SPREAD));
      for (let i = 0; i < width; i++) values[row * width + i] = size * background[i];
      starts[row + 1] = columns.length;
    }
    return { values, count, starts, columns: Uint32Array.from(columns) };
  }
}

/**
 * An orthogonal matrix that mixes all dimensions, in n log n: rounds of rotations of random pairs by random angles.
 */
class Rotation {
  readonly #rounds: { order: Uint32Array; cosines: Float64Array; sines: Float64Array }[];

  constructor(width: number, rng: Rng) {
    this.#rounds = Array.from({ length: 2 * Math.ceil(Math.log2(width)) }, () => {
      const angles = Float64Array.from({ length: width >> 1 }, () => rng.uniform(0, 2 * Math.PI));
      return { order: rng.permutation(width), cosines: angles.map(Math.cos), sines: angles.map(Math.sin) };
    });
  }

  /** Rotates a vector in place. */
  apply(vector: Float64Array): void {
    for (const { order, cosines, sines } of this.#rounds) {
      for (let pair = 0; pair < cosines.length; pair++) {
        const i = order[2 * pair], j = order[2 * pair + 1], [a, b] = [vector[i], vector[j]];
        vector[i] = cosines[pair] * a - sines[pair] * b;
        vector[j] = sines[pair] * a + cosines[pair] * b;
      }
    }
  }
}

/** A number of Student's t distribution: a normal one over the root of a mean of squared normal ones. */
function studentT(rng: Rng): number {
  let squares = 0;
  for (let i = 0; i < FREEDOM; i++) squares += rng.normal() ** 2;
  return rng.normal() / Math.sqrt(squares / FREEDOM);
}

function scaledTo(length: number, vector: Float64Array): Float64Array {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value * length / norm);
}
