/**
 * Rows in files of any kind: NumPy's arrays and archives, safetensors, Parquet, CSV, PNG, JPEG and IDX, one file or many.
 *
 * Several files are shards, in natural order of their names. Which files there are, and what becomes of the rows, is the
 * caller's business. The reader of each kind is loaded when a file of its kind is opened. PORTABLE: no Deno, no Node, no
 * tfjs.
 *
 * @module
 */
import { printablePath } from "../../errors.ts";
import type { ByteSource } from "../../formats/byte_source.ts";
import type { StoredArray } from "./array_rows.ts";
import { chosenRows } from "./chosen_arrays.ts";
import { type FileRows, type NumberHint, refusal } from "./file_rows.ts";
import { charactersIn, isCharacterTable, MOST_TABLE_BYTES } from "./idx_sets.ts";
import { joinedRows } from "./joined_rows.ts";
import { KeptBytes } from "./kept_parts.ts";
import { type FileKind, KIND_NAMES, kindOfFile } from "./kind_of_file.ts";
import type { OpenedRows } from "./opened_rows.ts";
import { takePart } from "./parts.ts";
import { type ArrayFileKind, storedArrays, type StoredTexts, storedTexts } from "./stored_arrays.ts";

/** What to take of files. */
export interface OpenOptions {
  /** The name of the array of rows in safetensors files or NumPy archives, or of the column of rows in Parquet files. */
  tensor?: string | null;
  /** The column of classes in tables; found by its name if left out. */
  labelColumn?: string | null;
  /** The part to read where the files hold a training and a test part; `train` if left out. */
  part?: "train" | "test";
  /** Whether the rows are for a model of bytes or of floats; if left out, the numbers decide. */
  areBytes?: boolean;
}

/** What the readers of one kind give. */
interface KindRows {
  rows: FileRows[];
  hasTestPart: boolean;
  notes: string[];
}

const NATURAL = new Intl.Collator("en", { numeric: true });

/**
 * Opens rows. Headers are read and checked; tables are read whole, to learn what their columns hold.
 *
 * A table of EMNIST's characters among them names the classes.
 *
 * @throws {UserError} A file is damaged or of a kind that is not read, files are of several kinds or shapes, or it is not
 * clear which array or column is meant. The line names the file.
 */
export async function openRows(files: readonly ByteSource[], options: OpenOptions = {}): Promise<OpenedRows> {
  const inOrder = files.toSorted((a, b) => NATURAL.compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
  const table = inOrder.find(({ name }) => isCharacterTable(name)), data = inOrder.filter((file) => file !== table);
  const { rows, hasTestPart, notes } = await rowsOfKind(await kindOfAll(data), { files: data, options });
  const characters = table && await readCharacters(table);
  if (characters) { for (const part of rows) part.classNames ??= characters; }
  const joined = joinedRows(rows, files);
  return { ...joined, hasTestPart, notes: [...notes, ...joined.notes] };
}

/** What EMNIST's labels are called, each at its number. */
async function readCharacters(table: ByteSource): Promise<string[]> {
  if (table.size > MOST_TABLE_BYTES) {
    throw refusal(table.name, `it has ${table.size} bytes`, "a short table of characters");
  }
  const text = new TextDecoder().decode(await table.read(0, table.size)), names: string[] = [];
  for (const [label, characters] of charactersIn(text, table)) if (label >= 0) names[label] = characters;
  return names;
}

/** @throws {UserError} There is no file, or files are of several kinds. */
async function kindOfAll(files: readonly ByteSource[]): Promise<FileKind> {
  if (files.length === 0) throw refusal("the data", "there is no file", "at least one");
  const [first, ...others] = files, kind = await kindOfFile(first);
  for (const file of others) {
    const other = await kindOfFile(file);
    if (other === kind) continue;
    const now = `it is ${KIND_NAMES[other]} and ${printablePath(first.name)} ${KIND_NAMES[kind]}`;
    throw refusal(file.name, now, "files of one kind");
  }
  return kind;
}

async function rowsOfKind(
  kind: FileKind,
  { files, options }: { files: readonly ByteSource[]; options: OpenOptions },
): Promise<KindRows> {
  const { tensor = null, labelColumn = null, part = "train", areBytes } = options, hint = { areBytes };
  switch (kind) {
    case "npy":
    case "npz":
    case "safetensors":
    case "idx": {
      const arrays: StoredArray[][] = [], texts: StoredTexts[][] = [];
      for (const file of files) {
        texts.push(await storedTexts(file, kind));
        // A file of words alone may be the labels of the others.
        arrays.push(
          files.length > 1 && kind === "npy" && texts.at(-1)!.length > 0 ? [] : await storedArrays(file, kind),
        );
      }
      return await chosenRows(arrays, { tensor, part, hint, texts });
    }
  }
  const { taken, hasTestPart, nLeftOut } = takePart(files, { part, nameOf: ({ name }) => name });
  const notes = nLeftOut > 0 ? [`${nLeftOut} files of neither the training nor the test part were left out.`] : [];
  return { rows: await rowsOfFiles(kind, taken, { tensor, labelColumn, hint }), hasTestPart, notes };
}

async function rowsOfFiles(
  kind: Exclude<FileKind, ArrayFileKind>,
  files: readonly ByteSource[],
  { tensor, labelColumn, hint }: { tensor: string | null; labelColumn: string | null; hint: NumberHint },
): Promise<FileRows[]> {
  const rows: FileRows[] = [], budget = new KeptBytes();
  switch (kind) {
    case "csv": {
      const { csvRows } = await import("./csv_rows.ts");
      for (const file of files) rows.push(await csvRows(file, { labelColumn, hint, budget }));
      return rows;
    }
    case "image": {
      const { imageRows } = await import("./image_rows.ts");
      return [await imageRows(files)];
    }
    case "parquet": {
      const { parquetRows } = await import("./parquet_rows.ts");
      for (const file of files) rows.push(await parquetRows(file, { tensor, labelColumn, hint, budget }));
      return rows;
    }
  }
}
