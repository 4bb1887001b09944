/**
 * The built-in data: digits written by a random pen, 28 by 28 pixels, with the factors each was drawn from.
 *
 * Factors (what varies) → pen points (where the pen goes) → ink (how dark each pixel is). Reads and downloads nothing;
 * the shapes themselves are in `strokes.ts`. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

import { Rng } from "../../rng.ts";
import { type Dataset, GREY_IMAGES, type ImageSet, imageSet } from "../dataset.ts";
import { type Glyph, GLYPHS } from "./strokes.ts";

const HEIGHT = 28;
const WIDTH = 28;

// Pixel centres are whole numbers, hence the middle of 28 pixels is 13.5.
const CENTRE_X = (WIDTH - 1) / 2;
const CENTRE_Y = (HEIGHT - 1) / 2;

/**
 * Height of the pen's path at size 1, pixels; with the line's width about the 20 pixels that MNIST fits its digits in.
 */
const DIGIT_HEIGHT = 17;

/**
 * Shortest and longest wave that bends a path, pixels: one to two digits long, so that strokes bend without ripples.
 */
const WAVELENGTHS = [16, 32] as const;

/**
 * What varies between images of one class: least and greatest value, drawn from the triangular distribution between
 * them. The ranges are fitted by eye and by mean pixel, share of empty pixels and second moments to MNIST's training
 * set.
 */
export const FACTOR_RANGES = {
  /** Lean to the right: angle between stem and upright, radians. */
  slant: [-0.35, 0.65],
  /** Turn clockwise, radians. */
  rotation: [-0.2, 0.2],
  /** Width of the line, pixels. */
  thickness: [1.4, 4.2],
  /** Where the pen's path balances, to the right of the image's centre, pixels. */
  shiftX: [-1.5, 1.5],
  /** The same, below the image's centre, pixels. */
  shiftY: [-1.5, 1.5],
  /** Height relative to the usual one. */
  size: [0.8, 1.1],
  /** Width relative to the shape's own, at the same height. */
  aspect: [0.75, 1.3],
  /** Amplitude of the two smooth waves that bend the pen's path, pixels. */
  wobble: [0, 2],
  /** Value of a fully inked pixel, in [0, 1]. */
  brightness: [0.85, 1],
  /** Greatest share of its ink that the paper's grain takes from a pixel. */
  noise: [0, 0.15],
} as const satisfies Record<string, readonly [number, number]>;

type Factor = keyof typeof FACTOR_RANGES;
type Factors = Record<Factor, number>;

const FACTOR_NAMES = Object.keys(FACTOR_RANGES) as Factor[];

/** How many pen points the longest glyph has. */
const MAX_POINTS = Math.max(...GLYPHS.flat().map((glyph) => glyph.count));

/** How many images are drawn by default: as many as MNIST has. */
export const DIGITS_COUNTS = { train: 60_000, test: 10_000 };

/** How many bytes {@linkcode generateDigits} allocates for the arrays it returns. */
export function digitsBytes(
  { trainCount = DIGITS_COUNTS.train, testCount = DIGITS_COUNTS.test }: { trainCount?: number; testCount?: number },
): number {
  const factors = FACTOR_NAMES.length + 1; // and the way of writing
  return (trainCount + testCount) * (HEIGHT * WIDTH + 1 + Float32Array.BYTES_PER_ELEMENT * factors);
}

/**
 * Draws a training and a test set of digits, all ten classes equally likely.
 *
 * `ImageSet.factors` holds a column for each of {@linkcode FACTOR_RANGES} and `variant`, the index of the way of
 * writing within its class. Image i depends on the random seed alone: a smaller count gives the first images of a
 * larger one.
 *
 * @param options.seed Any integer of at most 53 bits; training and test set are unrelated streams of it.
 * @param options.trainCount How many training images; {@linkcode DIGITS_COUNTS} by default.
 * @param options.testCount How many test images; {@linkcode DIGITS_COUNTS} by default.
 * @returns Images of `[count, 784]`, the background 0.
 * @throws {RangeError} A count is not a positive integer.
 *
 * @example
 * ```ts
 * import { generateDigits } from "./digits.ts";
 * import assert from "node:assert/strict";
 *
 * const { train } = generateDigits({ seed: 1, trainCount: 3, testCount: 1 });
 * assert.equal(train.pixels.length, 3 * 28 * 28);
 * assert.equal(train.factors.slant.length, 3);
 * ```
 */
export function generateDigits(options: { seed: number; trainCount?: number; testCount?: number }): Dataset {
  const { seed, trainCount = DIGITS_COUNTS.train, testCount = DIGITS_COUNTS.test } = options;
  requirePositiveInteger("trainCount", trainCount);
  requirePositiveInteger("testCount", testCount);
  return {
    ...GREY_IMAGES,
    name: "digits",
    height: HEIGHT,
    width: WIDTH,
    black: 0,
    white: 1,
    classNames: GLYPHS.map((_, digit) => String(digit)),
    train: drawImages(Rng.fromSeed(seed, "digits/train"), trainCount),
    test: drawImages(Rng.fromSeed(seed, "digits/test"), testCount),
    truth: null,
    provenance: { source: "generated", files: [], fallback: null, notes: [] },
  };
}

function requirePositiveInteger(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new RangeError(`Cannot generate digits: ${name} is ${value}, expected a positive integer`);
}

function drawImages(rng: Rng, count: number): ImageSet {
  const pixels = new Uint8Array(count * HEIGHT * WIDTH);
  const labels = new Uint8Array(count);
  const variants = new Float32Array(count);
  const columns = Object.fromEntries(FACTOR_NAMES.map((name) => [name, new Float32Array(count)]));

  // Scratch, made once for all images.
  const factors = Object.fromEntries(FACTOR_NAMES.map((name) => [name, 0])) as Factors;
  const path = new Float64Array(2 * MAX_POINTS);
  const nearest = new Float64Array(HEIGHT * WIDTH);

  for (let i = 0; i < count; i++) {
    const digit = labels[i] = rng.below(GLYPHS.length);
    const variant = variants[i] = rng.below(GLYPHS[digit].length);
    for (const name of FACTOR_NAMES) columns[name][i] = factors[name] = drawFactor(rng, name);

    const glyph = GLYPHS[digit][variant];
    shapePath(path, glyph, factors);
    bendPath(path, glyph.count, factors.wobble, rng);
    centrePath(path, glyph.count, CENTRE_X + factors.shiftX, CENTRE_Y + factors.shiftY);
    measurePath(nearest, path, glyph, penReach(factors));
    inkImage(pixels, i * nearest.length, nearest, factors, rng);
  }
  return imageSet({ pixels, count, labels, factors: { ...columns, variant: variants } });
}

/**
 * A value from the factor's range, rounded to the precision it is stored in: the image shows the stored value exactly.
 */
function drawFactor(rng: Rng, name: Factor): number {
  const [min, max] = FACTOR_RANGES[name];
  return Math.fround(min + (max - min) * (rng.uniform() + rng.uniform()) / 2);
}

/** The glyph in pixels, anywhere: p ↦ rotate(slant(scale(p))). Writes `path`, `[points, 2]`. */
function shapePath(path: Float64Array, glyph: Glyph, factors: Factors): void {
  const scaleY = DIGIT_HEIGHT * factors.size;
  const scaleX = scaleY * factors.aspect;
  const shear = scaleY * Math.tan(factors.slant);
  const [cos, sin] = [Math.cos(factors.rotation), Math.sin(factors.rotation)];
  for (let p = 0; p < 2 * glyph.count; p += 2) {
    const x = scaleX * glyph.points[p] - shear * glyph.points[p + 1];
    const y = scaleY * glyph.points[p + 1];
    path[p] = cos * x - sin * y;
    path[p + 1] = sin * x + cos * y;
  }
}

/**
 * Displaces every point by a smooth wave over the plane, first along x, then along y. A field over the plane, not along
 * the stroke, keeps strokes together that touch.
 */
function bendPath(path: Float64Array, count: number, wobble: number, rng: Rng): void {
  for (const axis of [0, 1]) {
    const direction = rng.uniform(0, 2 * Math.PI);
    const frequency = 2 * Math.PI / rng.uniform(...WAVELENGTHS);
    const kx = frequency * Math.cos(direction);
    const ky = frequency * Math.sin(direction);
    const phase = rng.uniform(0, 2 * Math.PI);
    for (let p = 0; p < 2 * count; p += 2) {
      path[p + axis] += wobble * Math.sin(kx * path[p] + ky * path[p + 1] + phase);
    }
  }
}

/** Moves the path's centre of mass (its points are about evenly spaced) to (x, y): MNIST centres its digits so, too. */
function centrePath(path: Float64Array, count: number, x: number, y: number): void {
  let [sumX, sumY] = [0, 0];
  for (let p = 0; p < 2 * count; p += 2) {
    sumX += path[p];
    sumY += path[p + 1];
  }
  for (let p = 0; p < 2 * count; p += 2) {
    path[p] += x - sumX / count;
    path[p + 1] += y - sumY / count;
  }
}

/** Distance from the path at which ink ends: half the line, and half the pixel over which it fades, pixels. */
function penReach(factors: Factors): number {
  return factors.thickness / 2 + 0.5;
}

/** Writes each pixel's squared distance to the path into `nearest`, `[784]`, but at most reach². */
function measurePath(nearest: Float64Array, path: Float64Array, glyph: Glyph, reach: number): void {
  nearest.fill(reach * reach);
  for (let p = 1; p < glyph.count; p++) {
    if (glyph.isStart[p]) continue;
    measureSegment(nearest, path[2 * p - 2], path[2 * p - 1], path[2 * p], path[2 * p + 1], reach);
  }
}

function measureSegment(nearest: Float64Array, ax: number, ay: number, bx: number, by: number, reach: number): void {
  const left = Math.max(0, Math.ceil(Math.min(ax, bx) - reach));
  const right = Math.min(WIDTH - 1, Math.floor(Math.max(ax, bx) + reach));
  const top = Math.max(0, Math.ceil(Math.min(ay, by) - reach));
  const bottom = Math.min(HEIGHT - 1, Math.floor(Math.max(ay, by) + reach));
  const [dx, dy] = [bx - ax, by - ay];
  const perLength2 = 1 / (dx * dx + dy * dy);
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) * perLength2));
      const offX = x - ax - along * dx;
      const offY = y - ay - along * dy;
      const distance2 = offX * offX + offY * offY;
      if (distance2 < nearest[y * WIDTH + x]) nearest[y * WIDTH + x] = distance2;
    }
  }
}

/**
 * Inks the pixels the pen reached: value = coverage · brightness · (1 − grain), where coverage fades over one pixel.
 */
function inkImage(pixels: Uint8Array, start: number, nearest: Float64Array, factors: Factors, rng: Rng): void {
  const reach = penReach(factors);
  for (let k = 0; k < nearest.length; k++) {
    if (nearest[k] >= reach * reach) continue;
    const coverage = Math.min(1, reach - Math.sqrt(nearest[k]));
    const grain = factors.noise * rng.uniform();
    pixels[start + k] = Math.round(255 * coverage * factors.brightness * (1 - grain));
  }
}
