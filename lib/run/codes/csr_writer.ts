/**
 * The latents that are not 0 as a sparse matrix in an `.npz` file, as `scipy.sparse.save_npz` writes it:
 *
 *     indices  which latent each entry is of, ascending in a row       int32 [entries]
 *     indptr   row i has the entries indptr[i] up to indptr[i + 1]      int64 [rows + 1]
 *     format   "csr"                                                   bytes, a single value
 *     shape    rows, latents                                           int64 [2]
 *     data     the activation of each entry                            float32 [entries]
 *
 * How many entries there will be is known at the end alone, so that entries go to two temporary files first. Source:
 * `scipy/sparse/_matrix_io.py`.
 *
 * @module
 */
import { NewFile } from "../../files.ts";
import { npyHeader, npyTextHeader } from "../../formats/npy.ts";
import { type NewZipMember, writeZip } from "../../formats/zip_writer.ts";
import type { CodesFormat, CodesLayout, CodesWriter, EncodedRows } from "./codes_writer.ts";

/** What `format` holds. */
const CSR = new TextEncoder().encode("csr");

/** See the module comment. */
export const csrCodes: CodesFormat = {
  holds: "the latents that are not 0",
  isDense: false,
  isTable: false,
  open: (path, layout) => CsrWriter.open(path, layout),
};

/** The file, those that entries wait in, and what removes all that is not finished. */
interface Files {
  result: NewFile;
  indices: NewFile;
  values: NewFile;
  all: AsyncDisposableStack;
}

class CsrWriter implements CodesWriter {
  readonly #layout: CodesLayout;
  readonly #files: Files;
  /** Where each row's entries begin, and where the last row's end. */
  readonly #starts: BigInt64Array<ArrayBuffer>;
  #rows = 0;
  #entries = 0;

  private constructor(layout: CodesLayout, files: Files) {
    this.#layout = layout;
    this.#files = files;
    this.#starts = new BigInt64Array(layout.rows + 1);
  }

  static async open(path: string, layout: CodesLayout): Promise<CsrWriter> {
    await using opened = new AsyncDisposableStack();
    const open = async (path: string) => opened.use(await NewFile.create(path, layout));
    const result = await open(path), indices = await open(`${path}.indices`), values = await open(`${path}.values`);
    return new CsrWriter(layout, { result, indices, values, all: opened.move() });
  }

  async add({ lists }: EncodedRows): Promise<void> {
    const { count, starts, columns, values } = lists!, entries = starts[count];
    for (let i = 1; i <= count; i++) this.#starts[this.#rows + i] = BigInt(this.#entries + starts[i]);
    this.#rows += count;
    this.#entries += entries;
    // Latents are below 2³¹, so that their numbers are the same as unsigned and as signed integers.
    await Promise.all([
      this.#files.indices.write(bytesOf(columns.subarray(0, entries))),
      this.#files.values.write(bytesOf(values.subarray(0, entries))),
    ]);
  }

  async finish(): Promise<void> {
    const { rows, nLatents } = this.#layout, { result, indices, values } = this.#files;
    const shape = [this.#entries], bytes = 4 * this.#entries;
    const array = (name: string, header: Uint8Array, values: { size: number; pieces: NewZipMember["pieces"] }) => ({
      path: `${name}.npy`,
      size: header.length + values.size,
      pieces: behind(header, values.pieces),
    });
    const inMemory = (values: Uint8Array) => ({ size: values.length, pieces: [values] });
    const members: NewZipMember[] = [
      array("indices", npyHeader({ type: "i32", shape }), { size: bytes, pieces: indices.bytes() }),
      array("indptr", npyHeader({ type: "i64", shape: [rows + 1] }), inMemory(bytesOf(this.#starts))),
      array("format", npyTextHeader(CSR.length), inMemory(CSR)),
      array(
        "shape",
        npyHeader({ type: "i64", shape: [2] }),
        inMemory(bytesOf(BigInt64Array.of(BigInt(rows), BigInt(nLatents)))),
      ),
      array("data", npyHeader({ type: "f32", shape }), { size: bytes, pieces: values.bytes() }),
    ];
    await writeZip(members, { write: (piece) => result.write(piece) });
    await result.finish();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#files.all.disposeAsync();
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBufferLike>): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

async function* behind(header: Uint8Array, pieces: NewZipMember["pieces"]): AsyncGenerator<Uint8Array> {
  yield header;
  yield* pieces;
}
