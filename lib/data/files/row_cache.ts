/**
 * Rows of files that cannot be read at any place, such as CSV, Parquet and images, written once as plain numbers.
 *
 * A file in the cache is found again by what it was made from, so that the next run over the same data reads it at once.
 * Only data that are larger than the buffer come here.
 *
 * @module
 */
import { format } from "@std/fmt/bytes";
import { createHash } from "node:crypto";
import { statfs } from "node:fs/promises";
import { printablePath, UserError } from "../../errors.ts";
import { fileError } from "../../files.ts";
import { rawBytes } from "../../pixels.ts";
import type { DataFile } from "./disk_source.ts";
import { identityOf } from "./file_identity.ts";
import type { RowsOnDisk } from "./gather_rows.ts";
import type { FlatRows, OpenedRows } from "../readers/opened_rows.ts";
import { rowLength } from "../row_shape.ts";
import { MB } from "../stream/pool_size.ts";

/** Left free on the disk, bytes. */
const SPARE_BYTES = 2 ** 28;
/** Files of which blocks are looked at; of more, these many, evenly spread. Length and time are those of all files. */
const MOST_IDENTITIES = 1000;

/** How rows are written, and who watches. */
export interface CacheOptions {
  /** The folder of the cached files. */
  folder: string;
  onProgress?: (share: number) => void;
  signal?: AbortSignal;
}

/**
 * The same rows as plain numbers in one file, little-endian.
 *
 * @returns The rows with their labels and words, and whether the file was there already.
 * @throws {UserError} The disk is full or may not be written, a row is damaged, or a file changed while it was read.
 * Nothing half-written is left.
 */
export async function plainRows(
  { rows, files, choice }: RowsOnDisk,
  { folder, onProgress, signal }: CacheOptions,
): Promise<RowsOnDisk & { isReused: boolean }> {
  const dInput = rowLength(rows.shape), type = rows.type === "bytes" ? "u8" : "f32";
  const bytes = rows.count * dInput * (type === "u8" ? 1 : 4);
  const made = `${choice} ${type} ${rows.count} ${dInput}`;
  const key = await keyOf(files, made), path = `${folder}/${key}.rows`;
  const isThere = async () => (await Deno.stat(path).catch(() => null))?.size === bytes;
  const isReused = await isThere();
  if (!isReused) {
    await assertFitsDisk(folder, bytes);
    await writeRows(path, rows, {
      ...{ onProgress, signal },
      mayPlace: async () => {
        if (await keyOf(files, made) !== key) {
          const now = "they changed while they were read";
          throw new UserError(`Cannot write rows of the data: ${now}, expected files that stay as they are`);
        }
        return !await isThere();
      },
    });
  }
  const flat: FlatRows[] = [{ file: 0, offset: 0, type, isBigEndian: false, count: rows.count }];
  return { isReused, choice, files: [{ path, name: path, size: bytes }], rows: { ...rows, flat } };
}

/**
 * The rows as they can be read at any place; if they are not yet, as a file of plain numbers in the cache.
 *
 * @returns The rows, and a sentence that names the file if there is one.
 * @throws {UserError} As {@linkcode plainRows} does.
 */
export async function rowsAtAnyPlace(
  rows: RowsOnDisk,
  { cacheDir, ...watch }: Omit<CacheOptions, "folder"> & { cacheDir: string },
): Promise<{ disk: RowsOnDisk; note: string | null }> {
  if (rows.rows.flat !== null) return { disk: rows, note: null };
  const { isReused, ...disk } = await plainRows(rows, { folder: `${cacheDir}/rows`, ...watch });
  const [{ path, size }] = disk.files;
  const note = `Rows are read from ${path} (${Math.ceil(size / MB)} MB), ${
    isReused ? "which an earlier run wrote" : "written from the files; the next run reads it too"
  }. It can be removed when no run uses it.`;
  return { disk, note };
}

/**
 * What files are, in 32 hexadecimal digits. The time is part of it, because blocks alone do not show that a number was
 * corrected somewhere between them.
 */
async function keyOf(files: readonly DataFile[], choice: string): Promise<string> {
  const hash = createHash("sha256").update(choice);
  for (const { name, path } of files) {
    const { size, mtime } = await statOf(path);
    hash.update(`\n${name} ${size} ${mtime?.getTime()}`);
  }
  const step = Math.ceil(files.length / MOST_IDENTITIES);
  for (let i = 0; i < files.length; i += step) hash.update((await identityOf(files[i].path)).sampledSha256);
  return hash.digest("hex").slice(0, 32);
}

async function statOf(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    throw fileError("read", path, error);
  }
}

async function assertFitsDisk(folder: string, bytes: number): Promise<void> {
  if (Deno.permissions.querySync({ name: "sys", kind: "statfs" }).state !== "granted") return;
  await Deno.mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder), free = Math.max(0, bavail * bsize - SPARE_BYTES);
  if (bytes <= free) return;
  const now = `they need ${format(bytes)} as plain numbers`;
  throw new UserError(
    `Cannot write rows to ${printablePath(folder)}: ${now}, expected at most the ${
      format(free)
    } that are free; a larger --buffer-mb keeps them in memory`,
  );
}

/**
 * Written beside, then renamed: a killed process leaves nothing that passes for the rows. A file that another run has
 * placed meanwhile stays, because that run reads it and would take a new one for a change.
 */
async function writeRows(
  path: string,
  rows: OpenedRows,
  { onProgress, signal, mayPlace }: Pick<CacheOptions, "onProgress" | "signal"> & { mayPlace: () => Promise<boolean> },
): Promise<void> {
  const temporary = `${path}.${crypto.getRandomValues(new Uint8Array(8)).toHex()}.part`;
  const total = rows.count * rowLength(rows.shape);
  let written = 0;
  try {
    using file = await Deno.open(temporary, { write: true, createNew: true });
    for await (const piece of rows.pieces()) {
      signal?.throwIfAborted();
      const bytes = rawBytes(piece);
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      onProgress?.((written += piece.length) / total);
    }
    await file.sync();
    if (await mayPlace()) await Deno.rename(temporary, path);
    else await Deno.remove(temporary);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw fileError("write", path, error);
  }
}
