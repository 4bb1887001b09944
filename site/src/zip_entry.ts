/**
 * Entries of a zip archive: which files are compressed, and how they are dated.
 *
 * For archives that a build writes to disk and for one that a page makes in memory. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { Zip, ZipDeflate, ZipPassThrough } from "fflate";
import { joinedBytes } from "../../lib/formats/joined_bytes.ts";

/** Files that are compressed already, or hold numbers that look like noise. */
const IS_DENSE = /\.(?:png|safetensors|woff2|zip)$/;

/**
 * An entry that takes its content in pieces.
 *
 * @param name Its path in the archive.
 * @param date What it is dated, in UTC, 1980 to 2099.
 */
export function zipEntry(name: string, date: Date): ZipDeflate | ZipPassThrough {
  const entry = IS_DENSE.test(name) ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
  entry.mtime = asLocal(date);
  return entry;
}

/** An archive in memory; equal files give equal bytes. */
export function zipOf(
  files: Iterable<{ path: string; bytes: Uint8Array }>,
  { date }: { date: Date },
): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    pieces.push(piece);
  });
  for (const { path, bytes } of files) {
    const entry = zipEntry(path, date);
    zip.add(entry);
    entry.push(bytes, true);
  }
  zip.end();
  return joinedBytes(pieces);
}

/** The archive has no time zone: the date's fields in UTC, as those of this machine's zone, which fflate writes. */
function asLocal(date: Date): Date {
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return new Date(year, month, day, date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds());
}
