/**
 * A Parquet file as rows: a column of lists of numbers, of pictures (as Hugging Face stores them), or columns of numbers.
 *
 * Columns of words describe the rows, one column is the class. Activations are read one row group at a time; whole numbers
 * and pictures are read once when the file is opened, to learn whether they are bytes or have colours. PORTABLE: no Deno,
 * no Node, no tfjs.
 *
 * @module
 */
import { quoted, UserError } from "../../errors.ts";
import type { ByteSource } from "../../formats/byte_source.ts";
import { type ParquetColumn, ParquetFile, type ParquetKind } from "../../formats/parquet.ts";
import { rowLayout } from "./array_rows.ts";
import { asImages, mayBeImages } from "./as_images.ts";
import { assertRowLength, type FileRows, type NumberHint, type RawLabels, refusal } from "./file_rows.ts";
import { rowText } from "./row_text.ts";
import type { KeptBytes } from "./kept_parts.ts";
import { KeptPieces } from "./kept_pieces.ts";
import { KeptPictures, type StoredPicture } from "./kept_pictures.ts";
import { columnsNote, isIndexName, isLabelName, rowsName } from "./column_names.ts";
import { nestedShape } from "./nested_values.ts";
import { floatPieces } from "./parquet_floats.ts";
import type { RowMeta } from "../row_labels.ts";
import { rowLength, type RowShape } from "../row_shape.ts";

/** What the columns of a file are. */
interface Columns {
  /** The columns of values: one of lists or pictures, or several of numbers. */
  rows: ParquetColumn[];
  label: ParquetColumn | null;
  words: ParquetColumn[];
  /** Columns that are none of these: dates, true and false, further lists or pictures. */
  leftOut: ParquetColumn[];
}

/** What to take of a file. */
export interface TableChoice {
  /** The column of rows; null to find it. */
  tensor: string | null;
  /** The column of classes; null to find it. */
  labelColumn: string | null;
  /** What is known of the numbers. */
  hint?: NumberHint;
  /** How much may be kept of what is read. */
  budget: KeptBytes;
}

const LISTS: ParquetKind[] = ["integers", "numbers"];
const PICTURES: ParquetKind[] = ["picture", "bytes"];
const NUMBERS: ParquetKind[] = ["integer", "number"];

/**
 * The rows of a file.
 *
 * @throws {UserError} It is damaged, or it is not clear which column is meant.
 */
export async function parquetRows(source: ByteSource, choice: TableChoice): Promise<FileRows> {
  const file = await ParquetFile.open(source), { name } = source;
  if (file.rows === 0) throw refusal(name, "it has no rows", "at least one");
  const columns = columnsOf(file, { name, ...choice });
  const rows = PICTURES.includes(columns.rows[0].kind)
    ? await pictureRows(file, { column: columns.rows[0].name, name, budget: choice.budget })
    : await numberRows(file, { columns: columns.rows, name, hint: choice.hint ?? {}, budget: choice.budget });
  const leftOut = columnsNote(columns.leftOut.map(({ name }) => name), {
    one: "holds neither values nor words of the rows and was left out",
    many: "hold neither values nor words of the rows and were left out",
  });
  const notes = [...rows.notes, ...leftOut];
  return { file: source, name, count: file.rows, flat: null, ...await wordsOf(file, columns), ...rows, notes };
}

type Values = Pick<FileRows, "shape" | "areBytes" | "notes" | "pieces" | "columns">;

async function pictureRows(
  file: ParquetFile,
  { column, name, budget }: { column: string; name: string; budget: KeptBytes },
): Promise<Values> {
  const pictures = () => picturesOf(file, { column, name }), kept = (await KeptPictures.of(pictures(), budget))!;
  return { shape: kept.shape, areBytes: true, notes: [], pieces: () => kept.pieces(pictures) };
}

async function* picturesOf(
  file: ParquetFile,
  { column, name }: { column: string; name: string },
): AsyncGenerator<StoredPicture> {
  for (const [group, { from }] of file.groups.entries()) {
    const values = (await file.read([column], group)).get(column)!;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as { bytes?: unknown } | Uint8Array | null;
      const bytes = value instanceof Uint8Array ? value : value?.bytes;
      if (!(bytes instanceof Uint8Array)) {
        throw refusal(name, `${rowText(from + i)} has no picture`, "one in every row");
      }
      yield { name: `${name}, ${rowText(from + i)}`, bytes: bytes.slice() };
    }
  }
}

async function numberRows(
  file: ParquetFile,
  { columns, name, hint, budget }: {
    columns: ParquetColumn[];
    name: string;
    hint: NumberHint;
    budget: KeptBytes;
  },
): Promise<Values> {
  const { shape, lengths } = await shapeOf(file, { columns, name }), dInput = rowLength(shape);
  assertRowLength(dInput, name);
  const named = lengths === null ? columns.map(({ name }) => name) : null;
  const read = () => floatPieces(file, { columns, name, dInput, lengths });
  const areWhole = columns.every(({ kind }) => kind === "integer" || kind === "integers");
  if (!areWhole && !hint.areBytes && !mayBeImages(shape) && shape.kind === "vector") {
    return { shape, areBytes: false, notes: [], columns: named, pieces: read };
  }
  const kept = new KeptPieces(dInput, { hint, budget });
  for await (const piece of read()) {
    for (let at = 0; at < piece.length; at += dInput) kept.add(piece.subarray(at, at + dInput));
  }
  const { areBytes, areLevels } = kept.described();
  return {
    ...(areLevels ? asImages(shape) : { shape, notes: [] }),
    areBytes,
    columns: named,
    pieces: () => kept.pieces(() => rowsOf(read(), dInput)),
  };
}

async function* rowsOf(pieces: AsyncIterable<Float32Array<ArrayBuffer>>, dInput: number) {
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += dInput) yield piece.subarray(at, at + dInput);
  }
}

/** The shape of rows: the lengths of the first row's lists, or the number of columns, which have no lists. */
async function shapeOf(
  file: ParquetFile,
  { columns, name }: { columns: ParquetColumn[]; name: string },
): Promise<{ shape: RowShape; lengths: number[] | null }> {
  const [{ name: column, kind }] = columns;
  if (!LISTS.includes(kind)) {
    return { shape: { kind: "vector", height: 1, width: columns.length, channels: 1 }, lengths: null };
  }
  const lengths = nestedShape((await file.read([column], 0)).get(column)![0]);
  const { shape, isChannelsFirst } = rowLayout({ name, shape: [file.rows, ...lengths] });
  if (!isChannelsFirst) return { shape, lengths };
  throw refusal(name, `its lists are [${lengths.join(", ")}]`, "[height, width, channels]");
}

/** Labels and words, of which all are read. */
async function wordsOf(
  file: ParquetFile,
  { label, words }: Columns,
): Promise<Pick<FileRows, "labels" | "meta" | "classNames">> {
  const names = [...label ? [label.name] : [], ...words.map(({ name }) => name)];
  if (names.length === 0) return { labels: null, meta: null };
  const all = new Map<string, unknown[]>(names.map((name) => [name, []]));
  for (const group of file.groups.keys()) {
    const values = await file.read(names, group);
    for (const name of names) for (const value of Array.from(values.get(name)!)) all.get(name)!.push(value);
  }
  const meta: RowMeta = {
    names: words.map(({ name }) => name),
    values: words.map(({ name }) =>
      all.get(name)!.map((value) => value === null || value === undefined ? "" : String(value))
    ),
  };
  const classes = label && all.get(label.name)!;
  return {
    labels: classes && rawLabels(classes),
    meta: words.length > 0 ? meta : null,
    classNames: label && file.classNames(label.name),
  };
}

function rawLabels(values: unknown[]): RawLabels {
  const areNumbers = values.every((value) => typeof value === "number" || typeof value === "bigint");
  return areNumbers ? Float64Array.from(values as number[], Number) : values.map((value) => String(value ?? ""));
}

function columnsOf(file: ParquetFile, { name, tensor, labelColumn }: TableChoice & { name: string }): Columns {
  const labels = file.columns.filter(({ kind }) => kind === "integer" || kind === "text");
  const label = labelColumn === null
    ? labels.find((column) => isLabelName(column.name)) ?? null
    : labels.find((column) => column.name === labelColumn);
  if (label === undefined) {
    throw refusal(name, `its columns are ${listed(file)}`, `whole numbers or words in ${quoted(labelColumn!)}`);
  }
  const others = file.columns.filter((column) => column !== label);
  const rows = rowColumns(others, tensor);
  if (rows.length === 0) {
    const wanted = tensor === null
      ? "lists of numbers, pictures, or numbers"
      : `numbers or pictures in ${quoted(tensor)}`;
    throw refusal(name, `its columns are ${listed(file)}`, wanted);
  }
  if (rows.length > 1 && !NUMBERS.includes(rows[0].kind)) {
    throw new UserError(
      `Cannot choose a column of ${name}: it has ${
        listed(file)
      }, expected one column of rows, or the name of one (train --tensor NAME)`,
    );
  }
  const words = others.filter((column) => !rows.includes(column) && [...NUMBERS, "text"].includes(column.kind));
  const leftOut = others.filter((column) => !rows.includes(column) && !words.includes(column));
  return { rows, label, words, leftOut };
}

function rowColumns(columns: ParquetColumn[], tensor: string | null): ParquetColumn[] {
  if (tensor !== null) {
    return columns.filter(({ name, kind }) => name === tensor && kind !== "text" && kind !== "other");
  }
  for (const kinds of [["picture"], LISTS, ["bytes"]]) {
    const found = columns.filter(({ kind }) => kinds.includes(kind)), known = rowsName(found.map(({ name }) => name));
    if (known !== null) return found.filter(({ name }) => name === known);
    if (found.length > 0) return found;
  }
  return columns.filter(({ name, kind }) => NUMBERS.includes(kind) && !isIndexName(name));
}

function listed({ columns }: ParquetFile): string {
  const shown = columns.slice(0, 8).map(({ name, kind }) => `${quoted(name)} (${kind})`);
  return shown.join(", ") + (columns.length > 8 ? ` and ${columns.length - 8} more` : "");
}
