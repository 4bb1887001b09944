/**
 * All arrays of a `.safetensors` or `.npz` file, whatever their type of number, as float32 in row-major order.
 *
 * Knows no names. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { storedArrays } from "../data/readers/stored_arrays.ts";
import { decodeNumbers } from "../formats/decode_numbers.ts";
import { bytesOf } from "../formats/number_types.ts";
import { transposed } from "./field_dictionary.ts";
import { type ExchangeFolder, type FloatTensor, refusal } from "./folder.ts";

/**
 * Reads a file's arrays by their names.
 *
 * @param path The file's path from the folder.
 * @throws {UserError} The file is damaged, or holds something else than numbers.
 */
export async function readTensors(folder: ExchangeFolder, path: string): Promise<Record<string, FloatTensor>> {
  const arrays = await storedArrays(folder.files.get(path)!, path.endsWith(".npz") ? "npz" : "safetensors");
  const tensors: [string, FloatTensor][] = [];
  for (const { key, source, type, shape, isBigEndian, isFortran, dataStart } of arrays) {
    const length = shape.reduce((product, size) => product * size, 1);
    const bytes = await source.read(dataStart, dataStart + length * bytesOf(type));
    const values = decodeNumbers(bytes, { type, isBigEndian, name: `${folder.name}/${path}` });
    if (!isFortran || shape.length < 2) tensors.push([key, { shape, values }]);
    else if (shape.length === 2) tensors.push([key, { shape, values: transposed(values, { rows: shape[1] }) }]);
    else {
      const now = `${key} of ${path} has ${shape.length} dimensions in Fortran order`;
      throw refusal(folder, { now, expected: "at most 2" });
    }
  }
  return Object.fromEntries(tensors);
}
