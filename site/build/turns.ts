/**
 * Builds of one project draw their pages one after the other: for a site that goes elsewhere, Astro keeps what it draws with in one
 * folder of the project, and two at a time would remove it from under each other.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../.cache/", import.meta.url));

/**
 * Waits until no other build of this project draws pages.
 *
 * @param options.onWaiting Another one does.
 * @returns The turn, which ends when it is disposed, or when the process ends, however it ends.
 */
export async function turnToDraw({ onWaiting }: { onWaiting?: () => void } = {}): Promise<Disposable> {
  await Deno.mkdir(FOLDER, { recursive: true });
  const file = await Deno.open(`${FOLDER}drawing.lock`, { create: true, write: true });
  if (!await file.tryLock(true)) {
    onWaiting?.();
    await file.lock(true);
  }
  return file;
}
