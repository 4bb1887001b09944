/**
 * Targeted probe perturbation: does a probe for a class lose its accuracy if the few most relevant latents of the
 * class are removed, while the probes for other classes keep theirs?
 *
 * Follows SAEBench's `scr_and_tpp` on labels instead of texts. For a linear decoder only, x̂ = Σⱼ fⱼ dec_j + b: zeroing
 * latents and adding back the error x − x̂ then moves a probe's logit by −Σⱼ fⱼ (w·dec_j), and nothing is
 * reconstructed. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Labels } from "../data/row_labels.ts";
import { Rng } from "../rng.ts";
import { type Draw, drawBalanced, drawnRows, meanDifferences, splitClasses } from "./class_draws.ts";
import { fitLinearProbe, logitOf } from "./linear_probe.ts";
import type { LinearProbe } from "./logistic_regression.ts";
import { mean } from "./mean.ts";
import type { HeldInputs, InputRows } from "./row_sources.ts";
import { rowCount } from "./shapes.ts";
import type { RowSource } from "./sparse_rows.ts";

/** How many latents are removed. */
export const REMOVED_LATENTS: readonly number[] = [2, 5, 10, 20, 50, 100, 500];
/** Rows of all classes together that are learned from, and tested on. */
const TRAIN_ROWS = 2000;
const TEST_ROWS = 1000;

/** What removing a class's latents does to the accuracy of the probes, for one number of latents. */
export interface PerturbationScore {
  /** Latents removed; fewer if fewer have an effect. */
  n: number;
  /** Drop of the class's own accuracy, mean over classes, in [−1, 1]. */
  ownDrop: number | null;
  /** Mean drop of the other classes' accuracies, mean over classes, in [−1, 1]. */
  otherDrop: number | null;
  /** ownDrop − otherDrop: 0.5 at best from a perfect probe, 0 if the latents do not separate the classes. */
  score: number | null;
}

/** What {@linkcode targetedProbePerturbation} finds. */
export interface TargetedProbePerturbation {
  /** One for each n of {@linkcode REMOVED_LATENTS} below `nLatents`; null if fewer than 2 classes have probes. */
  scores: PerturbationScore[];
  /** Rows of all classes that were learned from, and tested on. */
  learnedRows: number;
  testedRows: number;
  /**
   * Accuracy of each class's probe before anything is removed, `[nClasses]`; null for a class that cannot be probed.
   */
  probeAccuracy: (number | null)[];
}

/** A class that has rows to learn from and to be tested on. */
interface ProbedClass {
  label: number;
  learned: Draw;
  tested: Draw;
}

interface ClassProbe extends ProbedClass, LinearProbe {
  /** w·dec_j, `[nLatents]`. */
  alignments: Float64Array;
  /** Latents with an effect on the class, the strongest first. */
  strongest: number[];
}

/** What the probes are fitted to, and what is removed from it. */
export interface PerturbationData {
  /** `[rows, dInput]` */
  inputs: InputRows;
  /** `[rows, nLatents]` */
  latents: RowSource;
  /** `[nLatents, dInput]` */
  decoder: Float32Array;
  /** `[rows]` */
  labels: Labels;
  nClasses: number;
  /** Decides which rows are drawn and the order in which the probes see them (streams "probing", "tpp"). */
  seed: number;
}

/** The same with the inputs of the probes in memory. */
type HeldData = Omit<PerturbationData, "inputs"> & { inputs: HeldInputs };

/**
 * Scores how well the latents separate the classes.
 *
 * For each class a probe is fitted to raw inputs against equally many rows of the others (up to 2,000 rows of all
 * classes for training, 1,000 for testing, evenly). Latent j's effect on it is max(0, mean₊fⱼ − mean₋fⱼ)·(w·dec_j) over
 * its training rows; the n latents of largest effect, those of effect 0 never, are removed from every probe's test
 * rows.
 *
 * @throws TypeError if a matrix does not fit the others.
 * @throws RangeError if a label is not below `nClasses`.
 */
export async function targetedProbePerturbation(data: PerturbationData): Promise<TargetedProbePerturbation> {
  const { inputs, latents, decoder, labels, nClasses, seed } = data;
  rowCount(decoder, { width: inputs.width, name: "the decoder", rows: latents.width });
  for (const [name, { count }] of [["inputs", inputs], ["latents", latents]] as const) {
    if (count !== labels.length) {
      throw new TypeError(`Cannot perturb probes: ${count} rows of ${name}, expected one for each of ${labels.length}`);
    }
  }
  const removed = REMOVED_LATENTS.filter((n) => n < latents.width);
  const trainCap = Math.floor(TRAIN_ROWS / nClasses), testCap = Math.floor(TEST_ROWS / nClasses);
  const { train, test } = splitClasses(labels, { nClasses, seed, trainCap, testCap });
  const classes = Array.from({ length: nClasses }, (_, label): ProbedClass => ({
    label,
    learned: drawBalanced(train, { positive: label, cap: trainCap }),
    tested: drawBalanced(test, { positive: label, cap: testCap }),
  })).filter(({ learned, tested }) => learned.positives.length > 0 && tested.positives.length > 0);
  const { rows } = drawnRows(classes.flatMap(({ learned, tested }) => [learned, tested]));
  const held = { ...data, inputs: await inputs.held(rows) };
  const probes = await fitProbes(classes, { ...held, most: removed.at(-1) ?? 0 });
  const { baseline, drops } = await accuracyDrops(probes, { ...held, removed });
  const probeAccuracy = new Array<number | null>(nClasses).fill(null);
  probes.forEach(({ label }, c) => probeAccuracy[label] = baseline[c]);
  const scores = removed.map((n, step): PerturbationScore => {
    if (probes.length < 2) return { n, ownDrop: null, otherDrop: null, score: null };
    const ownDrop = mean(drops.map((byProbe, c) => byProbe[c][step]))!;
    const otherDrop = mean(drops.flatMap((byProbe, c) => byProbe.filter((_, o) => o !== c).map((drop) => drop[step])))!;
    return { n, ownDrop, otherDrop, score: ownDrop - otherDrop };
  });
  return {
    scores,
    learnedRows: drawnRows(classes.map(({ learned }) => learned)).rows.length,
    testedRows: drawnRows(classes.map(({ tested }) => tested)).rows.length,
    probeAccuracy,
  };
}

/** A probe for each class, and the latents that have an effect on it. */
async function fitProbes(classes: ProbedClass[], data: HeldData & { most: number }): Promise<ClassProbe[]> {
  const { inputs, latents, decoder, seed, most } = data;
  const dInput = inputs.width;
  const rng = Rng.fromSeed(seed, "tpp");
  const differences = await meanDifferences(latents, classes.map(({ learned }) => learned));
  const probes: ClassProbe[] = [];
  for (const [c, one] of classes.entries()) {
    const probe = fitLinearProbe(inputs, { ...one.learned, rng });
    const alignments = new Float64Array(latents.width);
    for (let j = 0; j < alignments.length; j++) {
      let product = 0;
      for (let i = 0; i < dInput; i++) product += probe.weights[i] * decoder[j * dInput + i];
      alignments[j] = product;
    }
    const effects = alignments.map((alignment, j) => Math.max(0, differences[c][j]) * alignment);
    const strongest = Array.from(effects.keys()).filter((j) => effects[j] !== 0)
      .sort((a, b) => effects[b] - effects[a] || a - b).slice(0, most);
    probes.push({ ...one, ...probe, alignments, strongest });
  }
  return probes;
}

/**
 * Accuracy of each probe on its test rows, and how much of it goes with a class's strongest latents.
 *
 * @returns `baseline` `[probes]`; `drops[a][c][step]` of probe c without the latents of class a, one for each of
 * `removed`.
 */
async function accuracyDrops(
  probes: ClassProbe[],
  { inputs, latents, removed }: HeldData & { removed: number[] },
): Promise<{ baseline: number[]; drops: number[][][] }> {
  const { rows, drawn } = drawnRows(probes.map(({ tested }) => tested));
  const logits = probes.map(({ tested: { positives, negatives }, ...probe }) =>
    Float64Array.from([...positives, ...negatives], (row) => logitOf(inputs.row(row), probe))
  );
  const right = probes.map(() => 0);
  const rightWithout = probes.map(() => probes.map(() => new Array<number>(removed.length).fill(0)));
  const acts = new Float32Array(latents.width); // of one row, cleared after use
  for await (const { first, count, starts, columns, values } of latents.pieces(rows)) {
    for (let i = 0; i < count; i++) {
      for (let e = starts[i]; e < starts[i + 1]; e++) acts[columns[e]] = values[e];
      for (const { draw, example } of drawn[first + i]) {
        const { tested: { positives }, alignments } = probes[draw];
        const isPositive = example < positives.length;
        const logit = logits[draw][example];
        if (logit > 0 === isPositive) right[draw]++;
        probes.forEach(({ strongest }, a) => {
          let left = logit, gone = 0;
          removed.forEach((n, step) => {
            for (; gone < Math.min(n, strongest.length); gone++) {
              left -= acts[strongest[gone]] * alignments[strongest[gone]];
            }
            if (left > 0 === isPositive) rightWithout[a][draw][step]++;
          });
        });
      }
      for (let e = starts[i]; e < starts[i + 1]; e++) acts[columns[e]] = 0;
    }
  }
  const sizes = probes.map(({ tested: { positives, negatives } }) => positives.length + negatives.length);
  const baseline = right.map((n, c) => n / sizes[c]);
  const drops = rightWithout.map((byProbe) => byProbe.map((own, c) => own.map((n) => baseline[c] - n / sizes[c])));
  return { baseline, drops };
}
