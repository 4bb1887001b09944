/**
 * A file on disk as bytes that can be read at any place.
 *
 * The file is opened for each read, so that a folder of a hundred thousand images needs no more open files than one.
 *
 * @module
 */
import { printablePath, UserError } from "../../errors.ts";
import { fileError } from "../../files.ts";
import type { ByteSource } from "../../formats/byte_source.ts";

/** A file that holds rows. */
export interface DataFile {
  /** Where it is. */
  path: string;
  /** What errors call it: its path from the folder that was named. */
  name: string;
  /** Bytes. */
  size: number;
}

/** See the module comment. */
export function diskSource({ path, name, size }: DataFile): ByteSource {
  return {
    name,
    size,
    async read(from, to) {
      try {
        using file = await Deno.open(path);
        if (from > 0) await file.seek(from, Deno.SeekMode.Start);
        return await readExactly(file, { bytes: to - from, from, name });
      } catch (error) {
        throw fileError("read", path, error);
      }
    },
  };
}

/**
 * The next bytes of an open file.
 *
 * @param options.from Where they begin, for the error.
 * @throws {UserError} The file ends before.
 */
export async function readExactly(
  file: Deno.FsFile,
  { bytes, from, name }: { bytes: number; from: number; name: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const content = new Uint8Array(bytes);
  for (let length = 0; length < bytes;) {
    const read = await file.read(content.subarray(length));
    if (read === null) {
      const now = `it ends at byte ${from + length}`;
      throw new UserError(`Cannot read ${printablePath(name)}: ${now}, expected ${from + bytes}: it became shorter`);
    }
    length += read;
  }
  return content;
}
