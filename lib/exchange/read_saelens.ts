/**
 * A folder that SAELens wrote, of version 6 or before: `cfg.json` and `sae_weights.safetensors`.
 *
 * Source: `sae_lens/saes/` and `sae_lens/loading/` of version 6.49. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Scaling, UNSCALED } from "../data/scaling.ts";
import {
  FIELD_ARCHITECTURES,
  type FieldArchitectureName,
  type FieldDictionary,
  fieldShapes,
} from "./field_dictionary.ts";
import { checkedTensors, type ExchangeFolder, type FloatTensor, Settings } from "./folder.ts";
import { readTensors } from "./read_tensors.ts";
import type { FoundDictionary } from "./found_dictionary.ts";

/** The file that states what the dictionary is. */
const CONFIG = "cfg.json";
/** The file of its numbers. */
export const SAELENS_WEIGHTS = "sae_weights.safetensors";

/** How the rows become the dictionary's inputs; a factor that was not folded is not applied when SAELens runs it. */
const SCALE_OF: Record<string, Scaling["scale"]> = {
  none: "none",
  expected_average_only_in: "none",
  constant_norm_rescale: "row-norm",
  layer_norm: "layer-norm",
};
/** The least length of a decoder row that activations are divided by. */
const LEAST_NORM = 1e-8;

/** Reads the folder. */
export async function readSaelens(folder: ExchangeFolder): Promise<FoundDictionary> {
  const config = await Settings.read(folder, CONFIG);
  const architecture = architectureOf(config);
  const size = { dInput: config.count("d_in"), nLatents: config.count("d_sae") };
  if (config.word("reshape_activations", { missing: "none" }) !== "none") {
    throw config.refusal("reshape_activations", "none: a row must be one vector");
  }
  const normalisation = normalisationOf(config);
  const tensors = await readTensors(folder, SAELENS_WEIGHTS);
  const found = withoutOnes(tensors);
  const shapes = fieldShapes(architecture, size);
  const dictionary: FieldDictionary = {
    ...{ architecture, ...size },
    k: FIELD_ARCHITECTURES[architecture].hasK ? activeCount(config) : null,
    appliesBDec: config.flag("apply_b_dec_to_input", { missing: true }),
    tensors: checkedTensors(folder, { path: SAELENS_WEIGHTS, tensors: found, shapes }),
  };
  const isRescaled = config.flag("rescale_acts_by_decoder_norm", { missing: false });
  if (isRescaled) foldDecoderNorms(dictionary);
  return {
    tool: "SAELens",
    architecture: config.word("architecture", { missing: "standard" }),
    files: [CONFIG, SAELENS_WEIGHTS],
    dictionary,
    scaling: { ...UNSCALED, scale: SCALE_OF[normalisation] },
    notes: [
      ...(isRescaled
        ? ["The lengths of the decoder's rows are folded into the encoder, which selects with them."]
        : []),
      ...(normalisation === "expected_average_only_in"
        ? [
          "Its cfg.json states expected_average_only_in, whose factor the folder does not hold: rows are taken as they are.",
        ]
        : []),
    ],
  };
}

/** Folders before version 6 state TopK as an activation function of the standard architecture. */
function architectureOf(config: Settings): FieldArchitectureName {
  const stated = config.word("architecture", { missing: "standard" });
  if (!Object.hasOwn(FIELD_ARCHITECTURES, stated)) {
    throw config.refusal("architecture", `one of ${Object.keys(FIELD_ARCHITECTURES).join(", ")}`);
  }
  const name = ["activation_fn", "activation_fn_str"].find((name) => config.has(name));
  if (name === undefined) return stated as FieldArchitectureName;
  const activation = config.word(name);
  if (!Object.hasOwn(BY_ACTIVATION, activation)) {
    throw config.refusal(name, `one of ${Object.keys(BY_ACTIVATION).join(", ")}`);
  }
  return BY_ACTIVATION[activation] ?? stated as FieldArchitectureName;
}

/** What an activation function makes of an architecture; null for nothing else than it was. */
const BY_ACTIVATION: Record<string, FieldArchitectureName | null> = { relu: null, topk: "topk" };

function activeCount(config: Settings): number {
  return config.has("k") ? config.count("k") : config.part("activation_fn_kwargs").count("k");
}

function normalisationOf(config: Settings): string {
  const name = "normalize_activations";
  if (!config.has(name)) return "none";
  const value = config.word(name);
  if (Object.hasOwn(SCALE_OF, value)) return value;
  throw config.refusal(name, `one of ${Object.keys(SCALE_OF).join(", ")}`);
}

/** Older folders hold a factor for each latent, which is 1 unless it was fine-tuned. */
function withoutOnes({ scaling_factor: factor, ...tensors }: Record<string, FloatTensor>): Record<string, FloatTensor> {
  return !factor || factor.values.every((value) => value === 1) ? tensors : { ...tensors, scaling_factor: factor };
}

/** Selecting on a·‖d‖ and decoding f / ‖d‖ is selecting on a, with the encoder longer and the decoder of length 1. */
function foldDecoderNorms({ dInput, nLatents, tensors }: FieldDictionary): void {
  const { W_enc: encoder, W_dec: decoder, b_enc: bias } = tensors;
  for (let j = 0; j < nLatents; j++) {
    const row = decoder.subarray(j * dInput, (j + 1) * dInput);
    const norm = Math.max(LEAST_NORM, Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)));
    for (let i = 0; i < dInput; i++) {
      row[i] /= norm;
      encoder[i * nLatents + j] *= norm;
    }
    bias[j] *= norm;
  }
}
