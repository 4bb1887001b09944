/**
 * Files as one zip archive, written piece by piece: no file is ever in memory as a whole.
 *
 * Equal files give equal bytes: entries have one date, which the caller names, and come in the order given.
 *
 * @module
 */
import { Zip } from "fflate";
import { createReadStream } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { zipEntry } from "../src/zip_entry.ts";

/** What the format takes without the extensions that not every program reads. */
const MOST_BYTES = 2 ** 32 - 1, MOST_FILES = 2 ** 16 - 1;
const PIECE_BYTES = 2 ** 20;

/** A file of an archive. */
export interface ZipEntry {
  /** Its path in the archive. */
  name: string;
  /** Where it is. */
  path: string;
}

/** Why files do not fit into one archive, as `now, expected …`; null if they do. */
export function whyNotZip({ files, bytes }: { files: number; bytes: number }): string | null {
  if (files > MOST_FILES) return `there are ${files} files, expected at most ${MOST_FILES}`;
  return bytes > MOST_BYTES ? `the files have ${bytes} bytes, expected at most ${MOST_BYTES}` : null;
}

/**
 * Writes an archive, whole or not at all, in a folder that is there. While it is written it is called `<path>.part`, so that a
 * process needs to be allowed these two names alone.
 *
 * @param options.date What every entry is dated, in UTC, 1980 to 2099.
 * @throws {RangeError} There are too many files, or too many bytes.
 */
export async function writeZip(path: string, entries: readonly ZipEntry[], { date }: { date: Date }): Promise<void> {
  let bytes = 0;
  for (const entry of entries) bytes += (await stat(entry.path)).size;
  const reason = whyNotZip({ files: entries.length, bytes });
  if (reason) throw new RangeError(`Cannot write ${path}: ${reason}`);
  const making = `${path}.part`;
  try {
    const file = await open(making, "w");
    await writeEntries(file, entries, date).finally(() => file.close());
    await rename(making, path);
  } finally {
    await rm(making, { force: true });
  }
}

async function writeEntries(file: FileHandle, entries: readonly ZipEntry[], date: Date): Promise<void> {
  let made: Uint8Array[] = [], failure: Error | null = null;
  const zip = new Zip((error, piece) => {
    if (error) failure = error;
    else made.push(piece);
  });
  /** What was compressed so far goes to the disk before more is read. */
  const flush = async () => {
    const pieces = made;
    made = [];
    for (const piece of pieces) await file.write(piece);
    if (failure) throw failure;
  };
  for (const { name, path } of entries) {
    const entry = zipEntry(name, date);
    zip.add(entry);
    for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES })) {
      entry.push(piece as Uint8Array);
      await flush();
    }
    entry.push(new Uint8Array(), true);
    await flush();
  }
  zip.end();
  await flush();
}
