/**
 * Description length: how many bits the latents of one input take once they are rounded as coarsely as the reconstruction
 * allows.
 *
 * Few bits mean latents that fire rarely or take few values. Counts the latents alone, each by itself, not the weights nor
 * what latents tell of each other. For a linear decoder only.
 *
 * @module
 */
import { rowCount } from "./shapes.ts";

/** Bins tried for the values of each latent, from the coarsest rounding there is. */
export const BIN_COUNTS: readonly number[] = [2, 3, 4, 6, 8, 12, 16, 32, 64, 128];
/** How much the mean squared error may grow by rounding, as a share of what it is without. */
export const TOLERANCE = 0.2;
/** Inputs looked at, evenly spaced among those given. */
const MAX_ROWS = 2000;
/** Multiplications spent on reconstructing rounded latents: about half a second. */
const RECONSTRUCTION_BUDGET = 5e8;

/** The latents rounded to one number of bins. */
export interface RoundedLatents {
  binCount: number;
  /** Bits for the latents of one input, Σⱼ [H(pⱼ) + pⱼ H(bin of fⱼ given fⱼ ≠ 0)], H in bits. At least 0. */
  bits: number;
  /** MSE of the reconstruction from rounded latents, over `checkedRows`. */
  mse: number;
  /** Whether that is at most (1 + tolerance) times `unroundedMse`. */
  isWithinTolerance: boolean;
}

/** What {@linkcode descriptionLength} finds. */
export interface DescriptionLength {
  /** The fewest bits among the candidates within tolerance, null where none is. */
  bits: number | null;
  /** Its number of bins. */
  binCount: number | null;
  /** MSE of the reconstruction as it is, mean over `checkedRows` and dimensions. */
  unroundedMse: number;
  /** One for each number of bins, in the order of {@linkcode BIN_COUNTS}. */
  candidates: RoundedLatents[];
  /** Inputs behind the bits, at most 2,000. */
  rows: number;
  /** Inputs behind the errors: all of `rows` unless so many latents fire that it would take seconds. */
  checkedRows: number;
}

/**
 * The shortest description of the latents that still reconstructs.
 *
 * With p_j the share of inputs with f_j ≠ 0: H(p_j) bits say whether latent j fires, and where it does, H of its bin says
 * how much. Its bins are equal parts of [min(0, min f_j), max(0, max f_j)]; a value is rounded to the middle of its bin, 0
 * stays 0. A number of bins is allowed if rounding multiplies the mean squared error by 1 + `tolerance` at most:
 * Σ‖x − x̂ − Σⱼ(f̃ⱼ − fⱼ) dec_j‖² ≤ 1.2 Σ‖x − x̂‖².
 *
 * The bits are those of SAEBench's `mdl` (Ayonrinde, Pearce and Sharkey 2024, arXiv 2410.11179) except that its histogram
 * counts silence as a value too; its limit, √MSE / d < 0.2 whatever the data's scale, is not taken over.
 *
 * @param data `x` and its reconstruction `recon` are `[rows, dInput]`, at least one row; `acts` is `[rows, nLatents]`;
 * `decoder` is `[nLatents, dInput]`, without bias.
 * @throws TypeError if a matrix does not fit the others.
 * @throws RangeError if there are no rows.
 */
export function descriptionLength(
  data: {
    x: Float32Array;
    recon: Float32Array;
    acts: Float32Array;
    decoder: Float32Array;
    nLatents: number;
    tolerance?: number;
  },
): DescriptionLength {
  const { x, recon, acts, decoder, nLatents, tolerance = TOLERANCE } = data;
  const dInput = rowCount(decoder, { width: nLatents, name: "the decoder" });
  const given = rowCount(x, { width: dInput, name: "inputs" });
  rowCount(recon, { width: dInput, name: "reconstructions", rows: given });
  rowCount(acts, { width: nLatents, name: "latents", rows: given });
  if (given === 0) throw new RangeError("Cannot describe latents: 0 rows, expected at least 1");
  const count = Math.min(MAX_ROWS, given);
  const rows = Uint32Array.from({ length: count }, (_, i) => Math.floor(i * given / count));
  const ranges = latentRanges(acts, { nLatents, rows });
  const checked = affordable(ranges, { dInput, rows });
  const sizes = { dInput, nLatents };
  const unroundedMse = roundedMse(data, { ...sizes, ranges, rows: checked, binCount: null });
  const candidates = BIN_COUNTS.map((binCount): RoundedLatents => {
    const mse = roundedMse(data, { ...sizes, ranges, rows: checked, binCount });
    const bits = totalBits(acts, { nLatents, ranges, rows, binCount });
    return { binCount, bits, mse, isWithinTolerance: mse <= (1 + tolerance) * unroundedMse };
  });
  const best = candidates.filter(({ isWithinTolerance }) => isWithinTolerance)
    .reduce<RoundedLatents | null>((least, one) => least && least.bits <= one.bits ? least : one, null);
  return {
    bits: best && best.bits,
    binCount: best && best.binCount,
    unroundedMse,
    candidates,
    rows: count,
    checkedRows: checked.length,
  };
}

/** Each latent's bins reach from `low` to `high`, `[nLatents]`; `fired` counts its rows other than 0. */
interface LatentRanges {
  low: Float64Array;
  high: Float64Array;
  fired: Uint32Array;
}

function latentRanges(acts: Float32Array, { nLatents, rows }: { nLatents: number; rows: Uint32Array }): LatentRanges {
  const low = new Float64Array(nLatents), high = new Float64Array(nLatents), fired = new Uint32Array(nLatents);
  for (const row of rows) {
    for (let j = 0; j < nLatents; j++) {
      const value = acts[row * nLatents + j];
      if (value < low[j]) low[j] = value;
      if (value > high[j]) high[j] = value;
      if (value !== 0) fired[j]++;
    }
  }
  return { low, high, fired };
}

/** Rows, evenly spaced, whose reconstructions at every number of bins cost no more than the budget; at least one. */
function affordable({ fired }: LatentRanges, { dInput, rows }: { dInput: number; rows: Uint32Array }): Uint32Array {
  const perRow = BIN_COUNTS.length * dInput * Math.max(1, fired.reduce((sum, n) => sum + n, 0) / rows.length);
  const count = Math.min(rows.length, Math.max(1, Math.floor(RECONSTRUCTION_BUDGET / perRow)));
  return Uint32Array.from({ length: count }, (_, i) => rows[Math.floor(i * rows.length / count)]);
}

function binOf(value: number, { low, high, binCount }: { low: number; high: number; binCount: number }): number {
  return Math.min(binCount - 1, Math.floor((value - low) / (high - low) * binCount));
}

function totalBits(
  acts: Float32Array,
  options: { nLatents: number; ranges: LatentRanges; rows: Uint32Array; binCount: number },
): number {
  const { nLatents, ranges: { low, high, fired }, rows, binCount } = options;
  const counts = new Uint32Array(nLatents * binCount);
  for (const row of rows) {
    for (let j = 0; j < nLatents; j++) {
      const value = acts[row * nLatents + j];
      if (value !== 0) counts[j * binCount + binOf(value, { low: low[j], high: high[j], binCount })]++;
    }
  }
  let bits = 0;
  for (let j = 0; j < nLatents; j++) {
    const fires = Uint32Array.of(fired[j], rows.length - fired[j]);
    bits += entropyBits(fires, rows.length);
    const ownBins = counts.subarray(j * binCount, (j + 1) * binCount);
    bits += fired[j] / rows.length * entropyBits(ownBins, fired[j]);
  }
  return bits;
}

/** −Σ q log₂ q of shares q = counts / total; 0 for no counts. */
function entropyBits(counts: Uint32Array, total: number): number {
  let bits = 0;
  for (const n of counts) if (n > 0) bits -= n / total * Math.log2(n / total);
  return bits;
}

/** Mean over rows and dimensions of (x − x̂ − Σⱼ(f̃ⱼ − fⱼ) dec_j)²; without bins f̃ = f. */
function roundedMse(
  data: { x: Float32Array; recon: Float32Array; acts: Float32Array; decoder: Float32Array },
  options: { dInput: number; nLatents: number; ranges: LatentRanges; rows: Uint32Array; binCount: number | null },
): number {
  const { x, recon, acts, decoder } = data;
  const { dInput, nLatents, ranges: { low, high }, rows, binCount } = options;
  const error = new Float64Array(dInput);
  const offsets = new Int32Array(nLatents + 3), shifts = new Float64Array(nLatents + 3);
  let squares = 0;
  for (const row of rows) {
    for (let i = 0; i < dInput; i++) error[i] = x[row * dInput + i] - recon[row * dInput + i];
    let fired = 0;
    for (let j = 0; j < nLatents && binCount !== null; j++) {
      const value = acts[row * nLatents + j];
      if (value === 0) continue;
      const bin = binOf(value, { low: low[j], high: high[j], binCount });
      offsets[fired] = j * dInput;
      shifts[fired++] = low[j] + (bin + 0.5) / binCount * (high[j] - low[j]) - value;
    }
    shifts.fill(0, fired, fired + 3);
    for (let n = 0; n < fired; n += 4) { // four latents in one pass over the error; 0 after the last
      const a = offsets[n], b = offsets[n + 1], c = offsets[n + 2], d = offsets[n + 3];
      const sa = shifts[n], sb = shifts[n + 1], sc = shifts[n + 2], sd = shifts[n + 3];
      for (let i = 0; i < dInput; i++) {
        error[i] -= sa * decoder[a + i] + sb * decoder[b + i] + sc * decoder[c + i] + sd * decoder[d + i];
      }
    }
    for (let i = 0; i < dInput; i++) squares += error[i] * error[i];
  }
  return squares / (rows.length * dInput);
}
