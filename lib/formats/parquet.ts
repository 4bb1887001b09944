/**
 * Parquet files: which columns they have, and their values, one row group at a time.
 *
 * With hyparquet, which is loaded when a file is opened; its companion uncompresses snappy, gzip, brotli, zstd and lz4.
 * Does not know what columns mean. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Compressors, FileMetaData, SchemaTree } from "hyparquet";
import { printablePath, UserError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";

/**
 * What a column holds: whole numbers, others, words, bytes, lists of numbers (of lists), structs with a field `bytes`
 * (pictures, as Hugging Face stores them), or something else.
 */
export type ParquetKind = "integer" | "number" | "text" | "bytes" | "integers" | "numbers" | "picture" | "other";

/** A column of the topmost level. */
export interface ParquetColumn {
  name: string;
  kind: ParquetKind;
}

/** Consecutive rows that are stored together. */
interface RowGroup {
  from: number;
  to: number;
}

/** One page of a column. */
const MOST_PAGE_BYTES = 2 ** 28;
/** One row group's columns, uncompressed: they are in memory as a whole, and as lists of numbers once more. */
const MOST_GROUP_BYTES = 2 ** 30;
const MAGIC = 0x31524150;
const INTEGERS = ["INT32", "INT64"];
const NUMBERS = ["FLOAT", "DOUBLE"];
/** Whole numbers that stand for something else. */
const NOT_NUMBERS = ["DATE", "TIME", "TIMESTAMP", "TIME_MILLIS", "TIME_MICROS", "TIMESTAMP_MILLIS", "TIMESTAMP_MICROS"];

/** An open file. */
export class ParquetFile {
  readonly columns: readonly ParquetColumn[];
  readonly rows: number;
  readonly groups: readonly RowGroup[];
  readonly #source: ByteSource;
  readonly #metadata: FileMetaData;

  private constructor(source: ByteSource, metadata: FileMetaData, columns: ParquetColumn[]) {
    [this.#source, this.#metadata, this.columns] = [source, metadata, columns];
    let from = 0;
    this.groups = metadata.row_groups.map(({ num_rows }) => ({ from, to: from += Number(num_rows) }));
    this.rows = from;
  }

  /** @throws {UserError} The file is damaged or cut off. */
  static async open(source: ByteSource): Promise<ParquetFile> {
    const { parquetMetadataAsync, parquetSchema } = await import("hyparquet");
    return await guarded(source, async () => {
      await assertWhole(source);
      const metadata = await parquetMetadataAsync(bufferOf(source), { geoparquet: false });
      const root = parquetSchema(metadata),
        columns = root.children.map((column) => ({
          name: column.element.name,
          kind: kindOf(column),
        }));
      assertNamed(root, metadata);
      const file = new ParquetFile(source, metadata, columns);
      if (file.rows !== Number(metadata.num_rows) || !(file.rows >= 0)) throw new Error("its numbers of rows differ");
      return file;
    });
  }

  /** The names of a column's classes, as Hugging Face keeps them beside the data; null if there are none. */
  classNames(column: string): string[] | null {
    const text = this.#metadata.key_value_metadata?.find(({ key }) => key === "huggingface")?.value;
    if (text === undefined) return null;
    try {
      const names = JSON.parse(text)?.info?.features?.[column]?.names;
      return Array.isArray(names) && names.every((name) => typeof name === "string") ? names : null;
    } catch {
      return null;
    }
  }

  /**
   * The values of some columns in one row group, each in the order of the rows.
   *
   * @throws {UserError} The file is damaged, or the row group is too large to be read.
   */
  async read(names: readonly string[], group: number): Promise<Map<string, ArrayLike<unknown>>> {
    const [{ parquetRead }, compressors] = await Promise.all([import("hyparquet"), checkedCompressors()]);
    const source = this.#source, { from, to } = this.groups[group];
    const bytes = this.#metadata.row_groups[group].columns
      .filter(({ meta_data }) => names.includes(meta_data?.path_in_schema[0] ?? ""))
      .reduce((sum, { meta_data }) => sum + Number(meta_data!.total_uncompressed_size), 0);
    if (!(bytes <= MOST_GROUP_BYTES)) {
      throw new UserError(
        `Cannot read ${printablePath(source.name)}: row group ${group} has ${bytes} bytes, expected at most ` +
          `${MOST_GROUP_BYTES}; write it with fewer rows a group, such as row_group_size=10000`,
      );
    }
    return await guarded(source, async () => {
      const pieces = new Map<string, { rowStart: number; values: ArrayLike<unknown> }[]>(
        names.map((name) => [name, []]),
      );
      await parquetRead({
        file: bufferOf(source),
        metadata: this.#metadata,
        columns: [...names],
        ...{ rowStart: from, rowEnd: to, compressors, utf8: false, geoparquet: false },
        onChunk: ({ columnName, columnData, rowStart }) =>
          pieces.get(columnName)?.push({ rowStart, values: columnData }),
      });
      return new Map(names.map((name) => [name, inOrder(pieces.get(name)!, to - from)]));
    });
  }
}

/**
 * Asserts that columns have names, and that each row group's are those of the schema: hyparquet finds out while it reads
 * the columns before, whose failures nobody would wait for.
 */
function assertNamed(root: SchemaTree, { row_groups: groups }: FileMetaData): void {
  if (root.children.some(({ element: { name } }) => typeof name !== "string")) throw new Error("a column has no name");
  for (const { columns } of groups) {
    for (const { meta_data } of columns) {
      let column: SchemaTree | undefined = root;
      for (const name of meta_data?.path_in_schema ?? []) {
        column = column?.children.find(({ element }) => element.name === name);
      }
      if (!column || column === root || column.children.length > 0) {
        throw new Error("a row group has an unknown column");
      }
    }
  }
}

/** The values of one column, which may come in several pieces. */
function inOrder(pieces: { rowStart: number; values: ArrayLike<unknown> }[], count: number): ArrayLike<unknown> {
  const all = pieces.length === 1
    ? pieces[0].values
    : pieces.sort((a, b) => a.rowStart - b.rowStart).flatMap(({ values }) => Array.from(values));
  if (all.length !== count) throw new Error(`a column has ${all.length} values for ${count} rows`);
  return all;
}

function kindOf(column: SchemaTree): ParquetKind {
  const { children, element: { type, logical_type: logical, converted_type: converted } } = column;
  const name = logical?.type ?? converted;
  if (children.length === 0) {
    if (name === "STRING" || name === "UTF8" || name === "ENUM") return "text";
    if (converted === "DECIMAL") return "number"; // hyparquet gives the numbers, from whichever bytes
    if (name === "DECIMAL" || NOT_NUMBERS.includes(name ?? "")) return "other";
    if (type === "BYTE_ARRAY") return "bytes";
    if (NUMBERS.includes(type!) || name === "FLOAT16") return "number";
    return INTEGERS.includes(type!) ? "integer" : "other";
  }
  if (children.some(({ element }) => element.name === "bytes" && element.type === "BYTE_ARRAY")) return "picture";
  const item = listItem(column);
  const ofItem = item === null ? "other" : kindOf(item);
  if (ofItem === "integer" || ofItem === "integers") return "integers";
  return ofItem === "number" || ofItem === "numbers" ? "numbers" : "other";
}

/** What a column is a list of; null if it is none. */
function listItem({ children: [repeated, ...others] }: SchemaTree): SchemaTree | null {
  if (others.length > 0 || repeated.element.repetition_type !== "REPEATED") return null;
  if (repeated.children.length === 0) return repeated;
  return repeated.children.length === 1 ? repeated.children[0] : null;
}

/** Asserts that a file begins and ends as Parquet files do, and that its metadata fit into it. */
async function assertWhole(source: ByteSource): Promise<void> {
  const refuse = (now: string) =>
    new UserError(`Cannot read ${printablePath(source.name)}: ${now}, expected a whole Parquet file`);
  if (source.size < 12) throw refuse(`it has ${source.size} bytes`);
  const end = await source.read(source.size - 8, source.size), view = new DataView(end.buffer, end.byteOffset);
  if (view.getUint32(4, true) !== MAGIC) throw refuse("it does not end as Parquet files do");
  const length = view.getUint32(0, true);
  if (length > source.size - 12) throw refuse(`its metadata are said to have ${length} bytes`);
}

/** A source as hyparquet wants it; what lies outside the file is refused before it is allocated. */
function bufferOf(source: ByteSource) {
  return {
    byteLength: source.size,
    slice(start: number, end: number = source.size): Promise<ArrayBuffer> {
      const read = readWithin(source, { start, end });
      read.catch(() => {}); // hyparquet reads ahead, and forgets such reads when one before them fails
      return read;
    },
  };
}

async function readWithin(source: ByteSource, { start, end }: { start: number; end: number }): Promise<ArrayBuffer> {
  if (!(start >= 0 && start <= end && end <= source.size)) throw new Error(`bytes ${start} to ${end} are not in it`);
  const bytes = await source.read(start, end);
  return bytes.length === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
}

let checked: Promise<Compressors> | undefined;

/** The ways to uncompress, each of which refuses a page that is said to be too large. */
function checkedCompressors(): Promise<Compressors> {
  return checked ??= import("hyparquet-compressors").then(({ compressors }) =>
    Object.fromEntries(
      Object.entries(compressors as Compressors).map((
        [name, uncompress],
      ) => [name, (input: Uint8Array, length: number) => {
        if (!(length >= 0 && length <= MOST_PAGE_BYTES)) throw new Error(`a page is said to have ${length} bytes`);
        return uncompress!(input, length);
      }]),
    )
  );
}

async function guarded<T>(source: ByteSource, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const reason = cause instanceof Error ? cause.message.replace(/\s+/g, " ").slice(0, 100) : String(cause);
    const now = `it is damaged or cut off (${reason})`;
    throw new UserError(`Cannot read ${printablePath(source.name)}: ${now}, expected a whole Parquet file`, { cause });
  }
}
