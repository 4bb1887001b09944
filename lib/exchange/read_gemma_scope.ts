/**
 * A folder of Gemma Scope, `params.npz`, or of Gemma Scope 2, `params.safetensors` and `config.json`: JumpReLU dictionaries
 * that read rows as they are.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { UNSCALED } from "../data/scaling.ts";
import { fieldShapes } from "./field_dictionary.ts";
import { checkedTensors, type ExchangeFolder, type FloatTensor, refusal, Settings } from "./folder.ts";
import type { FoundDictionary } from "./found_dictionary.ts";
import { readTensors } from "./read_tensors.ts";

/** The files of each of the two. */
export const GEMMA_SCOPE_WEIGHTS = "params.npz", GEMMA_SCOPE_2_WEIGHTS = "params.safetensors";
/** What Gemma Scope 2 states of a dictionary. */
const CONFIG = "config.json";
/** What Gemma Scope 2 calls the architecture. */
const JUMP_RELU = "jump_relu";
/** The tensor that only transcoders have. */
const SKIP = "affine_skip_connection";

/** Reads a folder of the first release. */
export async function readGemmaScope(folder: ExchangeFolder): Promise<FoundDictionary> {
  return await jumpRelu(folder, { tool: "Gemma Scope", path: GEMMA_SCOPE_WEIGHTS, files: [GEMMA_SCOPE_WEIGHTS] });
}

/** Reads a folder of the second release. */
export async function readGemmaScope2(folder: ExchangeFolder): Promise<FoundDictionary> {
  const config = await Settings.read(folder, CONFIG);
  if (config.word("architecture", { missing: JUMP_RELU }) !== JUMP_RELU) {
    throw config.refusal("architecture", JUMP_RELU);
  }
  const files = [CONFIG, GEMMA_SCOPE_2_WEIGHTS];
  return await jumpRelu(folder, { tool: "Gemma Scope 2", path: GEMMA_SCOPE_2_WEIGHTS, files });
}

async function jumpRelu(
  folder: ExchangeFolder,
  { tool, path, files }: { tool: string; path: string; files: string[] },
): Promise<FoundDictionary> {
  const tensors = withCapitals(await readTensors(folder, path));
  if (SKIP in tensors) {
    const expected = "a dictionary that reconstructs a row from itself, not a transcoder";
    throw refusal(folder, { now: `${path} has the tensor ${SKIP}`, expected });
  }
  const [dInput, nLatents] = tensors.W_enc?.shape ?? [];
  if (tensors.W_enc?.shape.length !== 2) {
    const now = tensors.W_enc
      ? `W_enc of ${path} has shape [${tensors.W_enc.shape.join(", ")}]`
      : `${path} lacks W_enc`;
    throw refusal(folder, { now, expected: "W_enc of shape [d, F]" });
  }
  const shapes = fieldShapes("jumprelu", { dInput, nLatents });
  return {
    tool,
    architecture: tool === "Gemma Scope" ? "JumpReLU" : JUMP_RELU,
    files,
    dictionary: {
      ...{ architecture: "jumprelu", dInput, nLatents, k: null, appliesBDec: false },
      tensors: checkedTensors(folder, { path, tensors, shapes }),
    },
    scaling: UNSCALED,
    notes: [],
  };
}

/** `w_enc` is called `W_enc` in other files of the same release. */
function withCapitals(tensors: Record<string, FloatTensor>): Record<string, FloatTensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name.replace(/^w_/, "W_"), tensor]),
  );
}
