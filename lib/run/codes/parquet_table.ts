/**
 * A table of rows as `.parquet`, compressed with Snappy where that helps; `table_rows.ts` says what is in it.
 *
 * @module
 */
import type { ParquetWriteOptions } from "hyparquet-writer";
import { NewFile } from "../../files.ts";
import type { CodesFormat, CodesLayout, CodesWriter, EncodedRows } from "./codes_writer.ts";
import { columnNames, type TableRows, tableRows } from "./table_rows.ts";

/** Row number, mean squared error and L0 as numbers, the label as text, the latents as numbers. */
export const parquetTable: CodesFormat = {
  ...{ holds: "a table", isDense: false, isTable: true },
  open: (path, layout) => ParquetTableWriter.open(path, layout),
};

/** Cells of the rows that are written together, at most, unless one piece of rows has more. */
const GROUP_CELLS = 460_000;
/** Up to so many latents a column of them is smaller as a dictionary of those that occur. */
const MOST_LISTED = 2 ** 14;

type ColumnSource = ParquetWriteOptions["columnData"][number];

class ParquetTableWriter implements CodesWriter {
  readonly #file: NewFile;
  readonly #layout: CodesLayout;
  readonly #names: string[];
  readonly #bytes: Awaited<ReturnType<typeof openParquet>>["bytes"];
  readonly #parquet: Awaited<ReturnType<typeof openParquet>>["parquet"];
  /** Rows that wait for the others of their group, and how many they are. */
  #waiting: TableRows[] = [];
  #count = 0;

  private constructor(
    file: NewFile,
    { layout, bytes, parquet }: Awaited<ReturnType<typeof openParquet>> & { layout: CodesLayout },
  ) {
    this.#file = file;
    this.#layout = layout;
    this.#names = columnNames(layout);
    this.#bytes = bytes;
    this.#parquet = parquet;
  }

  static async open(path: string, layout: CodesLayout): Promise<ParquetTableWriter> {
    const opened = await openParquet(layout);
    return new ParquetTableWriter(await NewFile.create(path, layout), { ...opened, layout });
  }

  async add(encoded: EncodedRows): Promise<void> {
    const rows = tableRows(encoded, this.#layout);
    if ((this.#count + rows.count) * this.#names.length > GROUP_CELLS) await this.#writeGroup();
    this.#waiting.push(rows);
    this.#count += rows.count;
  }

  async finish(): Promise<void> {
    await this.#writeGroup();
    this.#parquet.finish();
    await this.#flush();
    await this.#file.finish();
  }

  async #writeGroup(): Promise<void> {
    const count = this.#count;
    if (count === 0) return;
    this.#parquet.write({ columnData: groupColumns(this.#waiting, { ...this.#layout, count }), rowGroupSize: count });
    [this.#waiting, this.#count] = [[], 0];
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

/**
 * The columns of some rows. Those of latents and activations have no statistics, by which nobody could pass over rows, and
 * activations are not compressed, because hardly a number occurs twice.
 */
function groupColumns(
  parts: readonly TableRows[],
  { top, labels, nLatents, count }: CodesLayout & { count: number },
): ColumnSource[] {
  const columns: ColumnSource[] = [
    { name: "row", data: BigInt64Array.from(parts.flatMap(({ numbers }) => Array.from(numbers, BigInt))) },
    ...labels
      ? [{ name: "label", data: parts.flatMap((rows) => Array.from(rows.labels!, (i) => labels.names[i])) }]
      : [],
    { name: "mse", data: Float64Array.from(parts.flatMap(({ mse }) => Array.from(mse))), ...PLAIN },
    { name: "l0", data: Int32Array.from(parts.flatMap(({ l0 }) => Array.from(l0))) },
  ];
  for (let place = 0; place < top; place++) {
    const latents = new Int32Array(count), activations = new Float32Array(count), missing: number[] = [];
    let at = 0;
    for (const rows of parts) {
      for (let row = 0, from = place; row < rows.count; row++, at++, from += top) {
        latents[at] = rows.latents[from];
        activations[at] = rows.activations[from];
        if (rows.found[row] <= place) missing.push(at);
      }
    }
    const encoding = nLatents <= MOST_LISTED ? "RLE_DICTIONARY" as const : "PLAIN" as const;
    columns.push(
      { name: `latent_${place + 1}`, data: without(latents, missing), statistics: false, encoding },
      { name: `activation_${place + 1}`, data: without(activations, missing), statistics: false, ...PLAIN },
    );
  }
  return columns;
}

/** How numbers of which hardly one occurs twice are written. */
const PLAIN = { encoding: "PLAIN", codec: "UNCOMPRESSED" } as const;

/** A column in which some rows have no number. */
function without(
  values: Int32Array | Float32Array,
  missing: readonly number[],
): Int32Array | Float32Array | (number | null)[] {
  if (missing.length === 0) return values;
  const cells: (number | null)[] = Array.from(values);
  for (const row of missing) cells[row] = null;
  return cells;
}

async function openParquet({ top, labels }: CodesLayout) {
  const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
  const bytes = new ByteWriter(), names = columnNames({ top, labels });
  const column = (name: string) => ({ name, ...typeOf(name), repetition_type: "OPTIONAL" as const });
  const schema = [{ name: "root", num_children: names.length }, ...names.map(column)];
  return { bytes, parquet: new ParquetWriter({ writer: bytes, schema, createdBy: "sae" }) };
}

function typeOf(name: string) {
  if (name === "label") return { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;
  if (name === "row") return { type: "INT64" } as const;
  if (name === "mse") return { type: "DOUBLE" } as const; // a square may be beyond float32
  return { type: name.startsWith("activation") ? "FLOAT" : "INT32" } as const;
}
