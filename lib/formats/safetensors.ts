/**
 * The safetensors file format: named arrays and a string-to-string metadata table in one buffer.
 *
 *     u64 header length N (little-endian) | N bytes of JSON, padded with spaces to a multiple of 8 | data, little-endian
 *
 * Source: the format section of the safetensors README. No opinion about what the arrays mean. Float32 alone, on the
 * little-endian machines every JavaScript engine runs on. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** One named array. */
export interface NamedTensor {
  shape: number[];
  /** Row-major, as many values as the shape says. */
  values: Float32Array;
}

/** What a file holds. */
export interface SafetensorsContent {
  tensors: Record<string, NamedTensor>;
  metadata: Record<string, string>;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/**
 * The bytes of a safetensors file; the same content gives the same bytes.
 *
 * @throws {TypeError} An array's length is not its shape's product.
 */
export function encodeSafetensors({ tensors, metadata }: SafetensorsContent): Uint8Array<ArrayBuffer> {
  const header: Record<string, HeaderEntry | Record<string, string>> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    const size = shape.reduce((a, b) => a * b, 1);
    if (values.length !== size) {
      throw new TypeError(`Cannot encode ${name}: length is ${values.length}, expected ${size} for shape [${shape}]`);
    }
    header[name] = { dtype: "F32", shape, data_offsets: [end, end += 4 * size] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const dataStart = 8 + Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(dataStart + end).fill(0x20, 8, dataStart);
  new DataView(file.buffer).setBigUint64(0, BigInt(dataStart - 8), true);
  file.set(json, 8);
  const data = new Float32Array(file.buffer, dataStart);
  let offset = 0;
  for (const { values } of Object.values(tensors)) {
    data.set(values, offset);
    offset += values.length;
  }
  return file;
}

/**
 * Reads a safetensors file; the arrays are copies.
 *
 * @throws {SyntaxError} The bytes are not a whole safetensors file of float32 arrays.
 */
export function decodeSafetensors(file: Uint8Array): SafetensorsContent {
  const fail = (now: string, expected: string): never => {
    throw new SyntaxError(`Cannot read safetensors: ${now}, expected ${expected}`);
  };
  if (file.length < 8) fail(`file has ${file.length} bytes`, "at least 8");
  const headerLength = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const dataStart = 8 + headerLength;
  if (dataStart > file.length) fail(`header claims ${headerLength} of ${file.length} bytes`, "a whole file");
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file.subarray(8, dataStart)));
  } catch {
    return fail("header is not JSON", "a JSON object");
  }
  const { __metadata__ = {}, ...entries } = header;
  const tensors: Record<string, NamedTensor> = {};
  let end = 0;
  for (const [name, entry] of Object.entries(entries as Record<string, HeaderEntry>)) {
    const { dtype, shape, data_offsets: [from, to] } = entry;
    if (dtype !== "F32") fail(`${name} is ${dtype}`, "F32");
    if (to - from !== 4 * shape.reduce((a, b) => a * b, 1)) fail(`${name} has ${to - from} bytes`, `shape [${shape}]`);
    if (from < 0 || dataStart + to > file.length) {
      fail(`${name} ends at byte ${to} of ${file.length - dataStart}`, "a whole file");
    }
    tensors[name] = { shape, values: new Float32Array(file.slice(dataStart + from, dataStart + to).buffer) };
    end = Math.max(end, to);
  }
  if (dataStart + end !== file.length) fail(`${file.length - dataStart - end} bytes follow the data`, "none");
  return { tensors, metadata: __metadata__ as Record<string, string> };
}
