/**
 * Tables of text: CSV with commas, semicolons, tabs or bars, with quotation marks or without, any line ends.
 *
 * Papa Parse splits rows into cells; it is loaded when a table is read. The file is read some rows at a time, so that it is
 * never in memory as a whole. Does not know what cells mean. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath, UserError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";

/** Some rows of a table. */
export interface CsvBatch {
  rows: string[][];
  /** The number of the first row that a spreadsheet shows: from 1, the header and blank lines counted. */
  firstLine: number;
}

const DELIMITERS = [",", ";", "\t", "|"];
const PIECE_BYTES = 2 ** 20;
/** A longer row is refused: a quotation mark that is never closed would make one of the whole file. */
const MOST_ROW_LETTERS = 2 ** 24;

/** What Papa Parse's own streams use of it: it says how far it came, and leaves the last row, which may be cut. */
interface PieceParser {
  parse(text: string, baseIndex: number, ignoreLastRow: boolean): {
    data: string[][];
    errors: { code: string; row?: number }[];
    meta: { cursor: number };
  };
}

/**
 * The rows of a table, in batches; blank lines are passed over. The first batch has the first two rows at least, if there
 * are two, which is what shows that the first is a header.
 *
 * @throws {UserError} The file is not UTF-8, a quotation mark is not closed, or a row is longer than 16 million letters.
 */
export async function* csvBatches(source: ByteSource): AsyncGenerator<CsvBatch> {
  let header: CsvBatch | null = null, isFirst = true;
  for await (const batch of batchesOf(source)) {
    if (isFirst && batch.rows.length === 1) header = batch;
    else if (header === null) yield batch;
    else {
      // One row and the others: numbers of rows stay those of the file, between which there may be blank lines.
      yield { rows: [...header.rows, batch.rows[0]], firstLine: batch.firstLine - 1 };
      if (batch.rows.length > 1) yield { rows: batch.rows.slice(1), firstLine: batch.firstLine + 1 };
      header = null;
    }
    isFirst = false;
  }
  if (header !== null) yield header;
}

/** The same as they are read. */
async function* batchesOf(source: ByteSource): AsyncGenerator<CsvBatch> {
  const { default: papa } = await import("papaparse");
  let parser: PieceParser | null = null, rest = "", row = 1;
  for await (const { text, isLast } of textPieces(source)) {
    rest += text;
    if (parser === null) {
      if (rest.trim() === "" && !isLast) continue;
      parser = new papa.Parser(styleOf(rest)) as PieceParser;
    }
    const { data, errors, meta } = parser.parse(rest, 0, !isLast);
    if (errors.length > 0) throw refusal(source, row + (errors[0].row ?? data.length));
    rest = isLast ? "" : rest.slice(meta.cursor);
    if (rest.length > MOST_ROW_LETTERS) {
      const now = `row ${row + data.length} of a spreadsheet has more than ${MOST_ROW_LETTERS} letters`;
      throw new UserError(`Cannot read ${printablePath(source.name)}: ${now}, expected shorter rows`);
    }
    yield* withoutBlanks(data, row);
    row += data.length;
  }
}

/** Batches of rows that hold something: a blank line between them ends a batch. */
function* withoutBlanks(rows: string[][], firstLine: number): Generator<CsvBatch> {
  let start = 0;
  for (let i = 0; i <= rows.length; i++) {
    const isBlank = i < rows.length && rows[i].length === 1 && rows[i][0].trim() === "";
    if (i < rows.length && !isBlank) continue;
    if (i > start) yield { rows: rows.slice(start, i), firstLine: firstLine + start };
    start = i + 1;
  }
}

/** Which letter separates cells, and what ends a line, from the first lines. */
function styleOf(text: string): { delimiter: string; newline: "\n" | "\r\n" | "\r" } {
  const end = /\r\n|\n|\r/.exec(text)?.[0] as "\n" | "\r\n" | "\r" | undefined;
  const line = text.trimStart().split(/[\r\n]/, 1)[0].replace(/"[^"]*"/g, "");
  const cells = (delimiter: string) => line.split(delimiter).length;
  const delimiter = DELIMITERS.reduce((most, other) => cells(other) > cells(most) ? other : most);
  return { delimiter, newline: end ?? "\n" };
}

/** The text of a file, some of it at a time; a byte order mark is left out. */
async function* textPieces(source: ByteSource): AsyncGenerator<{ text: string; isLast: boolean }> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let from = 0; from < source.size; from += PIECE_BYTES) {
    const to = Math.min(source.size, from + PIECE_BYTES), isLast = to === source.size;
    const bytes = await source.read(from, to);
    try {
      yield { text: decoder.decode(bytes, { stream: !isLast }), isLast };
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      const now = `bytes ${from} to ${to} are not UTF-8`;
      throw new UserError(`Cannot read ${printablePath(source.name)}: ${now}, expected text`, { cause });
    }
  }
}

function refusal(source: ByteSource, row: number): UserError {
  const now = `a quotation mark in row ${row} of a spreadsheet does not end its cell`;
  return new UserError(
    `Cannot read ${printablePath(source.name)}: ${now}, expected one before a separator or a line end`,
  );
}
