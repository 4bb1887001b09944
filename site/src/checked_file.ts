/**
 * The files of the reports folder, as `lib/report/stored_report.ts` reads and checks them.
 *
 * @module
 */
import { open, readdir, readFile } from "node:fs/promises";
import type { z } from "zod";
import { readStored, type StoredFiles } from "../../lib/report/stored_report.ts";

/** The files of a run's folder, or of all reports; one that cannot be read counts as missing. */
export function filesBelow(dir: string, folder?: string): StoredFiles {
  const pathOf = (file: string) => folder === undefined ? file : `${folder}/${file}`;
  return {
    pathOf,
    read(file, options) {
      const path = `${dir}/${pathOf(file)}`;
      return (options ? readStart(path, options) : readFile(path)).catch(() => null);
    },
  };
}

async function readStart(path: string, { most }: { most: number }): Promise<Uint8Array> {
  await using handle = await open(path);
  const { buffer, bytesRead } = await handle.read(new Uint8Array(most));
  return buffer.subarray(0, bytesRead);
}

/**
 * A JSON file below a reports folder.
 *
 * @throws {BadFile} It is missing, no JSON, or not what its schema says.
 */
export function readChecked<S extends z.ZodType>(
  { dir, path }: { dir: string; path: string },
  schema: S,
): Promise<z.infer<S>> {
  return readStored(filesBelow(dir), { file: path, schema });
}

/** Names in a folder, sorted; none if it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}
