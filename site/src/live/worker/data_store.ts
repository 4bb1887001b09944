/**
 * The rows of the Worker, loaded once: those of the site by name, test rows of a run, and the reader's own.
 *
 * @module
 */
import { UserError } from "../../../../lib/errors.ts";
import type { LiveFiles } from "../messages.ts";
import { type DataName, runOfData } from "../settings.ts";
import { fetchedBytes, type LiveData, loadData, type SiteData } from "./data.ts";

/** See the module comment. */
export class DataStore {
  readonly #loaded = new Map<DataName, LiveData>();

  /** @throws {UserError} The images cannot be loaded, or the reader has given none. */
  async load(name: DataName, files: LiveFiles): Promise<LiveData> {
    const kept = this.#loaded.get(name);
    if (kept) return kept;
    if (name === "own") {
      throw new UserError("Cannot train on your own images: none are there, expected some dropped on the page");
    }
    const loaded = runOfData(name) === null
      ? await loadData(name as SiteData, files)
      : await loadRunRows(files.runRows!);
    this.#loaded.set(name, loaded);
    return loaded;
  }

  /** Keeps the reader's own images. */
  keep(own: LiveData): void {
    this.#loaded.set("own", own);
  }
}

/** Test rows of a run of the site. */
async function loadRunRows(address: string): Promise<LiveData> {
  const { decodeRunRows } = await import("./run_rows.ts"); // with a reader of safetensors
  return decodeRunRows(await fetchedBytes(address), { name: address });
}
