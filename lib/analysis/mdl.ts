/**
 * Description length: how many bits the latents of one input take once they are rounded as coarsely as the
 * reconstruction allows.
 *
 * Few bits mean latents that are rarely active or take few values. Counts only the latents, each by itself: neither the
 * weights, nor what one latent says about another. For a linear decoder only. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { rowCount } from "./shapes.ts";
import { chosenRows, type RowSource, type SparseRows } from "./sparse_rows.ts";

/** Bins tried for the values of each latent, from the coarsest rounding there is. */
export const BIN_COUNTS: readonly number[] = [2, 3, 4, 6, 8, 12, 16, 32, 64, 128];
/** How much the mean squared error may grow by rounding, as a share of what it is without. */
export const TOLERANCE = 0.2;
/** Inputs looked at, evenly spaced among those given. */
const MAX_ROWS = 2000;
/** Multiplications spent on reconstructing rounded latents: about half a second. */
const RECONSTRUCTION_BUDGET = 5e8;
/** Numbers kept of the reconstruction errors of the inputs that are reconstructed. */
const MOST_ERRORS = 2 ** 23;
/** Activations kept of the inputs that are looked at, which are read about twenty times. */
const MOST_ENTRIES = 2 ** 23;

/** The latents rounded to one number of bins. */
export interface RoundedLatents {
  binCount: number;
  /** Bits for the latents of one input, Σⱼ [H(pⱼ) + pⱼ H(bin of fⱼ given fⱼ ≠ 0)], H in bits. At least 0. */
  bits: number;
  /** MSE of the reconstruction from rounded latents, over `checkedRows`; null if fewer bits were enough before. */
  mse: number | null;
  /** Whether that is at most (1 + tolerance) times `unroundedMse`; null if it was not tried. */
  isWithinTolerance: boolean | null;
}

/** What {@linkcode descriptionLength} finds. */
export interface DescriptionLength {
  /** The fewest bits among the candidates within tolerance, null if none is. */
  bits: number | null;
  /** Its number of bins. */
  binCount: number | null;
  /** MSE of the reconstruction as it is, mean over `checkedRows` and dimensions. */
  unroundedMse: number;
  /** One for each number of bins, in the order of {@linkcode BIN_COUNTS}. */
  candidates: RoundedLatents[];
  /** Inputs behind the bits, at most 2,000. */
  rows: number;
  /** Inputs behind the errors: all of `rows` unless so many latents are active that it would take seconds. */
  checkedRows: number;
}

/** Latents, what they are decoded with, and how far off the reconstruction is. */
export interface Described {
  /** `[rows, nLatents]`, at least one row. */
  latents: RowSource;
  /** `[nLatents, dInput]`, without bias. */
  decoder: Float32Array;
  /** x − x̂ of the given rows, `[rows, dInput]`. */
  errorsOf(rows: Uint32Array): Promise<Float32Array>;
  tolerance?: number;
}

/**
 * The shortest description of the latents that still reconstructs.
 *
 * With p_j the share of inputs with f_j ≠ 0: H(p_j) bits say whether latent j is active, and if it is, H of its bin
 * says how much. Its bins are equal parts of [min(0, min f_j), max(0, max f_j)]; a value is rounded to the middle of
 * its bin, 0 stays 0. A number of bins is allowed if rounding multiplies the mean squared error by 1 + `tolerance` at
 * most: Σ‖x − x̂ − Σⱼ(f̃ⱼ − fⱼ) dec_j‖² ≤ 1.2 Σ‖x − x̂‖².
 *
 * The bits are those of SAEBench's `mdl` (Ayonrinde, Pearce and Sharkey 2024, arXiv 2410.11179) except that its
 * histogram counts 0 as a value too; its limit, √MSE / d < 0.2 whatever the data's scale, is not taken over.
 *
 * @throws TypeError if a matrix does not fit the others.
 * @throws RangeError if there are no rows.
 */
export async function descriptionLength(data: Described): Promise<DescriptionLength> {
  const { decoder, errorsOf, tolerance = TOLERANCE } = data;
  const nLatents = data.latents.width, given = data.latents.count;
  const dInput = rowCount(decoder, { width: nLatents, name: "the decoder" });
  if (given === 0) throw new RangeError("Cannot describe latents: 0 rows, expected at least 1");
  const rows = evenly(Math.min(MAX_ROWS, given), (i, n) => Math.floor(i * given / n));
  const latents = await chosenRows(data.latents, rows, { mostEntries: MOST_ENTRIES });
  const ranges = await latentRanges(latents);
  const bits: number[] = [];
  for (const binCount of BIN_COUNTS) bits.push(await totalBits(latents, { ranges, binCount }));
  const checked = evenly(
    affordable(ranges, { dInput, rows: rows.length }),
    (i, n) => Math.floor(i * rows.length / n),
  );
  const errors = await errorsOf(checked.map((place) => rows[place]));
  rowCount(errors, { width: dInput, name: "reconstruction errors", rows: checked.length });
  const unroundedMse = meanSquare(errors);
  const candidates = BIN_COUNTS.map((binCount, k): RoundedLatents => ({
    binCount,
    bits: bits[k],
    mse: null,
    isWithinTolerance: null,
  }));
  let best: RoundedLatents | null = null;
  for (const candidate of candidates.toSorted((a, b) => a.bits - b.bits)) { // the first that is fine enough has the fewest
    candidate.mse = await roundedMse({ latents, decoder }, {
      ...{ errors, ranges, rows: checked, binCount: candidate.binCount },
    });
    candidate.isWithinTolerance = candidate.mse <= (1 + tolerance) * unroundedMse;
    if (!candidate.isWithinTolerance) continue;
    best = candidate;
    break;
  }
  return {
    bits: best && best.bits,
    binCount: best && best.binCount,
    unroundedMse,
    candidates,
    rows: rows.length,
    checkedRows: checked.length,
  };
}

function evenly(count: number, place: (i: number, count: number) => number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => place(i, count));
}

/** Each latent's bins reach from `low` to `high`, `[nLatents]`; `active` counts its rows other than 0. */
interface LatentRanges {
  low: Float64Array;
  high: Float64Array;
  active: Uint32Array;
}

async function latentRanges(latents: RowSource): Promise<LatentRanges> {
  const { width } = latents;
  const low = new Float64Array(width), high = new Float64Array(width), active = new Uint32Array(width);
  for await (const { count, starts, columns, values } of latents.pieces()) {
    for (let e = 0; e < starts[count]; e++) {
      const j = columns[e], value = values[e];
      if (value < low[j]) low[j] = value;
      if (value > high[j]) high[j] = value;
      active[j]++;
    }
  }
  return { low, high, active };
}

/** How many rows can be reconstructed at every number of bins within the budget; at least one. */
function affordable({ active }: LatentRanges, { dInput, rows }: { dInput: number; rows: number }): number {
  const perRow = BIN_COUNTS.length * dInput * Math.max(1, active.reduce((sum, n) => sum + n, 0) / rows);
  return Math.min(rows, Math.max(1, Math.floor(Math.min(RECONSTRUCTION_BUDGET / perRow, MOST_ERRORS / dInput))));
}

/** How one latent's values are rounded. */
function binOf(value: number, { low, high, binCount }: { low: number; high: number; binCount: number }): number {
  return Math.min(binCount - 1, Math.floor((value - low) / (high - low) * binCount));
}

async function totalBits(
  latents: RowSource,
  options: { ranges: LatentRanges; binCount: number },
): Promise<number> {
  const { ranges: { low, high, active }, binCount } = options;
  const counts = new Uint32Array(latents.width * binCount);
  for await (const { count, starts, columns, values } of latents.pieces()) {
    for (let e = 0; e < starts[count]; e++) {
      const j = columns[e];
      counts[j * binCount + binOf(values[e], { low: low[j], high: high[j], binCount })]++;
    }
  }
  let bits = 0;
  for (let j = 0; j < latents.width; j++) {
    if (active[j] === 0) continue;
    bits += entropyBits(Uint32Array.of(active[j], latents.count - active[j]), latents.count);
    bits += active[j] / latents.count * entropyBits(counts.subarray(j * binCount, (j + 1) * binCount), active[j]);
  }
  return bits;
}

/** −Σ q log₂ q of shares q = counts / total. */
function entropyBits(counts: Uint32Array, total: number): number {
  let bits = 0;
  for (const n of counts) if (n > 0) bits -= n / total * Math.log2(n / total);
  return bits;
}

/** Mean over rows and dimensions of (x − x̂ − Σⱼ(f̃ⱼ − fⱼ) dec_j)². */
async function roundedMse(
  { latents, decoder }: Pick<Described, "latents" | "decoder">,
  options: { errors: Float32Array; ranges: LatentRanges; rows: Uint32Array; binCount: number },
): Promise<number> {
  const { errors, ranges, rows, binCount } = options;
  const dInput = decoder.length / latents.width;
  const error = new Float64Array(dInput);
  const shifts = { offsets: new Int32Array(latents.width + 3), sizes: new Float64Array(latents.width + 3) };
  let squares = 0;
  for await (const piece of latents.pieces(rows)) {
    for (let row = 0; row < piece.count; row++) {
      const start = (piece.first + row) * dInput;
      for (let i = 0; i < dInput; i++) error[i] = errors[start + i];
      const n = roundingShifts(piece, { row, ranges, binCount, dInput, ...shifts });
      subtractRows(error, { decoder, n, ...shifts });
      for (let i = 0; i < dInput; i++) squares += error[i] * error[i];
    }
  }
  return squares / errors.length;
}

/** Where the decoder's rows of a row's active latents begin, and f̃ − f of each; three of size 0 behind the last. */
function roundingShifts(
  { starts, columns, values }: SparseRows,
  options: {
    row: number;
    ranges: LatentRanges;
    binCount: number;
    dInput: number;
    offsets: Int32Array;
    sizes: Float64Array;
  },
): number {
  const { row, ranges: { low, high }, binCount, dInput, offsets, sizes } = options;
  let n = 0;
  for (let e = starts[row]; e < starts[row + 1]; e++) {
    const j = columns[e], value = values[e];
    const bin = binOf(value, { low: low[j], high: high[j], binCount });
    offsets[n] = j * dInput;
    sizes[n++] = low[j] + (bin + 0.5) / binCount * (high[j] - low[j]) - value;
  }
  sizes.fill(0, n, n + 3);
  return n;
}

/** error −= Σ size · decoder row, four rows in one pass over the error. */
function subtractRows(
  error: Float64Array,
  options: { decoder: Float32Array; n: number; offsets: Int32Array; sizes: Float64Array },
): void {
  const { decoder, n, offsets, sizes } = options;
  for (let k = 0; k < n; k += 4) {
    const a = offsets[k], b = offsets[k + 1], c = offsets[k + 2], d = offsets[k + 3];
    const sa = sizes[k], sb = sizes[k + 1], sc = sizes[k + 2], sd = sizes[k + 3];
    for (let i = 0; i < error.length; i++) {
      error[i] -= sa * decoder[a + i] + sb * decoder[b + i] + sc * decoder[c + i] + sd * decoder[d + i];
    }
  }
}

function meanSquare(values: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i] * values[i];
  return squares / values.length;
}
