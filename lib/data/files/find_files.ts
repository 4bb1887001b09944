/**
 * Which files a path means: one file, a folder of shards or of images, or the files that a glob matches.
 *
 * Looks at names alone and opens nothing; what is in the files, and which of them are a test set, is `open_rows.ts`'s
 * business.
 *
 * @module
 */
import { glob } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { printablePath, UserError } from "../../errors.ts";
import { fileError } from "../../files.ts";
import { dataNameOf } from "./data_name.ts";
import type { DataFile } from "./disk_source.ts";
import { isDataName, isPassedOver } from "../readers/kind_of_file.ts";

/** What was found. */
export interface FoundFiles {
  /** What the data are called. */
  name: string;
  /** Where relative names begin: the folder, the part of a glob before its first pattern, or the file's folder. */
  folder: string;
  /** In natural order of their names. */
  files: DataFile[];
}

const GLOB = /[*?[{]/;
/** More files than anybody's folder of images has. */
const MOST_FILES = 5_000_000;
/** Folders below one another, more than anybody has. */
const MOST_DEPTH = 32;
/** Endings that a message lists. */
const MOST_ENDINGS = 4;

/**
 * Finds the files of a path.
 *
 * Links are followed. Hidden files and files that are not data by their names (README.md, dataset_info.json) are left
 * out of folders.
 *
 * @param options.except Files that are named by other flags, such as labels beside the shards.
 * @throws {UserError} Nothing is there, a folder has no data, or it may not be read.
 */
export async function findFiles(
  path: string,
  { except = [] }: { except?: readonly string[] } = {},
): Promise<FoundFiles> {
  const others = new Set(await Promise.all(except.map((other) => Deno.realPath(other).catch(() => other))));
  const info = await Deno.stat(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound || /NUL byte|ENAMETOOLONG|too long/.test(String(error))) return null;
    throw fileError("read", path, error);
  });
  if (info?.isFile) {
    const name = dataNameOf(path);
    return { name, folder: dirname(path), files: [{ path, name: basename(path), size: info.size }] };
  }
  if (info && !info.isDirectory) {
    throw refusal(path, "it is a device or a pipe", "a file, a folder or a glob in quotation marks");
  }
  if (!info && !GLOB.test(path)) throw refusal(path, "it is not there", "a file, a folder or a glob");
  const root = info ? path : globRoot(path);
  const all = info ? await filesBelow(path) : await filesOfGlob(path, root);
  const kept: DataFile[] = [];
  for (const file of all) if (!others.has(await realPath(file.path, others))) kept.push(file);
  const data = kept.filter(({ name }) => isDataName(basename(name)));
  if (data.length === 0) throw noData(path, { all, isGlob: !info });
  data.sort(naturalOrder);
  return { name: dataNameOf(root, { isFolder: true }), folder: root, files: data };
}

const collator = new Intl.Collator("en", { numeric: true });

/** `shard-2` before `shard-10`. */
function naturalOrder(a: DataFile, b: DataFile): number {
  return collator.compare(a.name, b.name) || (a.name < b.name ? -1 : 1);
}

/** The place a link leads to, asked only if it is to be compared. */
async function realPath(path: string, others: ReadonlySet<string>): Promise<string> {
  return others.size === 0 ? path : await Deno.realPath(path).catch(() => path);
}

/** The files of a folder and of those in it. */
async function filesBelow(root: string): Promise<DataFile[]> {
  const files: DataFile[] = [];
  const seen = new Set<string>();
  const walk = async (folder: string, depth: number) => {
    const real = await Deno.realPath(folder);
    if (seen.has(real)) return; // a link that leads back
    if (depth > MOST_DEPTH) throw refusal(root, `its folders are more than ${MOST_DEPTH} deep`, "fewer");
    seen.add(real);
    const entries = await Array.fromAsync(Deno.readDir(folder));
    for (const { name, isSymlink, isDirectory, isFile } of entries) {
      if (isPassedOver(name)) continue;
      const path = join(folder, name);
      const info = isSymlink || isFile ? await Deno.stat(path).catch(() => null) : null;
      if (isDirectory || info?.isDirectory) await walk(path, depth + 1);
      else if (info?.isFile) files.push({ path, name: relative(root, path), size: info.size });
      if (files.length > MOST_FILES) throw refusal(root, `it has more than ${MOST_FILES} files`, "fewer");
    }
  };
  try {
    await walk(root, 0);
  } catch (error) {
    throw fileError("read", root, error);
  }
  return files;
}

async function filesOfGlob(pattern: string, root: string): Promise<DataFile[]> {
  const files: DataFile[] = [];
  for await (const path of glob(pattern)) {
    const info = await Deno.stat(path).catch(() => null);
    if (info?.isFile) files.push({ path, name: relative(root, path), size: info.size });
  }
  return files;
}

/** The folder before the first part of a glob that is a pattern. */
function globRoot(pattern: string): string {
  const parts = pattern.split("/"), first = parts.findIndex((part) => GLOB.test(part));
  return parts.slice(0, first).join("/") || (pattern.startsWith("/") ? "/" : ".");
}

function noData(path: string, { all, isGlob }: { all: readonly DataFile[]; isGlob: boolean }): UserError {
  const wanted = "files of .npy, .npz, .safetensors, .parquet, .csv, PNG, JPEG or IDX";
  if (all.length === 0) return refusal(path, isGlob ? "no file matches it" : "it holds no files", wanted);
  const endings = [...new Set(all.map(({ name }) => /\.[^./]+$/.exec(name)?.[0] ?? basename(name)))].sort();
  const shown = endings.slice(0, MOST_ENDINGS).join(", ") + (endings.length > MOST_ENDINGS ? ", …" : "");
  return refusal(path, `it holds only ${all.length} file${all.length === 1 ? "" : "s"} of ${shown}`, wanted);
}

function refusal(path: string, now: string, expected: string): UserError {
  return new UserError(`Cannot read data ${printablePath(path)}: ${now}, expected ${expected}`);
}
