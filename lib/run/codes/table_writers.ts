/**
 * A table of rows as `.csv` or `.parquet`; `table_rows.ts` says what is in it.
 *
 * @module
 */
import { NewFile } from "../../files.ts";
import { csvLine } from "../../formats/csv_line.ts";
import type { CodesFormat, CodesLayout, CodesWriter, EncodedRows } from "./codes_writer.ts";
import { type Cell, type Column, tableColumns, tableRows } from "./table_rows.ts";

const TABLE = { holds: "a table", isDense: false, isTable: true } as const;

/** Comma-separated values with a header; numbers that are no integers have 7 digits. */
export const csvTable: CodesFormat = { ...TABLE, open: (path, layout) => CsvWriter.open(path, layout) };

/** Parquet, compressed with Snappy. */
export const parquetTable: CodesFormat = { ...TABLE, open: (path, layout) => ParquetTableWriter.open(path, layout) };

class CsvWriter implements CodesWriter {
  readonly #file: NewFile;
  readonly #layout: CodesLayout;

  private constructor(file: NewFile, layout: CodesLayout) {
    this.#file = file;
    this.#layout = layout;
  }

  static async open(path: string, layout: CodesLayout): Promise<CsvWriter> {
    const writer = new CsvWriter(await NewFile.create(path), layout);
    await writer.#write([tableColumns(layout).map(({ name }) => name)]);
    return writer;
  }

  add(rows: EncodedRows): Promise<void> {
    return this.#write(tableRows(rows, this.#layout));
  }

  #write(rows: Cell[][]): Promise<void> {
    return this.#file.write(new TextEncoder().encode(rows.map(csvLine).join("")));
  }

  finish(): Promise<void> {
    return this.#file.finish();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file[Symbol.asyncDispose]();
  }
}

/** Rows that are written together. */
const GROUP_ROWS = 20_000;
const PARQUET_TYPE = { integer: "INT64", number: "FLOAT", text: "STRING" } as const;

class ParquetTableWriter implements CodesWriter {
  readonly #file: NewFile;
  readonly #layout: CodesLayout;
  readonly #columns: Column[];
  readonly #bytes: Awaited<ReturnType<typeof openParquet>>["bytes"];
  readonly #parquet: Awaited<ReturnType<typeof openParquet>>["parquet"];
  /** Rows that wait for the others of their group. */
  #waiting: Cell[][] = [];

  private constructor(
    file: NewFile,
    { layout, columns, bytes, parquet }: Awaited<ReturnType<typeof openParquet>> & { layout: CodesLayout },
  ) {
    this.#file = file;
    this.#layout = layout;
    this.#columns = columns;
    this.#bytes = bytes;
    this.#parquet = parquet;
  }

  static async open(path: string, layout: CodesLayout): Promise<ParquetTableWriter> {
    const opened = await openParquet(tableColumns(layout));
    return new ParquetTableWriter(await NewFile.create(path), { ...opened, layout });
  }

  async add(rows: EncodedRows): Promise<void> {
    for (const row of tableRows(rows, this.#layout)) this.#waiting.push(row);
    if (this.#waiting.length >= GROUP_ROWS) await this.#writeGroup();
  }

  async finish(): Promise<void> {
    if (this.#waiting.length > 0) await this.#writeGroup();
    this.#parquet.finish();
    await this.#flush();
    await this.#file.finish();
  }

  async #writeGroup(): Promise<void> {
    const rows = this.#waiting;
    this.#waiting = [];
    const columnData = this.#columns.map(({ name, type }, column) => ({
      name,
      data: rows.map((row) => type === "integer" && row[column] !== null ? BigInt(row[column] as number) : row[column]),
    }));
    this.#parquet.write({ columnData, rowGroupSize: rows.length });
    await this.#flush();
  }

  /** What was written so far goes to the file, so that it is not kept. */
  async #flush(): Promise<void> {
    await this.#file.write(this.#bytes.getBytes());
    this.#bytes.index = 0;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file[Symbol.asyncDispose]();
  }
}

async function openParquet(columns: Column[]) {
  const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
  const bytes = new ByteWriter();
  const schema = [
    { name: "root", num_children: columns.length },
    ...columns.map(({ name, type }) => {
      const isText = PARQUET_TYPE[type] === "STRING";
      return {
        ...{ name, type: isText ? "BYTE_ARRAY" as const : PARQUET_TYPE[type] as "INT64" | "FLOAT" },
        ...isText ? { converted_type: "UTF8" as const } : {},
        repetition_type: "OPTIONAL" as const,
      };
    }),
  ];
  return { columns, bytes, parquet: new ParquetWriter({ writer: bytes, schema, createdBy: "sae" }) };
}
