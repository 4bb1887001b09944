/**
 * A one-layer dictionary in the field's names, those of SAELens, and the same as a model of this program.
 *
 *     a = (x − s·b_dec)·W_enc + b_enc        x̂ = f·W_dec + b_dec        W_enc [d, F], W_dec [F, d]
 *     standard: f = ReLU(a)      topk: the k largest of a, then ReLU      jumprelu: f = ReLU(a)·1[a > ReLU(threshold)]
 *     gated:    u = (x − s·b_dec)·W_enc,  f = 1[u + b_gate > 0]·ReLU(u·e^r_mag + b_mag)
 *
 * All readers and writers of this folder go through it. Reads and writes no file. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config } from "../config.ts";
import {
  type Architecture,
  decoderLayer,
  isLinearDecoder,
  latentParameterName,
  type Objective,
  type Parameters,
} from "../sae/model.ts";
import { type VariantName, VARIANTS } from "../sae/sparsity/variants.ts";

/** How an architecture of the field is made from this program's numbers. */
interface FieldArchitecture {
  /** The sparsity variant that computes the same. */
  sparsity: VariantName;
  /** What the encoder's bias is called. */
  bias: "b_enc" | "b_gate";
  /** The variant's own parameters, by what they are called there. */
  own: Record<string, string>;
  /** Whether the number of active latents, `k`, is part of it. */
  hasK: boolean;
}

/** The architectures that the field exchanges. */
export const FIELD_ARCHITECTURES = {
  standard: { sparsity: "l1", bias: "b_enc", own: {}, hasK: false },
  topk: { sparsity: "topk", bias: "b_enc", own: {}, hasK: true },
  jumprelu: { sparsity: "jumprelu", bias: "b_enc", own: { threshold: "theta" }, hasK: false },
  gated: { sparsity: "gated", bias: "b_gate", own: { r_mag: "rMag", b_mag: "bMag" }, hasK: false },
} as const satisfies Record<string, FieldArchitecture>;

/** The name of one. */
export type FieldArchitectureName = keyof typeof FIELD_ARCHITECTURES;

/** See the module comment. */
export interface FieldDictionary {
  architecture: FieldArchitectureName;
  dInput: number;
  nLatents: number;
  /** Active latents of each input; null if the architecture does not set the number. */
  k: number | null;
  /** s: whether the encoder reads x less b_dec. */
  appliesBDec: boolean;
  /** By their names, with the shapes that {@linkcode fieldShapes} gives. */
  tensors: Record<string, Float32Array<ArrayBuffer>>;
}

/** A model of this program, as far as other programs can have it. */
export interface OwnModel {
  arch: Architecture;
  objective: Pick<Objective, "sparsity" | "knobs">;
  params: Parameters;
  buffers: Parameters;
}

/** The tensors of an architecture by name, each with its shape. */
export function fieldShapes(
  architecture: FieldArchitectureName,
  { dInput, nLatents }: Pick<FieldDictionary, "dInput" | "nLatents">,
): Record<string, number[]> {
  const { bias, own }: FieldArchitecture = FIELD_ARCHITECTURES[architecture];
  const vectors = [bias, ...Object.keys(own)].map((name) => [name, [nLatents]]);
  return { W_enc: [dInput, nLatents], ...Object.fromEntries(vectors), W_dec: [nLatents, dInput], b_dec: [dInput] };
}

/** The architecture that computes what a variant computes after training, by what the variant states of itself. */
const BY_STATEMENT: Record<string, FieldArchitectureName> = {
  "positive all": "standard",
  "positive row": "topk",
  "positive batch": "jumprelu", // after training one threshold decides
  "jump all": "jumprelu",
  "gate all": "gated",
};

/**
 * Why other programs have no architecture for a model, as the end of a sentence that begins with "it"; null if they have
 * one.
 */
export function whyNotInField({ arch, objective }: Pick<OwnModel, "arch" | "objective">): string | null {
  const { activates, selects, title } = VARIANTS[objective.sparsity];
  if (arch.latentIndex > 0) return `has hidden layers of ${hiddenWidths(arch)} units`;
  if (!isLinearDecoder(arch)) return `has a ${arch.layers.at(-1)!.activation} output`;
  return `${activates} ${selects}` in BY_STATEMENT ? null : `has the latents of ${title}`;
}

/**
 * A model in the field's names. The transposed weights are new arrays.
 *
 * @param model One for which {@linkcode whyNotInField} gives null.
 */
export function toField({ arch, objective, params, buffers }: OwnModel): FieldDictionary {
  const { dInput, nLatents, hasPreBias } = arch;
  const variant = VARIANTS[objective.sparsity];
  const architecture = BY_STATEMENT[`${variant.activates} ${variant.selects}`];
  const { bias, own, hasK }: FieldArchitecture = FIELD_ARCHITECTURES[architecture];
  const ownValues = (theirs: string, ours: string) => {
    const values = params[latentParameterName(ours)] ?? new Float32Array(nLatents).fill(buffers.threshold[0]);
    return theirs === "threshold" ? values.map((value) => Math.max(0, value)) : values.slice(); // below 0 it counts as 0
  };
  return {
    ...{ architecture, dInput, nLatents, appliesBDec: hasPreBias, k: hasK ? objective.knobs.k : null },
    tensors: {
      W_enc: transposed(params["encoder.0.weight"], { rows: nLatents }),
      [bias]: params["encoder.0.bias"].slice(),
      ...Object.fromEntries(Object.entries(own).map(([theirs, ours]) => [theirs, ownValues(theirs, ours)])),
      W_dec: transposed(params[`${decoderLayer(arch).name}.weight`], { rows: dInput }),
      b_dec: params[`${decoderLayer(arch).name}.bias`].slice(),
    },
  };
}

/** The settings, parameters and saved buffers of a dictionary as a model of this program; biases share its arrays. */
export function fromField(
  { architecture, dInput, nLatents, k, appliesBDec, tensors }: FieldDictionary,
): { knobs: Partial<Config>; params: Parameters } {
  const { sparsity, bias, own }: FieldArchitecture = FIELD_ARCHITECTURES[architecture];
  return {
    knobs: {
      ...{ sparsity, latent: nLatents, hidden: [], output: "linear", loss: "mse" },
      ...{ preBias: appliesBDec ? "decoder" : "none", decoderNorm: "free" },
      ...(k === null ? {} : { k }),
    },
    params: {
      "encoder.0.weight": transposed(tensors.W_enc, { rows: dInput }),
      "encoder.0.bias": tensors[bias],
      "decoder.0.weight": transposed(tensors.W_dec, { rows: nLatents }),
      "decoder.0.bias": tensors.b_dec,
      ...Object.fromEntries(
        Object.entries(own).map(([theirs, ours]) => [latentParameterName(ours), tensors[theirs]]),
      ),
    },
  };
}

/** The transpose of a row-major matrix, in tiles, so that neither side is read across the whole memory. */
export function transposed(matrix: Float32Array, { rows }: { rows: number }): Float32Array<ArrayBuffer> {
  const columns = matrix.length / rows, result = new Float32Array(matrix.length), tile = 32;
  for (let top = 0; top < rows; top += tile) {
    const bottom = Math.min(rows, top + tile);
    for (let left = 0; left < columns; left += tile) {
      const right = Math.min(columns, left + tile);
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) result[column * rows + row] = matrix[row * columns + column];
      }
    }
  }
  return result;
}

function hiddenWidths({ layers, latentIndex }: Architecture): string {
  return layers.slice(0, latentIndex).map(({ dOut }) => dOut).join(", ");
}
