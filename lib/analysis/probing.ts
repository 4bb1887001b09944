/**
 * Sparse probing: how well one, two or five columns of a matrix separate each class from the rest.
 *
 * The same for latents and for raw inputs, with which the latents are compared. Follows SAEBench's `sparse_probing`;
 * trains its own small classifiers, never the model. Needs labels. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Labels } from "../data/row_labels.ts";
import { type Draw, drawBalanced, drawnRows, meanDifferences, splitClasses } from "./class_draws.ts";
import { fitLogistic } from "./logistic_regression.ts";
import { mean } from "./mean.ts";
import type { RowSource } from "./sparse_rows.ts";

/** How many columns a probe may read. */
export const PROBE_SIZES: readonly number[] = [1, 2, 5];
/** Rows of one probe's training and test, half of them positive. */
const TRAIN_ROWS = 4000;
const TEST_ROWS = 1000;

/** One class against the rest. */
export interface ClassProbes {
  label: number;
  /** Rows, half of them of the class; 0 if the class cannot be probed. */
  trainRows: number;
  testRows: number;
  /** The columns with the largest |mean₊ − mean₋| on the training rows, largest first. */
  columns: number[];
  /**
   * Share of test rows whose class is predicted right from the first k columns, in [0, 1], one for each k; null if it
   * cannot be probed.
   */
  accuracy: (number | null)[];
}

/** What {@linkcode sparseProbing} finds. */
export interface SparseProbing {
  /** Mean over the probed classes for each k of {@linkcode PROBE_SIZES} that the matrix is wide enough for. */
  accuracy: { k: number; value: number | null }[];
  /** `[nClasses]`. */
  classes: ClassProbes[];
}

/**
 * Probes each class with few columns.
 *
 * Of each class a fifth of the rows is kept for testing. A class is tried against as many rows of the others, drawn
 * evenly (up to 4,000 rows for training and 1,000 for testing); the k columns of largest |mean₊ − mean₋| feed a
 * logistic regression (L2, C = 1) that is solved exactly. Chance is 0.5. A class of fewer than 2 rows, or without
 * others, is not probed and not in the mean. The matrix is read twice: for the means, and for the chosen columns.
 *
 * @param source `[rows, width]` of any scale.
 * @param data `labels` is `[rows]`; `seed` decides which rows are drawn.
 * @throws TypeError if there is not one row for each label.
 * @throws RangeError if a label is not below `nClasses`.
 */
export async function sparseProbing(
  source: RowSource,
  data: { labels: Labels; nClasses: number; seed: number },
): Promise<SparseProbing> {
  const { labels, nClasses, seed } = data;
  if (source.count !== labels.length) {
    throw new TypeError(`Cannot probe: ${source.count} rows, expected one for each of ${labels.length} labels`);
  }
  const sizes = PROBE_SIZES.filter((k) => k <= source.width);
  const trainCap = TRAIN_ROWS / 2, testCap = TEST_ROWS / 2;
  const { train, test } = splitClasses(labels, { nClasses, seed, trainCap, testCap });
  const probed = Array.from({ length: nClasses }, (_, label) => ({
    label,
    learned: drawBalanced(train, { positive: label, cap: trainCap }),
    tested: drawBalanced(test, { positive: label, cap: testCap }),
  })).filter(({ learned, tested }) => learned.positives.length > 0 && tested.positives.length > 0);
  const differences = await meanDifferences(source, probed.map(({ learned }) => learned));
  const chosen = differences.map((own) => largest(own.map(Math.abs), sizes.at(-1)!));
  const features = await featuresOf(source, [
    ...probed.map(({ learned }, i) => ({ draw: learned, columns: chosen[i] })),
    ...probed.map(({ tested }, i) => ({ draw: tested, columns: chosen[i] })),
  ]);
  const found = probed.map(({ label, learned, tested }, i): ClassProbes => ({
    label,
    trainRows: 2 * learned.positives.length,
    testRows: 2 * tested.positives.length,
    columns: chosen[i],
    accuracy: sizes.map((k) => accuracyOf(k, { learned: features[i], tested: features[probed.length + i] })),
  }));
  const classes = Array.from({ length: nClasses }, (_, label) =>
    found.find((own) => own.label === label) ??
      { label, trainRows: 0, testRows: 0, columns: [], accuracy: sizes.map(() => null) });
  return {
    accuracy: sizes.map((k, index) => ({ k, value: mean(classes.map(({ accuracy }) => accuracy[index])) })),
    classes,
  };
}

/** Indices of the n largest values, largest first, ties by index. */
function largest(values: Float64Array, n: number): number[] {
  const best: number[] = [];
  for (let j = 0; j < values.length; j++) {
    if (best.length === n && values[j] <= values[best[n - 1]]) continue;
    const place = best.findIndex((other) => values[j] > values[other]);
    best.splice(place < 0 ? best.length : place, 0, j);
    if (best.length > n) best.pop();
  }
  return best;
}

/** Chosen columns of a draw's rows, `[n, columns]`, positives first. */
interface Examples {
  values: Float64Array;
  width: number;
  /** 1 for a row of the class, `[n]`. */
  positives: Uint8Array;
}

/** The examples of several draws; the matrix is read once. */
async function featuresOf(source: RowSource, wanted: { draw: Draw; columns: number[] }[]): Promise<Examples[]> {
  const found = wanted.map(({ draw: { positives, negatives }, columns }): Examples => {
    const n = positives.length + negatives.length;
    return {
      values: new Float64Array(n * columns.length),
      width: columns.length,
      positives: new Uint8Array(n).fill(1, 0, positives.length),
    };
  });
  const { rows, drawn } = drawnRows(wanted.map(({ draw }) => draw));
  const dense = new Float32Array(source.width); // one row, cleared after use
  for await (const { first, count, starts, columns, values } of source.pieces(rows)) {
    for (let i = 0; i < count; i++) {
      for (let e = starts[i]; e < starts[i + 1]; e++) dense[columns[e]] = values[e];
      for (const { draw, example } of drawn[first + i]) {
        const { values, width } = found[draw], own = wanted[draw].columns;
        for (let c = 0; c < width; c++) values[example * width + c] = dense[own[c]];
      }
      for (let e = starts[i]; e < starts[i + 1]; e++) dense[columns[e]] = 0;
    }
  }
  return found;
}

/** Share of tested examples that a probe of the first k columns predicts right. */
function accuracyOf(k: number, { learned, tested }: { learned: Examples; tested: Examples }): number {
  const { weights, bias } = fitLogistic(firstColumns(learned, k), { positives: learned.positives, c: 1 });
  const unseen = firstColumns(tested, k);
  let right = 0;
  for (let i = 0; i < tested.positives.length; i++) {
    let logit = bias;
    for (let j = 0; j < k; j++) logit += weights[j] * unseen[i * k + j];
    if ((logit > 0) === (tested.positives[i] === 1)) right++;
  }
  return right / tested.positives.length;
}

/** `[n, k]` */
function firstColumns({ values, width, positives }: Examples, k: number): Float64Array {
  const first = new Float64Array(positives.length * k);
  for (let i = 0; i < positives.length; i++) for (let j = 0; j < k; j++) first[i * k + j] = values[i * width + j];
  return first;
}
