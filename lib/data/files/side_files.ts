/**
 * Files that say something of rows: their classes, what the classes are called, and what else is known of each row.
 *
 * Does not know the rows: whether there are as many is checked where they meet (`open_data.ts`).
 *
 * @module
 */
import { basename } from "node:path";
import { printablePath, quoted, UserError } from "../../errors.ts";
import { fileError, readText } from "../../files.ts";
import type { ByteSource } from "../../formats/byte_source.ts";
import { sourcePieces } from "../../formats/byte_streams.ts";
import { csvBatches } from "../../formats/csv.ts";
import { gunzippedSource, isGzipped } from "../../formats/gunzipped_source.ts";
import { arrayLabels, isColumn } from "../readers/array_rows.ts";
import { isLabelName } from "../readers/column_names.ts";
import { asNumbers } from "../readers/csv_rows.ts";
import { diskSource } from "./disk_source.ts";
import { readIdxFile } from "../mnist/idx_file.ts";
import { joinedLabels } from "../readers/joined_rows.ts";
import { kindOfFile } from "../readers/kind_of_file.ts";
import type { LabelColumn, RowMeta } from "../row_labels.ts";
import { storedArrays, storedTexts } from "../readers/stored_arrays.ts";

/** Labels of a hundred million rows are smaller. */
const MOST_TEXT_BYTES = 2 ** 28;
const MOST_NAMES_BYTES = 2 ** 22;
/** Columns of words beyond these are left out. */
const MOST_COLUMNS = 16;
/** Longer words are cut, characters. */
const MOST_WORDS = 2000;

/**
 * Reads a file of classes: one dimension of a `.npy` file, the one such array of a `.npz` or `.safetensors` file, IDX
 * labels, a CSV file of one column or with one called `label`, or a text with one class in each line.
 *
 * @throws {UserError} The file cannot be read, or holds no classes.
 */
export async function readLabels(path: string): Promise<LabelColumn> {
  const source = await sourceOf(path);
  const labels = await (async () => {
    if (/\.(?:txt|lst|list)$/i.test(path)) return linesOf(await readText(path, { maxBytes: MOST_TEXT_BYTES }));
    const kind = await kindOfFile(source);
    switch (kind) {
      case "idx":
        return (await readIdxFile(path, { holds: "labels" })).values;
      case "csv":
        return await labelColumn(path);
      case "npy":
      case "npz":
      case "safetensors": {
        const [texts] = (await storedTexts(source, kind)).filter(isColumn);
        if (texts && kind === "npy") return await texts.read();
        const arrays = await storedArrays(source, kind), columns = arrays.filter(isColumn);
        if (texts && columns.length === 0) return await texts.read();
        if (columns.length === 1) return await arrayLabels(columns[0]);
        const shapes = arrays.map(({ key, shape }) => `${quoted(key)} [${shape.join(", ")}]`).join(", ");
        throw refusal(path, `its arrays are ${shapes}`, "one of one dimension: a class for each row");
      }
      default:
        throw refusal(path, `it is ${kind === "image" ? "an image" : "a Parquet file"}`, "npy, csv, IDX or text");
    }
  })();
  const isText = (values: typeof labels): values is string[] => typeof values[0] === "string";
  return joinedLabels([{
    name: source.name,
    labels: isText(labels) ? asNumbers(labels) : labels,
    count: labels.length,
  }])!;
}

/** The column of classes of a CSV file. */
async function labelColumn(path: string): Promise<string[]> {
  const rows = await Array.fromAsync(csvRows(path));
  const [first, ...others] = rows, at = first.findIndex((cell) => isLabelName(cell.trim()));
  // A single column of y and n begins with a class, which comes again; a header does not.
  const isClass = first.length === 1 && others.some(([cell]) => cell.trim() === first[0].trim());
  if (at >= 0 && !isClass) return others.map((row) => row[at] ?? "");
  if (first.length !== 1) throw refusal(path, `it has ${first.length} columns`, "one, or one that is called label");
  return rows.map(([cell]) => cell);
}

/**
 * Reads what classes are called: one name in each line.
 *
 * @throws {UserError} The file cannot be read, or names a class twice or not at all.
 */
export async function readNames(path: string): Promise<string[]> {
  const names = linesOf(await readText(path, { maxBytes: MOST_NAMES_BYTES })).map((name) => name.trim());
  const bad = names.findIndex((name, i) => name === "" || names.indexOf(name) !== i);
  if (bad >= 0) {
    throw refusal(path, `line ${bad + 1} is ${quoted(names[bad])}`, "the name of one class, each in one line");
  }
  if (names.length === 0) throw refusal(path, "it is empty", "a name in each line");
  return names;
}

/**
 * The names of classes by a file of names: if the classes are whole numbers below the number of lines, the line of that
 * number, counted from 0; else as many lines as there are classes, in their order.
 *
 * @throws {UserError} There are more or fewer lines.
 *
 * @example
 * ```ts
 * import { renamed } from "./side_files.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(renamed(["1", "2"], { lines: ["none", "cat", "dog"], path: "names.txt" }), ["cat", "dog"]);
 * assert.deepEqual(renamed(["1", "2"], { lines: ["cat", "dog"], path: "names.txt" }), ["cat", "dog"]);
 * ```
 */
export function renamed(classes: readonly string[], { lines, path }: { lines: string[]; path: string }): string[] {
  if (classes.every((name) => /^\d{1,9}$/.test(name) && Number(name) < lines.length)) {
    return classes.map((name) => lines[Number(name)]);
  }
  if (lines.length === classes.length) return lines;
  throw refusal(path, `it has ${lines.length} lines`, `${classes.length}, one for each class`);
}

/**
 * Reads what is known of rows in words: JSON objects, one in each line, or a CSV file with a header.
 *
 * @param options.count How many rows there are.
 * @param options.rows Which of them are kept, rising; all if null.
 * @throws {UserError} The file cannot be read, or has another number of lines.
 */
export async function readMeta(
  path: string,
  { count, rows }: { count: number; rows: Uint32Array | null },
): Promise<RowMeta> {
  const names: string[] = [], values: string[][] = [];
  let line = 0, kept = 0;
  const keep = (words: Record<string, unknown>) => {
    const isKept = rows === null || rows[kept] === line;
    line++;
    if (!isKept) return;
    for (const name of Object.keys(words)) {
      if (names.includes(name) || names.length === MOST_COLUMNS) continue;
      names.push(name);
      values.push(new Array(kept).fill(""));
    }
    names.forEach((name, i) => values[i].push(wordsOf(Object.hasOwn(words, name) ? words[name] : "")));
    kept++;
  };
  if (/\.(?:csv|tsv)(?:\.gz)?$/i.test(path)) {
    let header: string[] | null = null;
    for await (const row of csvRows(path)) {
      if (header !== null) keep(Object.fromEntries(header.map((name, i) => [name.trim(), row[i]])));
      header ??= row;
    }
  } else {
    for await (const text of jsonLines(path)) keep(parseObject(text, { path, line }));
  }
  if (line !== count) throw refusal(path, `it has ${line} rows`, `${count}, one for each row of the data`);
  return { names, values };
}

/**
 * That words have a column that looks like classes, which words are not read as.
 *
 * @returns A sentence, or none if there is no such column.
 */
export function classesInWords({ names }: RowMeta): string[] {
  const name = names.find(isLabelName);
  if (name === undefined) return [];
  return [
    `The column ${
      quoted(name)
    } of --meta is shown as words and makes no classes: --labels FILE does, a CSV file with this ` +
    "column or a text with one class in each line",
  ];
}

function wordsOf(value: unknown): string {
  const text = value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
  return text.length > MOST_WORDS ? `${text.slice(0, MOST_WORDS - 1)}…` : text;
}

function parseObject(text: string, { path, line }: { path: string; line: number }): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "string" || typeof value === "number") return { text: value };
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw refusal(path, `line ${line + 1} is ${quoted(text)}`, 'a JSON object such as {"text": "a row"}');
}

/** The lines of a text that are not empty, without the text being held. */
async function* jsonLines(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of sourcePieces(await unpackedSource(path))) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (line.trim() !== "") yield line;
  }
  rest += decoder.decode();
  if (rest.trim() !== "") yield rest;
}

/** The rows of a table, one at a time. */
async function* csvRows(path: string): AsyncGenerator<string[]> {
  let isEmpty = true;
  for await (const { rows } of csvBatches(await unpackedSource(path))) {
    isEmpty = false;
    yield* rows;
  }
  if (isEmpty) throw refusal(path, "it is empty", "at least one line");
}

/** A file's bytes, uncompressed if it is a gzip file. */
async function unpackedSource(path: string): Promise<ByteSource> {
  const file = await sourceOf(path);
  return await isGzipped(file) ? await gunzippedSource(file) : file;
}

/** Without an empty end. */
function linesOf(text: string): string[] {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  while (lines.length > 0 && lines.at(-1)!.trim() === "") lines.pop();
  return lines;
}

async function sourceOf(path: string): Promise<ByteSource> {
  try {
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) throw refusal(path, "it is not a file", "a file");
    return diskSource({ path, name: basename(path), size });
  } catch (error) {
    throw fileError("read", path, error);
  }
}

function refusal(path: string, now: string, expected: string): UserError {
  return new UserError(`Cannot read ${printablePath(path)}: ${now}, expected ${expected}`);
}
