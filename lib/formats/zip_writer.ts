/**
 * Writes zip archives whose members are stored as they are, as NumPy writes `.npz` files; with zip64 above 4 GB.
 *
 * With zip.js, which is loaded when an archive is written. No clock is in the archive: equal members give equal bytes.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { loadZip } from "./zip_library.ts";

/** A file of an archive. */
export interface NewZipMember {
  /** Its path in the archive. */
  path: string;
  /** Bytes in all pieces together. */
  size: number;
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** 1 January 1980, the first day of zip's calendar, as NumPy has it. */
const FIRST_DAY = 0x21 << 16;

/**
 * Writes an archive.
 *
 * @param options.write Takes the bytes of the archive in order; waited for.
 */
export async function writeZip(
  members: Iterable<NewZipMember>,
  { write }: { write: (bytes: Uint8Array) => Promise<void> },
): Promise<void> {
  const { ZipWriter } = await loadZip();
  const zip = new ZipWriter(new WritableStream({ write }), {
    level: 0,
    extendedTimestamp: false,
    rawLastModDate: FIRST_DAY,
  });
  for (const { path, size, pieces } of members) {
    await zip.add(path, { readable: ReadableStream.from(pieces), size });
  }
  await zip.close();
}
