/**
 * Planted data that are hard to recover: x = b + Σ sᵢ dᵢ with more features than latents, rare ones, trees of features,
 * correlations, and magnitudes that vary.
 *
 * After SynthSAEBench (arXiv 2602.14687, version 2), in a smaller form by default. Reads nothing. PORTABLE: no Deno, no Node,
 * no tfjs.
 *
 * @module
 */
import { norm } from "../../../norm.ts";
import { Rng } from "../../../rng.ts";
import { type Dataset, GREY_IMAGES, imageSet } from "../../dataset.ts";
import { ActivationList } from "../../truth.ts";
import { nearlySquareHeight } from "../nearly_square.ts";
import { directionProducts, drawDirections } from "./directions.ts";
import { FeatureSource } from "./feature_source.ts";
import { drawnChances, plantForest, zipfChances } from "./forest.ts";

/** What to draw. */
export interface PlantedHardOptions {
  /** Any integer of at most 53 bits; directions, laws, training and test rows are unrelated streams of it. */
  seed: number;
  /** d, at least 1. */
  width: number;
  /** How many features there are. */
  features: number;
  /** Training rows. */
  rows: number;
  /** Chances that the most and the least frequent feature are active, in (0, 0.5], and the exponent between. */
  most: number;
  least: number;
  zipf: number;
  /** Trees, children of a feature, and generations below the root. */
  trees: number;
  branching: number;
  depth: number;
  /** Hidden causes of correlations, and the standard deviation of their effects. */
  rank: number;
  correlation: number;
  /** Length of b. */
  bias: number;
  /** Test rows; {@linkcode TEST_ROWS} by default. */
  testCount?: number;
}

/** How many test rows are drawn by default: the rarest feature is active in about ten. */
const TEST_ROWS = 20_000;

/** Bytes of the arrays that are returned, and of those that are needed while they are drawn. */
export function plantedHardBytes(options: Omit<PlantedHardOptions, "seed">): number {
  const { width, features, rows, rank, testCount = TEST_ROWS } = options;
  const perRow = expectedActive(options) * 8; // a column and a value
  return 4 * (features + rows + testCount) * width + testCount * perRow + 8 * features * rank + 8 * width * width;
}

/** Multiplications that drawing takes, about: for the directions, and for the active features of each row. */
export function plantedHardProducts(options: Omit<PlantedHardOptions, "seed">): number {
  const { width, features, rows, rank, testCount = TEST_ROWS } = options;
  const perRow = expectedActive(options) * width + features * (1 + rank / 4);
  return directionProducts({ count: features, width }) + (rows + testCount) * perRow;
}

/** How many features are meant to be active in a row. */
function expectedActive({ features, most, least, zipf }: Omit<PlantedHardOptions, "seed">): number {
  return zipfChances({ features, most, least, exponent: zipf }).reduce((sum, chance) => sum + chance, 0);
}

/**
 * Draws features, a training and a test set.
 *
 * @throws {RangeError} A count is not a positive integer, or the smallest chance is above the largest.
 */
export function generatePlantedHard(options: PlantedHardOptions): Dataset {
  const { seed, width, features, rows, most, least, zipf, rank, correlation, testCount = TEST_ROWS } = options;
  for (const [name, value] of Object.entries({ width, features, rows, testCount })) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new RangeError(`Cannot draw vectors: ${name} is ${value}, expected a positive integer`);
  }
  if (least > most) {
    throw new RangeError(`Cannot draw vectors: the smallest chance is ${least}, expected at most the largest, ${most}`);
  }
  const stream = (name: string) => Rng.fromSeed(seed, `planted-hard/${name}`);
  const directions = drawDirections(stream("directions"), { count: features, width });
  const forest = plantForest(options), meant = zipfChances({ features, most, least, exponent: zipf });
  const laws = { drawnChances: drawnChances(meant, forest), forest, rank, correlation };
  const source = new FeatureSource(stream("laws"), laws), bias = drawBias(stream("bias"), options);
  const train = new Float32Array(rows * width), test = new Float32Array(testCount * width);
  const draw = (into: Float32Array, rng: Rng, acts?: ActivationList) => {
    const sum = new Float64Array(width);
    for (let start = 0; start < into.length; start += width) {
      sum.set(bias);
      const active = source.next(rng);
      for (const feature of active) {
        const act = source.acts[feature], from = feature * width;
        for (let i = 0; i < width; i++) sum[i] += act * directions[from + i];
      }
      into.set(sum, start);
      acts?.add(active, source.acts);
    }
  };
  draw(train, stream("train"));
  const testActs = new ActivationList();
  draw(test, stream("test"), testActs);
  let largest = 0;
  for (const value of test) largest = Math.max(largest, Math.abs(value));
  const height = nearlySquareHeight(width), hasTrees = forest.parents.some((parent) => parent >= 0);
  return {
    ...GREY_IMAGES,
    kind: "vector",
    name: "planted-hard",
    height,
    width: width / height,
    black: -largest,
    white: largest,
    classNames: [],
    train: imageSet({ pixels: train, count: rows }),
    test: imageSet({ pixels: test, count: testCount }),
    truth: { features: directions, testActs: testActs.finish(), parents: hasTrees ? forest.parents : null },
    provenance: { source: "generated", files: [], fallback: null, notes: [] },
  };
}

/** A vector of the wanted length in a random direction. */
function drawBias(rng: Rng, { width, bias }: PlantedHardOptions): Float64Array {
  const direction = Float64Array.from({ length: width }, () => rng.normal()), length = norm(direction);
  return direction.map((value) => value * bias / length);
}
