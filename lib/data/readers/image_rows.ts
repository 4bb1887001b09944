/**
 * PNG and JPEG files as rows: one image each, of one size, grey or in colour. Sub-folders are classes.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { ByteSource } from "../../formats/byte_source.ts";
import { type FileRows, refusal } from "./file_rows.ts";
import type { RowMeta } from "../row_labels.ts";
import { KeptBytes } from "./kept_parts.ts";
import { KeptPictures, type StoredPicture } from "./kept_pictures.ts";
import { partOf } from "./parts.ts";

/**
 * The rows of image files, in the order that is given. All are decoded once, to learn whether any has a colour.
 *
 * @throws {UserError} A file is damaged or of another size than the first, or only some are in a folder.
 */
export async function imageRows(files: readonly ByteSource[]): Promise<FileRows> {
  const labels = folderClasses(files);
  const meta: RowMeta = { names: ["file"], values: [files.map(({ name }) => name)] };
  const kept = (await KeptPictures.of(picturesOf(files), new KeptBytes()))!;
  return {
    ...{ file: files[0], name: files[0].name, count: files.length, shape: kept.shape },
    ...{ areBytes: true, flat: null, labels, meta, notes: [] },
    pieces: () => kept.pieces(() => picturesOf(files)),
  };
}

async function* picturesOf(files: readonly ByteSource[]): AsyncGenerator<StoredPicture> {
  for (const file of files) yield { name: file.name, bytes: await file.read(0, file.size) };
}

/** The first folder of each file below those that all have in common and that of its part; null if none has one. */
function folderClasses(files: readonly ByteSource[]): string[] | null {
  const paths = files.map(({ name }) => name.split("/").slice(0, -1)), [first] = paths;
  const isCommon = (at: number) => at < first.length && paths.every((path) => path[at] === first[at]);
  let common = 0;
  while (isCommon(common)) common++;
  const folders = paths.map((path) => {
    const below = path.slice(common);
    return (below.length > 0 && partOf(below[0]) !== null ? below[1] : below[0]) ?? "";
  });
  const without = folders.indexOf("");
  if (folders.every((folder) => folder === "")) return null;
  if (without >= 0) {
    throw refusal(files[without].name, "it is in no sub-folder", "one, which is its class, as the other images are in");
  }
  return folders;
}
