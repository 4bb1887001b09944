/**
 * The Gini index of each latent over all images, which needs the latent's activations in order.
 *
 * Exact while the activations that are not 0 fit into memory, as those of sparse models do. Beyond that each latent has
 * a histogram of 256 bins, 8 to an octave, and the index is that of values rounded to the middle of their bin: it
 * differs by about 0.001 if activations vary smoothly, and by 0.03 at most. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { FiniteMean, gini } from "./sparseness.ts";
import { type SparseRows, StoredRows } from "./sparse_rows.ts";

/** Most activations kept of one split, 8 bytes each. */
const MOST_ENTRIES = 2 ** 24;
/** Bins of a latent's histogram: 8 to an octave from 2⁻²⁰ to 2¹²; what is outside counts into the first or last. */
const BINS = 256, BINS_PER_OCTAVE = 8, LOWEST_OCTAVE = -20;
/** Bits of a float32 below the first three of its fraction, which give the eight bins of an octave. */
const BIN_SHIFT = 20;
const EXPONENT_BIAS = 127;

/** The mean over latents of their Gini index over images. */
export interface LifetimeGini {
  /** Null if every latent is always 0. */
  value: number | null;
  /** Whether no activation was rounded. */
  isExact: boolean;
}

/** Takes the latents of a split piece by piece. */
export class LifetimeMagnitudes {
  readonly #width: number;
  #stored: StoredRows | null;
  /** `[width, BINS]`, once there is no room to store. */
  #bins: Uint32Array | null = null;
  #count = 0;

  /** @param options `width` is the number of latents; `mostEntries` is how many activations are kept at most. */
  constructor({ width, mostEntries = MOST_ENTRIES }: { width: number; mostEntries?: number }) {
    this.#width = width;
    this.#stored = new StoredRows({ width, mostEntries });
  }

  /** Adds rows; all calls but the last with equally many. */
  add(rows: SparseRows): void {
    this.#count += rows.count;
    if (this.#stored?.add(rows)) return;
    if (this.#stored) {
      this.#bins = new Uint32Array(this.#width * BINS);
      for (const piece of this.#stored.all()) countIntoBins(this.#bins, piece);
      this.#stored = null;
    }
    countIntoBins(this.#bins!, rows);
  }

  /** All rows added, or null if they were too many to keep. */
  get stored(): StoredRows | null {
    return this.#stored;
  }

  gini(): LifetimeGini {
    const value = this.#stored ? exactGini(this.#stored) : giniOfBins(this.#bins!, this.#count);
    return { value, isExact: this.#stored !== null };
  }
}

/** Sorts each column's entries, which are brought together first. */
function exactGini(rows: StoredRows): number | null {
  const ends = new Uint32Array(rows.width + 1); // a column's entries begin where those of the column before end
  for (const { count, starts, columns } of rows.all()) for (let e = 0; e < starts[count]; e++) ends[columns[e] + 1]++;
  for (let j = 0; j < rows.width; j++) ends[j + 1] += ends[j];
  const starts = ends.slice();
  const magnitudes = new Float32Array(ends[rows.width]);
  for (const { count, starts: own, columns, values } of rows.all()) {
    for (let e = 0; e < own[count]; e++) magnitudes[ends[columns[e]]++] = Math.abs(values[e]);
  }
  const mean = new FiniteMean();
  for (let j = 0; j < rows.width; j++) mean.add(gini(magnitudes.subarray(starts[j], starts[j + 1]), rows.count));
  return mean.value;
}

const oneFloat = new Float32Array(1), itsBits = new Uint32Array(oneFloat.buffer);

function countIntoBins(bins: Uint32Array, { count, starts, columns, values }: SparseRows): void {
  const lowest = (EXPONENT_BIAS + LOWEST_OCTAVE) * BINS_PER_OCTAVE;
  for (let e = 0; e < starts[count]; e++) {
    oneFloat[0] = Math.abs(values[e]);
    const bin = Math.min(BINS - 1, Math.max(0, (itsBits[0] >>> BIN_SHIFT) - lowest));
    bins[columns[e] * BINS + bin]++;
  }
}

/** The middle of each bin, `[BINS]`. */
const MIDDLES = Float64Array.from({ length: BINS }, (_, bin) => {
  const octave = LOWEST_OCTAVE + Math.floor(bin / BINS_PER_OCTAVE);
  return 2 ** octave * (1 + (bin % BINS_PER_OCTAVE + 0.5) / BINS_PER_OCTAVE);
});

function giniOfBins(bins: Uint32Array, rows: number): number | null {
  const mean = new FiniteMean();
  for (let start = 0; start < bins.length; start += BINS) {
    let left = 0; // entries not passed yet
    for (let bin = 0; bin < BINS; bin++) left += bins[start + bin];
    let l1 = 0, weighted = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const n = bins[start + bin];
      l1 += n * MIDDLES[bin];
      weighted += n * MIDDLES[bin] * (left - n / 2); // Σ of left − ½, left − 1½, …, n of them
      left -= n;
    }
    mean.add(1 - 2 * weighted / (l1 * rows));
  }
  return mean.value;
}
