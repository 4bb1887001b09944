/**
 * Whether the files of a plan are still those that a run began with.
 *
 * @module
 */
import { printablePath, UserError } from "../../errors.ts";
import { fileError } from "../../files.ts";
import { identityOf } from "../files/file_identity.ts";
import type { StreamedFile } from "./stream_plan.ts";

/**
 * Checks files by length and time, and by the hash of their blocks if asked to.
 *
 * @param options.action What cannot be done with a file that has changed.
 * @throws {UserError} One has changed, is gone, or may not be read.
 */
export async function assertUnchanged(
  files: readonly StreamedFile[],
  { areHashed, action = "go on training on" }: { areHashed: boolean; action?: string },
): Promise<void> {
  for (const file of files) {
    const { bytes, modifiedMs, sampledSha256 } = areHashed ? await identityOf(file.path) : await statOf(file);
    const now = bytes !== file.bytes
      ? `it has ${bytes} bytes, and had ${file.bytes}`
      : modifiedMs !== file.modifiedMs
      ? `it was written at ${timeText(modifiedMs)}, and before at ${timeText(file.modifiedMs)}`
      : sampledSha256 !== file.sampledSha256
      ? "its content has changed"
      : null;
    if (now === null) continue;
    throw new UserError(
      `Cannot ${action} ${printablePath(file.path)}: ${now}, expected the file as it was at the beginning`,
    );
  }
}

/** A file's length and time now. */
async function statOf(file: StreamedFile): Promise<StreamedFile> {
  try {
    const { size, mtime } = await Deno.stat(file.path);
    return { ...file, bytes: size, modifiedMs: mtime?.getTime() ?? null };
  } catch (error) {
    throw fileError("read", file.path, error);
  }
}

function timeText(ms: number | null): string {
  return ms === null ? "an unknown time" : new Date(ms).toISOString();
}
