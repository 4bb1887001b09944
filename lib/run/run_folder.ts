/**
 * One run folder, one process: claiming a new folder, opening that of a stopped run, and giving it up again.
 *
 * The claim is a lock on a file in the folder, which the system releases when the process ends, however it ends. Does
 * not write reports or checkpoints.
 *
 * @module
 */
import { printablePath, UserError } from "../errors.ts";
import { exists, fileError, removeTemporaries } from "../files.ts";
import { CHECKPOINT_FILE, removeUnfinished, runFolder } from "../report/writer.ts";

const LOCK_FILE = ".lock";
/** How long a claim waits for those who ask {@linkcode RunFolder.isTaken}, and how often it looks, in milliseconds. */
const MOST_WAIT_MS = 5000, LOOK_MS = 5;
/** How often a folder may vanish between being made and being locked. */
const MOST_TRIES = 100;

/** A run of this id is there already. */
export class RunExistsError extends UserError {
  override name = "RunExistsError";
}

/** A folder that belongs to this process until it is disposed. */
export class RunFolder implements AsyncDisposable {
  readonly id: string;
  /** `<reportsDir>/<id>` */
  readonly path: string;
  readonly #lock: Deno.FsFile;
  readonly #isMade: boolean;

  private constructor({ id, path }: { id: string; path: string }, lock: { file: Deno.FsFile; isMade: boolean }) {
    this.id = id;
    this.path = path;
    this.#lock = lock.file;
    this.#isMade = lock.isMade;
  }

  /** Path of the run's checkpoint. */
  get checkpoint(): string {
    return `${this.path}/${CHECKPOINT_FILE}`;
  }

  /**
   * Claims the folder of a new run. A folder with neither report nor checkpoint, which a killed process may have left,
   * is claimed anew.
   *
   * @throws {RunExistsError} A finished or stopped run has the id, or another process works on it.
   * @throws {UserError} The folder cannot be written, or the id cannot be used.
   */
  static async claim(reportsDir: string, id: string): Promise<RunFolder> {
    const folder = await RunFolder.#locked({ id, path: runFolder(reportsDir, id) }, { canMake: true });
    const advice = await isFinished(folder.path)
      ? "another --run-id"
      : await exists(folder.checkpoint)
      ? `another --run-id, or --resume ${id}`
      : null;
    if (advice === null) {
      await removeUnfinished(folder.path); // a progress without a checkpoint is of no use
      return folder;
    }
    await folder[Symbol.asyncDispose]();
    throw new RunExistsError(`Cannot start run ${id}: it exists already, expected ${advice}`);
  }

  /**
   * Claims a new folder under the first free one of `id`, `id-2`, `id-3`, …; fails like {@linkcode claim} otherwise.
   */
  static async claimFree(reportsDir: string, id: string): Promise<RunFolder> {
    for (let n = 1;; n++) {
      try {
        return await RunFolder.claim(reportsDir, n === 1 ? id : `${id}-${n}`);
      } catch (error) {
        if (!(error instanceof RunExistsError)) throw error;
      }
    }
  }

  /**
   * Opens the folder of a stopped run. From a finished one what a killed process left beside the report is removed.
   *
   * @throws {UserError} There is no such run, it is finished, it kept no checkpoint, or another process works on it.
   */
  static async openStopped(reportsDir: string, id: string): Promise<RunFolder> {
    const path = runFolder(reportsDir, id);
    if (!await exists(path)) {
      throw new UserError(`Cannot resume ${id}: there is no folder ${path}, expected that of a stopped run`);
    }
    const folder = await RunFolder.#locked({ id, path }, { canMake: false });
    const now = await isFinished(path)
      ? "it is finished, expected a stopped run"
      : await exists(folder.checkpoint)
      ? null
      : "it ended before its first checkpoint, expected the command that started it once more";
    if (now === null) return folder;
    if (await isFinished(path)) await removeUnfinished(path);
    await folder[Symbol.asyncDispose]();
    throw new UserError(`Cannot resume ${id}: ${now}`);
  }

  /** Whether another process works on a run at this moment; not, if there is no such folder. */
  static async isTaken(path: string): Promise<boolean> {
    try {
      using file = await Deno.open(`${path}/${LOCK_FILE}`);
      return !await file.tryLock(false); // several may ask at a time
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
      throw fileError("read", path, error);
    }
  }

  /** Ends the claim; a folder that this process made goes too if nothing was kept in it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await removeTemporaries(this.path).catch(() => {}); // the folder itself may be gone
    await Deno.remove(`${this.path}/${LOCK_FILE}`).catch(() => {});
    this.#lock.close();
    if (this.#isMade) await Deno.remove(this.path).catch(() => {}); // refuses, as it should, when something is in it
  }

  /** Locks a folder, which is made if that is allowed. Temporary files of killed writers go. */
  static async #locked(
    { id, path }: { id: string; path: string },
    { canMake }: { canMake: boolean },
  ): Promise<RunFolder> {
    try {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const isMade = canMake && await makeFolder(path);
        const file = await lockIn(path, { canMake });
        if (file === "gone") continue;
        if (file === "taken") break;
        await removeTemporaries(path);
        return new RunFolder({ id, path }, { file, isMade });
      }
    } catch (error) {
      throw fileError("write", path, error);
    }
    throw new RunExistsError(`Cannot use run ${id}: another process works on it, expected it to end first`);
  }
}

/** Whether the folder was made, false if it is there already. */
async function makeFolder(path: string): Promise<boolean> {
  await Deno.mkdir(path.replace(/\/[^/]*$/, ""), { recursive: true });
  try {
    await Deno.mkdir(path);
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    if (await exists(path) || !(await Deno.lstat(path).catch(() => null))?.isSymlink) return false;
    const now = "it is a symbolic link to something that is not there";
    throw new UserError(`Cannot use ${printablePath(path)}: ${now}, expected a folder`, { cause: error });
  }
}

/** The locked file; `taken` if another process has it, `gone` if its owner removed it meanwhile. */
async function lockIn(folder: string, { canMake }: { canMake: boolean }): Promise<Deno.FsFile | "taken" | "gone"> {
  const path = `${folder}/${LOCK_FILE}`;
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { write: true, create: true });
  } catch (error) {
    if (canMake && error instanceof Deno.errors.NotFound) return "gone"; // the folder with it
    throw error;
  }
  if (!await lockAlone(file)) {
    file.close();
    return "taken";
  }
  const [own, there] = await Promise.all([file.stat(), Deno.stat(path).catch(() => null)]);
  if (there?.ino === own.ino && there?.dev === own.dev) return file;
  file.close();
  return "gone";
}

/**
 * Locks a file for this process alone.
 *
 * Whoever works on the folder has such a lock too; who asks {@linkcode RunFolder.isTaken} shares one for a moment. So a
 * lock that can be shared has no owner, and is waited for.
 *
 * @returns False if another process works on the folder.
 */
async function lockAlone(file: Deno.FsFile): Promise<boolean> {
  const end = performance.now() + MOST_WAIT_MS;
  while (!await file.tryLock(true)) {
    if (!await file.tryLock(false) || performance.now() > end) return false;
    await file.unlock();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return true;
}

async function isFinished(folder: string): Promise<boolean> {
  return await exists(`${folder}/run.json`);
}
