/**
 * A table of text as rows: columns of numbers are values, one column is the class, columns of words describe the rows.
 *
 * The first row may have names. The class is the column that is named, or the one called `label`, `class`, `target` or
 * `y`; in a table without names it is the first one if the others are the pixels of a square image (Kaggle's and other
 * tables of digits). PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { quoted } from "../../errors.ts";
import type { ByteSource } from "../../formats/byte_source.ts";
import { csvBatches } from "../../formats/csv.ts";
import { gunzippedSource, isGzipped } from "../../formats/gunzipped_source.ts";
import { asImages } from "./as_images.ts";
import { columnsNote, isIndexName, isLabelName } from "./column_names.ts";
import { assertRowLength, type FileRows, type NumberHint, refusal } from "./file_rows.ts";
import { rowText } from "./row_text.ts";
import type { KeptBytes } from "./kept_parts.ts";
import { KeptPieces } from "./kept_pieces.ts";

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;
const NOT_FINITE = /^\s*(?:nan|na|n\/a|null|none|[+-]?inf(?:inity)?|)\s*$/i;
/** Cells of digits and signs alone that are no plain number (1,000, 5 %, a date), hexadecimal numbers, true and false. */
const ALMOST_NUMBER = /^\s*(?:[-+$€£]?\s*[\d.][-+\d.,'_:/TZ\s]*[%$€£]?|0x[\da-f]+|true|false)\s*$/i;
/** The pixels of square images, of which a table without names is taken to hold them. */
const LEAST_SIDE = 4;

/** What the columns of a table are. */
interface Columns {
  /** What each is called; its number from 1 without names. */
  names: string[];
  hasHeader: boolean;
  /** Index of the class's column; −1 for none. */
  label: number;
  /** Indices of the columns of words. */
  words: number[];
  /** Those of them that somebody may take for values. */
  almostNumbers: number[];
  /** Indices of the values. */
  values: number[];
}

/**
 * The rows of a table.
 *
 * @param options.labelColumn The column of classes, by its name, or by its number from 1 in a table without names.
 * @param options.hint What is known of the numbers.
 * @param options.budget How much may be kept of what is read.
 * @throws {UserError} A row has another number of columns, a cell is not a number, or no column has numbers.
 */
export async function csvRows(
  file: ByteSource,
  { labelColumn, hint = {}, budget }: { labelColumn: string | null; hint?: NumberHint; budget: KeptBytes },
): Promise<FileRows> {
  const source = await isGzipped(file) ? await gunzippedSource(file) : file, { name } = file;
  let columns: Columns | null = null, count = 0, kept: KeptPieces | null = null;
  const labels: string[] = [], words: string[][] = [];
  for await (const { rows, firstLine } of csvBatches(source)) {
    let start = 0;
    if (columns === null) {
      columns = columnsOf(rows, { name, labelColumn });
      assertRowLength(columns.values.length, name);
      for (const _ of columns.words) words.push([]);
      kept = new KeptPieces(columns.values.length, { hint, budget });
      start = columns.hasHeader ? 1 : 0;
    }
    for (let i = start; i < rows.length; i++) {
      kept!.add(valuesOf(rows[i], { columns, name, row: count, line: firstLine + i }));
      if (columns.label >= 0) labels.push(rows[i][columns.label].trim());
      columns.words.forEach((column, j) => words[j].push(rows[i][column]));
      count++;
    }
  }
  if (columns === null || count === 0) throw refusal(name, "it has no rows", "at least one row of numbers");
  const known = columns, { areBytes, areLevels } = kept!.described();
  const vector = { kind: "vector", height: 1, width: known.values.length, channels: 1 } as const;
  const meta = known.words.length > 0
    ? { names: known.words.map((column) => known.names[column]), values: words }
    : null;
  const { shape, notes } = areLevels ? asImages(vector) : { shape: vector, notes: [] };
  const asWords = columnsNote(known.almostNumbers.map((column) => known.names[column]), {
    one: "of dates, true and false, or numbers not written as 1000.5 is read as words, not as values",
    many: "of dates, true and false, or numbers not written as 1000.5 are read as words, not as values",
  });
  return {
    ...{ file, name, count, flat: null, meta, shape, notes: [...notes, ...asWords] },
    areBytes,
    columns: known.hasHeader ? known.values.map((column) => known.names[column]) : null,
    labels: known.label >= 0 ? asNumbers(labels) : null,
    pieces: () => kept!.pieces(() => reread(source, { columns: known, name })),
  };
}

/** The values again, of a table that was too large to be kept. */
async function* reread(
  source: ByteSource,
  { columns, name }: { columns: Columns; name: string },
): AsyncGenerator<Float32Array<ArrayBuffer>> {
  let isFirst = true, row = 0;
  for await (const { rows, firstLine } of csvBatches(source)) {
    for (let i = isFirst && columns.hasHeader ? 1 : 0; i < rows.length; i++) {
      yield valuesOf(rows[i], { columns, name, row: row++, line: firstLine + i });
    }
    isFirst = false;
  }
}

/** Labels as numbers if all are whole ones. */
export function asNumbers(labels: string[]): Float64Array | string[] {
  return labels.every((label) => /^[+-]?\d{1,15}(?:\.0*)?$/.test(label)) ? Float64Array.from(labels, Number) : labels;
}

/** What the columns are, from the first rows. */
function columnsOf(rows: string[][], { name, labelColumn }: { name: string; labelColumn: string | null }): Columns {
  const [first, second = first] = rows, isNumber = first.map((cell) => NUMBER.test(cell));
  const trimmed = first.map((cell) => cell.trim());
  const isCounted = first.length > 1 &&
    trimmed.slice(1).every((cell, i) => cell === String(i) || cell === String(i + 1));
  const hasHeader = rows.length > 1 &&
    (!isNumber.includes(true) || trimmed.some((cell) => isLabelName(cell)) || isCounted ||
      first.some((cell, i) => !isNumber[i] && NUMBER.test(second[i] ?? "") && !NOT_FINITE.test(cell)));
  const names = hasHeader ? trimmed : first.map((_, i) => String(i + 1)), cells = hasHeader ? second : first;
  const label = labelIndex(names, { name, labelColumn, hasHeader, cells });
  const isWord = (column: number) =>
    hasHeader && isIndexName(names[column]) ||
    !NUMBER.test(cells[column] ?? "") && !NOT_FINITE.test(cells[column] ?? "");
  const others = first.map((_, column) => column).filter((column) => column !== label);
  const values = others.filter((column) => !isWord(column));
  if (values.length === 0) throw refusal(name, `none of its ${first.length} columns has numbers`, "at least one");
  const words = others.filter(isWord);
  const almostNumbers = words.filter((column) => ALMOST_NUMBER.test(cells[column]) && !NUMBER.test(cells[column]));
  return { names, hasHeader, label, values, words, almostNumbers };
}

function labelIndex(
  names: string[],
  { name, labelColumn, hasHeader, cells }: {
    name: string;
    labelColumn: string | null;
    hasHeader: boolean;
    cells: string[];
  },
): number {
  if (labelColumn !== null) {
    const index = names.indexOf(labelColumn);
    if (index >= 0) return index;
    const shown = hasHeader ? names.slice(0, 8).map(quoted).join(", ") : `numbered 1 to ${names.length}`;
    throw refusal(name, `its columns are ${shown}`, `one called ${quoted(labelColumn)}`);
  }
  if (hasHeader) return names.findIndex(isLabelName);
  const side = Math.sqrt(names.length - 1);
  return Number.isInteger(side) && side >= LEAST_SIDE && /^\s*\d+\s*$/.test(cells[0]) ? 0 : -1;
}

/** The values of one row. */
function valuesOf(
  cells: string[],
  { columns: { names, values: indices, hasHeader }, name, row, line }: {
    columns: Columns;
    name: string;
    row: number;
    line: number;
  },
): Float32Array<ArrayBuffer> {
  if (cells.length !== names.length) {
    throw refusal(name, `${rowText(row, { line })} has ${cells.length} columns`, `${names.length} as the first row`);
  }
  const values = new Float32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const cell = cells[indices[i]], value = Number(cell);
    // Number() takes an empty cell for 0, and 0x10 for 16.
    values[i] = value; // beyond 3.4e38 it is infinite as a float32
    if (
      !Number.isFinite(values[i]) || cell === "" || cell.charCodeAt(1) > 57 && !NUMBER.test(cell) || cell.trim() === ""
    ) {
      const column = hasHeader ? quoted(names[indices[i]]) : names[indices[i]];
      const isBeyond = NUMBER.test(cell) && Number.isFinite(value);
      const now = `${rowText(row, { line })} has ${quoted(cell)} in column ${column}`;
      throw refusal(name, isBeyond ? `${now}, which is beyond float32` : now, "a finite number");
    }
  }
  return values;
}
