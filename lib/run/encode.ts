/**
 * The latents of any number of rows, from opened files to a file: read, scaled as the model's training data were, run
 * through an engine, written. No more than a few hundred rows are in memory at a time.
 *
 * Parses no command line, and prints nothing.
 *
 * @module
 */
import type { OpenedRows } from "../data/readers/opened_rows.ts";
import { rowPieces } from "../data/files/row_pieces.ts";
import type { Wanted } from "../engine/open.ts";
import { UserError } from "../errors.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
import type { CodesFormat } from "./codes/codes_writer.ts";
import { encodedRows, rowsOfPass, withSample } from "./encoded_rows.ts";
import { type ModelEngine, openModelEngine } from "./model_engine.ts";
import { assertFits } from "./new_rows.ts";
import type { TrainedModel } from "./trained_model.ts";

/** Part i of n of some rows, counted from 1. */
export interface Shard {
  index: number;
  count: number;
}

/** What is encoded, and where the result goes. */
export interface EncodeOptions {
  rows: OpenedRows;
  /** Only the first rows, if there are more; null for all. */
  limit: number | null;
  format: CodesFormat;
  /** The file's path. */
  out: string;
  /** Whether a file that is there when this one is finished is replaced; else this one is refused. */
  canOverwrite?: boolean;
  shard: Shard;
  /** Latents that a table has of each row. */
  top: number;
  device: Required<Wanted>;
  cacheDir: string;
  signal: AbortSignal;
  /** The engine is open. */
  onEngine?: (engine: ModelEngine) => void;
  /** Rows written so far, of how many. */
  onProgress?: (progress: { done: number; total: number }) => void;
}

/** What was written. */
export interface EncodeResult {
  /** Rows, and the number of the first one over all files. */
  rows: number;
  first: number;
  /** Activations that are not 0; null for a file of all latents, which does not count them. */
  entries: number | null;
  /** From the open engine to the file in its place. */
  milliseconds: number;
}

/**
 * Encodes rows into a file, which is there whole or not at all.
 *
 * @throws {UserError} The rows do not fit the model, a row is damaged, or the file cannot be written.
 * @throws The signal's reason, when aborted; nothing is left behind then.
 */
export async function encodeToFile(model: TrainedModel, options: EncodeOptions): Promise<EncodeResult> {
  const { rows, limit, format, out, canOverwrite = false, shard, top, device, cacheDir, signal, onEngine, onProgress } =
    options;
  const { definition, scaling } = model, { arch, objective } = definition;
  assertFits(rows, arch);
  const { from, to } = shardRange(Math.min(rows.count, limit ?? Infinity), shard);
  const size = rowsOfPass(arch);
  const pieces = await withSample(rowPieces(rows, { scaling, from, to, size }));
  await using opened = await openModelEngine(model, { device, sample: pieces.sample, batch: size, cacheDir });
  onEngine?.(opened);
  const beganMs = performance.now();
  const { activeAbove } = VARIANTS[objective.sparsity];
  const layout = {
    rows: to - from,
    nLatents: arch.nLatents,
    activeAbove,
    top,
    labels: rows.labels,
    fileRows: rows.fileRows,
    replaces: canOverwrite,
  };
  await using writer = await format.open(out, layout);
  let entries = 0, writing = Promise.resolve();
  for await (const encoded of encodedRows(opened.engine, { pieces: pieces.all, definition, isDense: format.isDense })) {
    await writing;
    signal.throwIfAborted();
    writing = writer.add(encoded);
    writing.catch(() => {}); // thrown where it is awaited
    entries += encoded.lists ? encoded.lists.starts[encoded.count] : 0;
    onProgress?.({ done: encoded.first - from + encoded.count, total: to - from });
  }
  await writing;
  await writer.finish();
  return {
    rows: to - from,
    first: rows.fileRows?.[from] ?? from,
    entries: format.isDense ? null : entries,
    milliseconds: performance.now() - beganMs,
  };
}

/**
 * The rows of a shard: the shards follow each other and their sizes differ by at most one row.
 *
 * @throws {UserError} A shard has no row.
 *
 * @example
 * ```ts
 * import { shardRange } from "./encode.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([1, 2, 3].map((index) => shardRange(10, { index, count: 3 })), [
 *   { from: 0, to: 3 },
 *   { from: 3, to: 6 },
 *   { from: 6, to: 10 },
 * ]);
 * ```
 */
export function shardRange(rows: number, { index, count }: Shard): { from: number; to: number } {
  if (rows < count) {
    const expected = `at most ${rows} shard${rows === 1 ? "" : "s"}`;
    throw new UserError(`Cannot encode shard ${index}/${count}: there are ${rows} rows, expected ${expected}`);
  }
  return { from: Math.floor((index - 1) * rows / count), to: Math.floor(index * rows / count) };
}

/**
 * The name of a shard's file: `codes.npz` becomes `codes-2-of-8.npz`.
 */
export function shardPath(path: string, { index, count }: Shard): string {
  if (count === 1) return path;
  const padded = `${index}`.padStart(`${count}`.length, "0");
  return path.replace(/(\.[^./]*)?$/, (ending) => `-${padded}-of-${count}${ending}`);
}
