/**
 * The numbers of a Parquet file as rows of floats.
 *
 * Does not choose the columns. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { ParquetColumn, ParquetFile } from "../../formats/parquet.ts";
import { rowsPerPiece } from "./file_rows.ts";
import { assertFinite } from "./finite.ts";
import { flatValues, numberOf } from "./nested_values.ts";

/**
 * All rows as floats, one row group at a time, in pieces.
 *
 * @param options.columns The columns of values.
 * @param options.lengths The lengths of the lists of the only column; null for columns of numbers.
 * @throws {UserError} The file is damaged, a value is missing or not finite, or a list has another length.
 */
export async function* floatPieces(
  file: ParquetFile,
  { columns, name, dInput, lengths }: {
    columns: ParquetColumn[];
    name: string;
    dInput: number;
    lengths: number[] | null;
  },
): AsyncGenerator<Float32Array<ArrayBuffer>> {
  const names = columns.map(({ name }) => name), most = rowsPerPiece(dInput);
  for (const [group, { from, to }] of file.groups.entries()) {
    const values = await file.read(names, group), each = names.map((column) => values.get(column)!);
    for (let start = from; start < to; start += most) {
      const count = Math.min(most, to - start), piece = new Float32Array(count * dInput);
      const fill = (row: number, target: Float32Array | Float64Array) => {
        if (lengths) flatValues(each[0][row - from], target, { name, row, lengths });
        else {for (let j = 0; j < dInput; j++) {
            target[j] = numberOf(each[j][row - from], { name, row, column: names[j] });
          }}
        return target;
      };
      for (let i = 0; i < count; i++) fill(start + i, piece.subarray(i * dInput, (i + 1) * dInput));
      const stored = (at: number) => fill(start + Math.floor(at / dInput), new Float64Array(dInput))[at % dInput];
      assertFinite(piece, { name, firstRow: start, dInput, stored });
      yield piece;
    }
  }
}
