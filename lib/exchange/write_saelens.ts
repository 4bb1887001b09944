/**
 * A dictionary as the folder that SAELens 6 loads: `sae_weights.safetensors`, `cfg.json` and `sparsity.safetensors`.
 *
 * Makes the files' bytes; writes none. Source: `sae_lens/saes/` of version 6.49. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { safetensorsChunks } from "../formats/safetensors.ts";
import { fieldShapes } from "./field_dictionary.ts";
import type { FoldedDictionary } from "./fold_scaling.ts";

/** A file for another program. */
export interface ExchangeFile {
  /** Its path from the folder. */
  path: string;
  /** Its bytes in pieces. */
  chunks: Uint8Array[];
}

/** What is known of a dictionary besides its numbers. */
export interface DictionaryFacts {
  /** Share of rows on which each latent is active, `[F]`; null if it was not measured. */
  densities: ArrayLike<number> | null;
  /** Free entries of the metadata: what it was trained on, by whom. */
  metadata: Record<string, string | number | boolean | null>;
}

/** The version whose layout this is: a reader takes a folder without one for an older layout. */
const SAELENS_VERSION = "6.49.2";

/** The files of the folder, the settings last. */
export function saelensFiles(
  { dictionary, normalizes, note }: FoldedDictionary,
  { densities, metadata }: DictionaryFacts,
): ExchangeFile[] {
  const { architecture, dInput, nLatents, appliesBDec, k } = dictionary;
  const config = {
    architecture,
    ...{ d_in: dInput, d_sae: nLatents, dtype: "float32", device: "cpu" },
    apply_b_dec_to_input: appliesBDec,
    ...{ normalize_activations: normalizes, reshape_activations: "none" },
    ...(k === null ? {} : { k, rescale_acts_by_decoder_norm: false }),
    metadata: {
      ...{ sae_lens_version: SAELENS_VERSION, sae_lens_training_version: null, model_name: null, hook_name: null },
      ...metadata,
      input: note,
    },
  };
  return [
    { path: "sae_weights.safetensors", chunks: safetensorsChunks({ tensors: namedTensors(dictionary), metadata: {} }) },
    ...(densities === null ? [] : [{ path: "sparsity.safetensors", chunks: sparsityChunks(densities) }]),
    textFile("cfg.json", `${JSON.stringify(config, null, 2)}\n`),
  ];
}

/** The tensors with their shapes. */
export function namedTensors(
  dictionary: FoldedDictionary["dictionary"],
): Record<string, { shape: number[]; values: Float32Array<ArrayBuffer> }> {
  const shapes = Object.entries(fieldShapes(dictionary.architecture, dictionary));
  return Object.fromEntries(shapes.map(([name, shape]) => [name, { shape, values: dictionary.tensors[name] }]));
}

/** A file of text. */
export function textFile(path: string, content: string): ExchangeFile {
  return { path, chunks: [new TextEncoder().encode(content)] };
}

/** log10 of each density, with SAELens' guard against 0. */
function sparsityChunks(densities: ArrayLike<number>): Uint8Array[] {
  const values = Float32Array.from(densities, (density) => Math.log10(density + 1e-10));
  return safetensorsChunks({ tensors: { sparsity: { shape: [values.length], values } }, metadata: {} });
}
