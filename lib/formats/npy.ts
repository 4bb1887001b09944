/**
 * NumPy's file format for one array, versions 1 to 3: its header.
 *
 *     93 "NUMPY" | version, 2 bytes | header length, u16 or (from version 2) u32, little-endian | a Python dict | values
 *
 * Reads and writes headers alone; the values begin where the header ends, plain. Source: `numpy.lib.format`. PORTABLE: no
 * Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath, quoted, UserError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";
import type { NumberLayout } from "./decode_numbers.ts";
import { bytesOf, type NumberType } from "./number_types.ts";
import { pickleRefusal } from "./pickle.ts";

/** What the header of an array states. */
export interface NpyHeader extends NumberLayout {
  /** Whether the first index changes fastest. */
  isFortran: boolean;
  /** Length of each dimension; none for a single value. */
  shape: number[];
  /** Where the values begin, bytes. */
  dataStart: number;
}

const MAGIC = "\x93NUMPY";
/** Magic, version, and the longer of the two header lengths. */
const START_BYTES = 12;
/** NumPy itself refuses longer ones unless it is asked to trust the file. */
const MOST_HEADER_BYTES = 10_000;
/** All values begin at a multiple of this. */
const ALIGNMENT = 64;

/** NumPy's name of each type without its byte order. */
const TYPE_OF: Record<string, NumberType> = {
  ...{ b1: "bool", u1: "u8", u2: "u16", u4: "u32", u8: "u64", i1: "i8", i2: "i16", i4: "i32", i8: "i64" },
  ...{ f2: "f16", f4: "f32", f8: "f64" },
};
const NAME_OF = new Map(Object.entries(TYPE_OF).map(([name, type]) => [type, name]));

const DICT =
  /^\{\s*(?=[^]*'descr'\s*:\s*(?:'(?<descr>[^']*)'|(?<structured>\[)))(?=[^]*'fortran_order'\s*:\s*(?<fortran>True|False)\b)(?=[^]*'shape'\s*:\s*\((?<shape>[\d\s,L]*)\))[^]*\}\s*$/;

/** Whether bytes begin as NumPy's arrays do. */
export function isNpy(start: Uint8Array): boolean {
  return [...MAGIC].every((character, i) => start[i] === character.charCodeAt(0));
}

/**
 * Reads the header of an array, and checks that the file is as long as it announces.
 *
 * @throws {UserError} The file has another format, is damaged or cut off, or holds something else than numbers.
 */
export async function readNpyHeader(source: ByteSource): Promise<NpyHeader> {
  const { found, shape, dataStart } = await readDict(source), layout = layoutOf(found, source.name);
  assertLength(source, { dataStart, shape, bytes: bytesOf(layout.type), type: layout.type });
  return { ...layout, isFortran: found.fortran === "True", shape, dataStart };
}

/** The header of an array of texts of one length. */
export interface NpyTextHeader {
  /** Whether a character is a code point of 4 bytes, or one byte. */
  isUnicode: boolean;
  isBigEndian: boolean;
  /** Characters of each text; shorter ones end with zeros. */
  characters: number;
  shape: number[];
  dataStart: number;
}

/**
 * The header of an array of texts, `<U3` or `|S3`; null for an array of anything else.
 *
 * @throws {UserError} The file has another format, is damaged or cut off.
 */
export async function readNpyTextHeader(source: ByteSource): Promise<NpyTextHeader | null> {
  const { found: { descr }, shape, dataStart } = await readDict(source);
  const [, order, kind, length] = /^([<>|=]?)([SU])(\d{1,6})$/.exec(descr ?? "") ?? [];
  if (kind === undefined) return null;
  const isUnicode = kind === "U", characters = Number(length);
  assertLength(source, { dataStart, shape, bytes: characters * (isUnicode ? 4 : 1), type: "text" });
  return { isUnicode, isBigEndian: order === ">", characters, shape, dataStart };
}

/** What the header of an array states. */
async function readDict(source: ByteSource) {
  const refuse = (now: string, wanted: string) =>
    new UserError(`Cannot read ${printablePath(source.name)}: ${now}, expected ${wanted}`);
  const start = await source.read(0, Math.min(START_BYTES, source.size));
  if (!isNpy(start)) throw refuse("it does not begin as NumPy's arrays do", "a .npy file");
  if (start.length < START_BYTES) throw refuse(`it has ${start.length} bytes`, "a whole .npy file");
  const view = new DataView(start.buffer, start.byteOffset), version = start[6];
  if (version < 1 || version > 3) throw refuse(`its format has version ${version}.${start[7]}`, "1.0, 2.0 or 3.0");
  const [headerStart, headerBytes] = version === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const dataStart = headerStart + headerBytes;
  if (headerBytes > MOST_HEADER_BYTES) {
    throw refuse(`its header is said to have ${headerBytes} bytes`, `at most ${MOST_HEADER_BYTES}`);
  }
  if (dataStart > source.size) throw refuse(`its header ends at byte ${dataStart} of ${source.size}`, "a whole file");
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(await source.read(headerStart, dataStart));
  const found = DICT.exec(text)?.groups;
  if (!found) throw refuse(`its header is ${quoted(text.trim())}`, "descr, fortran_order and shape");
  const shape = found.shape.split(",").map((length) => length.trim()).filter(Boolean)
    .map((length) => Number(length.replace(/L$/, ""))); // Python 2 wrote 60000L
  return { found: found as Record<string, string | undefined>, shape, dataStart };
}

/** @throws {UserError} The file is longer or shorter than its header announces. */
function assertLength(
  source: ByteSource,
  { dataStart, shape, bytes: each, type }: { dataStart: number; shape: number[]; bytes: number; type: string },
): void {
  const bytes = shape.reduce((product, length) => product * length, each);
  if (Number.isSafeInteger(bytes) && bytes === source.size - dataStart) return;
  const now = `${source.size - dataStart} bytes follow its header`, wanted = `${bytes} for shape (${shape.join(", ")})`;
  throw new UserError(`Cannot read ${printablePath(source.name)}: ${now}, expected ${wanted} of ${type}`);
}

/** @throws {UserError} The array holds something else than numbers. */
function layoutOf({ descr, structured }: Record<string, string | undefined>, name: string): NumberLayout {
  const refuse = (now: string) =>
    new UserError(`Cannot read ${printablePath(name)}: ${now}, expected numbers such as <f4, <f2, |u1 or <i8`);
  if (structured) throw refuse("its values are records of several fields");
  const [, order, type] = /^([<>|=]?)([^]*)$/.exec(descr!)!;
  if (type === "O" || /^O\d/.test(type)) throw pickleRefusal(name, "array");
  if (!Object.hasOwn(TYPE_OF, type)) throw refuse(`its type is ${quoted(descr!)}`);
  return { type: TYPE_OF[type], isBigEndian: order === ">" };
}

/**
 * What stands before the values of an array in C order, little-endian: the whole file is this and then the values.
 *
 * @throws {TypeError} NumPy has no such type (bf16).
 *
 * @example
 * ```ts
 * import { npyHeader } from "./npy.ts";
 * import assert from "node:assert/strict";
 *
 * const header = npyHeader({ type: "f32", shape: [3, 4] });
 * assert.equal(header.length, 128);
 * assert.match(new TextDecoder("latin1").decode(header), /\{'descr': '<f4', 'fortran_order': False, 'shape': \(3, 4\), \} +\n$/);
 * ```
 */
export function npyHeader({ type, shape }: { type: NumberType; shape: readonly number[] }): Uint8Array<ArrayBuffer> {
  const name = NAME_OF.get(type);
  if (name === undefined) throw new TypeError(`Cannot write a .npy file of ${type}: expected a type that NumPy has`);
  return headerOf({ descr: (bytesOf(type) === 1 ? "|" : "<") + name, shape });
}

/** What stands before one text of so many bytes, as SciPy keeps the name of a matrix's format. */
export function npyTextHeader(bytes: number): Uint8Array<ArrayBuffer> {
  return headerOf({ descr: `|S${bytes}`, shape: [] });
}

function headerOf({ descr, shape }: { descr: string; shape: readonly number[] }): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dict = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const bytes = Math.ceil((10 + dict.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = new Uint8Array(bytes).fill(0x20);
  header.set(Array.from(MAGIC, (character) => character.charCodeAt(0)));
  header.set([1, 0, bytes - 10 & 255, bytes - 10 >> 8], 6);
  header.set(new TextEncoder().encode(dict), 10);
  header[bytes - 1] = 0x0a;
  return header;
}
