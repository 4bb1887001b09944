/**
 * Pages of runs kept from build to build: a run's folder of the site, by the digest of everything that its pages depend on.
 *
 * An entry is a copy, made whole under another name and then renamed, so that a build that is stopped leaves none behind that
 * is not whole. Entries that no build has used for a week are removed. Does not draw, and does not know what pages show.
 *
 * @module
 */
import { copyFile, mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import { eachOf, filesUnder } from "./digest.ts";

/** How long an entry is kept that no build uses. */
const MOST_AGE_MS = 7 * 24 * 3600 * 1000;

/** See the module comment. */
export class PageCache {
  readonly #folder: string;

  /** @param folder Where entries are; made when the first one is. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether there are pages of this digest; they are kept for another week then. */
  async has(digest: string): Promise<boolean> {
    const now = new Date();
    return await utimes(this.#path(digest), now, now).then(() => true, () => false);
  }

  /** Copies the pages of a digest into a folder. */
  async restore(digest: string, folder: string): Promise<void> {
    await copyFolder(this.#path(digest), folder);
  }

  /** Keeps a folder of pages under a digest. */
  async store(digest: string, folder: string): Promise<void> {
    const path = this.#path(digest), making = `${path}.${crypto.randomUUID()}`;
    try {
      await copyFolder(folder, making);
      await rm(path, { recursive: true, force: true });
      await rename(making, path);
    } finally {
      await rm(making, { recursive: true, force: true });
    }
  }

  /** Removes what was not used for long. */
  async prune(): Promise<void> {
    const oldest = Date.now() - MOST_AGE_MS;
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = `${this.#folder}/${name}`;
      if ((await stat(path)).mtimeMs < oldest) await rm(path, { recursive: true, force: true });
    }
  }

  #path(digest: string): string {
    return `${this.#folder}/${digest}`;
  }
}

/** Copies all files of a folder; those that are there already are replaced. */
async function copyFolder(from: string, to: string): Promise<void> {
  const files = await filesUnder(from);
  for (const folder of new Set(files.map((file) => dirname(`${to}/${file}`)))) await mkdir(folder, { recursive: true });
  await eachOf(files, (file) => copyFile(`${from}/${file}`, `${to}/${file}`));
}
