/**
 * The header of a safetensors file: which arrays lie where, of which type and shape.
 *
 *     u64 header length N (little-endian) | N bytes of JSON, padded with spaces to a multiple of 8 | data,
 * little-endian
 *
 * Reads none of the arrays. Source: the format section of the safetensors README, and the checks of its reader in Rust.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath, quoted, UserError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";
import { repeatedName, stringEnd } from "./json.ts";
import { bytesOf, type NumberType } from "./number_types.ts";

/** One array of a file. */
export interface TensorEntry {
  name: string;
  type: NumberType;
  /** Whole numbers of at least 0; none for a single value. */
  shape: number[];
  /** Its first byte in the file, and the byte after its last. */
  from: number;
  to: number;
}

/** What the header states. */
export interface SafetensorsHeader {
  tensors: TensorEntry[];
  metadata: Record<string, string>;
}

/** The one name that no array may have. */
export const METADATA = "__metadata__";
/** Bytes before the header. */
const LENGTH_BYTES = 8;
/** The header, an array's entry, and its shape. */
const MOST_LEVELS = 3;
/** The longest header that the reader in Rust takes, bytes. */
const MOST_HEADER_BYTES = 100_000_000;
/** The types of numbers in a file, by the format's names. */
const TYPE_OF: Record<string, NumberType> = {
  ...{ F64: "f64", F32: "f32", F16: "f16", BF16: "bf16", BOOL: "bool" },
  ...{ I64: "i64", I32: "i32", I16: "i16", I8: "i8", U64: "u64", U32: "u32", U16: "u16", U8: "u8" },
};

/** Whether bytes begin as a safetensors file of this size does: a length that fits, and then a JSON object. */
export function isSafetensors(start: Uint8Array, size: number): boolean {
  if (start.length <= LENGTH_BYTES || start[LENGTH_BYTES] !== 0x7b) return false;
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true);
  return length >= 2n && length <= BigInt(size - LENGTH_BYTES);
}

/**
 * Reads the header of a file and checks that its arrays fill the file.
 *
 * @throws {UserError} It is not a whole safetensors file.
 */
export async function readSafetensorsHeader(source: ByteSource): Promise<SafetensorsHeader> {
  try {
    const dataStart = headerEnd(await source.read(0, Math.min(LENGTH_BYTES, source.size)), source.size);
    return parseHeader(await source.read(LENGTH_BYTES, dataStart), { dataStart, fileBytes: source.size });
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new UserError(cause.message.replace("safetensors:", `${printablePath(source.name)}:`), { cause });
  }
}

/**
 * The header of a file that is in memory.
 *
 * @throws {SyntaxError} The bytes are not a whole safetensors file.
 */
export function safetensorsHeader(file: Uint8Array): SafetensorsHeader {
  const dataStart = headerEnd(file, file.length);
  return parseHeader(file.subarray(LENGTH_BYTES, dataStart), { dataStart, fileBytes: file.length });
}

/** Where the header ends and the data begin, from a file's first bytes. */
function headerEnd(start: Uint8Array, fileBytes: number): number {
  if (start.length < LENGTH_BYTES) throw refusal(`the file has ${start.length} bytes`, "at least 8");
  const headerBytes = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true);
  if (headerBytes > MOST_HEADER_BYTES) {
    throw refusal(`its header is said to have ${headerBytes} bytes`, `at most ${MOST_HEADER_BYTES}`);
  }
  const end = LENGTH_BYTES + Number(headerBytes);
  if (end > fileBytes) {
    throw refusal(
      `its header is said to have ${headerBytes} bytes`,
      `at most the ${fileBytes - LENGTH_BYTES} that follow`,
    );
  }
  return end;
}

function parseHeader(
  bytes: Uint8Array,
  { dataStart, fileBytes }: { dataStart: number; fileBytes: number },
): SafetensorsHeader {
  const { [METADATA]: metadata = {}, ...rest } = parseJson(bytes);
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    throw refusal(`${METADATA} is ${shown(metadata)}`, "an object of strings");
  }
  const entries = Object.entries(rest).map(([name, entry]) => tensorEntry(name, entry));
  assertCovered(entries, fileBytes - dataStart);
  return {
    tensors: entries.map((entry) => ({ ...entry, from: dataStart + entry.from, to: dataStart + entry.to })),
    metadata: metadata as Record<string, string>,
  };
}

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown, json: string;
  try {
    json = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(json);
  } catch {
    throw refusal("its header is not JSON in UTF-8", "a JSON object");
  }
  // The format wants `{` as the first byte, where JSON would allow white space.
  if (!isRecord(header)) throw refusal(`its header is ${shown(header)}`, "a JSON object");
  if (json[0] !== "{") throw refusal(`its header begins with ${quoted(json[0])}`, "a JSON object that begins with {");
  assertGrammar(json);
  return header;
}

/**
 * What JSON.parse hides of a text it takes: names given twice, and numbers that are not written as whole ones.
 *
 * @param json Valid JSON.
 */
function assertGrammar(json: string): void {
  let levels = 0;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === "{" || character === "[") {
      if (++levels > MOST_LEVELS) {
        throw refusal(`its header has more than ${MOST_LEVELS} levels`, "an object of objects that hold arrays");
      }
    } else if (character === "}" || character === "]") levels--;
    else if (character === '"') i = stringEnd(json, i);
    else if (!/[\s:,0-9]/.test(character)) {
      const now = `its header has a value that begins or goes on with ${quoted(character)}`;
      throw refusal(now, "strings, arrays, objects and whole numbers alone");
    }
  }
  const name = repeatedName(json);
  if (name !== null) throw refusal(`its header has ${quoted(name)} twice`, "every name once");
}

/** The offsets are bytes from the data's start. */
function tensorEntry(name: string, entry: unknown): TensorEntry {
  if (!isRecord(entry)) throw refusal(`${quoted(name)} is ${shown(entry)}`, "an object");
  const { dtype, shape, data_offsets: offsets, ...others } = entry;
  const other = Object.keys(others)[0];
  if (other !== undefined) throw refusal(`${quoted(name)} has ${quoted(other)}`, "dtype, shape and data_offsets alone");
  if (typeof dtype !== "string" || !Object.hasOwn(TYPE_OF, dtype)) {
    throw refusal(`${quoted(name)} has dtype ${shown(dtype)}`, `one of ${Object.keys(TYPE_OF).join(", ")}`);
  }
  const type = TYPE_OF[dtype], size = sizeOf(shape);
  if (size === null) throw refusal(`${quoted(name)} has shape ${shown(shape)}`, "an array of whole numbers");
  if (!isWholeNumbers(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw refusal(`${quoted(name)} has data_offsets ${shown(offsets)}`, "[first byte, byte after the last]");
  }
  const [from, to] = offsets;
  if (to - from !== bytesOf(type) * size) {
    throw refusal(`${quoted(name)} has ${to - from} bytes`, `${bytesOf(type) * size} for shape ${shown(shape)}`);
  }
  return { name, type, shape: shape as number[], from, to };
}

/** Asserts that the arrays lie one after the other, from the data's first byte to its last. */
function assertCovered(entries: TensorEntry[], dataBytes: number): void {
  let end = 0;
  for (const { name, from, to } of entries.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) {
      throw refusal(`${quoted(name)} begins at byte ${from} of the data`, `${end}, where the array before it ends`);
    }
    end = to;
  }
  if (end > dataBytes) throw refusal(`the arrays end at byte ${end} of ${dataBytes}`, "a whole file");
  if (end < dataBytes) throw refusal(`${dataBytes - end} bytes follow the data`, "none");
}

/** A shape's product; null if it is not an array of whole numbers, or its product is beyond exact integers. */
export function sizeOf(shape: unknown): number | null {
  if (!isWholeNumbers(shape)) return null;
  let size = 1;
  for (const length of shape) {
    size *= length;
    if (!Number.isSafeInteger(8 * size)) return null;
  }
  return size;
}

function isWholeNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((number) => Number.isSafeInteger(number) && number >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value for a message, as far as it is short. */
function shown(value: unknown): string {
  if (value === undefined) return "not there";
  if (isRecord(value)) return "an object";
  if (!Array.isArray(value)) return quoted(String(value));
  const isFlat = value.length <= 20 && value.every((item) => typeof item !== "object");
  return isFlat ? quoted(`[${value.map(exactText).join(", ")}]`) : `an array of ${value.length}`;
}

/** A number as it was written: those above the exact integers were rounded when they were read. */
function exactText(item: unknown): string {
  const { MAX_SAFE_INTEGER } = Number;
  return typeof item === "number" && item > MAX_SAFE_INTEGER ? `more than ${MAX_SAFE_INTEGER}` : String(item);
}

function refusal(now: string, expected: string): SyntaxError {
  return new SyntaxError(`Cannot read safetensors: ${now}, expected ${expected}`);
}
