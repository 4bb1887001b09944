/**
 * Sparse probing: how well the one, two or five most telling columns of a matrix tell each class from the rest.
 *
 * The same for latents and for raw inputs, which are the bar to clear. Follows SAEBench's `sparse_probing`; trains its own
 * small classifiers, never the model. Needs labels.
 *
 * @module
 */
import { drawBalanced, meanOfRows, splitClasses } from "./class_draws.ts";
import { fitLogistic } from "./logistic_regression.ts";
import { rowCount } from "./shapes.ts";

/** How many columns a probe may read. */
export const PROBE_SIZES: readonly number[] = [1, 2, 5];
/** Rows of one probe's training and test, half of them positive. */
const TRAIN_ROWS = 4000;
const TEST_ROWS = 1000;

/** One class against the rest. */
export interface ClassProbes {
  label: number;
  /** Rows, half of them of the class; 0 where the class cannot be probed. */
  trainRows: number;
  testRows: number;
  /** The columns with the largest |mean₊ − mean₋| on the training rows, largest first. */
  columns: number[];
  /** Share of test rows told right by the first k columns, in [0, 1], one for each k; null where it cannot be probed. */
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
 * Of each class a fifth of the rows is kept for testing. A class is tried against as many rows of the others, drawn evenly
 * (up to 4,000 rows for training and 1,000 for testing); the k columns of largest |mean₊ − mean₋| feed a logistic
 * regression (L2, C = 1) that is solved exactly. Chance is 0.5. A class of fewer than 2 rows, or without others, is not
 * probed and not in the mean.
 *
 * @param data `values` is `[rows, width]` of any scale, `labels` is `[rows]`; `seed` decides which rows are drawn.
 * @throws TypeError if `values` is not one row for each label.
 * @throws RangeError if a label is not below `nClasses`.
 */
export function sparseProbing(
  data: { values: Float32Array; width: number; labels: Uint8Array; nClasses: number; seed: number },
): SparseProbing {
  const { values, width, labels, nClasses, seed } = data;
  rowCount(values, { width, name: "the matrix to probe", rows: labels.length });
  const sizes = PROBE_SIZES.filter((k) => k <= width);
  const trainCap = TRAIN_ROWS / 2, testCap = TEST_ROWS / 2;
  const { train, test } = splitClasses(labels, { nClasses, seed, trainCap, testCap });
  const classes = Array.from({ length: nClasses }, (_, label): ClassProbes => {
    const learned = drawBalanced(train, { positive: label, cap: trainCap });
    const tested = drawBalanced(test, { positive: label, cap: testCap });
    if (learned.positives.length === 0 || tested.positives.length === 0) {
      return { label, trainRows: 0, testRows: 0, columns: [], accuracy: sizes.map(() => null) };
    }
    const positive = meanOfRows(values, { width, rows: learned.positives });
    const negative = meanOfRows(values, { width, rows: learned.negatives });
    const columns = largest(positive.map((mean, j) => Math.abs(mean - negative[j])), sizes.at(-1)!);
    return {
      label,
      trainRows: 2 * learned.positives.length,
      testRows: 2 * tested.positives.length,
      columns,
      accuracy: sizes.map((k) => {
        const chosen = columns.slice(0, k);
        const { positives, features } = examples(values, { width, chosen, ...learned });
        const { weights, bias } = fitLogistic(features, { positives, c: 1 });
        const unseen = examples(values, { width, chosen, ...tested });
        let right = 0;
        unseen.positives.forEach((isPositive, i) => {
          const logit = weights.reduce((sum, weight, j) => sum + weight * unseen.features[i * k + j], bias);
          if ((logit > 0) === (isPositive === 1)) right++;
        });
        return right / unseen.positives.length;
      }),
    };
  });
  return {
    accuracy: sizes.map((k, index) => ({ k, value: mean(classes.map(({ accuracy }) => accuracy[index])) })),
    classes,
  };
}

/** Indices of the n largest values, largest first, ties by index. */
function largest(values: Float64Array, n: number): number[] {
  return Array.from(values.keys()).sort((a, b) => values[b] - values[a] || a - b).slice(0, n);
}

/** The chosen columns of the drawn rows, `[n, chosen]`, positives first. */
function examples(
  values: Float32Array,
  options: { width: number; chosen: number[]; positives: Uint32Array; negatives: Uint32Array },
) {
  const { width, chosen, positives, negatives } = options;
  const rows = [...positives, ...negatives];
  const features = new Float64Array(rows.length * chosen.length);
  rows.forEach((row, i) =>
    chosen.forEach((column, j) => features[i * chosen.length + j] = values[row * width + column])
  );
  return { features, positives: Uint8Array.from(rows, (_, i) => i < positives.length ? 1 : 0) };
}

function mean(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length ? known.reduce((a, b) => a + b) / known.length : null;
}
