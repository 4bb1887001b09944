/**
 * What a model of given settings has after some steps on the generated digits, measured plainly on all held-out digits.
 *
 * @module
 */
import type { LiveSettings } from "../../../site/src/live/settings.ts";
import { atlasOf } from "../../../site/src/live/worker/focus.ts";
import { Measurements } from "../../../site/src/live/worker/measurements.ts";
import { openTraining } from "../../../site/src/live/worker/opening.ts";
import { picturesOf } from "../../../site/src/live/worker/pictures.ts";
import { pixelValues } from "../../../lib/pixels.ts";
import { VARIANTS } from "../../../lib/sae/sparsity/variants.ts";
import { DATA, opening, startEngine } from "./live_session.ts";

/** See the module comment. Shares are in [0, 1]. */
export interface PresetFacts {
  /** Of each latent: its mean, and the share of digits on which it is active. */
  mean: number[];
  density: number[];
  /** Active latents of each digit; their mean over all digits, and over the digits of each class. */
  activeOfRow: number[];
  l0: number;
  activeOfClass: number[];
  dead: number;
  /** Share of activations that are 0; that are between 0.1 and 0.9; and how many of a digit are above 0.01. */
  shareOfZeros: number;
  between: number;
  above001: number;
  largest: number;
  mse: number;
  /** The same with the 4 largest latents of each digit; null if a variant does not choose the largest of each. */
  mseOfFour: number | null;
  mseOfMeanDigit: number;
  /** Length of all reconstructions over that of all digits. */
  lengthRatio: number;
  /** Variance of the reconstructions around their mean, over that of the digits. */
  variance: number;
  /** The penalty of the last step. */
  penalty: number;
  thresholds: Float32Array | null;
  /** Pixels of a decoder image with more than half of its largest change: the median of latents that are not dead. */
  pixelsOfImage: number;
}

const known = new Map<string, Promise<PresetFacts>>();

/** Trains once for each of the settings. */
export function presetFacts(knobs: LiveSettings["knobs"], steps: number): Promise<PresetFacts> {
  const key = JSON.stringify([Object.entries(knobs).sort(), steps]);
  const facts = known.get(key) ?? measured(knobs, steps);
  known.set(key, facts);
  return facts;
}

async function measured(knobs: LiveSettings["knobs"], until: number): Promise<PresetFacts> {
  const { training } = await openTraining(opening(knobs, { until }).opening, {
    ...{ data: DATA, startEngine, check: () => {}, pause: () => Promise.resolve() },
  });
  const { engine, definition, data: { dataset } } = training, { test, train } = dataset;
  const { arch: { dInput, nLatents: n, latentIndex }, objective: { sparsity } } = definition;
  const { hidden, recon } = await engine.forward(test.pixels), acts = hidden[latentIndex];
  const { activeAbove } = VARIANTS[sparsity], rows = test.count, x = pixelValues(test.pixels);
  const activeOfRow = Array.from({ length: rows }, (_, row) => count(rowOf(acts, row, n), (a) => a > activeAbove));
  const column = (j: number) => Array.from({ length: rows }, (_, row) => acts[row * n + j]);
  const density = Array.from({ length: n }, (_, j) => count(column(j), (a) => a > activeAbove) / rows);
  const meanDigit = columnMeans(pixelValues(train.pixels), dInput);
  const measurements = new Measurements(training, test.pixels);
  await measurements.measureAll();
  const { images } = await atlasOf({
    ...{ engine, definition, pictures: picturesOf(dataset) },
    sums: measurements.sums(),
  });
  const pixels = density.flatMap((share, j) =>
    share > 0 ? [count(rowOf(images, j, dInput), (level) => Math.abs(level - 128) > 64)] : []
  );
  let mseOfFour = null;
  if (VARIANTS[sparsity].selects === "row") {
    await engine.set({ k: 4 });
    const { recon } = await engine.forward(test.pixels);
    mseOfFour = squares(x, (i) => recon[i]) / x.length;
  }
  const { params } = await engine.state(), { history } = training;
  await engine.dispose();
  return {
    ...{ activeOfRow, density, thresholds: params["latents.theta"] ?? null },
    mean: Array.from({ length: n }, (_, j) => meanOf(column(j))),
    l0: meanOf(activeOfRow),
    activeOfClass: Array.from(
      { length: 10 },
      (_, digit) => meanOf(activeOfRow.filter((_, i) => test.labels![i] === digit)),
    ),
    dead: count(density, (share) => share === 0),
    shareOfZeros: count(acts, (a) => a === 0) / acts.length,
    between: count(acts, (a) => a > 0.1 && a < 0.9) / acts.length,
    above001: count(acts, (a) => a > 0.01) / rows,
    largest: acts.reduce((a, b) => Math.max(a, b), 0),
    mse: squares(x, (i) => recon[i]) / x.length,
    mseOfFour,
    mseOfMeanDigit: squares(x, (i) => meanDigit[i % dInput]) / x.length,
    lengthRatio: Math.sqrt(squares(recon, () => 0) / squares(x, () => 0)),
    variance: varianceOf(recon, dInput) / varianceOf(x, dInput),
    penalty: history.penalty[history.length - 1],
    pixelsOfImage: pixels.toSorted((a, b) => a - b)[pixels.length >> 1],
  };
}

function rowOf<T extends Float32Array | Uint8Array>(values: T, row: number, width: number): T {
  return values.subarray(row * width, (row + 1) * width) as T;
}

function count(values: ArrayLike<number>, isIt: (value: number) => boolean): number {
  let n = 0;
  for (let i = 0; i < values.length; i++) if (isIt(values[i])) n++;
  return n;
}

function meanOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Σ (x − y)² */
function squares(x: Float32Array, y: (i: number) => number): number {
  return x.reduce((sum, value, i) => sum + (value - y(i)) ** 2, 0);
}

function columnMeans(values: Float32Array, width: number): Float64Array {
  const sums = new Float64Array(width);
  values.forEach((value, i) => sums[i % width] += value);
  return sums.map((sum) => sum * width / values.length);
}

function varianceOf(values: Float32Array, width: number): number {
  const means = columnMeans(values, width);
  return squares(values, (i) => means[i % width]) / values.length;
}
