/**
 * A dictionary as plain arrays in the field's names: one `.safetensors` or `.npz` file, its settings, and a page of equations.
 *
 * Makes the files' bytes; writes none. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { npyHeader } from "../formats/npy.ts";
import { type NamedTensor, safetensorsChunks } from "../formats/safetensors.ts";
import { writeZip } from "../formats/zip_writer.ts";
import { type FieldArchitectureName, fieldShapes } from "./field_dictionary.ts";
import type { FoldedDictionary, RowNormalisation } from "./fold_scaling.ts";
import { type DictionaryFacts, type ExchangeFile, namedTensors, textFile } from "./write_saelens.ts";

/** A kind of file that holds the arrays. */
export type PlainFormat = "safetensors" | "npz";

/** What each architecture computes, in numpy. */
const LATENTS: Record<FieldArchitectureName, string[]> = {
  standard: ["f = np.maximum(x @ D['W_enc'] + D['b_enc'], 0)"],
  topk: [
    "a = x @ D['W_enc'] + D['b_enc']",
    "f = np.where(a >= np.sort(a)[:, [-k]], np.maximum(a, 0), 0)  # the k largest of each row",
  ],
  jumprelu: ["a = x @ D['W_enc'] + D['b_enc']", "f = np.where(a > D['threshold'], a, 0)"],
  gated: [
    "u = x @ D['W_enc']",
    "f = np.where(u + D['b_gate'] > 0, np.maximum(u * np.exp(D['r_mag']) + D['b_mag'], 0), 0)",
  ],
};

/** What is done to a row before it is encoded, and to its reconstruction, in numpy. */
const ROWS: Record<RowNormalisation, { before: string[]; after: string }> = {
  none: { before: [], after: "" },
  constant_norm_rescale: {
    before: ["n = np.sqrt(x.shape[1]) / np.linalg.norm(x, axis=1, keepdims=True)", "x = x * n"],
    after: " / n",
  },
  layer_norm: {
    before: ["m, s = x.mean(1, keepdims=True), x.std(1, ddof=1, keepdims=True)", "x = (x - m) / (s + 1e-5)"],
    after: " * s + m",
  },
};

/** How each kind of file is opened in Python. */
const OPENED: Record<PlainFormat, string[]> = {
  safetensors: ["from safetensors.numpy import load_file", "D = load_file('dictionary.safetensors')"],
  npz: ["D = np.load('dictionary.npz')"],
};

/** The files of a folder, the page last. */
export async function plainFiles(
  folded: FoldedDictionary,
  { densities, metadata, format }: DictionaryFacts & { format: PlainFormat },
): Promise<ExchangeFile[]> {
  const settings = { ...settingsOf(folded), ...metadata };
  const tensors: Record<string, NamedTensor> = {
    ...namedTensors(folded.dictionary),
    ...(densities && { density: { shape: [densities.length], values: Float32Array.from(densities) } }),
  };
  const texts = Object.entries(settings).map(([name, value]) => [name, JSON.stringify(value)]);
  return [
    {
      path: `dictionary.${format}`,
      chunks: format === "npz"
        ? await npzChunks(tensors)
        : safetensorsChunks({ tensors, metadata: Object.fromEntries(texts) }),
    },
    textFile("dictionary.json", `${JSON.stringify(settings, null, 2)}\n`),
    textFile("README.md", page(folded, { format, isMeasured: densities !== null })),
  ];
}

/** What the arrays do not say of themselves. */
function settingsOf({ dictionary, normalizes, note }: FoldedDictionary): Record<string, string | number | boolean> {
  const { architecture, dInput, nLatents, appliesBDec, k } = dictionary;
  return {
    ...{ architecture, d_in: dInput, d_sae: nLatents, apply_b_dec_to_input: appliesBDec },
    ...{ normalize_activations: normalizes, input: note },
    ...(k === null ? {} : { k }),
  };
}

/** The arrays as an archive of NumPy's files. */
async function npzChunks(tensors: Record<string, NamedTensor>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  const members = Object.entries(tensors).map(([name, { shape, values: { buffer, byteOffset, byteLength } }]) => {
    const pieces = [npyHeader({ type: "f32", shape }), new Uint8Array(buffer, byteOffset, byteLength)];
    return { path: `${name}.npy`, size: pieces[0].length + byteLength, pieces };
  });
  await writeZip(members, { write: (bytes) => Promise.resolve(void chunks.push(bytes)) });
  return chunks;
}

/** How the folder is read. */
function page(
  { dictionary, normalizes, note }: FoldedDictionary,
  { format, isMeasured }: { format: PlainFormat; isMeasured: boolean },
): string {
  const { architecture, appliesBDec, k } = dictionary;
  const { before, after } = ROWS[normalizes];
  const shapes = Object.entries(fieldShapes(architecture, dictionary)).map(([name, shape]) =>
    `${name} [${shape.join(", ")}]`
  );
  const code = [
    "import numpy as np",
    ...OPENED[format],
    ...before,
    ...(appliesBDec ? ["x = x - D['b_dec']"] : []),
    ...(k === null ? [] : [`k = ${k}`]),
    ...LATENTS[architecture],
    `reconstruction = ${after === "" ? "" : "("}f @ D['W_dec'] + D['b_dec']${after === "" ? "" : `)${after}`}`,
  ];
  return [
    "# A sparse autoencoder's dictionary",
    "",
    `Float32 arrays: ${shapes.join(", ")}.${
      isMeasured ? " `density` is the share of test rows on which each latent is active." : ""
    }`,
    "`dictionary.json` has the settings and what the dictionary was trained on.",
    "",
    `x holds rows of the data, one per row, as float64 or float32; a byte b counts as b / 255. ${note}`,
    "",
    "```python",
    ...code,
    "```",
    "",
  ].join("\n");
}
