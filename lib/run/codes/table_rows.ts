/**
 * The rows of a table that a person opens: each row's number, label, reconstruction error, L0, and the latents with the
 * largest activations.
 *
 * Writes no file.
 *
 * @module
 */
import { squaredError } from "../../analysis/squared_error.ts";
import { pixelValues } from "../../pixels.ts";
import type { CodesLayout, EncodedRows } from "./codes_writer.ts";

/** A type of column. */
export type ColumnType = "integer" | "number" | "text";

/** A column of a table. */
export interface Column {
  name: string;
  type: ColumnType;
}

/** One cell; null if there is nothing to be said. */
export type Cell = number | string | null;

/** The columns: `row`, `label` if there are labels, `mse`, `l0`, then `latent_1`, `activation_1`, and so on. */
export function tableColumns({ top, labels }: Pick<CodesLayout, "top" | "labels">): Column[] {
  return [
    { name: "row", type: "integer" },
    ...labels ? [{ name: "label", type: "text" } as const] : [],
    { name: "mse", type: "number" },
    { name: "l0", type: "integer" },
    ...Array.from({ length: top }, (_, i) => [
      { name: `latent_${i + 1}`, type: "integer" } as const,
      { name: `activation_${i + 1}`, type: "number" } as const,
    ]).flat(),
  ];
}

/**
 * The cells of rows, in the order of {@linkcode tableColumns}.
 *
 * @param layout `activeAbove`: a latent is active above this, so that it counts for L0.
 * @returns One list a row.
 */
export function tableRows(
  { first, count, pixels, lists, recon }: EncodedRows,
  { top, labels, activeAbove, fileRows }: Pick<CodesLayout, "top" | "labels" | "activeAbove" | "fileRows">,
): Cell[][] {
  const { starts, columns, values } = lists!, dInput = recon.length / count, x = pixelValues(pixels);
  return Array.from({ length: count }, (_, i) => {
    const from = starts[i], to = starts[i + 1], row = first + i;
    const own = values.subarray(from, to);
    let l0 = 0;
    for (const value of own) if (value > activeAbove) l0++;
    const largest = largestOf(own, top);
    const start = i * dInput, end = start + dInput;
    return [
      fileRows?.[row] ?? row,
      ...labels ? [labels.names[labels.values[row]]] : [],
      squaredError(x.subarray(start, end), recon.subarray(start, end)) / dInput,
      l0,
      ...Array.from({ length: top }, (_, place) => {
        const entry = largest[place];
        return entry === undefined ? [null, null] : [columns[from + entry], own[entry]];
      }).flat(),
    ];
  });
}

/** The places of the n largest values, the largest first, equal ones by place. */
export function largestOf(values: Float32Array, n: number): number[] {
  const places: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (places.length === n && !(values[i] > values[places[n - 1]])) continue;
    if (places.length === n) places.pop();
    let place = places.length;
    while (place > 0 && values[i] > values[places[place - 1]]) place--;
    places.splice(place, 0, i);
  }
  return places;
}
