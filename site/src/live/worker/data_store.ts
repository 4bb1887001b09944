/**
 * The images of the Worker, loaded once: those of the site by name, and the reader's own.
 *
 * @module
 */
import { UserError } from "../../../../lib/errors.ts";
import type { LiveFiles } from "../messages.ts";
import type { DataName } from "../settings.ts";
import { type LiveData, loadData } from "./data.ts";

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
    const loaded = await loadData(name, files);
    this.#loaded.set(name, loaded);
    return loaded;
  }

  /** Keeps the reader's own images. */
  keep(own: LiveData): void {
    this.#loaded.set("own", own);
  }
}
