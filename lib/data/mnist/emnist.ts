/**
 * How EMNIST differs from MNIST: images are stored transposed, and a table has the characters of the labels.
 *
 * Source: G. Cohen, S. Afshar, J. Tapson and A. van Schaik, "EMNIST: an extension of MNIST to handwritten letters",
 * 2017.
 *
 * @module
 */
import { printablePath, quoted, UserError } from "../../errors.ts";
import { fileError, readWhole } from "../../files.ts";

/** EMNIST's largest table has 62 lines. */
const MOST_TABLE_BYTES = 2 ** 16;

/**
 * Reads EMNIST's table of characters: on each line a label and the codes of its characters, `1 65 97` for A and a.
 *
 * @returns What each label is called, `Aa`.
 * @throws {UserError} The file cannot be read or is not such a table.
 */
export async function readCharacters(path: string): Promise<Map<number, string>> {
  const { isFile, size } = await Deno.stat(path).catch((error) => {
    throw fileError("read", path, error);
  });
  if (!isFile || size > MOST_TABLE_BYTES) {
    const now = isFile ? `it has ${size} bytes` : "it is not a file";
    throw new UserError(`Cannot read ${printablePath(path)}: ${now}, expected a short table of characters`);
  }
  const lines = new TextDecoder().decode(await readWhole(path)).split(/\r?\n/).filter((line) => line.trim() !== "");
  return new Map(lines.map((line, i) => {
    const [label, ...codes] = line.trim().split(/\s+/).map(Number);
    const areLetters = codes.length > 0 && codes.every((code) => Number.isInteger(code) && code > 32 && code < 127);
    if (Number.isInteger(label) && areLetters) return [label, codes.map((code) => String.fromCharCode(code)).join("")];
    const now = `line ${i + 1} is ${quoted(line)}`;
    throw new UserError(`Cannot read ${printablePath(path)}: ${now}, expected a label and codes of characters`);
  }));
}

/** Each image with rows and columns exchanged. `[count, width, height]` */
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
