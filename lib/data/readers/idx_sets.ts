/**
 * How the IDX files of EMNIST and QMNIST differ from MNIST's: images that are stored transposed, a table with the characters of
 * the labels, and labels in eight columns.
 *
 * Reads no file. Source: G. Cohen, S. Afshar, J. Tapson and A. van Schaik, "EMNIST: an extension of MNIST to handwritten
 * letters", 2017. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath, quoted, UserError } from "../../errors.ts";

/** EMNIST's largest table has 62 lines. */
export const MOST_TABLE_BYTES = 2 ** 16;

/** What is said about images that were turned. */
export const TURNED_NOTE = "EMNIST's images are stored transposed and were turned upright";

/** Whether a file or a set is one of EMNIST's, by its name, which may have folders in front. */
export function isEmnist(name: string): boolean {
  return /^emnist\b/i.test(baseName(name));
}

/** Whether a file is EMNIST's table of characters, by its name. */
export function isCharacterTable(name: string): boolean {
  return isEmnist(name) && /-mapping\.txt$/i.test(name);
}

/** The name of an IDX file without the end that states its type: `emnist-letters-train-images`. */
export function withoutIdxType(name: string): string {
  return name.replace(/[-.]idx\d-\w+$/i, "");
}

/**
 * Reads EMNIST's table of characters: on each line a label and the codes of its characters, `1 65 97` for A and a.
 *
 * @param options.name What an error calls the file.
 * @returns What each label is called, `Aa`.
 * @throws {UserError} The text is not such a table.
 *
 * @example
 * ```ts
 * import { charactersIn } from "./idx_sets.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([...charactersIn("1 65 97\n2 66 98\n", { name: "table" })], [[1, "Aa"], [2, "Bb"]]);
 * ```
 */
export function charactersIn(text: string, { name }: { name: string }): Map<number, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return new Map(lines.map((line, i) => {
    const [label, ...codes] = line.trim().split(/\s+/).map(Number);
    const areLetters = codes.length > 0 && codes.every((code) => Number.isInteger(code) && code > 32 && code < 127);
    if (Number.isInteger(label) && areLetters) return [label, codes.map((code) => String.fromCharCode(code)).join("")];
    const now = `line ${i + 1} is ${quoted(line)}`;
    throw new UserError(`Cannot read ${printablePath(name)}: ${now}, expected a label and codes of characters`);
  }));
}

/**
 * Each image with rows and columns exchanged.
 *
 * @param pixels `[count, height, width]`
 * @returns `[count, width, height]`
 */
export function transposed(
  pixels: Uint8Array<ArrayBuffer>,
  { height, width }: { height: number; width: number },
): Uint8Array<ArrayBuffer> {
  const turned = new Uint8Array(pixels.length);
  for (let start = 0; start < pixels.length; start += height * width) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) turned[start + x * height + y] = pixels[start + y * width + x];
    }
  }
  return turned;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
