/**
 * The safetensors file format: named arrays and a string-to-string metadata table in one buffer.
 *
 *     u64 header length N (little-endian) | N bytes of JSON, padded with spaces to a multiple of 8 | data,
 * little-endian
 *
 * Source: the format section of the safetensors README, and the checks of its reader in Rust. Does not know what the
 * arrays mean. Float32, and float16 that is float32 in memory, on the little-endian machines every JavaScript engine
 * runs on. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { quoted } from "../errors.ts";
import { fromFloat16, toFloat16 } from "./float16.ts";
import { repeatedName, stringEnd } from "./json.ts";

/** One named array. */
export interface NamedTensor {
  /** Whole numbers of at least 0; none for a single value. */
  shape: number[];
  /** Row-major, as many values as the shape says. */
  values: Float32Array;
}

/** What a file holds. */
export interface SafetensorsContent {
  tensors: Record<string, NamedTensor>;
  metadata: Record<string, string>;
}

/** What the header says of one array; the offsets are bytes from the data's start. */
interface HeaderEntry {
  dtype: DataType;
  shape: number[];
  data_offsets: [number, number];
}

/** The one name that no array may have. */
const METADATA = "__metadata__";
/** The header, an array's entry, and its shape. */
const MOST_LEVELS = 3;
/** The longest header that the reader in Rust takes, bytes. */
const MOST_HEADER_BYTES = 100_000_000;
/** The types of numbers that a file can hold here, with their bytes. */
const VALUE_BYTES = { F32: 4, F16: 2 };

/** See {@linkcode VALUE_BYTES}. */
export type DataType = keyof typeof VALUE_BYTES;

/**
 * The bytes of a safetensors file; the same content gives the same bytes.
 *
 * @param options.dtype As which numbers the values are stored: F16 rounds them to the nearest, in half the bytes.
 * @throws {TypeError} An array's length is not its shape's product, or its name is the metadata's.
 */
export function encodeSafetensors(
  content: SafetensorsContent,
  { dtype = "F32" }: { dtype?: DataType } = {},
): Uint8Array<ArrayBuffer> {
  const chunks = safetensorsChunks(content, { dtype });
  const file = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    file.set(chunk, offset);
    offset += chunk.length;
  }
  return file;
}

/**
 * The bytes of a safetensors file in pieces: the header, then each array's own memory, not copied if it is stored as F32.
 *
 * @throws {TypeError} An array's length is not its shape's product, or its name is the metadata's.
 */
export function safetensorsChunks(
  { tensors, metadata }: SafetensorsContent,
  { dtype = "F32" }: { dtype?: DataType } = {},
): Uint8Array[] {
  const header: [string, HeaderEntry | Record<string, string>][] = [[METADATA, metadata]];
  let end = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    if (name === METADATA) throw new TypeError(`Cannot encode ${name}: it is the metadata's name, expected another`);
    const size = sizeOf(shape);
    if (values.length !== size) {
      const wanted = size ?? "whole numbers";
      throw new TypeError(`Cannot encode ${name}: length is ${values.length}, expected ${wanted} for shape [${shape}]`);
    }
    header.push([name, { dtype, shape, data_offsets: [end, end += VALUE_BYTES[dtype] * size] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const start = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20, 8);
  new DataView(start.buffer).setBigUint64(0, BigInt(start.length - 8), true);
  start.set(json, 8);
  const data = Object.values(tensors).map(({ values }) => {
    const { buffer, byteOffset, byteLength } = dtype === "F16" ? toFloat16(values) : values;
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  return [start, ...data];
}

/**
 * Reads a safetensors file: exactly the format, so that every byte of the data belongs to one array and every name is
 * there once.
 *
 * @param options.sharesMemory Whether arrays are views of `file`'s memory instead of copies, which saves as much memory
 * as the file has. Only a float32 array that begins at a multiple of 4 bytes in memory can be a view; the others are copied.
 * @throws {SyntaxError} The bytes are not a whole safetensors file of float32 and float16 arrays.
 */
export function decodeSafetensors(file: Uint8Array, { sharesMemory = false } = {}): SafetensorsContent {
  if (file.length < 8) throw refusal(`the file has ${file.length} bytes`, "at least 8");
  const headerBytes = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (headerBytes > MOST_HEADER_BYTES) {
    throw refusal(`its header is said to have ${headerBytes} bytes`, `at most ${MOST_HEADER_BYTES}`);
  }
  const dataStart = 8 + Number(headerBytes);
  if (dataStart > file.length) {
    throw refusal(`its header is said to have ${headerBytes} bytes`, `at most the ${file.length - 8} that follow`);
  }
  const { [METADATA]: metadata = {}, ...rest } = parseHeader(file.subarray(8, dataStart));
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    throw refusal(`${METADATA} is ${shown(metadata)}`, "an object of strings");
  }
  const entries = Object.entries(rest).map(([name, entry]) => [name, headerEntry(name, entry)] as const);
  assertCovered(entries, file.length - dataStart);
  const read = ({ dtype, data_offsets: [from, to] }: HeaderEntry) => {
    const start = file.byteOffset + dataStart + from;
    if (sharesMemory && dtype === "F32" && start % VALUE_BYTES.F32 === 0) {
      return new Float32Array(file.buffer, start, (to - from) / VALUE_BYTES.F32);
    }
    const { buffer } = file.slice(dataStart + from, dataStart + to);
    return dtype === "F16" ? fromFloat16(new Uint16Array(buffer)) : new Float32Array(buffer);
  };
  const tensors = entries.map(([name, entry]) => [name, { shape: entry.shape, values: read(entry) }]);
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
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

function headerEntry(name: string, entry: unknown): HeaderEntry {
  if (!isRecord(entry)) throw refusal(`${quoted(name)} is ${shown(entry)}`, "an object");
  const { dtype, shape, data_offsets: offsets, ...others } = entry;
  const other = Object.keys(others)[0];
  if (other !== undefined) throw refusal(`${quoted(name)} has ${quoted(other)}`, "dtype, shape and data_offsets alone");
  if (!isDataType(dtype)) throw refusal(`${quoted(name)} has dtype ${shown(dtype)}`, "F32 or F16");
  const size = sizeOf(shape);
  if (size === null) throw refusal(`${quoted(name)} has shape ${shown(shape)}`, "an array of whole numbers");
  if (!isWholeNumbers(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw refusal(`${quoted(name)} has data_offsets ${shown(offsets)}`, "[first byte, byte after the last]");
  }
  const [from, to] = offsets;
  if (to - from !== VALUE_BYTES[dtype] * size) {
    throw refusal(`${quoted(name)} has ${to - from} bytes`, `${VALUE_BYTES[dtype] * size} for shape ${shown(shape)}`);
  }
  return { dtype, shape: shape as number[], data_offsets: [from, to] };
}

/** Asserts that the arrays lie one after the other, from the data's first byte to its last. */
function assertCovered(entries: (readonly [string, HeaderEntry])[], dataBytes: number): void {
  const inOrder = entries.toSorted(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1]);
  let end = 0;
  for (const [name, { data_offsets: [from, to] }] of inOrder) {
    if (from !== end) {
      throw refusal(`${quoted(name)} begins at byte ${from} of the data`, `${end}, where the array before it ends`);
    }
    end = to;
  }
  if (end > dataBytes) throw refusal(`the arrays end at byte ${end} of ${dataBytes}`, "a whole file");
  if (end < dataBytes) throw refusal(`${dataBytes - end} bytes follow the data`, "none");
}

/** A shape's product; null if it is not an array of whole numbers, or its product is beyond exact integers. */
function sizeOf(shape: unknown): number | null {
  if (!isWholeNumbers(shape)) return null;
  let size = 1;
  for (const length of shape) {
    size *= length;
    if (!Number.isSafeInteger(VALUE_BYTES.F32 * size)) return null;
  }
  return size;
}

function isDataType(dtype: unknown): dtype is DataType {
  return typeof dtype === "string" && Object.hasOwn(VALUE_BYTES, dtype);
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
