/**
 * Reading and writing whole files: a reader never sees half a file, and a failure is one line that says what to do.
 *
 * Knows nothing of what is in the files. Imports `errors` alone.
 *
 * @module
 */
import { printablePath, UserError } from "./errors.ts";

/** How the name of a temporary file ends: no two writers have the same. */
const TEMPORARY = /\.[0-9a-f]+\.part$/;
/** Bytes that are read at a time. */
const READ_BYTES = 2 ** 20;

/**
 * Writes a file whole or not at all: see {@linkcode NewFile}.
 *
 * @param content A text, bytes, or bytes in pieces, which are written one after the other without being joined.
 * @throws {UserError} The folder cannot be written, or the disk is full. The temporary file is removed.
 */
export async function writeWhole(path: string, content: string | Uint8Array | Iterable<Uint8Array>): Promise<void> {
  const pieces = typeof content === "string"
    ? [new TextEncoder().encode(content)]
    : content instanceof Uint8Array
    ? [content]
    : content;
  await using file = await NewFile.create(path);
  for (const bytes of pieces) await file.write(bytes);
  await file.finish();
}

/**
 * A file that is written piece after piece, and is there whole or not at all: a temporary file beside it, synced at the end
 * and then renamed over `path`.
 *
 * A process killed at any moment leaves the old file or the new one, and perhaps the temporary file, which
 * {@linkcode removeTemporaries} finds. One that is disposed before it is finished leaves nothing.
 */
export class NewFile implements AsyncDisposable {
  readonly #path: string;
  readonly #temporary: string;
  readonly #file: Deno.FsFile;
  readonly #replaces: boolean;
  #isOpen = true;

  private constructor(
    path: string,
    { temporary, file, replaces }: { temporary: string; file: Deno.FsFile; replaces: boolean },
  ) {
    this.#path = path;
    this.#temporary = temporary;
    this.#file = file;
    this.#replaces = replaces;
  }

  /**
   * Makes missing parent folders, and the temporary file.
   *
   * @param options.replaces Whether the file takes the place of one that is at `path` when it is finished; else it is refused then.
   * @throws {UserError} The folder cannot be written.
   */
  static async create(path: string, { replaces = true }: { replaces?: boolean } = {}): Promise<NewFile> {
    const temporary = `${path}.${crypto.getRandomValues(new Uint8Array(8)).toHex()}.part`;
    try {
      await Deno.mkdir(path.replace(/\/?[^/]*$/, "") || ".", { recursive: true });
      const file = await Deno.open(temporary, { read: true, write: true, createNew: true });
      return new NewFile(path, { temporary, file, replaces });
    } catch (error) {
      throw fileError("write", path, error);
    }
  }

  /**
   * Adds bytes at the end.
   *
   * @throws {UserError} The disk is full.
   */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let written = 0; written < bytes.length;) written += await this.#file.write(bytes.subarray(written));
    } catch (error) {
      throw fileError("write", this.#path, error);
    }
  }

  /** All bytes so far, from the first on, for a file that is no result of its own; nothing may be added afterwards. */
  async *bytes(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    await this.#file.seek(0, Deno.SeekMode.Start);
    while (true) {
      const bytes = new Uint8Array(READ_BYTES), length = await this.#file.read(bytes);
      if (length === null) return;
      yield bytes.subarray(0, length);
    }
  }

  /**
   * Puts the file in its place.
   *
   * @throws {UserError} The folder cannot be written, or something is there that may not be replaced.
   */
  async finish(): Promise<void> {
    try {
      await this.#file.sync();
      if (this.#replaces) await Deno.rename(this.#temporary, this.#path);
      else await moveWhereNothingIs(this.#temporary, this.#path);
    } catch (error) {
      throw fileError("write", this.#path, error);
    }
    this.#close();
  }

  /** Removes what was not finished. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOpen) return;
    this.#close();
    await Deno.remove(this.#temporary).catch(() => {});
  }

  #close(): void {
    this.#isOpen = false;
    this.#file.close();
  }
}

/** Renaming would replace what another process has put there since this one looked; a link to the same file does not. */
async function moveWhereNothingIs(from: string, to: string): Promise<void> {
  try {
    await Deno.link(from, to);
  } catch (error) {
    if (isThere(to)) throw new Deno.errors.AlreadyExists(to, { cause: error });
    return await Deno.rename(from, to); // the file system knows no links
  }
  await Deno.remove(from);
}

/**
 * Removes what killed writers left in a folder and its sub-folders. Links are not followed.
 *
 * @throws {UserError} The folder cannot be read or written.
 */
export async function removeTemporaries(folder: string): Promise<void> {
  try {
    for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) await removeTemporaries(`${folder}/${name}`);
      else if (isFile && isTemporary(name)) await Deno.remove(`${folder}/${name}`);
    }
  } catch (error) {
    throw fileError("write", folder, error);
  }
}

/**
 * Everything in a folder and its sub-folders that is not a folder, by the paths from it, sorted. Links are not followed.
 *
 * @throws {UserError} The folder cannot be read.
 */
export async function filesBelow(folder: string): Promise<string[]> {
  return (await namesBelow(folder, "")).sort();
}

async function namesBelow(folder: string, prefix: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(`${folder}/${prefix}`)) {
      if (!isDirectory) names.push(prefix + name);
      else for (const inner of await namesBelow(folder, `${prefix}${name}/`)) names.push(inner);
    }
  } catch (error) {
    throw fileError("read", `${folder}/${prefix}`, error);
  }
  return names;
}

/** Whether a file of this name is a temporary one of {@linkcode writeWhole}. */
export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name);
}

/**
 * Reads a whole file.
 *
 * @throws {UserError} The file is missing or may not be read, or it is a device or a pipe, which may never end.
 */
export async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { isFile, isDirectory } = await Deno.stat(path);
    if (!isFile && !isDirectory) {
      throw new UserError(`Cannot read ${printablePath(path)}: it is a device or a pipe, expected a file`);
    }
    return await Deno.readFile(path);
  } catch (error) {
    throw fileError("read", path, error);
  }
}

/**
 * Reads a text that a person wrote. A device or a pipe that never ends is read no further than the limit.
 *
 * @param options.maxBytes A longer file is refused.
 * @throws {UserError} The file is missing, may not be read, is longer, or is not UTF-8.
 */
export async function readText(path: string, options: { maxBytes: number }): Promise<string> {
  const bytes = await readStart(path, { bytes: options.maxBytes + 1 });
  if (bytes.length > options.maxBytes) {
    throw new UserError(
      `Cannot read ${printablePath(path)}: it has more than ${options.maxBytes} bytes, expected no more`,
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UserError(`Cannot read ${printablePath(path)}: it is not UTF-8, expected a text file`, { cause: error });
  }
}

/**
 * The first bytes of a file, fewer if the file is shorter.
 *
 * @throws {UserError} The file is missing or may not be read.
 */
export async function readStart(path: string, { bytes }: { bytes: number }): Promise<Uint8Array<ArrayBuffer>> {
  let start = new Uint8Array(), length = 0;
  try {
    using file = await Deno.open(path);
    const { isFile, size } = await file.stat();
    start = new Uint8Array(isFile && size > 0 ? Math.min(bytes, size) : bytes); // a device has no size
    for (let read; length < start.length && (read = await file.read(start.subarray(length))) !== null;) length += read;
  } catch (error) {
    throw fileError("read", path, error);
  }
  return start.slice(0, length);
}

/** Whether something is at `path`, whatever it is. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Whether something is at `path`, as far as this process may know. */
function isThere(path: string): boolean {
  try {
    return Deno.lstatSync(path) !== null;
  } catch {
    return false;
  }
}

/** The error as a {@linkcode UserError} if a person can mend it, else unchanged. */
export function fileError(verb: string, path: string, error: unknown): unknown {
  const now = error instanceof Deno.errors.NotFound
    ? "it is not there, expected a file"
    : error instanceof Deno.errors.PermissionDenied
    ? "the system denies it, expected permission"
    : error instanceof Deno.errors.NotCapable
    ? verb === "read"
      ? "this Deno process may not read there, expected --allow-read"
      : `this Deno process may not ${verb} there, expected a path inside ./reports or ./.cache, or --allow-${verb}`
    : error instanceof Deno.errors.IsADirectory
    ? "it is a folder, expected a file"
    : error instanceof Deno.errors.NotADirectory && isThere(path)
    ? "it is a file, expected a folder"
    : error instanceof Deno.errors.AlreadyExists && isThere(path)
    ? "it exists, expected nothing there"
    : error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.AlreadyExists
    ? "a part of its path is a file, expected folders alone"
    : path === ""
    ? "it is empty, expected a path"
    : error instanceof Deno.errors.FilesystemLoop
    ? "it is a link that leads back to itself, expected one that leads to a file or folder"
    : error instanceof Deno.errors.InvalidData || error instanceof Error && /NUL byte/.test(error.message)
    ? "its name has a character that no file name can have, expected a file name"
    : error instanceof Error && /ENAMETOOLONG|os error 36|File name too long/.test(error.message)
    ? `it is ${path.length} characters long, expected a path that the system takes`
    : error instanceof Error && /EROFS|os error 30/.test(error.message)
    ? "the file system is read-only, expected a writable one"
    : error instanceof Error && /ENOSPC|os error 28|No space left/.test(error.message)
    ? "the disk is full, expected free space"
    : error instanceof Error && /EDQUOT|os error 122/.test(error.message)
    ? "the disk quota is used up, expected free space"
    : undefined;
  return now === undefined ? error : new UserError(`Cannot ${verb} ${printablePath(path)}: ${now}`, { cause: error });
}
