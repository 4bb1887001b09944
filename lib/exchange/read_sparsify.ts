/**
 * A folder that sparsify wrote for one hook: `cfg.json` and `sae.safetensors`, often of 16-bit numbers.
 *
 * Its decoder is stored as [F, d] and is not transposed. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { UNSCALED } from "../data/scaling.ts";
import { transposed } from "./field_dictionary.ts";
import { checkedTensors, type ExchangeFolder, Settings } from "./folder.ts";
import type { FoundDictionary } from "./found_dictionary.ts";
import { readTensors } from "./read_tensors.ts";

/** The file that states what the dictionary is. */
const CONFIG = "cfg.json";
/** The file of its numbers. */
export const SPARSIFY_WEIGHTS = "sae.safetensors";

/** Reads the folder. */
export async function readSparsify(folder: ExchangeFolder): Promise<FoundDictionary> {
  const config = await Settings.read(folder, CONFIG);
  if (config.word("activation", { missing: TAKES }) !== TAKES) {
    throw config.refusal("activation", `${TAKES}: the largest of each group are not what this program computes`);
  }
  for (const name of ["transcode", "skip_connection"]) {
    if (config.flag(name, { missing: false })) {
      throw config.refusal(name, "false: this program reconstructs a row from itself, through latents alone");
    }
  }
  const dInput = config.count("d_in"), hasCount = config.has("num_latents") && config.number("num_latents") !== 0;
  const nLatents = hasCount ? config.count("num_latents") : dInput * config.count("expansion_factor");
  const tensors = await readTensors(folder, SPARSIFY_WEIGHTS);
  const found = checkedTensors(folder, {
    path: SPARSIFY_WEIGHTS,
    tensors,
    shapes: {
      "encoder.weight": [nLatents, dInput],
      "encoder.bias": [nLatents],
      W_dec: [nLatents, dInput],
      b_dec: [dInput],
    },
  });
  return {
    tool: "sparsify",
    architecture: TAKES,
    files: [CONFIG, SPARSIFY_WEIGHTS],
    dictionary: {
      ...{ architecture: TAKES, dInput, nLatents, k: config.count("k"), appliesBDec: true },
      tensors: {
        W_enc: transposed(found["encoder.weight"], { rows: nLatents }),
        b_enc: found["encoder.bias"],
        W_dec: found.W_dec,
        b_dec: found.b_dec,
      },
    },
    scaling: UNSCALED,
    notes: [],
  };
}

/** The one activation that is read. */
const TAKES = "topk";
