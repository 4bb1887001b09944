import assert from "node:assert/strict";
import { FACTOR_RANGES, generateDigits } from "../../../lib/data/generated/digits.ts";
import type { ImageSet } from "../../../lib/data/dataset.ts";
import { asBytes } from "../../../lib/pixels.ts";

const SIDE = 28;
const COUNT = 2500;
const digits = generateDigits({ seed: 7, trainCount: COUNT, testCount: 300 });
const { train, test } = digits;
const measured = Array.from({ length: COUNT }, (_, i) => measure(imageOf(train, i)));

function imageOf(set: ImageSet, i: number): Uint8Array {
  return asBytes(set.pixels).subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
}

/** Ink, centroid, central second moments and grain of one image, measured from its pixels alone. */
function measure(image: Uint8Array) {
  let [ink, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  image.forEach((value, k) => {
    const [column, row] = [k % SIDE, Math.floor(k / SIDE)];
    ink += value;
    x += value * column;
    y += value * row;
    xx += value * column * column;
    yy += value * row * row;
    xy += value * column * row;
  });
  [x, y] = [x / ink, y / ink];
  const sorted = image.toSorted();
  const brightest = sorted[sorted.length - 1];
  // Both this pixel and the brightest lie inside the line, where only grain differs.
  const grain = brightest - sorted[sorted.length - 20];
  return { ink, x, y, xx: xx / ink - x * x, yy: yy / ink - y * y, xy: xy / ink - x * y, brightest, grain };
}

function imagesByWriting(): Map<string, number[]> {
  return Map.groupBy(train.labels!.keys(), (i) => `${train.labels![i]}/${train.factors.variant[i]}`);
}

/** Pearson's correlation over the training images, both sides taken relative to the mean of their class and variant. */
function correlation(a: (i: number) => number, b: (i: number) => number): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (const images of imagesByWriting().values()) {
    const [meanA, meanB] = [mean(images.map(a)), mean(images.map(b))];
    for (const i of images) {
      ab += (a(i) - meanA) * (b(i) - meanB);
      aa += (a(i) - meanA) ** 2;
      bb += (b(i) - meanB) ** 2;
    }
  }
  return ab / Math.sqrt(aa * bb);
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

function assertSameImages(actual: ImageSet, expected: ImageSet, count: number) {
  assert.deepEqual(actual.pixels.subarray(0, count * SIDE * SIDE), expected.pixels.subarray(0, count * SIDE * SIDE));
  assert.deepEqual(actual.labels!.subarray(0, count), expected.labels!.subarray(0, count));
  for (const name of Object.keys(expected.factors)) {
    assert.deepEqual(actual.factors[name].subarray(0, count), expected.factors[name].subarray(0, count), name);
  }
}

Deno.test("generateDigits() describes its images when it returns", () => {
  const { name, height, width, classNames } = digits;
  assert.deepEqual([name, height, width, classNames.join()], ["digits", SIDE, SIDE, "0,1,2,3,4,5,6,7,8,9"]);
  assert.deepEqual(digits.provenance, { source: "generated", files: [], fallback: null, notes: [] });
  assert.deepEqual([train.count, train.pixels.length, train.labels!.length], [COUNT, COUNT * SIDE * SIDE, COUNT]);
  assert.deepEqual([test.count, test.pixels.length, test.labels!.length], [300, 300 * SIDE * SIDE, 300]);
  assert.deepEqual(Object.keys(train.factors), [...Object.keys(FACTOR_RANGES), "variant"]);
});

Deno.test("generateDigits() repeats itself when the seed is the same", () => {
  assertSameImages(generateDigits({ seed: 7, trainCount: 1, testCount: 300 }).test, test, 300);
});

Deno.test("generateDigits() gives the first images when fewer are asked for", () => {
  const fewer = generateDigits({ seed: 7, trainCount: 123, testCount: 1 });
  assertSameImages(fewer.train, train, 123);
  assertSameImages(fewer.test, test, 1);
});

Deno.test("generateDigits() draws other images when seed or set differ", () => {
  const other = generateDigits({ seed: 8, trainCount: 300, testCount: 300 });
  assert.notDeepEqual(other.train.pixels, train.pixels.subarray(0, 300 * SIDE * SIDE));
  assert.notDeepEqual(other.test.pixels, test.pixels);
  assert.notDeepEqual(test.pixels, train.pixels.subarray(0, 300 * SIDE * SIDE));
});

Deno.test("generateDigits() draws classes and variants about equally when many are drawn", () => {
  const perClass = Map.groupBy(train.labels!, (label) => label);
  assert.equal(perClass.size, 10);
  for (const [label, images] of perClass) {
    // 5 standard deviations of a binomial count about COUNT / 10.
    assert.ok(Math.abs(images.length - COUNT / 10) < 5 * Math.sqrt(COUNT * 0.09), `class ${label}: ${images.length}`);
  }
  for (const [writing, images] of imagesByWriting()) assert.ok(images.length > 40, `${writing}: ${images.length}`);
});

Deno.test("generateDigits() keeps each factor in its range when drawn", () => {
  for (const [name, [min, max]] of Object.entries(FACTOR_RANGES)) {
    const [least, greatest] = [Math.min(...train.factors[name]), Math.max(...train.factors[name])];
    // Bounds are rounded as the factors are.
    assert.ok(least >= Math.fround(min) && greatest <= Math.fround(max), `${name}: ${least} … ${greatest}`);
    assert.ok(greatest - least > 0.9 * (max - min), `${name} spans its range`);
    assert.ok(Math.abs(mean(train.factors[name]) - (min + max) / 2) < 0.03 * (max - min), `${name} is centred`);
  }
});

const EFFECTS: { factor: string; effect: string; least: number; by: (i: number) => number }[] = [
  { factor: "thickness", effect: "ink", least: 0.8, by: (i) => measured[i].ink },
  { factor: "shiftX", effect: "the centroid's x", least: 0.85, by: (i) => measured[i].x },
  { factor: "shiftY", effect: "the centroid's y", least: 0.8, by: (i) => measured[i].y },
  { factor: "slant", effect: "lean", least: 0.8, by: leanOf },
  // Slant hides the smaller turn, so take it away first.
  { factor: "rotation", effect: "lean", least: 0.4, by: (i) => leanOf(i) - Math.tan(train.factors.slant[i]) },
  { factor: "size", effect: "height", least: 0.55, by: (i) => Math.sqrt(measured[i].yy) },
  { factor: "aspect", effect: "width per height", least: 0.5, by: widthPerHeightOf },
  { factor: "brightness", effect: "the brightest pixel", least: 0.95, by: (i) => measured[i].brightest },
  { factor: "noise", effect: "grain", least: 0.3, by: (i) => measured[i].grain },
];

/** Pixels to the right per pixel upwards. */
function leanOf(i: number): number {
  return -measured[i].xy / measured[i].yy;
}

/** Unlike √(xx/yy), unchanged by slant: a shear keeps the determinant. */
function widthPerHeightOf(i: number): number {
  const { xx, yy, xy } = measured[i];
  return Math.sqrt(xx * yy - xy * xy) / yy;
}

for (const { factor, effect, least, by } of EFFECTS) {
  Deno.test(`generateDigits() raises ${effect} when ${factor} rises`, () => {
    const r = correlation((i) => train.factors[factor][i], by);
    assert.ok(r > least, `correlation is ${r.toFixed(3)}, expected more than ${least}`);
  });
}

Deno.test("generateDigits() bends a straight 1 when wobble is large", () => {
  const bareOnes = imagesByWriting().get("1/0")!;
  const { wobbly, calm } = Object.groupBy(bareOnes, (i) => train.factors.wobble[i] > 1 ? "wobbly" : "calm");
  // Variance across the stem, less that of a straight line of this width.
  const bendOf = (i: number) => {
    const { xx, yy, xy } = measured[i];
    return (xx + yy) / 2 - Math.hypot((xx - yy) / 2, xy) - train.factors.thickness[i] ** 2 / 12;
  };
  assert.ok(mean(wobbly!.map(bendOf)) > 1.5 * mean(calm!.map(bendOf)));
});

Deno.test("generateDigits() draws a line as wide as its thickness when the stem is straight", () => {
  const ratios: number[] = [];
  for (const i of imagesByWriting().get("1/0")!) {
    const { thickness, slant, size, brightness, noise } = train.factors;
    // The stem of a bare 1 is 17 · size pixels high before it leans, with half a disc at either end; wobble stretches it.
    const length = 17 * size[i] / Math.cos(slant[i]);
    const area = length * thickness[i] + Math.PI * (thickness[i] / 2) ** 2;
    const expected = 255 * area * brightness[i] * (1 - noise[i] / 2);
    const relative = measured[i].ink / expected;
    assert.ok(Math.abs(relative - 1) < 0.35, `image ${i} has ${relative} of the expected ink`);
    ratios.push(relative);
  }
  assert.ok(Math.abs(mean(ratios) - 1) < 0.04, `mean share of the expected ink is ${mean(ratios)}`);
});

/** How many dark regions the ink encloses. Joins the ends of neighbouring rows, where there is background anyway. */
function countHoles(image: Uint8Array): number {
  const isDark = Array.from(image, (value) => value < 100);
  const fill = (k: number) => {
    if (!isDark[k]) return;
    isDark[k] = false;
    for (const step of [-1, 1, -SIDE, SIDE]) fill(k + step);
  };
  let regions = 0;
  for (let k = 0; k >= 0; k = isDark.indexOf(true)) {
    regions++;
    fill(k);
  }
  return regions - 1;
}

Deno.test("generateDigits() encloses as many holes as the shape has when the line is thin", () => {
  const holes: Record<string, number> = {
    "0/0": 1,
    "1/3": 0,
    "2/0": 0,
    "4/0": 1,
    "5/1": 0,
    "7/1": 0,
    "8/1": 2,
    "9/1": 1,
  };
  for (const [writing, expected] of Object.entries(holes)) {
    const thin = imagesByWriting().get(writing)!.filter((i) => train.factors.thickness[i] < 2.8);
    const right = thin.filter((i) => countHoles(imageOf(train, i)) === expected).length / thin.length;
    assert.ok(right > 0.6, `${writing} has ${expected} holes in only ${right} of its images`);
  }
});

Deno.test("generateDigits() fades the line's edge when it crosses pixels", () => {
  for (let i = 0; i < COUNT; i++) {
    const { brightest } = measured[i];
    const greys = imageOf(train, i).filter((value) => value > 0.1 * brightest && value < 0.7 * brightest).length;
    assert.ok(greys >= 8, `image ${i} has ${greys} grey pixels`);
  }
});

Deno.test("generateDigits() leaves background and border black when it draws", () => {
  let [zeros, border] = [0, 0];
  train.pixels.forEach((value, p) => {
    const [x, y] = [p % SIDE, Math.floor(p / SIDE) % SIDE];
    if (value === 0) zeros++;
    if (x === 0 || y === 0 || x === SIDE - 1 || y === SIDE - 1) border += value / 255;
  });
  const zeroShare = zeros / train.pixels.length;
  const borderMean = border / (COUNT * 4 * (SIDE - 1));
  assert.ok(Math.abs(zeroShare - 0.8) < 0.02, `share of zeros is ${zeroShare}`);
  assert.ok(Math.abs(mean(train.pixels) / 255 - 0.13) < 0.01);
  assert.ok(borderMean < 0.002, `mean border pixel is ${borderMean}`);
});

Deno.test("generateDigits() draws classes that differ, and vary, when told apart by their mean images", () => {
  const means = Array.from({ length: 10 }, (_, digit) => {
    const images = train.labels!.keys().filter((i) => train.labels![i] === digit).map((i) => imageOf(train, i))
      .toArray();
    return Float64Array.from({ length: SIDE * SIDE }, (_, k) => mean(images.map((image) => image[k])));
  });
  const distance = (image: Uint8Array, other: Float64Array) =>
    image.reduce((sum, v, k) => sum + (v - other[k]) ** 2, 0);
  const accuracy = mean(test.labels!.map((label, i) => {
    const distances = means.map((other) => distance(imageOf(test, i), other));
    return Number(distances.indexOf(Math.min(...distances)) === label);
  }));
  assert.ok(accuracy > 0.75 && accuracy < 0.95, `accuracy is ${accuracy}`);
});

for (const bad of [0, -1, 1.5, NaN, Infinity]) {
  Deno.test(`generateDigits() throws when a count is ${bad}`, () => {
    for (const name of ["trainCount", "testCount"]) {
      assert.throws(() => generateDigits({ seed: 1, trainCount: 1, testCount: 1, [name]: bad }), {
        name: "RangeError",
        message: `Cannot generate digits: ${name} is ${bad}, expected a positive integer`,
      });
    }
  });
}
