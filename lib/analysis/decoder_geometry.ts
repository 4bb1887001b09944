/**
 * The directions a dictionary has learned: how long they are, whether encoder and decoder agree, how similar the
 * directions of two latents are.
 *
 * Looks at weights alone, one row per latent; says nothing about how often a latent is active. For a decoder of several
 * layers the rows may be what each latent adds to the reconstruction. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { eachProduct } from "./cosines.ts";
import { type DecoderPairs, PairMean, sampledDecoderPairs } from "./decoder_pairs.ts";
import { rowCount } from "./shapes.ts";

/** Latents compared with each other at most: the work grows with their square. */
export const COMPARED_LATENTS = 2048;

/** Mean, median (of an even count the mean of the middle two) and maximum of the finite values. */
export interface Spread {
  mean: number;
  median: number;
  max: number;
}

/** What {@linkcode decoderGeometry} measures. NaN in an array if a row is the zero vector, which has no direction. */
export interface DecoderGeometry {
  /** ‖dec_j‖, `[nLatents]`. */
  decoderNorms: Float64Array;
  /** ‖enc_j‖, `[nLatents]`. */
  encoderNorms: Float64Array;
  /** cos(enc_j, dec_j), `[nLatents]`, in [−1, 1]. */
  encoderDecoderCosines: Float64Array;
  /** max over i ≠ j of cos(dec_i, dec_j) among the compared latents, `[comparedLatents]`; NaN too without another. */
  nearestDecoderCosines: Float64Array;
  /** How many latents, from the first on, were compared with each other: all, or 2,048 if there are more. */
  comparedLatents: number;
  /** Over every pair if all latents were compared, else over pairs drawn from all; null without two directions. */
  decoderPairs: DecoderPairs | null;
  /** Of each array, its spread over the latents that have the quantity; null if none has. */
  summary: Record<"decoderNorms" | "encoderNorms" | "encoderDecoderCosines" | "nearestDecoderCosines", Spread | null>;
}

/**
 * Norms and cosines of a dictionary's rows, as SAEBench's core evaluation states them for each feature.
 *
 * @param weights `decoder` and `encoder` are `[nLatents, dInput]`: the encoder's matrix with one row for each latent.
 * `densities`, `[nLatents]`, say which latents are dead (0); without them none is. `comparedLatents` caps the pairwise part.
 * @throws TypeError if a matrix is not `nLatents` equal rows.
 *
 * @example
 * ```ts
 * import { decoderGeometry } from "./decoder_geometry.ts";
 * import assert from "node:assert/strict";
 *
 * const decoder = Float32Array.of(3, 4, 6, 8), encoder = Float32Array.of(3, 4, 0, 1);
 * const geometry = decoderGeometry({ decoder, encoder, nLatents: 2 });
 * assert.deepEqual(geometry.decoderNorms, Float64Array.of(5, 10));
 * assert.deepEqual(geometry.encoderDecoderCosines, Float64Array.of(1, 0.8));
 * assert.deepEqual(geometry.nearestDecoderCosines, Float64Array.of(1, 1));
 * ```
 */
export function decoderGeometry(
  weights: {
    decoder: Float32Array;
    encoder: Float32Array;
    nLatents: number;
    densities?: Float64Array;
    comparedLatents?: number;
  },
): DecoderGeometry {
  const { decoder, encoder, nLatents, densities } = weights;
  const width = rowCount(decoder, { width: nLatents, name: "the decoder" });
  rowCount(encoder, { width, name: "the encoder", rows: nLatents });
  const comparedLatents = Math.min(nLatents, weights.comparedLatents ?? COMPARED_LATENTS);
  const decoderNorms = rowNorms(decoder, width), encoderNorms = rowNorms(encoder, width);
  const isActive = (latent: number) => !densities || densities[latent] > 0, pairMean = new PairMean(isActive);
  const arrays = {
    decoderNorms,
    encoderNorms,
    encoderDecoderCosines: decoderNorms.map((norm, j) => {
      let product = 0;
      for (let i = j * width; i < (j + 1) * width; i++) product += decoder[i] * encoder[i];
      return product / (norm * encoderNorms[j]);
    }),
    nearestDecoderCosines: nearestCosines(
      unitRows(decoder, { width, norms: decoderNorms, rows: comparedLatents }),
      { width, onPair: (i, j, cosine) => pairMean.add(i, j, cosine) },
    ),
  };
  const decoderPairs = comparedLatents === nLatents
    ? pairMean.result({ isSampled: false })
    : sampledDecoderPairs({ decoder, norms: decoderNorms, isActive });
  const summary = {
    decoderNorms: spread(arrays.decoderNorms),
    encoderNorms: spread(arrays.encoderNorms),
    encoderDecoderCosines: spread(arrays.encoderDecoderCosines),
    nearestDecoderCosines: spread(arrays.nearestDecoderCosines),
  };
  return { ...arrays, comparedLatents, decoderPairs, summary };
}

/** Mean, median and maximum of the finite values, or null if there are none. */
export function spread(values: Float64Array): Spread | null {
  const ascending = values.filter(Number.isFinite).sort();
  const n = ascending.length;
  if (n === 0) return null;
  return {
    mean: ascending.reduce((a, b) => a + b) / n,
    median: (ascending[(n - 1) >> 1] + ascending[n >> 1]) / 2,
    max: ascending[n - 1],
  };
}

function rowNorms(matrix: Float32Array, width: number): Float64Array {
  return Float64Array.from({ length: matrix.length / width }, (_, row) => {
    let squares = 0;
    for (let i = row * width; i < (row + 1) * width; i++) squares += matrix[i] * matrix[i];
    return Math.sqrt(squares);
  });
}

/** The first rows at length 1; NaN throughout for the zero vector. */
function unitRows(
  matrix: Float32Array,
  { width, norms, rows }: { width: number; norms: Float64Array; rows: number },
): Float64Array {
  const units = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let i = row * width; i < (row + 1) * width; i++) units[i] = matrix[i] / norms[row];
  }
  return units;
}

/** For each unit row its largest product with another; NaN for a NaN row and for one without another. */
function nearestCosines(
  units: Float64Array,
  { width, onPair }: { width: number; onPair(i: number, j: number, cosine: number): void },
): Float64Array {
  const nearest = new Float64Array(units.length / width).fill(NaN);
  const take = (j: number, cosine: number) => {
    if (!(cosine <= nearest[j]) && !Number.isNaN(cosine)) nearest[j] = Math.min(1, cosine);
  };
  eachProduct(units, {
    width,
    offer(i, j, cosine) {
      take(i, cosine);
      take(j, cosine);
      onPair(i, j, cosine);
    },
  });
  return nearest;
}
