/**
 * A finished run's dictionary as a folder for other programs, which reads rows as they are in the data.
 *
 * The layouts are the business of `lib/exchange/`. Parses no command line, and prints nothing.
 *
 * @module
 */
import { printablePath, quoted, UserError } from "../errors.ts";
import { toField, whyNotInField } from "../exchange/field_dictionary.ts";
import { whyNotFolded, withFoldedScaling } from "../exchange/fold_scaling.ts";
import { plainFiles } from "../exchange/write_plain.ts";
import { type DictionaryFacts, type ExchangeFile, saelensFiles } from "../exchange/write_saelens.ts";
import { exists, readText, writeWhole } from "../files.ts";
import { assertFitsMemory } from "../memory.ts";
import { Latents } from "../report/schema.ts";
import { parameterCount } from "../sae/model.ts";
import { openTrained, type RunRecord } from "./trained_model.ts";

/** What a dictionary can be written as. */
export const EXPORT_FORMATS = ["saelens", "safetensors", "npz"] as const;

/** See {@linkcode EXPORT_FORMATS}. */
export type ExportFormat = typeof EXPORT_FORMATS[number];

/** A longer file was not written by this program. */
const MOST_LATENTS_BYTES = 2 ** 29;
/** Copies of the model in memory: as it is stored, transposed, and the bytes of a float that is folded. */
const COPIES = 3;

/** What was written. */
export interface ExportResult {
  /** Paths of the files. */
  files: string[];
  /** What was done with the data's scaling, as a sentence. */
  note: string;
}

/**
 * Writes the folder, its settings last.
 *
 * @param folder The run's.
 * @param options.canOverwrite Whether files of the same names are replaced, and the folder may hold another format.
 * @throws {UserError} Other programs have no architecture for the model or its scaling, the run is damaged, or the folder
 * cannot be written.
 */
export async function exportRun(
  folder: string,
  { format, out, canOverwrite }: { format: ExportFormat; out: string; canOverwrite: boolean },
): Promise<ExportResult> {
  const { run, definition: { arch, objective }, params, buffers, scaling } = await openTrained(folder);
  const fail = (now: string, expected: string) =>
    new UserError(`Cannot export ${run.id} as ${format}: ${now}, expected ${expected}`);
  const why = whyNotInField({ arch, objective });
  if (why !== null) {
    throw fail(
      `it ${why}`,
      "one layer, a linear output and latents that can be 0; docs/pytorch.md loads it in PyTorch",
    );
  }
  const whyScaling = whyNotFolded(scaling);
  if (whyScaling !== null) throw fail(`its data ${whyScaling}`, "a scaling that weights and biases can take up");
  assertFitsMemory(COPIES * Float32Array.BYTES_PER_ELEMENT * parameterCount(arch), { what: `export ${run.id}` });
  const folded = withFoldedScaling(toField({ arch, objective, params, buffers }), scaling);
  const facts = { densities: await densitiesOf(folder), metadata: metadataOf(run) };
  const files = await WRITERS[format](folded, facts);
  for (const other of EXPORT_FORMATS) {
    if (canOverwrite || other === format || !await exists(`${out}/${ARRAYS[other]}`)) continue;
    const now = `it holds a dictionary as ${other} (${ARRAYS[other]})`;
    throw new UserError(`Cannot export to ${printablePath(out)}: ${now}, expected another folder, or --overwrite`);
  }
  for (const { path } of files) {
    if (canOverwrite || !await exists(`${out}/${path}`)) continue;
    const expected = "another folder, or --overwrite";
    throw new UserError(`Cannot export to ${printablePath(out)}: ${path} is there already, expected ${expected}`);
  }
  for (const { path, chunks } of files) await writeWhole(`${out}/${path}`, chunks);
  return { files: files.map(({ path }) => `${out}/${path}`), note: folded.note };
}

/** The file by which a folder of each format is known: its arrays. */
const ARRAYS: Record<ExportFormat, string> = {
  saelens: "sae_weights.safetensors",
  safetensors: "dictionary.safetensors",
  npz: "dictionary.npz",
};

/** The writer of each format. */
const WRITERS: Record<
  ExportFormat,
  (folded: ReturnType<typeof withFoldedScaling>, facts: DictionaryFacts) => ExchangeFile[] | Promise<ExchangeFile[]>
> = {
  saelens: saelensFiles,
  safetensors: (folded, facts) => plainFiles(folded, { ...facts, format: "safetensors" }),
  npz: (folded, facts) => plainFiles(folded, { ...facts, format: "npz" }),
};

/** On which share of the test rows each latent is active. */
async function densitiesOf(folder: string): Promise<number[]> {
  const path = `${folder}/latents.json`;
  const text = await readText(path, { maxBytes: MOST_LATENTS_BYTES });
  let json: { density?: unknown };
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new UserError(`Cannot read ${printablePath(path)}: it is not JSON, expected a run's`, { cause });
  }
  const parsed = Latents.shape.density.safeParse(json?.density);
  if (parsed.success) return parsed.data;
  const now = `its field "density" is wrong (${quoted(parsed.error.issues[0].message)})`;
  throw new UserError(`Cannot read ${printablePath(path)}: ${now}, expected a share for each latent`);
}

/** What the dictionary was trained on, and how well. */
function metadataOf(
  { id, title, createdAt, config, dataset, metrics, imported }: RunRecord,
): DictionaryFacts["metadata"] {
  return {
    dataset_path: dataset.name,
    run_id: id,
    title,
    created_at: createdAt,
    training_architecture: config.sparsity,
    ...(imported && { imported_from: imported.tool }),
    l0: metrics.test.activeLatents,
    num_dead_features: metrics.test.deadLatents,
    mse_of_scaled_rows: metrics.test.mse,
    rows_of_bytes: "a byte b counts as b / 255",
  };
}
