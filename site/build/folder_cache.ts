/**
 * Folders kept from process to process, each by a digest of everything that it was made from: the pages of a run between builds.
 *
 * An entry is made whole under another name and then renamed, so that a process that is stopped leaves none behind that is not
 * whole. Entries that nobody has used for a week are removed. Does not know what is in a folder.
 *
 * @module
 */
import { copyFile, link, mkdir, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { eachOf, filesUnder } from "./digest.ts";

/** How long an entry is kept that nobody uses. */
const MOST_AGE_MS = 7 * 24 * 3600 * 1000;
/** The file of an entry that was written last: later changes are younger by the file system's own clock. */
const STAMP = ".kept";

/** See the module comment. */
export class FolderCache {
  readonly #folder: string;
  readonly #isLinked: boolean;

  /**
   * @param folder Where entries are; made when the first one is.
   * @param options.isLinked Whether an entry and the folders that it comes from and goes to share their files, which takes a
   * thirtieth of the time that copies take. An entry of which a file was written to since is one no longer.
   */
  constructor(folder: string, { isLinked = false } = {}) {
    this.#folder = folder;
    this.#isLinked = isLinked;
  }

  /** Whether there is a folder of this digest, as it was kept; it is kept for another week then. */
  async has(digest: string): Promise<boolean> {
    const path = this.#path(digest), now = new Date();
    const made = (await stat(`${path}/${STAMP}`).catch(() => null))?.mtimeMs;
    if (made === undefined) return false;
    const times = this.#isLinked
      ? await eachOf(
        await filesUnder(path),
        async (file) => file === STAMP ? 0 : (await stat(`${path}/${file}`)).mtimeMs,
      )
      : [];
    if (times.some((time) => time > made)) return false;
    return await utimes(path, now, now).then(() => true, () => false);
  }

  /** Puts what is kept under a digest into a folder; files that are there already are replaced. */
  async restore(digest: string, folder: string): Promise<void> {
    await this.#put(this.#path(digest), folder);
  }

  /** Keeps a folder under a digest, unless another process has done so meanwhile and may be reading it. */
  async store(digest: string, folder: string): Promise<void> {
    const path = this.#path(digest), making = `${path}.${crypto.randomUUID()}`;
    try {
      await this.#put(folder, making);
      await writeFile(`${making}/${STAMP}`, "");
      if (await rename(making, path).then(() => true, () => this.has(digest))) return;
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
      const used = (await stat(path).catch(() => null))?.mtimeMs ?? Infinity; // another process may have renamed what it made
      if (used < oldest) await rm(path, { recursive: true, force: true });
    }
  }

  async #put(from: string, to: string): Promise<void> {
    const files = (await filesUnder(from)).filter((file) => file !== STAMP);
    for (const folder of new Set(files.map((file) => dirname(`${to}/${file}`)))) {
      await mkdir(folder, { recursive: true });
    }
    await eachOf(files, async (file) => {
      const source = `${from}/${file}`, target = `${to}/${file}`;
      if (this.#isLinked) {
        await rm(target, { force: true });
        if (await link(source, target).then(() => true, () => false)) return;
      }
      await copyFile(source, target); // also where a file system has no links, or the two are on different ones
    });
  }

  #path(digest: string): string {
    return `${this.#folder}/${digest}`;
  }
}
