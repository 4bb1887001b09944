/**
 * A folder of another program to a model of this one: which program wrote it, what it holds, and how rows are scaled.
 *
 * The readers beside this file know one layout each. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config } from "../config.ts";
import type { Scaling } from "../data/scaling.ts";
import { printablePath, quoted } from "../errors.ts";
import { pickleRefusal } from "../formats/pickle.ts";
import type { Parameters } from "../sae/model.ts";
import { fromField } from "./field_dictionary.ts";
import { type ExchangeFolder, refusal } from "./folder.ts";
import type { FoundDictionary } from "./found_dictionary.ts";
import { GEMMA_SCOPE_2_WEIGHTS, GEMMA_SCOPE_WEIGHTS, readGemmaScope, readGemmaScope2 } from "./read_gemma_scope.ts";
import { LLAMA_SCOPE_WEIGHTS, readLlamaScope } from "./read_llama_scope.ts";
import { readSaelens, SAELENS_WEIGHTS } from "./read_saelens.ts";
import { readSparsify, SPARSIFY_WEIGHTS } from "./read_sparsify.ts";

/** A dictionary of another program as a model of this one. */
export interface ReadDictionary extends Omit<FoundDictionary, "dictionary"> {
  dInput: number;
  /** The settings that make its architecture. */
  knobs: Partial<Config>;
  /** By the names of this program; it has no buffers that are saved. */
  params: Parameters;
  scaling: Scaling;
}

/** A layout of a folder: its program, the files it needs, its reader. */
interface Layout {
  tool: string;
  files: readonly string[];
  read(folder: ExchangeFolder): Promise<FoundDictionary>;
}

/** The layouts that are read, the file of the numbers first. */
const LAYOUTS: readonly Layout[] = [
  { tool: "SAELens", files: [SAELENS_WEIGHTS, "cfg.json"], read: readSaelens },
  { tool: "sparsify", files: [SPARSIFY_WEIGHTS, "cfg.json"], read: readSparsify },
  { tool: "Gemma Scope", files: [GEMMA_SCOPE_WEIGHTS], read: readGemmaScope },
  { tool: "Gemma Scope 2", files: [GEMMA_SCOPE_2_WEIGHTS, "config.json"], read: readGemmaScope2 },
  { tool: "Llama Scope", files: [LLAMA_SCOPE_WEIGHTS, "hyperparams.json"], read: readLlamaScope },
];
/** Files that any of the layouts may have: nothing else of a folder needs to be opened. */
export const EXCHANGE_FILES: readonly string[] = [...new Set(LAYOUTS.flatMap(({ files }) => files))];
/** How names of PyTorch's pickles end. */
const PICKLES = /\.(?:pt|pth|ckpt|pkl|pickle|bin)$/i;

/**
 * Reads a dictionary.
 *
 * @throws {UserError} No known program wrote the folder, something of it is missing, damaged or of another shape, or it
 * computes what this program does not.
 */
export async function readDictionary(folder: ExchangeFolder): Promise<ReadDictionary> {
  const { read } = layoutOf(folder);
  const { dictionary, ...found } = await read(folder);
  const { k, nLatents, dInput } = dictionary;
  if (k !== null && k > nLatents) {
    throw refusal(folder, { now: `k is ${k}`, expected: `at most its ${nLatents} latents` });
  }
  return { ...found, dInput, ...fromField(dictionary) };
}

/** @throws {UserError} It is none that is known. */
function layoutOf(folder: ExchangeFolder): Layout {
  const { files, name } = folder;
  for (const layout of LAYOUTS) {
    if (!files.has(layout.files[0])) continue;
    const missing = layout.files.find((path) => !files.has(path));
    if (missing === undefined) return layout;
    throw refusal(folder, { now: `it lacks ${missing}`, expected: `${layout.files.join(" and ")} (${layout.tool})` });
  }
  if (files.has("run.json")) {
    const now = "it is a run of this program already",
      expected = "another program's folder; train --init-from takes a run";
    throw refusal(folder, { now, expected });
  }
  const pickle = [...files.keys()].find((path) => PICKLES.test(path));
  if (pickle !== undefined) throw pickleRefusal(`${printablePath(name)}/${pickle}`, "torch");
  const [first] = files.keys(),
    now = first === undefined ? "it has no files" : `it has ${quoted(first)} and no known file`;
  const known = LAYOUTS.map(({ tool, files }) => `${files.join(" and ")} (${tool})`);
  throw refusal(folder, { now, expected: `one of: ${known.join("; ")}` });
}
