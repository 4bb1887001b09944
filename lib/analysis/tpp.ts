/**
 * Targeted probe perturbation: does removing the few latents that speak for a class blind a probe for that class, and
 * leave the probes for the others alone?
 *
 * Follows SAEBench's `scr_and_tpp` on labels instead of texts. For a linear decoder only, x̂ = Σⱼ fⱼ dec_j + b: zeroing
 * latents and adding back the error x − x̂ then moves a probe's logit by −Σⱼ fⱼ (w·dec_j), and nothing is reconstructed.
 *
 * @module
 */
import { Rng } from "../rng.ts";
import { type Draw, drawBalanced, meanOfRows, splitClasses } from "./class_draws.ts";
import { fitLinearProbe } from "./linear_probe.ts";
import type { LinearProbe } from "./logistic_regression.ts";
import { rowCount } from "./shapes.ts";

/** How many latents are removed. */
export const REMOVED_LATENTS: readonly number[] = [2, 5, 10, 20, 50, 100, 500];
/** Rows of all classes together that are learned from, and tested on. */
const TRAIN_ROWS = 2000;
const TEST_ROWS = 1000;

/** What removing a class's latents does to the accuracy of the probes, for one number of latents. */
export interface PerturbationScore {
  /** Latents removed; fewer where fewer have an effect. */
  n: number;
  /** Drop of the class's own accuracy, mean over classes, in [−1, 1]. */
  ownDrop: number | null;
  /** Mean drop of the other classes' accuracies, mean over classes, in [−1, 1]. */
  otherDrop: number | null;
  /** ownDrop − otherDrop: 0.5 at best from a perfect probe, 0 where the latents tell nothing apart. */
  score: number | null;
}

/** What {@linkcode targetedProbePerturbation} finds. */
export interface TargetedProbePerturbation {
  /** One for each n of {@linkcode REMOVED_LATENTS} below `nLatents`; null where fewer than 2 classes have probes. */
  scores: PerturbationScore[];
  /** Accuracy of each class's probe before anything is removed, `[nClasses]`; null for a class that cannot be probed. */
  probeAccuracy: (number | null)[];
}

interface ClassProbe extends LinearProbe {
  label: number;
  tested: Draw;
  /** w·dec_j, `[nLatents]`. */
  alignments: Float64Array;
  /** Latents with an effect on the class, the strongest first. */
  strongest: number[];
}

/**
 * Scores how well the latents separate the classes.
 *
 * For each class a probe is fitted to raw inputs against equally many rows of the others (up to 2,000 rows of all classes
 * for training, 1,000 for testing, evenly). Latent j's effect on it is max(0, mean₊fⱼ − mean₋fⱼ)·(w·dec_j) over its
 * training rows; the n latents of largest effect, those of effect 0 never, are removed from every probe's test rows.
 *
 * @param data `x` is `[rows, dInput]`, `acts` is `[rows, nLatents]`, `decoder` is `[nLatents, dInput]`, `labels` is
 * `[rows]`; `seed` decides which rows are drawn and the order in which the probes see them (streams "probing", "tpp").
 * @throws TypeError if a matrix does not fit the others.
 * @throws RangeError if a label is not below `nClasses`.
 */
export function targetedProbePerturbation(
  data: {
    x: Float32Array;
    acts: Float32Array;
    decoder: Float32Array;
    nLatents: number;
    labels: Uint8Array;
    nClasses: number;
    seed: number;
  },
): TargetedProbePerturbation {
  const { acts, nLatents, nClasses } = data;
  const dInput = rowCount(data.decoder, { width: nLatents, name: "the decoder" });
  rowCount(data.x, { width: dInput, name: "inputs", rows: data.labels.length });
  rowCount(acts, { width: nLatents, name: "latents", rows: data.labels.length });
  const removed = REMOVED_LATENTS.filter((n) => n < nLatents);
  const probes = fitProbes({ ...data, dInput, most: removed.at(-1) ?? 0 });
  const baseline = probes.map((probe) => accuracies(probe, { ...data, removed: [], steps: [0] })[0]);
  const drops = probes.map(({ strongest }) =>
    probes.map((probe, c) =>
      accuracies(probe, { ...data, removed: strongest, steps: removed }).map((accuracy) => baseline[c] - accuracy)
    )
  );
  const probeAccuracy = new Array<number | null>(nClasses).fill(null);
  probes.forEach(({ label }, c) => probeAccuracy[label] = baseline[c]);
  const scores = removed.map((n, step): PerturbationScore => {
    if (probes.length < 2) return { n, ownDrop: null, otherDrop: null, score: null };
    const ownDrop = mean(drops.map((byProbe, c) => byProbe[c][step]));
    const otherDrop = mean(drops.flatMap((byProbe, c) => byProbe.filter((_, o) => o !== c).map((drop) => drop[step])));
    return { n, ownDrop, otherDrop, score: ownDrop - otherDrop };
  });
  return { scores, probeAccuracy };
}

/** A probe for each class that has rows to learn from and to be tested on. */
function fitProbes(
  data: Parameters<typeof targetedProbePerturbation>[0] & { dInput: number; most: number },
): ClassProbe[] {
  const { x, acts, decoder, nLatents, dInput, labels, nClasses, seed, most } = data;
  const trainCap = Math.floor(TRAIN_ROWS / nClasses), testCap = Math.floor(TEST_ROWS / nClasses);
  const { train, test } = splitClasses(labels, { nClasses, seed, trainCap, testCap });
  const rng = Rng.fromSeed(seed, "tpp");
  const probes: ClassProbe[] = [];
  for (let label = 0; label < nClasses; label++) {
    const learned = drawBalanced(train, { positive: label, cap: trainCap });
    const tested = drawBalanced(test, { positive: label, cap: testCap });
    if (learned.positives.length === 0 || tested.positives.length === 0) continue;
    const probe = fitLinearProbe(x, { ...learned, dInput, rng });
    const alignments = Float64Array.from({ length: nLatents }, (_, j) => {
      let product = 0;
      for (let i = 0; i < dInput; i++) product += probe.weights[i] * decoder[j * dInput + i];
      return product;
    });
    const positive = meanOfRows(acts, { width: nLatents, rows: learned.positives });
    const negative = meanOfRows(acts, { width: nLatents, rows: learned.negatives });
    const effects = alignments.map((alignment, j) => Math.max(0, positive[j] - negative[j]) * alignment);
    const strongest = Array.from(effects.keys()).filter((j) => effects[j] !== 0)
      .sort((a, b) => effects[b] - effects[a] || a - b).slice(0, most);
    probes.push({ ...probe, label, tested, alignments, strongest });
  }
  return probes;
}

/** The probe's share of test rows told right once the first n of `removed` are at 0, one for each n of `steps`. */
function accuracies(
  probe: ClassProbe,
  options: { x: Float32Array; acts: Float32Array; nLatents: number; removed: number[]; steps: number[] },
): number[] {
  const { x, acts, nLatents, removed, steps } = options;
  const { weights, bias, alignments, tested: { positives, negatives } } = probe;
  const right = new Array<number>(steps.length).fill(0);
  const count = (row: number, isPositive: boolean) => {
    let logit = bias, gone = 0;
    for (let i = 0; i < weights.length; i++) logit += weights[i] * x[row * weights.length + i];
    steps.forEach((n, step) => {
      for (; gone < Math.min(n, removed.length); gone++) {
        logit -= acts[row * nLatents + removed[gone]] * alignments[removed[gone]];
      }
      if (logit > 0 === isPositive) right[step]++;
    });
  };
  for (const row of positives) count(row, true);
  for (const row of negatives) count(row, false);
  return right.map((n) => n / (positives.length + negatives.length));
}

function mean(values: number[]): number {
  return values.reduce((a, b) => a + b) / values.length;
}
