/**
 * The texts of a NumPy array: each has as many characters as the longest, and ends with zeros if it is shorter.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath, UserError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";
import type { NpyTextHeader } from "./npy.ts";

/** Bytes that are read at a time. */
const PIECE_BYTES = 2 ** 20;
const MOST_CODE_POINT = 0x10ffff;

/**
 * All texts of an array, in the order in which they are stored.
 *
 * @throws {UserError} A character is none of Unicode's.
 */
export async function readNpyTexts(source: ByteSource, header: NpyTextHeader): Promise<string[]> {
  const { isUnicode, characters, shape, dataStart } = header, bytes = characters * (isUnicode ? 4 : 1);
  const count = shape.reduce((product, length) => product * length, 1), texts: string[] = [];
  if (bytes === 0) return Array(count).fill("");
  const most = Math.max(1, Math.floor(PIECE_BYTES / bytes));
  for (let first = 0; first < count; first += most) {
    const n = Math.min(most, count - first), start = dataStart + first * bytes;
    const piece = await source.read(start, start + n * bytes);
    for (let i = 0; i < n; i++) {
      const text = piece.subarray(i * bytes, (i + 1) * bytes);
      texts.push(isUnicode ? ofCodePoints(text, { ...header, name: source.name }) : ofBytes(text));
    }
  }
  return texts;
}

function ofBytes(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return new TextDecoder().decode(bytes.subarray(0, end));
}

function ofCodePoints(
  bytes: Uint8Array,
  { characters, isBigEndian, name }: NpyTextHeader & { name: string },
): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length), points: number[] = [];
  for (let i = 0; i < characters; i++) points.push(view.getUint32(4 * i, !isBigEndian));
  while (points.at(-1) === 0) points.pop();
  let text = "";
  for (const point of points) {
    if (point > MOST_CODE_POINT) {
      throw new UserError(
        `Cannot read ${printablePath(name)}: a character is number ${point}, expected at most ${MOST_CODE_POINT}`,
      );
    }
    text += String.fromCodePoint(point);
  }
  return text;
}
