/**
 * MNIST: keeps a verified cache of its files and fills it from mirrors.
 *
 * What comes from the cache or a mirror must be the official files, byte for byte; a folder that the user names may hold
 * any images (`idx_folder.ts`). Which data set a run takes is `load.ts`'s business.
 *
 * @module
 */
import { join } from "node:path";
import { printablePath, UserError } from "../../errors.ts";
import type { Dataset } from "../dataset.ts";
import { downloadVerified, type DownloadWatch, isAnyAnswering, sha256Hex } from "./download.ts";
import { readIdxDirectory } from "./idx_folder.ts";
import { type Manifest, MNIST } from "./manifest.ts";
import { mirrorUrl } from "./mirror.ts";

/** A larger file in the cache is not read: it cannot be an official one, bytes. */
const MOST_CACHED_BYTES = 2 ** 28;
/** The smallest first: a mirror that fails does so before the long download. */
const DOWNLOADS = [
  "t10k-labels-idx1-ubyte.gz",
  "train-labels-idx1-ubyte.gz",
  "t10k-images-idx3-ubyte.gz",
  "train-images-idx3-ubyte.gz",
];

/** Whether all four official files are in `cacheDir`, checksums included. */
export async function isCached(cacheDir: string, manifest: Manifest = MNIST): Promise<boolean> {
  for (const name of DOWNLOADS) if (await cachedState(cacheDir, { name, manifest }) !== "right") return false;
  return true;
}

/**
 * Reads MNIST from `cacheDir`.
 *
 * @throws {UserError} A file is missing or is not the official one.
 */
export async function readCached(cacheDir: string, manifest: Manifest = MNIST): Promise<Dataset> {
  if (!await isCached(cacheDir, manifest)) {
    throw new UserError(
      `Cannot read MNIST from ${
        printablePath(cacheDir)
      }: a file is missing or altered, expected the four official ones`,
    );
  }
  const dataset = await readIdxDirectory(cacheDir, manifest);
  return { ...dataset, provenance: { ...dataset.provenance, source: "cache" } };
}

/**
 * Brings MNIST into `cacheDir` and reads it: what is there and right stays, what is missing or wrong is downloaded.
 *
 * @param options.mirrors Base addresses of all mirrors, in the order to try them; the manifest's if left out.
 * @throws {UserError} A mirror's address is malformed, no mirror has a file, or the cache cannot be written.
 * @throws The signal's reason, when aborted.
 */
export async function downloadMnist(
  options: DownloadWatch & { cacheDir: string; mirrors?: readonly string[]; manifest?: Manifest },
): Promise<Dataset> {
  const { cacheDir, manifest = MNIST, ...watch } = options;
  let mirrors = options.mirrors ?? manifest.mirrors;
  const notes: string[] = [];
  let source: "cache" | "download" = "cache";
  for (const name of DOWNLOADS) {
    const state = await cachedState(cacheDir, { name, manifest });
    if (state === "right") continue;
    if (state === "wrong") notes.push(`the cached ${name} was not the official file and was downloaded again`);
    const urls = mirrors.map((mirror) => mirrorUrl(mirror, name));
    const url = await downloadVerified({ ...watch, urls, sha256: manifest.files[name], path: join(cacheDir, name) });
    // The mirror that answered comes first for the next file: a dead one costs its time-outs once, not four times.
    const answered = mirrors[urls.indexOf(url)];
    mirrors = [answered, ...mirrors.filter((mirror) => mirror !== answered)];
    source = "download";
  }
  const dataset = await readCached(cacheDir, manifest);
  return { ...dataset, provenance: { ...dataset.provenance, source, notes: [...dataset.provenance.notes, ...notes] } };
}

/**
 * Whether a mirror answers: asks all at once for the smallest file, true at the first good answer.
 *
 * @param mirrors Base addresses.
 * @param timeoutMs How long to wait for one, in milliseconds.
 * @throws {UserError} A mirror's address is malformed.
 * @throws The signal's reason, when aborted.
 */
export async function isReachable(
  mirrors: readonly string[],
  timeoutMs: number,
  options: { signal?: AbortSignal } = {},
): Promise<boolean> {
  return await isAnyAnswering(mirrors.map((mirror) => mirrorUrl(mirror, DOWNLOADS[0])), timeoutMs, options);
}

/** What is at a file's place in the cache; what cannot be read counts as missing, and downloading will say why. */
async function cachedState(
  cacheDir: string,
  options: { name: string; manifest: Manifest },
): Promise<"right" | "wrong" | "missing"> {
  const path = join(cacheDir, options.name);
  const { isFile, size } = await Deno.stat(path).catch(() => ({ isFile: true, size: 0 }));
  if (!isFile || size > MOST_CACHED_BYTES) return "wrong";
  const bytes = await Deno.readFile(path).catch(() => null);
  if (bytes === null) return "missing";
  return await sha256Hex(bytes) === options.manifest.files[options.name] ? "right" : "wrong";
}
