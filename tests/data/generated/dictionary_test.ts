import assert from "node:assert/strict";
import { dictionaryBytes, type DictionaryOptions, generateDictionary } from "../../../lib/data/generated/dictionary.ts";

const OPTIONS: DictionaryOptions = {
  seed: 5,
  width: 24,
  features: 60,
  active: 3,
  correlation: 0,
  noise: 0.01,
  trainCount: 3000,
  testCount: 4000,
};

/** What the truth leaves unexplained, x − Σ s·d, of each component of each test vector. */
function residuals({ test, truth }: ReturnType<typeof generateDictionary>, { width, features }: DictionaryOptions) {
  const { pixels, count } = test, { starts, columns, values } = truth!.testActs;
  const left = Float64Array.from(pixels);
  for (let row = 0; row < count; row++) {
    for (let e = starts[row]; e < starts[row + 1]; e++) {
      assert.ok(columns[e] < features && (e === starts[row] || columns[e] > columns[e - 1]));
      for (let i = 0; i < width; i++) left[row * width + i] -= values[e] * truth!.features[columns[e] * width + i];
    }
  }
  return left;
}

/** The active features of each test vector. */
function activeSets({ truth }: ReturnType<typeof generateDictionary>): number[][] {
  const { count, starts, columns } = truth!.testActs;
  return Array.from({ length: count }, (_, row) => Array.from(columns.subarray(starts[row], starts[row + 1])));
}

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b) / values.length;

Deno.test("generateDictionary() draws features of length 1 that prefer no direction", () => {
  const { truth } = generateDictionary(OPTIONS);
  const { width, features } = OPTIONS;
  const vectors = Array.from({ length: features }, (_, f) => truth!.features.subarray(f * width, (f + 1) * width));
  for (const vector of vectors) assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-6);
  // Random unit vectors: cosines have mean 0 and standard deviation 1/√width.
  const cosines = vectors.flatMap((a, f) =>
    vectors.slice(f + 1).map((b) => a.reduce((sum, v, i) => sum + v * b[i], 0))
  );
  assert.ok(Math.abs(mean(cosines)) < 0.03);
  assert.ok(Math.abs(mean(cosines.map((c) => c * c)) * width - 1) < 0.15);
});

Deno.test("generateDictionary() puts exactly the wanted number of features into each vector, from 0.5 to 1.5", () => {
  const data = generateDictionary(OPTIONS);
  for (const active of activeSets(data)) assert.equal(active.length, OPTIONS.active);
  const amplitudes = data.truth!.testActs.values;
  assert.ok(amplitudes.every((s) => s >= 0.5 && s <= 1.5));
  assert.ok(
    Math.abs(mean(amplitudes) - 1) < 0.01 && Math.abs(mean(amplitudes.map((s) => (s - 1) ** 2)) - 1 / 12) < 0.003,
  );
  const every = generateDictionary({ ...OPTIONS, active: OPTIONS.features, testCount: 5 });
  assert.deepEqual(activeSets(every), Array(5).fill(Array.from(Array(OPTIONS.features).keys())));
});

Deno.test("generateDictionary() gives x = Σ s·d plus noise of the wanted size", () => {
  for (const noise of [0, 0.01, 0.3]) {
    const options = { ...OPTIONS, noise, testCount: 1000 };
    const left = residuals(generateDictionary(options), options);
    if (noise === 0) assert.ok(left.every((r) => Math.abs(r) < 1e-6));
    else {
      assert.ok(Math.abs(Math.sqrt(mean(left.map((r) => r * r))) / noise - 1) < 0.02); // 24,000 values: 0.5 %
      assert.ok(Math.abs(mean(left)) < 0.03 * noise);
    }
  }
});

Deno.test("generateDictionary() uses every feature equally often without correlation", () => {
  const counts = new Float64Array(OPTIONS.features);
  for (const active of activeSets(generateDictionary(OPTIONS))) for (const f of active) counts[f]++;
  const expected = 4000 * 3 / 60; // standard deviation about 14
  assert.ok(counts.every((n) => Math.abs(n - expected) < 60), `${counts}`);
});

Deno.test("generateDictionary() makes neighbours of features come together as often as it is told", () => {
  const neighbourly = (correlation: number) => {
    const options = { ...OPTIONS, active: 2, correlation };
    const pairs = activeSets(generateDictionary(options));
    return mean(pairs.map(([a, b]) => {
      const apart = Math.min(b - a, options.features - (b - a)); // indices go round
      return apart <= 2 ? 1 : 0;
    }));
  };
  const byChance = 4 / 59;
  assert.ok(Math.abs(neighbourly(0) - byChance) < 0.02);
  assert.ok(Math.abs(neighbourly(0.6) - (0.6 + 0.4 * byChance)) < 0.03);
});

Deno.test("generateDictionary() gives the same data for a seed, other data for another, and unrelated sets", () => {
  const [a, b, c] = [5, 5, 6].map((seed) => generateDictionary({ ...OPTIONS, seed, trainCount: 50, testCount: 50 }));
  assert.deepEqual(a, b);
  assert.notDeepEqual(a.truth!.features, c.truth!.features);
  assert.notDeepEqual(a.train.pixels, a.test.pixels);
  const more = generateDictionary({ ...OPTIONS, trainCount: 80, testCount: 50 });
  assert.deepEqual(more.train.pixels.subarray(0, 50 * 24), a.train.pixels, "more vectors start with the same ones");
  assert.deepEqual(more.test, a.test);
  assert.deepEqual(generateDictionary({ ...OPTIONS, noise: 0, testCount: 50 }).truth!.features, a.truth!.features);
});

Deno.test("generateDictionary() is drawn as nearly square images, black and white far enough apart for all", () => {
  for (const [width, height] of [[64, 8], [24, 4], [7, 1], [1, 1]]) {
    const { height: h, width: w, black, white, test, train, classNames } = generateDictionary({
      ...OPTIONS,
      width,
      trainCount: 3,
      testCount: 40,
    });
    assert.deepEqual([h, w], [height, width / height]);
    assert.ok(test.pixels.every((v) => v >= black && v <= white));
    assert.equal(black, -white);
    assert.deepEqual([train.count, train.pixels.length, train.labels, classNames], [3, 3 * width, null, []]);
  }
});

Deno.test("generateDictionary() ends when nearly all features are active, or nearly always neighbours", () => {
  const counts = { trainCount: 1, testCount: 3 };
  const all = { ...OPTIONS, ...counts, width: 2, features: 5000, active: 5000 };
  for (const active of activeSets(generateDictionary(all))) assert.equal(active.length, 5000);
  const walk = { ...OPTIONS, ...counts, width: 2, features: 2000, active: 1000, correlation: 1 - 1e-12 };
  for (const active of activeSets(generateDictionary(walk))) assert.equal(active.length, 1000);
});

Deno.test("generateDictionary() leaves out every feature equally often when all but one are active", () => {
  const options = { ...OPTIONS, width: 2, features: 8, active: 7, trainCount: 1 };
  const left = new Float64Array(8);
  for (const active of activeSets(generateDictionary(options))) {
    for (let f = 0; f < 8; f++) if (!active.includes(f)) left[f]++;
  }
  assert.ok(left.every((n) => Math.abs(n - 500) < 105), `${left}`); // of 4,000: 5 standard deviations of 21
});

Deno.test("generateDictionary() takes vectors of any width", () => {
  const options = { ...OPTIONS, width: 400 * 400, features: 4, active: 2, trainCount: 2, testCount: 2 };
  const { height, width, truth } = generateDictionary(options);
  assert.deepEqual([height, width], [400, 400]);
  const first = truth!.features.subarray(0, 160_000);
  assert.ok(Math.abs(first.reduce((sum, value) => sum + value * value, 0) - 1) < 1e-5);
});

Deno.test("dictionaryBytes() are the bytes of the arrays that generateDictionary() returns", () => {
  for (const options of [OPTIONS, { ...OPTIONS, width: 7, features: 9, trainCount: 11, testCount: 13 }]) {
    const { train, test, truth } = generateDictionary(options);
    const { starts, columns, values } = truth!.testActs;
    const arrays = [train.pixels, test.pixels, truth!.features, starts, columns, values];
    assert.equal(dictionaryBytes(options), arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  }
  const { trainCount: _, testCount: __, ...unsaid } = OPTIONS;
  const { train, test } = generateDictionary(unsaid);
  const bytes = 4 * (60 * 24 + (train.count + test.count) * 24 + test.count * (1 + 2 * 3) + 1);
  assert.equal(dictionaryBytes(unsaid), bytes);
  assert.equal(dictionaryBytes({ ...unsaid, width: 1e9 }), 4 * (60e9 + 112_400e9 + 70_001));
});

Deno.test("generateDictionary() refuses more active features than there are, and counts that are none", () => {
  for (const name of ["width", "features", "active", "trainCount", "testCount"]) {
    for (const value of [0, -1, 1.5, NaN]) {
      const message = `Cannot draw vectors: ${name} is ${value}, expected a positive integer`;
      assert.throws(() => generateDictionary({ ...OPTIONS, [name]: value }), { name: "RangeError", message });
    }
  }
  assert.throws(
    () => generateDictionary({ ...OPTIONS, active: 61 }),
    /^RangeError: .*61 features are active.*the 60 there are/,
  );
});
