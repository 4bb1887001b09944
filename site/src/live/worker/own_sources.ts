/**
 * The reader's own files as the program's readers take them, and which of many are data.
 *
 * PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { isCharacterTable } from "../../../../lib/data/readers/idx_sets.ts";
import { isDataName, isPassedOver } from "../../../../lib/data/readers/kind_of_file.ts";
import { UserError } from "../../../../lib/errors.ts";
import type { ByteSource } from "../../../../lib/formats/byte_source.ts";
import { count as grouped } from "../../format.ts";
import type { OwnFile } from "../own_files.ts";

/** A file as readers take it. */
export function sourceOf({ path: name, file }: OwnFile): ByteSource {
  return {
    name,
    size: file.size,
    async read(from, to) {
      try {
        return new Uint8Array(await file.slice(from, to).arrayBuffer());
      } catch (cause) {
        const now = "the browser cannot open it";
        throw new UserError(`Cannot read ${name}: ${now}, expected a file that is still there`, { cause });
      }
    },
  };
}

/** What files are called together. */
export function sourceText(files: readonly OwnFile[]): string {
  return files.length === 1 ? files[0].path : `${grouped(files.length)} files`;
}

/**
 * Which of several files are data, as the program takes those of a folder; all of them if none is, so that one is refused by its
 * name.
 *
 * @returns Those, and how many others a reader can see.
 */
export function dataAmong(files: readonly OwnFile[]): { data: readonly OwnFile[]; nOthers: number } {
  if (files.length === 1) return { data: files, nOthers: 0 };
  const seen = files.filter(({ path }) => !path.split("/").some(isPassedOver));
  const data = seen.filter(({ path }) => isDataName(path.slice(path.lastIndexOf("/") + 1)) || isCharacterTable(path));
  return data.length > 0 ? { data, nOthers: seen.length - data.length } : { data: files, nOthers: 0 };
}
