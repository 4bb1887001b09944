/**
 * The arrays that a file holds, whatever its format: NumPy's, safetensors', IDX.
 *
 * Reads headers alone. Which array is what is `chosen_arrays.ts`'s business. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { ByteSource } from "../../formats/byte_source.ts";
import { gunzippedSource, isGzipped } from "../../formats/gunzipped_source.ts";
import { parseIdxHeader } from "../../formats/idx.ts";
import { bytesOf } from "../../formats/number_types.ts";
import { isNpy, readNpyHeader, readNpyTextHeader } from "../../formats/npy.ts";
import { readNpyTexts } from "../../formats/npy_texts.ts";
import { pickleRefusal } from "../../formats/pickle.ts";
import { readSafetensorsHeader } from "../../formats/safetensors_header.ts";
import { openZip } from "../../formats/zip.ts";
import type { StoredArray } from "./array_rows.ts";
import { isEmnist, withoutIdxType } from "./idx_sets.ts";
import { refusal } from "./file_rows.ts";

/** The kinds of files that hold arrays. */
export type ArrayFileKind = "npy" | "npz" | "safetensors" | "idx";

/** An array of words in a file of NumPy's. */
export interface StoredTexts {
  name: string;
  key: string;
  shape: number[];
  /** All of them. @throws {UserError} A character is none of Unicode's. */
  read(): Promise<string[]>;
}

/** The longest IDX header. */
const IDX_START_BYTES = 1024;

/**
 * The arrays of a file.
 *
 * @throws {UserError} The file is damaged, cut off, or holds something else than numbers.
 */
export async function storedArrays(source: ByteSource, kind: ArrayFileKind): Promise<StoredArray[]> {
  switch (kind) {
    case "npy":
      return [await npyArray(source, { file: source, key: baseName(source.name), storedAt: 0, check: null })];
    case "npz":
      return await npzArrays(source);
    case "safetensors":
      return (await readSafetensorsHeader(source)).tensors.map(({ name: key, type, shape, from }) => ({
        ...{ file: source, source, key, type, shape, dataStart: from, flatStart: from },
        name: source.name,
        isBigEndian: false,
        isFortran: false,
        check: null,
      }));
    case "idx":
      return [await idxArray(source)];
  }
}

/**
 * The arrays of words of a file: classes, and the name of a sparse matrix's format.
 *
 * @throws {UserError} The file is damaged or cut off.
 */
export async function storedTexts(file: ByteSource, kind: ArrayFileKind): Promise<StoredTexts[]> {
  if (kind !== "npy" && kind !== "npz") return [];
  const arrays = kind === "npy"
    ? [{ path: file.name, source: file }]
    : (await openZip(file)).filter(({ path }) => /\.npy$/.test(path));
  const texts: StoredTexts[] = [];
  for (const { path, source } of arrays) {
    if (!await isText(source)) continue;
    const header = (await readNpyTextHeader(source))!, { name } = source;
    texts.push({ name, key: baseName(path), shape: header.shape, read: () => readNpyTexts(source, header) });
  }
  return texts;
}

/** The archive's members that are arrays of numbers. */
async function npzArrays(archive: ByteSource): Promise<StoredArray[]> {
  const members = await openZip(archive);
  if (members.some(({ path }) => /(?:^|\/)data\.pkl$/.test(path))) throw pickleRefusal(archive.name, "torch");
  const arrays: StoredArray[] = [];
  for (const { path, source, storedAt, check } of members.filter(({ path }) => /\.npy$/.test(path))) {
    if (await isText(source)) continue;
    arrays.push(await npyArray(source, { file: archive, key: baseName(path), storedAt, check }));
  }
  if (arrays.length > 0) return arrays;
  const names = members.slice(0, 3).map(({ path }) => path).join(", ");
  throw refusal(
    archive.name,
    `it is a zip archive of ${names || "nothing"}`,
    "a .npz file, or the archive's files unpacked",
  );
}

/** Whether a member holds text, of which there may be some beside the numbers. */
async function isText(source: ByteSource): Promise<boolean> {
  const start = await source.read(0, Math.min(128, source.size));
  return isNpy(start) && /'descr'\s*:\s*'[<>|=]?[SU]\d{1,6}'/.test(new TextDecoder("latin1").decode(start));
}

async function npyArray(
  source: ByteSource,
  { file, key, storedAt, check }: Pick<StoredArray, "file" | "key" | "check"> & { storedAt: number | null },
): Promise<StoredArray> {
  const header = await readNpyHeader(source);
  return {
    ...header,
    ...{ file, key, source, check },
    name: source.name,
    flatStart: storedAt === null ? null : storedAt + header.dataStart,
  };
}

async function idxArray(packed: ByteSource): Promise<StoredArray> {
  const isPacked = await isGzipped(packed), source = isPacked ? await gunzippedSource(packed) : packed;
  const header = parseIdxHeader(await source.read(0, Math.min(IDX_START_BYTES, source.size)), source.name);
  const { type, shape, headerBytes, valueBytes } = header;
  if (headerBytes + valueBytes !== source.size) {
    const now = `it has ${source.size} bytes`;
    throw refusal(source.name, now, `${headerBytes + valueBytes} for its shape ${shape.join("×")}`);
  }
  const array: StoredArray = {
    ...{
      type,
      shape,
      source,
      file: packed,
      name: source.name,
      key: withoutIdxType(baseName(source.name)),
      check: null,
    },
    ...{ isBigEndian: true, isFortran: false, dataStart: headerBytes, flatStart: isPacked ? null : headerBytes },
    isTransposed: isEmnist(source.name) && type === "u8" && shape.length === 3,
  };
  return type === "i32" && shape.length === 2 && /(?<![a-z])labels$/i.test(array.key)
    ? await firstColumn(array)
    : array;
}

/** QMNIST's labels have eight columns, of which the first is the class. */
async function firstColumn(array: StoredArray): Promise<StoredArray> {
  const { source, dataStart, shape: [count, columns] } = array, bytes = bytesOf(array.type);
  const all = await source.read(dataStart, source.size), column = new Uint8Array(count * bytes);
  for (let row = 0; row < count; row++) {
    column.set(all.subarray(row * columns * bytes, row * columns * bytes + bytes), row * bytes);
  }
  const { name } = source, read = (from: number, to: number) => Promise.resolve(column.slice(from, to));
  return { ...array, source: { name, size: column.length, read }, shape: [count], dataStart: 0, flatStart: null };
}

/** A file's name without its folders and its ending. */
function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.(?:npy|npz|gz)$/i, "");
}
