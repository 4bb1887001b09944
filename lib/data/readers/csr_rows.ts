/**
 * Sparse rows as scipy stores them in a NumPy archive: `data`, `indices`, `indptr`, `shape`, `format` "csr".
 *
 * Gives dense rows, some at a time. Does not read scipy's other formats, which it refuses. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { quoted } from "../../errors.ts";
import { decodeExactly, decodeNumbers } from "../../formats/decode_numbers.ts";
import { bytesOf } from "../../formats/number_types.ts";
import { arrayLabels, type StoredArray } from "./array_rows.ts";
import type { StoredTexts } from "./stored_arrays.ts";
import { assertRowLength, type FileRows, refusal, rowsPerPiece } from "./file_rows.ts";
import { assertFinite } from "./finite.ts";

const CSR_ARRAYS = ["data", "indices", "indptr", "shape"];

/**
 * Whether the arrays of a file are those of one of scipy's sparse matrices: all have a `shape` and the name of a `format`, which
 * older releases left out of compressed sparse rows.
 */
export function isSparse(arrays: readonly StoredArray[], texts: readonly StoredTexts[]): boolean {
  const hasShape = arrays.some(({ key }) => key === "shape"), hasFormat = texts.some(({ key }) => key === "format");
  return hasShape && hasFormat || isCsr(arrays);
}

function isCsr(arrays: readonly StoredArray[]): boolean {
  return CSR_ARRAYS.every((name) => arrays.some(({ key }) => key === name));
}

/**
 * The rows of a sparse matrix.
 *
 * @param texts The file's arrays of words, of which `format` names the layout: a square matrix that is compressed by columns
 *   has arrays of the same lengths.
 * @throws {UserError} The arrays do not fit each other, or the matrix has another format than `csr`.
 */
export async function csrRows(arrays: readonly StoredArray[], texts: readonly StoredTexts[]): Promise<FileRows> {
  const { name } = arrays[0].file, format = texts.find(({ key }) => key === "format");
  const [layout] = await format?.read() ?? ["csr"];
  if (layout !== "csr") {
    throw refusal(
      name,
      `its sparse format is ${quoted(layout ?? "")}`,
      '"csr", rows one after the other: .tocsr() in scipy',
    );
  }
  if (!isCsr(arrays)) {
    const names = arrays.map(({ key }) => quoted(key)).join(", ");
    throw refusal(name, `its arrays are ${names}`, "data, indices, indptr and shape of sparse rows");
  }
  const [data, indices, indptr, shape] = CSR_ARRAYS.map((name) => arrays.find(({ key }) => key === name)!);
  for (const array of [data, indices, indptr, shape]) {
    if (array.shape.length !== 1) throw refusal(array.name, `it has ${array.shape.length} dimensions`, "1");
  }
  if (shape.shape[0] !== 2) throw refusal(shape.name, `it has ${shape.shape[0]} numbers`, "2: rows and columns");
  const [count, dInput] = await arrayLabels(shape);
  assertRowLength(dInput, name);
  if (indptr.shape[0] !== count + 1 || count < 1) {
    throw refusal(
      indptr.name,
      `it has ${indptr.shape[0]} numbers`,
      `${count + 1}, one more than rows, and at least 1 row`,
    );
  }
  const starts = await arrayLabels(indptr), nValues = data.shape[0];
  const isOrdered = starts.every((start, row) => row === 0 ? start === 0 : start >= starts[row - 1]);
  if (!isOrdered || starts[count] !== nValues || indices.shape[0] !== nValues) {
    const now = `its rows end at ${starts[count]} of ${nValues} values and ${indices.shape[0]} indices`;
    throw refusal(name, now, "ascending numbers, compressed by rows (format csr)");
  }
  const piecesFrom = async function* (from: number) {
    const most = rowsPerPiece(dInput);
    for (let row = from; row < count; row += most) {
      const n = Math.min(most, count - row), dense = new Float32Array(n * dInput);
      const [start, end] = [starts[row], starts[row + n]];
      const bytes = await bytesAt(data, start, end), values = decodeNumbers(bytes, data);
      const columns = decodeExactly(await bytesAt(indices, start, end), indices);
      for (let i = 0; i < n; i++) {
        for (let at = starts[row + i] - start; at < starts[row + i + 1] - start; at++) {
          const column = columns[at];
          if (!(column >= 0 && column < dInput && Number.isInteger(column))) {
            throw refusal(indices.name, `number ${start + at} is ${column}`, `a column from 0 to ${dInput - 1}`);
          }
          dense[i * dInput + column] += values[at];
        }
      }
      const stored = (at: number) => {
        const exact = decodeExactly(bytes, data), i = Math.floor(at / dInput);
        let sum = 0;
        for (let k = starts[row + i] - start; k < starts[row + i + 1] - start; k++) {
          if (columns[k] === at % dInput) sum += exact[k];
        }
        return sum;
      };
      assertFinite(dense, { name, firstRow: row, dInput, stored });
      yield dense;
    }
  };
  return {
    ...{ file: data.file, name, count, areBytes: false, flat: null, labels: null, meta: null, notes: [] },
    shape: { kind: "vector", height: 1, width: dInput, channels: 1 },
    pieces: () => piecesFrom(0),
    piecesFrom,
  };
}

async function bytesAt({ source, dataStart, type }: StoredArray, from: number, to: number) {
  const size = bytesOf(type);
  return await source.read(dataStart + from * size, dataStart + to * size);
}
