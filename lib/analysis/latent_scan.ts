/**
 * What is gathered of each latent in one pass over a split whose largest activations are known: histogram, the inputs that
 * activate it most, some inputs at every level, and sums by class and factor.
 *
 * Sums and lists of bounded size, whatever the number of inputs; `latents.ts` makes a report's rows of them.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Labels } from "../data/row_labels.ts";
import { mean } from "./mean.ts";
import type { RowPiece } from "./sparse_rows.ts";
import { TopRows } from "./top_rows.ts";

/** Bins of a histogram, and equal intervals of a latent's activations. */
export const BINS = 50, INTERVALS = 10;
/** A model with more latents than this has shorter lists. */
const MANY_LATENTS = 4096;
/** The most activating inputs that are kept of a latent, and the inputs kept of each interval; the shorter lists last. */
const TOP_ROWS = [16, 8], ROWS_PER_INTERVAL = [5, 2];

/** What is known of the latents and the inputs before the pass. */
export interface ScanOptions {
  /** Largest activation of each latent, `[nLatents]`. */
  largest: Float32Array;
  /** A latent is active above this. */
  activeAbove: number;
  /** Class of each input, below `nClasses`; null without labels. */
  labels: Labels | null;
  nClasses: number;
  /** What is known of each input, `[count]` each. */
  factors: Record<string, Float32Array>;
}

/** See the module comment. */
export class LatentScan {
  /** Inputs added. */
  count = 0;
  readonly nLatents: number;
  readonly nClasses: number;
  readonly factorNames: string[];
  /** Most inputs kept of a latent's most activating ones, and of each interval. */
  readonly topRows: number;
  readonly rowsPerInterval: number;
  /** Inputs on which each latent is not 0, `[nLatents]`. */
  readonly nonZero: Uint32Array;
  /** Σ a over the inputs on which it is active, `[nLatents]`. */
  readonly activeSums: Float64Array;
  /** Activations other than 0 in each bin, `[nLatents, BINS]`; and of all latents together, `[BINS]`. */
  readonly bins: Uint32Array;
  readonly allBins = new Float64Array(BINS);
  /** Where the bins of all latents together end. */
  readonly largestOfAll: number;
  /** The most activating inputs, `topRows` of each latent. */
  readonly top: TopRows;
  /** Inputs in each interval, the highest first, `[nLatents, INTERVALS]`, and the first few, `[…, rowsPerInterval]`. */
  readonly intervalCounts: Uint32Array;
  readonly intervalRows: Uint32Array;
  /** Σ a over the inputs of each class, `[nLatents, nClasses]`; empty without labels. */
  readonly classSums: Float64Array;
  /** Σ a (f − f̄) for each factor f, `[nLatents, factors]`; and Σ (f − f̄)², `[factors]`. */
  readonly factorSums: Float64Array;
  readonly factorSquares: Float64Array;
  readonly #options: ScanOptions;
  /** Each factor less its mean. */
  readonly #centred: Float64Array[];

  constructor(options: ScanOptions) {
    const { largest, labels, nClasses, factors } = options;
    const n = largest.length, size = n > MANY_LATENTS ? 1 : 0;
    this.#options = options;
    this.#centred = Object.values(factors).map((values) => {
      const centre = mean(values) ?? 0;
      return Float64Array.from(values, (value) => value - centre);
    });
    this.nLatents = n;
    this.nClasses = labels ? nClasses : 0;
    this.factorNames = Object.keys(factors);
    this.topRows = TOP_ROWS[size];
    this.rowsPerInterval = ROWS_PER_INTERVAL[size];
    this.largestOfAll = largest.reduce((a, b) => Math.max(a, b), 0);
    this.nonZero = new Uint32Array(n);
    this.activeSums = new Float64Array(n);
    this.bins = new Uint32Array(n * BINS);
    this.top = new TopRows({ nLatents: n, size: this.topRows });
    this.intervalCounts = new Uint32Array(n * INTERVALS);
    this.intervalRows = new Uint32Array(n * INTERVALS * this.rowsPerInterval);
    this.classSums = new Float64Array(n * this.nClasses);
    this.factorSums = new Float64Array(n * this.factorNames.length);
    this.factorSquares = Float64Array.from(
      this.#centred,
      (values) => values.reduce((sum, value) => sum + value * value, 0),
    );
  }

  /** Adds consecutive inputs, which follow those added before. */
  add({ first, count, starts, columns, values }: RowPiece): void {
    const { largest, activeAbove, labels } = this.#options;
    const { nClasses, factorNames: { length: nFactors } } = this;
    for (let i = 0; i < count; i++) {
      const row = first + i, label = labels ? labels[row] : 0;
      for (let e = starts[i]; e < starts[i + 1]; e++) {
        const j = columns[e], value = values[e];
        this.nonZero[j]++;
        if (value > activeAbove) this.activeSums[j] += value;
        this.bins[j * BINS + binOf(value, largest[j])]++;
        this.allBins[binOf(value, this.largestOfAll)]++;
        if (labels) this.classSums[j * nClasses + label] += value;
        for (let f = 0; f < nFactors; f++) this.factorSums[j * nFactors + f] += value * this.#centred[f][row];
        this.#offerInterval(j, row, value / largest[j]);
        this.top.offer(j, { row, value });
      }
    }
    this.count += count;
  }

  /** Inputs that are kept of some latents, at most `most`: every latent's most activating one, then the next ones. */
  exampleRows(most: number, latents: readonly number[]): Set<number> {
    const rows = new Set<number>();
    const size = INTERVALS * this.rowsPerInterval;
    for (let rank = 0; rank < this.topRows; rank++) {
      for (const j of latents) {
        if (rows.size >= most) return rows;
        if (rank < this.nonZero[j]) rows.add(this.top.rows[j * this.topRows + rank]);
      }
    }
    for (let place = 0; place < size; place++) {
      const interval = Math.floor(place / this.rowsPerInterval), kept = place % this.rowsPerInterval;
      for (const j of latents) {
        if (rows.size >= most) return rows;
        if (kept < this.intervalCounts[j * INTERVALS + interval]) rows.add(this.intervalRows[j * size + place]);
      }
    }
    return rows;
  }

  /** Keeps an input if few of its interval are kept. */
  #offerInterval(j: number, row: number, share: number): void {
    const interval = j * INTERVALS + Math.min(INTERVALS - 1, Math.floor(INTERVALS * (1 - share)));
    const kept = this.intervalCounts[interval]++;
    if (kept < this.rowsPerInterval) this.intervalRows[interval * this.rowsPerInterval + kept] = row;
  }
}

/** The bin of [0, max] that a value is in; `max` itself is in the last. */
export function binOf(value: number, max: number): number {
  return Math.min(BINS - 1, Math.floor(value / (max || 1) * BINS));
}
