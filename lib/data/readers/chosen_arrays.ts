/**
 * Which arrays of some files are rows and which are labels, from their names and shapes.
 *
 * Reads no values but those of labels. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { isFloat } from "../../formats/number_types.ts";
import { printablePath, quoted, UserError } from "../../errors.ts";
import { arrayLabels, arrayRows, isColumn, type StoredArray } from "./array_rows.ts";
import { rowsName } from "./column_names.ts";
import { csrRows, isSparse } from "./csr_rows.ts";
import { assertWholeLabels, type FileRows, type NumberHint, type RawLabels, refusal } from "./file_rows.ts";
import { takePart, withoutPart } from "./parts.ts";
import type { StoredTexts } from "./stored_arrays.ts";

/** What to take of arrays. */
export interface ArrayChoice {
  /** The name of the array of rows in its file; null to find it. */
  tensor: string | null;
  part: "train" | "test";
  hint?: NumberHint;
}

const LABEL_NAME = /^(?:y|labels?|targets?|class(?:es)?)(?![a-z])|(?<![a-z])labels?$/;
const MOST_LISTED = 8;
/** Arrays of more bytes than this together are not read once more to compare their checksums: about two seconds. */
const MOST_CHECKED_BYTES = 2 ** 30;

/** Rows of arrays, and what is known of all of them. */
export interface ChosenRows {
  rows: FileRows[];
  hasTestPart: boolean;
  notes: string[];
}

/**
 * The rows in the arrays of some files, each with its labels if there are any.
 *
 * @param files The arrays of each file, in the order of the files.
 * @param options.texts The arrays of words of each file, which may be labels.
 * @throws {UserError} No array can be rows, several can, or labels do not fit.
 */
export async function chosenRows(
  files: StoredArray[][],
  { tensor, part, hint, texts }: ArrayChoice & { texts: StoredTexts[][] },
): Promise<ChosenRows> {
  if (files.some((arrays, i) => isSparse(arrays, texts[i]))) {
    return { rows: await csrFiles(files, texts), hasTestPart: false, notes: [] };
  }
  const wide = files.flatMap((arrays) => rowArraysOf(arrays, { tensor, isOne: false }));
  // Rows of a single value are rows if there are no others.
  const rowArrays = wide.length > 0 ? wide : files.flatMap((arrays) => rowArraysOf(arrays, { tensor, isOne: true }));
  if (rowArrays.length === 0) throw noRows(files, tensor);
  const nameOf = ({ name, key }: { name: string; key: string }) => `${name}/${key}`;
  const { taken, hasTestPart, nLeftOut } = takePart(rowArrays, { part, nameOf });
  const labels = labelArraysOf(files.flat(), { rowArrays, texts: texts.flat() });
  const takenLabels = hasTestPart ? takePart(labels, { part, nameOf }).taken : labels;
  await checkArrays(taken);
  const rows = await Promise.all(taken.map((array) => arrayRows(array, hint)));
  if (takenLabels.length > 0) await giveLabels(rows, takenLabels);
  const notes = nLeftOut > 0 ? [`${nLeftOut} arrays of neither the training nor the test part were left out.`] : [];
  return { rows, hasTestPart, notes };
}

async function csrFiles(files: StoredArray[][], texts: StoredTexts[][]): Promise<FileRows[]> {
  await checkArrays(files.flat());
  return await Promise.all(files.map((arrays, i) => {
    if (isSparse(arrays, texts[i])) return csrRows(arrays, texts[i]);
    throw refusal(arrays[0].file.name, "it holds no sparse rows", "data, indices and indptr as in the first file");
  }));
}

/**
 * Compares checksums, as far as this is cheap: rows that are plain numbers in a file are read at any place, and not through what
 * compares while it reads.
 *
 * @throws {UserError} One differs.
 */
async function checkArrays(arrays: readonly StoredArray[]): Promise<void> {
  if (arrays.reduce((sum, { source }) => sum + source.size, 0) > MOST_CHECKED_BYTES) return;
  for (const { check } of arrays) await check?.();
}

/** The arrays of one file that are rows, of one value or of more: of one name, or its training and its test rows. */
function rowArraysOf(
  arrays: StoredArray[],
  { tensor, isOne }: { tensor: string | null; isOne: boolean },
): StoredArray[] {
  if (tensor !== null) return arrays.filter(({ key }) => key === tensor);
  const possible = arrays.filter((array) =>
    array.shape.length >= 2 && isColumn(array) === isOne && !isLabelName(array)
  );
  const names = [...new Set(possible.map(bareKey))];
  if (names.length <= 1) return possible;
  const known = rowsName(names);
  const chosen = known === null
    ? possible.filter(({ shape }) => shape.length === 2)
    : possible.filter((array) => bareKey(array) === known);
  if (new Set(chosen.map(bareKey)).size === 1) return chosen;
  throw severalArrays(possible);
}

/** Arrays of one class for each row, numbers or words, by their names; `arr_1` is NumPy's for the second of two. */
function labelArraysOf(
  arrays: StoredArray[],
  { rowArrays, texts }: { rowArrays: StoredArray[]; texts: StoredTexts[] },
): (StoredArray | StoredTexts)[] {
  const columns = arrays.filter((array) => isColumn(array) && !rowArrays.includes(array));
  const words = texts.filter(isColumn), named = [columns, words].map((some) => some.filter(isLabelName));
  const second = [columns.filter(({ type }) => !isFloat(type)), words].map((some) =>
    some.filter(({ key }) => key === "arr_1")
  );
  return [...named, ...second].find(({ length }) => length > 0) ?? [];
}

/** Gives each file's rows its part of all labels. */
async function giveLabels(rows: FileRows[], arrays: (StoredArray | StoredTexts)[]): Promise<void> {
  const nRows = rows.reduce((sum, { count }) => sum + count, 0);
  const nLabels = arrays.reduce((sum, { shape }) => sum + shape[0], 0), { name } = arrays[0];
  if (nLabels !== nRows) throw refusal(name, `there are ${nLabels} labels`, `${nRows}, one for each row`);
  const all: (number | string)[] = [];
  for (const array of arrays) {
    const labels = "read" in array ? await array.read() : await arrayLabels(array);
    assertWholeLabels(labels, array.name); // here the name of the array is known
    for (const label of labels) all.push(label);
  }
  let from = 0;
  for (const part of rows) part.labels = all.slice(from, from += part.count) as RawLabels;
}

function bareKey({ key }: { key: string }): string {
  return withoutPart(key);
}

function isLabelName(array: Pick<StoredArray, "key" | "shape">): boolean {
  return isColumn(array) && LABEL_NAME.test(bareKey(array));
}

function noRows(files: StoredArray[][], tensor: string | null): UserError {
  const [first] = files.flat();
  if (first === undefined) throw new UserError("Cannot read the data: no file holds an array, expected at least one");
  const { name, file, shape } = first;
  if (tensor === null && files.flat().length === 1) {
    return refusal(name, `its shape is [${shape.join(", ")}]`, "rows: at least two dimensions");
  }
  const wanted = tensor === null ? "one of at least two dimensions" : `one called ${quoted(tensor)}`;
  return refusal(file.name, `its arrays are ${listed(files.find(({ length }) => length > 0)!)}`, wanted);
}

function severalArrays(arrays: StoredArray[]): UserError {
  const file = printablePath(arrays[0].file.name);
  return new UserError(
    `Cannot choose an array of ${file}: it has ${
      listed(arrays)
    }, expected one array of rows, or the name of one (train --tensor NAME)`,
  );
}

function listed(arrays: StoredArray[]): string {
  const shown = arrays.slice(0, MOST_LISTED).map(({ key, shape }) => `${quoted(key)} [${shape.join(", ")}]`);
  return shown.join(", ") + (arrays.length > MOST_LISTED ? ` and ${arrays.length - MOST_LISTED} more` : "");
}
