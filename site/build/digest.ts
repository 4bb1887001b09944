/**
 * What pages are made of, as a short text that changes with it: contents of files, never their dates.
 *
 * Reads; knows neither runs nor pages.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";

/** Files read at the same time. */
const AT_ONCE = 8;
/** What is read of a file at a time. */
const PIECE_BYTES = 2 ** 18;

/** The SHA-256 of texts, each with its length, so that no two lists give the same; hexadecimal. */
export function digestOf(parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest("hex");
}

/** The SHA-256 of a file, read in pieces; hexadecimal. */
export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES })) hash.update(piece);
  return hash.digest("hex");
}

/**
 * The digest of a folder: paths and contents of its files. Empty for a folder that is not there.
 *
 * @param options.isLeftOut Whether a file or folder does not count, by its path below the folder.
 */
export async function digestOfFolder(
  folder: string,
  { isLeftOut = () => false }: { isLeftOut?: (path: string) => boolean } = {},
): Promise<string> {
  const paths = (await filesUnder(folder, { isLeftOut })).sort();
  return digestOf((await eachOf(paths, async (path) => [path, await digestOfFile(`${folder}/${path}`)])).flat());
}

/** The files in a folder and below it, by their paths from there; none if it is not there. */
export async function filesUnder(
  folder: string,
  { isLeftOut = () => false }: { isLeftOut?: (path: string) => boolean } = {},
  prefix = "",
): Promise<string[]> {
  const entries = await readdir(`${folder}/${prefix}`, { withFileTypes: true }).catch(() => []);
  const files: string[] = [];
  for (const entry of entries) {
    const path = prefix + entry.name;
    if (isLeftOut(path)) continue;
    if (entry.isDirectory()) files.push(...await filesUnder(folder, { isLeftOut }, `${path}/`));
    else if (entry.isFile()) files.push(path);
  }
  return files;
}

/** Does something with each of many items, some at a time; the results are in the items' order. */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
}
