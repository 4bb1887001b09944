/**
 * A scaling of training rows, measured on a sample that is evenly spread over all files: the same rows, and so the same
 * numbers, whether training rows are in memory or on disk.
 *
 * @module
 */
import type { Pixels } from "../../pixels.ts";
import { gatherRows, type RowsOnDisk } from "./gather_rows.ts";
import { measureScaling } from "../measure_scaling.ts";
import { rowLength } from "../row_shape.ts";
import type { ScaleName, Scaling } from "../scaling.ts";
import { type RowSplit, trainingRows } from "./split_rows.ts";

/** Rows that scalings are measured on, at most. */
const MOST_SAMPLE = { rows: 32_768, bytes: 64e6 };

/**
 * Measures.
 *
 * @param options.count Training rows.
 * @param options.held All of them, unscaled, and their numbers; null if they are on disk.
 * @throws {UserError} A row cannot be read.
 */
export async function sampledScaling(
  own: RowsOnDisk,
  { scale, subtract, split, count, held, signal }: {
    scale: ScaleName;
    subtract: Scaling["subtract"];
    split: RowSplit;
    count: number;
    held: { rows: Uint32Array; pixels: Pixels } | null;
    signal?: AbortSignal;
  },
): Promise<Scaling> {
  const dInput = rowLength(own.rows.shape), areBytes = own.rows.type === "bytes";
  const bytes = dInput * Float32Array.BYTES_PER_ELEMENT;
  const most = Math.max(1, Math.min(MOST_SAMPLE.rows, Math.floor(MOST_SAMPLE.bytes / bytes)));
  const sampled = trainingRows(split, { limit: count, most });
  const sample = new Float32Array(sampled.length * dInput);
  if (held === null) {
    await gatherRows(own, { wanted: [{ rows: sampled, into: sample }], signal });
  } else {
    // Both lists rise, and the shorter is part of the longer.
    for (let i = 0, at = 0; i < sampled.length; i++, at++) {
      while (held.rows[at] !== sampled[i]) at++;
      sample.set(held.pixels.subarray(at * dInput, (at + 1) * dInput), i * dInput);
    }
  }
  return measureScaling(sample, { scale, subtract, dInput, areBytes });
}
