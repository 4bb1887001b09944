/**
 * The files that a reader chose or dropped, folders with all that is in them.
 *
 * Reads no file.
 *
 * @module
 */
import { UserError } from "../../../lib/errors.ts";
import type { OwnFile } from "./own_files.ts";

/** More files than a page should hand on. */
const MOST_FILES = 100_000;

/** Files of an input, with their paths if it takes a folder. */
export function chosenFiles(files: Iterable<File>): OwnFile[] {
  return Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/**
 * Files that were dropped, those in folders among them; hidden ones are left out. To be called while the event is handled.
 *
 * @throws {UserError} A folder cannot be read, holds no files, or very many.
 */
export async function droppedFiles({ items, files }: Pick<DataTransfer, "items" | "files">): Promise<OwnFile[]> {
  const entries = Array.from(items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (!entries.some(({ isDirectory }) => isDirectory)) return chosenFiles(files);
  const found: OwnFile[] = [];
  for (const entry of entries) await collect(entry, found);
  if (found.length === 0) throw new UserError("Cannot read these folders: they hold no files, expected data");
  return found;
}

async function collect(entry: FileSystemEntry, found: OwnFile[]): Promise<void> {
  if (entry.name.startsWith(".")) return;
  if (found.length >= MOST_FILES) {
    const now = `there are more than ${MOST_FILES.toLocaleString("en")} files`;
    throw new UserError(`Cannot read these folders: ${now}, expected fewer`);
  }
  try {
    if (entry.isFile) {
      const { promise, resolve, reject } = Promise.withResolvers<File>();
      (entry as FileSystemFileEntry).file(resolve, reject);
      found.push({ path: entry.fullPath.replace(/^\//, ""), file: await promise });
      return;
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (let some: FileSystemEntry[]; (some = await entriesOf(reader)).length > 0;) { // a hundred at a time
      for (const inside of some) await collect(inside, found);
    }
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const expected = "a file or a folder that is still there";
    throw new UserError(`Cannot read ${entry.name}: the browser cannot open it, expected ${expected}`, { cause });
  }
}

function entriesOf(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const { promise, resolve, reject } = Promise.withResolvers<FileSystemEntry[]>();
  reader.readEntries(resolve, reject);
  return promise;
}
