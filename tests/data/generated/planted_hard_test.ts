/**
 * Planted data with trees: worked cases, and statistics of many rows against what the laws say in float64.
 *
 * @module
 */
import assert from "node:assert/strict";
import { directionProducts, drawDirections } from "../../../lib/data/generated/planted_hard/directions.ts";
import { FeatureSource } from "../../../lib/data/generated/planted_hard/feature_source.ts";
import { drawnChances, plantForest, zipfChances } from "../../../lib/data/generated/planted_hard/forest.ts";
import { normalCdf, normalQuantile } from "../../../lib/data/generated/planted_hard/normal_cdf.ts";
import {
  generatePlantedHard,
  plantedHardBytes,
  type PlantedHardOptions,
} from "../../../lib/data/generated/planted_hard/planted_hard.ts";
import { Rng } from "../../../lib/rng.ts";

const OPTIONS: PlantedHardOptions = {
  ...{ seed: 5, width: 24, features: 60, rows: 50, testCount: 6000 },
  ...{ most: 0.4, least: 0.01, zipf: 0.5, trees: 2, branching: 3, depth: 2, rank: 0, correlation: 0, bias: 0.5 },
};
const near = (a: number, b: number, tolerance = 1e-12) => assert.ok(Math.abs(a - b) <= tolerance, `${a} ≠ ${b}`);
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

Deno.test("normalCdf() is the normal distribution's, in both tails, and normalQuantile() its inverse", () => {
  const known: [number, number][] = [ // scipy.stats.norm.cdf
    [-10, 7.619853024160525e-24],
    [-7.5, 3.190891672910897e-14],
    [-5, 2.866515718791939e-07],
    [-3.2905267314919255, 0.0005],
    [-1, 0.15865525393145705],
    [0, 0.5],
    [0.25334710313579972, 0.6],
    [2, 0.9772498680518208],
    [8, 0.9999999999999993],
  ];
  for (const [x, p] of known) {
    near(normalCdf(x), p, 1e-14);
    near(normalCdf(x) / p, 1, 1e-8);
  }
  for (const p of [5e-4, 0.1, 0.5, 0.9999]) near(normalCdf(normalQuantile(p)), p, 1e-14);
});

Deno.test("plantForest() plants complete trees generation by generation, as far as features reach", () => {
  const { parents, firstChild, children } = plantForest({ features: 12, trees: 2, branching: 2, depth: 2 });
  //      roots  children    grandchildren, of which the last two find no feature
  assert.deepEqual([...parents], [-1, -1, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
  assert.deepEqual([...children], [2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual([...firstChild.subarray(0, 5)], [2, 4, 6, 8, 10]);
  const belowRoots = (features: number, trees: number) =>
    plantForest({ features, trees, branching: 4, depth: 3 }).parents.filter((parent) => parent >= 0).length;
  assert.equal(belowRoots(16_384, 128), 128 * (4 + 16 + 64)); // the published ones
  assert.equal(belowRoots(2048, 16), 16 * (4 + 16 + 64));
  const lone = plantForest({ features: 3, trees: 0, branching: 4, depth: 3 });
  assert.deepEqual([...lone.parents], [-1, -1, -1]);
});

Deno.test("zipfChances() fall from the largest to the smallest by the power", () => {
  const chances = zipfChances({ features: 4, most: 0.4, least: 0.1, exponent: 0.5 });
  const expected = [1, Math.SQRT1_2, 1 / Math.sqrt(3), 0.5].map((value) => 0.1 + 0.3 * (value - 0.5) / 0.5);
  chances.forEach((chance, i) => near(chance, expected[i]));
  assert.deepEqual([...zipfChances({ features: 1, most: 0.4, least: 0.1, exponent: 0.5 })], [0.4]);
});

Deno.test("drawnChances() make up for the parent and the siblings", () => {
  const forest = plantForest({ features: 4, trees: 1, branching: 2, depth: 1 });
  const drawn = drawnChances(Float64Array.of(0.5, 0.2, 0.1, 0.3), forest);
  // 0.2 / 0.5 · (1 + 0.1 / 0.5), 0.1 / 0.5 · (1 + 0.2 / 0.5); the last one is in no tree
  [0.5, 0.48, 0.28, 0.3].forEach((chance, i) => near(drawn[i], chance));
  assert.deepEqual([...drawnChances(Float64Array.of(0.1, 0.2, 0.2, 0.2), forest)].slice(1, 3), [1, 1]);
});

Deno.test("drawDirections() gives unit vectors whose sum of squared cosines is least", () => {
  for (const [count, width] of [[60, 12], [40, 40], [7, 1]]) {
    const rows = drawDirections(Rng.fromSeed(1, "test"), { count, width });
    let squares = 0;
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        let cosine = 0;
        for (let k = 0; k < width; k++) cosine += rows[i * width + k] * rows[j * width + k];
        if (i === j) near(cosine, 1, 1e-6);
        squares += cosine ** 2;
      }
    }
    near(squares / (count ** 2 / width), 1, count === width ? 0.3 : 1e-3); // random ones: 1 + (width − 1) / count
  }
  const few = drawDirections(Rng.fromSeed(1, "test"), { count: 3, width: 200 });
  near(few.subarray(0, 200).reduce((sum, value) => sum + value * value, 0), 1, 1e-6);
  assert.equal(directionProducts({ count: 3, width: 200 }), 0);
});

/** How often a feature is active, by enumeration of what is drawn of it and its siblings. */
function exactShares(options: PlantedHardOptions): number[] {
  const forest = plantForest(options), { parents, firstChild, children } = forest;
  const meant = zipfChances({ ...options, exponent: options.zipf }), drawn = drawnChances(meant, forest);
  const { means, deviations } = new FeatureSource(Rng.fromSeed(options.seed, "planted-hard/laws"), {
    ...{ drawnChances: drawn, forest, rank: options.rank, correlation: options.correlation },
  });
  const alone = drawn.map((chance, i) => chance * (1 - normalCdf(-means[i] / deviations[i]))); // drawn, and above 0
  const shares: number[] = [];
  for (let feature = 0; feature < drawn.length; feature++) {
    const parent = parents[feature];
    if (parent < 0) {
      shares.push(alone[feature]);
      continue;
    }
    const siblings = Array.from({ length: children[parent] }, (_, n) => firstChild[parent] + n)
      .filter((other) => other !== feature);
    let wins = 0;
    for (let set = 0; set < 2 ** siblings.length; set++) {
      const among = siblings.map((other, n) => set >> n & 1 ? alone[other] : 1 - alone[other]);
      const rivals = siblings.filter((_, n) => set >> n & 1).length;
      wins += among.reduce((product, chance) => product * chance, 1) / (1 + rivals);
    }
    shares.push(shares[parent] * alone[feature] * wins);
  }
  return shares;
}

const hard = generatePlantedHard(OPTIONS);

Deno.test("generatePlantedHard() makes each feature as frequent as its chance, its parent and its siblings say", () => {
  const shares = exactShares(OPTIONS), { count, columns } = hard.truth!.testActs;
  const found = new Float64Array(OPTIONS.features);
  for (const feature of columns) found[feature]++;
  shares.forEach((share, feature) => {
    const deviation = Math.sqrt(count * share * (1 - share));
    assert.ok(
      Math.abs(found[feature] - count * share) < 4.5 * deviation,
      `${feature}: ${found[feature]}, ${count * share}`,
    );
  });
  const meant = zipfChances({ ...OPTIONS, exponent: OPTIONS.zipf });
  near(shares[0] / meant[0], 1, 0.01);
  assert.ok(mean(shares) < mean(meant) && mean(shares) > 0.5 * mean(meant), "crowded children are rarer than meant");
});

Deno.test("generatePlantedHard() has a child only with its parent, and one child at a time", () => {
  const { testActs: { count, starts, columns }, parents } = hard.truth!;
  let children = 0;
  for (let row = 0; row < count; row++) {
    const active = columns.subarray(starts[row], starts[row + 1]), busy = new Set<number>();
    for (const feature of active) {
      const parent = parents![feature];
      if (parent < 0) continue;
      children++;
      assert.ok(active.includes(parent), `row ${row}: ${feature} without ${parent}`);
      assert.ok(!busy.has(parent), `row ${row}: two children of ${parent}`);
      busy.add(parent);
    }
  }
  assert.ok(children > 1000);
});

Deno.test("generatePlantedHard() draws magnitudes of each feature's mean and deviation, a child's times its parent's", () => {
  const { testActs: { count, starts, columns, values }, parents } = hard.truth!;
  const forest = plantForest(OPTIONS);
  const { means, deviations } = new FeatureSource(Rng.fromSeed(OPTIONS.seed, "planted-hard/laws"), {
    ...{ drawnChances: new Float64Array(60).fill(0.1), forest, rank: 0, correlation: 0 },
  });
  near(means[0], 5);
  near(means[59], 4);
  near(means[30], 5 - 30 / 59);
  assert.ok(deviations.every((deviation) => deviation >= 0 && deviation < 3) && mean(deviations) > 0.3);
  const own: number[][] = Array.from({ length: 60 }, () => []);
  for (let row = 0; row < count; row++) {
    for (let e = starts[row]; e < starts[row + 1]; e++) {
      const parent = parents![columns[e]];
      let factor = 1;
      for (let o = starts[row]; parent >= 0 && o < e; o++) {
        if (columns[o] === parent) factor = values[o] / means[parent];
      }
      own[columns[e]].push(values[e] / factor);
    }
  }
  own.forEach((magnitudes, feature) => {
    if (deviations[feature] > 1.3) return; // so often cut off at 0 that what is left has another mean
    const error = deviations[feature] / Math.sqrt(magnitudes.length) + 1e-6;
    assert.ok(Math.abs(mean(magnitudes) - means[feature]) < 5 * error, `${feature}`);
    const deviation = Math.sqrt(mean(magnitudes.map((value) => (value - mean(magnitudes)) ** 2)));
    assert.ok(Math.abs(deviation - deviations[feature]) < 5 * error, `${feature}: ${deviation} ${deviations[feature]}`);
  });
});

Deno.test("generatePlantedHard() gives x = b + Σ s·d, b as long as it is told", () => {
  const { testActs: { starts, columns, values }, features } = hard.truth!, { width } = OPTIONS;
  const bias = Float64Array.from(hard.test.pixels.subarray(0, width));
  const residual = (row: number) => {
    const left = Float64Array.from(hard.test.pixels.subarray(row * width, (row + 1) * width));
    for (let e = starts[row]; e < starts[row + 1]; e++) {
      for (let i = 0; i < width; i++) left[i] -= values[e] * features[columns[e] * width + i];
    }
    return left;
  };
  bias.set(residual(0));
  near(Math.hypot(...bias), 0.5, 1e-5);
  for (const row of [1, 2, 3, 500, 5999]) residual(row).forEach((value, i) => near(value, bias[i], 1e-5));
});

Deno.test("FeatureSource correlates features as the copula says", () => {
  const n = 6, rank = 3, count = 20_000, chances = Float64Array.of(0.5, 0.5, 0.3, 0.3, 0.1, 0.1);
  const forest = plantForest({ features: n, trees: 0, branching: 1, depth: 0 });
  const laws = Rng.fromSeed(4, "laws"), rows = Rng.fromSeed(4, "rows");
  const source = new FeatureSource(laws, { drawnChances: chances, forest, rank, correlation: 0.5 });
  const alone = new Float64Array(n), both = new Float64Array(n * n);
  for (let row = 0; row < count; row++) {
    const active = source.next(rows);
    for (const i of active) {
      alone[i]++;
      for (const j of active) both[i * n + j]++;
    }
  }
  const above0 = source.means.map((mean, i) => 1 - normalCdf(-mean / source.deviations[i]));
  let strongest = 0;
  for (let i = 0; i < n; i++) {
    const chance = chances[i] * above0[i];
    assert.ok(Math.abs(alone[i] - count * chance) < 4.5 * Math.sqrt(count * chance * (1 - chance)), `${i}`);
    for (let j = 0; j < i; j++) {
      let correlation = 0;
      for (let c = 0; c < rank; c++) correlation += source.factors[i * rank + c] * source.factors[j * rank + c];
      strongest = Math.max(strongest, Math.abs(correlation));
      const together = orthant(normalQuantile(chances[i]), normalQuantile(chances[j]), correlation) * above0[i] *
        above0[j];
      const deviation = Math.sqrt(count * together * (1 - together));
      assert.ok(Math.abs(both[i * n + j] - count * together) < 4.5 * deviation, `${i} ${j}: ${correlation}`);
    }
  }
  assert.ok(strongest > 0.3, `${strongest}`);
});

/** The chance that two standard normal numbers of a correlation are at most a and b: Φ₂, by Simpson's rule over the first. */
function orthant(a: number, b: number, correlation: number): number {
  const steps = 2000, from = -9, step = (a - from) / steps, own = Math.sqrt(1 - correlation ** 2);
  let sum = 0;
  for (let s = 0; s <= steps; s++) {
    const x = from + s * step, weight = s === 0 || s === steps ? 1 : s % 2 ? 4 : 2;
    sum += weight * Math.exp(-x * x / 2) * normalCdf((b - correlation * x) / own);
  }
  return sum * step / 3 / Math.sqrt(2 * Math.PI);
}

Deno.test("FeatureSource keeps a part of each feature's chance its own, however strong the causes", () => {
  const forest = plantForest({ features: 3, trees: 0, branching: 1, depth: 0 });
  const drawnChances = new Float64Array(3).fill(0.2);
  const source = new FeatureSource(Rng.fromSeed(1, "laws"), { drawnChances, forest, rank: 4, correlation: 50 });
  for (let i = 0; i < 3; i++) near(Math.hypot(...source.factors.subarray(4 * i, 4 * i + 4)) ** 2, 0.99, 1e-9);
  const rng = Rng.fromSeed(1, "rows");
  const rows = Array.from({ length: 2000 }, () => source.next(rng).length);
  near(mean(rows) / 3, 0.2, 0.06); // correlated rows: fewer than 2,000 count
});

Deno.test("generatePlantedHard() draws the same bytes for a random seed: these", async () => {
  const options = { ...OPTIONS, rank: 25, correlation: 0.1, testCount: 20 };
  const { train, test, truth } = generatePlantedHard(options);
  const again = generatePlantedHard(options);
  assert.deepEqual([train.pixels, test.pixels, truth], [again.train.pixels, again.test.pixels, again.truth]);
  const more = generatePlantedHard({ ...options, rows: 80 });
  assert.deepEqual(more.train.pixels.subarray(0, 50 * 24), train.pixels, "more rows start with the same ones");
  assert.deepEqual(more.test, test);
  assert.notDeepEqual(generatePlantedHard({ ...options, seed: 6 }).test.pixels, test.pixels);
  const bytes = await crypto.subtle.digest("SHA-256", train.pixels as Float32Array<ArrayBuffer>);
  assert.equal(new Uint8Array(bytes).toHex().slice(0, 16), "26768e0bfd10222f");
});

Deno.test("plantedHardBytes() is at least the arrays that are returned, and not much more", () => {
  const { train, test, truth: { features, testActs: { starts, columns, values } } } = {
    ...hard,
    truth: hard.truth!,
  };
  const arrays = [train.pixels, test.pixels, features, starts, columns, values];
  const bytes = arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  assert.ok(plantedHardBytes(OPTIONS) > 0.9 * bytes && plantedHardBytes(OPTIONS) < 1.5 * bytes);
  // the published size: 16,384 features in 768 dimensions fit into 1 GB, dense activations alone would need 1.3
  const published = {
    ...OPTIONS,
    width: 768,
    features: 16_384,
    rows: 100_000,
    testCount: 20_000,
    least: 5e-4,
    trees: 128,
  };
  assert.ok(plantedHardBytes({ ...published, branching: 4, depth: 3, rank: 25 }) < 1e9);
});

Deno.test("generatePlantedHard() refuses counts that are none, and chances the wrong way round", () => {
  for (const name of ["width", "features", "rows", "testCount"]) {
    for (const value of [0, -1, 1.5, NaN]) {
      const message = `Cannot draw vectors: ${name} is ${value}, expected a positive integer`;
      assert.throws(() => generatePlantedHard({ ...OPTIONS, [name]: value }), { name: "RangeError", message });
    }
  }
  assert.throws(() => generatePlantedHard({ ...OPTIONS, least: 0.5 }), /RangeError: .*smallest chance is 0.5/);
  for (
    const shape of [{ features: 1, trees: 3 }, { width: 1 }, { trees: 0 }, { depth: 0 }, { rank: 7, correlation: 0.3 }]
  ) {
    const { truth } = generatePlantedHard({ ...OPTIONS, ...shape, testCount: 5 });
    assert.equal(truth!.parents === null, "features" in shape || "trees" in shape || "depth" in shape);
  }
});
