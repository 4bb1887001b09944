/**
 * A folder of Llama Scope: `hyperparams.json` and `checkpoints/final.safetensors`, JumpReLU with one threshold for all latents.
 *
 * It was trained on rows of mean length √d, and states their mean length in the data. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { UNSCALED } from "../data/scaling.ts";
import { transposed } from "./field_dictionary.ts";
import { checkedTensors, type ExchangeFolder, Settings } from "./folder.ts";
import type { FoundDictionary } from "./found_dictionary.ts";
import { readTensors } from "./read_tensors.ts";

/** The file that states what the dictionary is. */
const CONFIG = "hyperparams.json";
/** The file of its numbers. */
export const LLAMA_SCOPE_WEIGHTS = "checkpoints/final.safetensors";

/** Reads the folder. */
export async function readLlamaScope(folder: ExchangeFolder): Promise<FoundDictionary> {
  const config = await Settings.read(folder, CONFIG);
  const dInput = config.count("d_model"), nLatents = config.count("d_sae");
  const threshold = config.number("jump_relu_threshold");
  const norms = config.part("dataset_average_activation_norm"), norm = norms.number("in");
  if (norm <= 0) throw norms.refusal("in", "a number above 0");
  if (norms.has("out") && norms.number("out") !== norm) {
    throw norms.refusal("out", `${norm}, as "in": this program reconstructs a row from itself`);
  }
  const tensors = await readTensors(folder, LLAMA_SCOPE_WEIGHTS);
  const found = checkedTensors(folder, {
    path: LLAMA_SCOPE_WEIGHTS,
    tensors,
    shapes: {
      "encoder.weight": [nLatents, dInput],
      "encoder.bias": [nLatents],
      "decoder.weight": [dInput, nLatents],
      "decoder.bias": [dInput],
    },
  });
  return {
    tool: "Llama Scope",
    architecture: "JumpReLU",
    files: [CONFIG, LLAMA_SCOPE_WEIGHTS],
    dictionary: {
      ...{ architecture: "jumprelu", dInput, nLatents, k: null, appliesBDec: false },
      tensors: {
        W_enc: transposed(found["encoder.weight"], { rows: nLatents }),
        b_enc: found["encoder.bias"],
        threshold: new Float32Array(nLatents).fill(threshold),
        W_dec: transposed(found["decoder.weight"], { rows: dInput }),
        b_dec: found["decoder.bias"],
      },
    },
    scaling: { ...UNSCALED, scale: "mean-norm", factor: Math.sqrt(dInput) / norm },
    notes: [`Rows are multiplied with √d / ${norm}, the mean length that its hyperparams.json states.`],
  };
}
