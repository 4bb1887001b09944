/**
 * The user's own data as a data set: `openData("activations/*.npy")`.
 *
 * The library's door; a run's session looks first (`find_rows.ts`), chooses its settings, and then reads (`read_rows.ts`).
 *
 * @module
 */
import type { DataPlace } from "./data_place.ts";
import type { Dataset } from "../dataset.ts";
import { findRows } from "./find_rows.ts";
import { type ReadOptions, readRows } from "./read_rows.ts";

/** How data are read; what is left out is as in `deno task train`. */
export type OpenDataOptions = Omit<DataPlace, "data" | "dataDir"> & Partial<ReadOptions>;

/**
 * Reads data of any kind that `train --data` reads: `.npy`, `.npz`, `.safetensors`, `.parquet`, `.csv`, IDX, folders of
 * PNG or JPEG images, or shards of one of them.
 *
 * @param path A file, a folder, or a glob.
 * @returns A data set for `trainSae()`: vectors, or images, scaled, with a test set.
 * @throws {UserError} The data cannot be read, or do not fit the options.
 *
 * @example
 * ```ts ignore
 * const dataset = await openData("activations/", { testShare: 0.05, scale: "standard" });
 * const sae = await trainSae(dataset, { knobs: { sparsity: "topk", k: 32, latent: 4096 } });
 * ```
 */
export async function openData(path: string, options: OpenDataOptions = {}): Promise<Dataset> {
  const found = await findRows({ ...options, data: path });
  return await readRows(found, {
    ...{ scale: "auto", subtract: "none", limit: null, bufferMb: 512, cacheDir: ".cache" },
    ...options,
  });
}
