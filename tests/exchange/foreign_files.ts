/**
 * Files as other programs write them, byte by byte: safetensors and npz of every type of number that weights have.
 *
 * Written without the library's own writers. Numbers are rounded to their type first, so that what a file holds is known.
 *
 * @module
 */
import { crc32, deflateRawSync } from "node:zlib";
import type { ByteSource } from "../../lib/formats/byte_source.ts";

/** Types of floats, by the names that safetensors has for them. */
export type Dtype = "F64" | "F32" | "F16" | "BF16";

/** An array as a program holds it. */
export interface ForeignTensor {
  shape: number[];
  values: number[];
}

/** A number as it is once it was stored. */
export function stored(value: number, dtype: Dtype): number {
  if (dtype === "F64") return value;
  if (dtype === "F32") return Math.fround(value);
  if (dtype === "F16") return new Float16Array([value])[0];
  return new Float32Array(Uint32Array.of(brainBits(value) << 16).buffer)[0];
}

/** The upper 16 bits of the nearest float32; halfway, the one whose last bit is 0. */
function brainBits(value: number): number {
  const [bits] = new Uint32Array(Float32Array.of(value).buffer);
  return (bits + 0x7fff + ((bits >> 16) & 1)) >>> 16;
}

function bytesOf(values: number[], dtype: Dtype): Uint8Array {
  const array = dtype === "F64"
    ? Float64Array.from(values)
    : dtype === "F32"
    ? Float32Array.from(values)
    : dtype === "F16"
    ? Float16Array.from(values)
    : Uint16Array.from(values, brainBits);
  return new Uint8Array(array.buffer);
}

/** A safetensors file, its names in alphabetical order, as the library in Rust orders those of one type. */
export function safetensors(
  tensors: Record<string, ForeignTensor>,
  { dtype = "F32", metadata }: { dtype?: Dtype; metadata?: Record<string, string> } = {},
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const name of Object.keys(tensors).sort()) {
    const { shape, values } = tensors[name], bytes = bytesOf(values, dtype);
    header[name] = { dtype, shape, data_offsets: [end, end += bytes.length] };
    parts.push(bytes);
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
  return joined([length, json, ...parts]);
}

/** An npz file, its members stored or deflated, in C or Fortran order, of either byte order. */
export function npz(
  tensors: Record<string, ForeignTensor>,
  { dtype = "F32", isDeflated = false, isFortran = false, isBigEndian = false }: {
    dtype?: Exclude<Dtype, "BF16">;
    isDeflated?: boolean;
    isFortran?: boolean;
    isBigEndian?: boolean;
  } = {},
): Uint8Array<ArrayBuffer> {
  const files = Object.entries(tensors).map(([name, tensor]) => {
    const { shape } = tensor, size = Number(dtype.slice(1)) / 8;
    const values = isFortran && shape.length === 2 ? columnsFirst(tensor) : tensor.values;
    const bytes = bytesOf(values, dtype);
    if (isBigEndian) { for (let i = 0; i < bytes.length; i += size) bytes.subarray(i, i + size).reverse(); }
    const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
    const dict = `{'descr': '${isBigEndian ? ">" : "<"}f${size}', 'fortran_order': ${
      isFortran ? "True" : "False"
    }, 'shape': ${tuple}, }`;
    const header = dict.padEnd(Math.ceil((dict.length + 11) / 64) * 64 - 11) + "\n";
    const start = Uint8Array.of(
      0x93,
      ..."NUMPY".split("").map((c) => c.charCodeAt(0)),
      1,
      0,
      header.length & 255,
      header.length >> 8,
    );
    return { name: `${name}.npy`, bytes: joined([start, new TextEncoder().encode(header), bytes]) };
  });
  return zip(files, { isDeflated });
}

/** A matrix column by column. */
function columnsFirst({ shape: [rows, columns], values }: ForeignTensor): number[] {
  return Array.from({ length: values.length }, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]);
}

function zip(
  files: { name: string; bytes: Uint8Array }[],
  { isDeflated }: { isDeflated: boolean },
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [], directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const packed = isDeflated ? new Uint8Array(deflateRawSync(bytes)) : bytes, title = new TextEncoder().encode(name);
    const common = (head: number[], tail: number[]) =>
      fields([
        ...head,
        20,
        2,
        0,
        2,
        isDeflated ? 8 : 0,
        2,
        0,
        2,
        33,
        2,
        crc32(bytes),
        4,
        packed.length,
        4,
        bytes.length,
        4,
        title.length,
        2,
        0,
        2,
        ...tail,
      ]);
    const local = joined([common([0x04034b50, 4], []), title, packed]);
    directory.push(joined([common([0x02014b50, 4, 20, 2], [0, 2, 0, 2, 0, 2, 0, 4, offset, 4]), title]));
    parts.push(local);
    offset += local.length;
  }
  const central = joined(directory), n = files.length;
  const end = fields([0x06054b50, 4, 0, 2, 0, 2, n, 2, n, 2, central.length, 4, offset, 4, 0, 2]);
  return joined([...parts, central, end]);
}

/** Little-endian numbers, each followed by how many bytes it has. */
function fields(pairs: number[]): Uint8Array {
  const bytes: number[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    for (let byte = 0; byte < pairs[i + 1]; byte++) bytes.push(Math.floor(pairs[i] / 256 ** byte) % 256);
  }
  return Uint8Array.from(bytes);
}

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Bytes as a file in memory. */
export function memoryFile(name: string, bytes: Uint8Array<ArrayBuffer>): ByteSource {
  return { name, size: bytes.length, read: (from, to) => Promise.resolve(bytes.slice(from, to)) };
}

/** A folder in memory; an object is written as JSON. */
export function folderOf(
  files: Record<string, Uint8Array<ArrayBuffer> | object>,
  { name = "a-folder" }: { name?: string } = {},
): { name: string; files: Map<string, ByteSource> } {
  return {
    name,
    files: new Map(
      Object.entries(files).map(([path, content]) => {
        const bytes = content instanceof Uint8Array ? content : new TextEncoder().encode(JSON.stringify(content));
        return [path, memoryFile(path, bytes as Uint8Array<ArrayBuffer>)];
      }),
    ),
  };
}
