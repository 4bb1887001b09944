/**
 * The rows of a table that a person opens: each row's number, label, reconstruction error, L0, and the latents with the
 * largest activations.
 *
 * In arrays, one for each kind of cell: a table has millions of cells. Writes no file.
 *
 * @module
 */
import { squaredErrors } from "../../analysis/squared_error.ts";
import type { CodesLayout, EncodedRows } from "./codes_writer.ts";

/** Consecutive rows of a table. */
export interface TableRows {
  count: number;
  /** Number of each over all files, `[count]`. */
  numbers: Uint32Array;
  /** Index of each one's class, `[count]`; null without labels. */
  labels: Uint8Array | Uint16Array | null;
  /** Mean squared error of each reconstruction, `[count]`. */
  mse: Float64Array;
  /** How many latents are active, `[count]`. */
  l0: Uint32Array;
  /** How many of the latents with the largest activations there are, at most `top`, `[count]`. */
  found: Uint32Array;
  /** Which these are, the largest activation first, equal ones by their number, `[count, top]`; 0 where there is none. */
  latents: Uint32Array;
  /** Their activations, `[count, top]`. */
  activations: Float32Array;
}

/** The columns' names: `row`, `label` if there are labels, `mse`, `l0`, then `latent_1`, `activation_1`, and so on. */
export function columnNames({ top, labels }: Pick<CodesLayout, "top" | "labels">): string[] {
  return [
    "row",
    ...labels ? ["label"] : [],
    "mse",
    "l0",
    ...Array.from({ length: top }, (_, i) => [`latent_${i + 1}`, `activation_${i + 1}`]).flat(),
  ];
}

/**
 * The table's rows of encoded ones.
 *
 * @param layout `activeAbove`: a latent is active above this, so that it counts for L0.
 */
export function tableRows(
  { first, count, pixels, lists, recon }: EncodedRows,
  { top, labels, activeAbove, fileRows }: Pick<CodesLayout, "top" | "labels" | "activeAbove" | "fileRows">,
): TableRows {
  const { starts, columns, values } = lists!, dInput = recon.length / count;
  const rows: TableRows = {
    count,
    numbers: Uint32Array.from({ length: count }, (_, i) => fileRows?.[first + i] ?? first + i),
    labels: labels && labels.values.subarray(first, first + count),
    mse: squaredErrors(pixels, { recon, dInput }).map((squares) => squares / dInput),
    l0: new Uint32Array(count),
    found: new Uint32Array(count),
    latents: new Uint32Array(count * top),
    activations: new Float32Array(count * top),
  };
  for (let row = 0; row < count; row++) {
    let l0 = 0;
    for (let entry = starts[row]; entry < starts[row + 1]; entry++) if (values[entry] > activeAbove) l0++;
    rows.l0[row] = l0;
    rows.found[row] = takeLargest({ columns, values, from: starts[row], to: starts[row + 1] }, {
      latents: rows.latents.subarray(row * top, (row + 1) * top),
      activations: rows.activations.subarray(row * top, (row + 1) * top),
    });
  }
  return rows;
}

/** The entries [from, to) of the lists of many rows. */
interface Entries {
  columns: Uint32Array;
  values: Float32Array;
  from: number;
  to: number;
}

/** Writes the largest values, the largest first, equal ones by place; returns how many there are. */
function takeLargest(
  { columns, values, from, to }: Entries,
  { latents, activations }: { latents: Uint32Array; activations: Float32Array },
): number {
  const { length: most } = latents;
  let found = 0;
  for (let entry = from; entry < to; entry++) {
    const value = values[entry];
    if (found === most && !(value > activations[most - 1])) continue;
    let place = found === most ? most - 1 : found++;
    for (; place > 0 && value > activations[place - 1]; place--) {
      activations[place] = activations[place - 1];
      latents[place] = latents[place - 1];
    }
    activations[place] = value;
    latents[place] = columns[entry];
  }
  return found;
}
