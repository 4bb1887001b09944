/**
 * The scaling of the data inside a dictionary's own numbers, so that it reads rows as they are in the files.
 *
 *     x = (r − o) ∘ c      x·W = r·(c ∘ W) − (c ∘ o)·W      x̂ ∘ 1/c + o is the reconstruction of r
 *
 * With a pre-bias b the encoder reads x − b = c ∘ (r − (b / c + o)), so that the pre-bias takes up the offset. Latents stay
 * as they are. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { isIdentity, type Scaling } from "../data/scaling.ts";
import { FIELD_ARCHITECTURES, type FieldDictionary } from "./field_dictionary.ts";

/** What SAELens does to each row before it is encoded, and undoes after it is decoded. */
export type RowNormalisation = "none" | "constant_norm_rescale" | "layer_norm";

/** A dictionary that reads rows of the files. */
export interface FoldedDictionary {
  dictionary: FieldDictionary;
  normalizes: RowNormalisation;
  /** What was done with the scaling, as a sentence. */
  note: string;
}

/** The two scalings that treat each row on its own. */
const BY_ROW: Partial<Record<Scaling["scale"], RowNormalisation>> = {
  "row-norm": "constant_norm_rescale",
  "layer-norm": "layer_norm",
};

/**
 * Why a scaling cannot be a part of other programs' dictionaries, as the end of a sentence that begins with "its data";
 * null if it can.
 */
export function whyNotFolded({ scale, offset, factor }: Scaling): string | null {
  if (scale in BY_ROW) {
    return offset === null && factor === 1 ? null : `were shifted or multiplied before ${scale}`;
  }
  const isZero = typeof factor === "number" ? factor === 0 : factor.includes(0);
  return isZero ? "were multiplied with 0, which no division undoes" : null;
}

/**
 * A dictionary of scaled rows as one of the rows themselves.
 *
 * @param dictionary Its arrays may be written over.
 * @param scaling One for which {@linkcode whyNotFolded} gives null.
 *
 * @example
 * ```ts
 * import { withFoldedScaling } from "./fold_scaling.ts";
 * import { UNSCALED } from "../data/scaling.ts";
 * import assert from "node:assert/strict";
 *
 * const one = (value: number) => Float32Array.of(value);
 * const tensors = { W_enc: one(2), b_enc: one(1), W_dec: one(3), b_dec: one(0) };
 * const read = { architecture: "standard", dInput: 1, nLatents: 1, k: null, appliesBDec: false, tensors } as const;
 * const scaling = { ...UNSCALED, scale: "mean-norm", offset: one(10), factor: 0.5 } as const;
 * const { dictionary } = withFoldedScaling(read, scaling);
 * // 2·(r − 10)/2 + 1 is r − 9
 * assert.deepEqual([dictionary.tensors.W_enc[0], dictionary.tensors.b_enc[0]], [1, -9]);
 * assert.deepEqual([dictionary.tensors.W_dec[0], dictionary.tensors.b_dec[0]], [6, 10]);
 * ```
 */
export function withFoldedScaling(dictionary: FieldDictionary, scaling: Scaling): FoldedDictionary {
  const normalizes = BY_ROW[scaling.scale] ?? "none";
  if (isIdentity(scaling)) return { dictionary, normalizes, note: "The data were not scaled." };
  if (normalizes !== "none") {
    return { dictionary, normalizes, note: `The data's ${scaling.scale} is stated as ${normalizes}.` };
  }
  return {
    dictionary: { ...dictionary, tensors: folded(dictionary, scaling) },
    normalizes,
    note: `The data's ${scaling.scale}${scaling.offset === null ? "" : " and the offset that was subtracted"} ${
      scaling.offset === null ? "is" : "are"
    } folded into the weights and biases: x is a row as it is in the data.`,
  };
}

function folded(
  { architecture, dInput, nLatents, appliesBDec, tensors }: FieldDictionary,
  { offset, factor }: Scaling,
): FieldDictionary["tensors"] {
  const { W_enc: encoder, W_dec: decoder, b_dec: decoderBias } = tensors;
  const factorOf = (i: number) => typeof factor === "number" ? factor : factor[i];
  const shift = new Float64Array(nLatents); // (c ∘ o)·W, what the offset takes from each latent
  for (let i = 0; i < dInput; i++) {
    const by = factorOf(i), moved = appliesBDec || offset === null ? 0 : by * offset[i];
    for (let j = 0, at = i * nLatents; j < nLatents; j++, at++) {
      shift[j] += moved * encoder[at];
      encoder[at] *= by;
    }
    decoderBias[i] = decoderBias[i] / by + (offset?.[i] ?? 0);
  }
  for (let j = 0, at = 0; j < nLatents; j++) for (let i = 0; i < dInput; i++, at++) decoder[at] /= factorOf(i);
  const { bias } = FIELD_ARCHITECTURES[architecture];
  const moved = { [bias]: tensors[bias].map((value, j) => value - shift[j]) };
  if (tensors.b_mag) moved.b_mag = tensors.b_mag.map((value, j) => value - Math.exp(tensors.r_mag[j]) * shift[j]);
  return { ...tensors, ...moved };
}
