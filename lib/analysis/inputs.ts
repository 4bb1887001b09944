/**
 * Single test inputs: which latents are active on each, and by how much the input's error changes without each.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { ImageSet } from "../data/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import { gatherPixels, pixelValues } from "../pixels.ts";
import type { InputRow } from "../report/schema.ts";
import { type AblatedModel, Ablation } from "./ablation.ts";
import type { SplitPass } from "./measure.ts";
import { bytesOfForward, forwardLists } from "./row_sources.ts";
import { significant } from "./rounding.ts";
import { RowReader, rowsPerPiece, type SparseRows } from "./sparse_rows.ts";

/** Latents listed for one input. */
const MOST_LISTED = 64;

/** How many inputs are listed: the first ones, and of each rank of error. */
export interface InputCounts {
  first: number;
  perRank: number;
}

/** A trained model and its test set. */
export interface InputOptions extends AblatedModel, InputCounts {
  engine: Engine;
  pass: SplitPass;
  images: Pick<ImageSet, "pixels" | "labels">;
  /** The decoder's output without any latent, `[dInput]`. */
  base: Float32Array;
}

/** Some inputs in a row of those that are listed. */
export interface InputPiece {
  rows: InputRow[];
  /** `[rows, dInput]` */
  originals: Float32Array;
  recons: Float32Array;
}

/** The inputs that are listed, ascending, and why each is. */
export function listedInputs(
  { imageMse, count }: Pick<SplitPass, "imageMse" | "count">,
  { first, perRank }: InputCounts,
): Map<number, InputRow["kinds"]> {
  const byError = Array.from(imageMse.keys()).sort((a, b) => imageMse[a] - imageMse[b] || a - b);
  const middle = Math.max(0, Math.floor((count - perRank) / 2));
  const chosen: [InputRow["kinds"][number], number[]][] = [
    ["first", Array.from({ length: Math.min(first, count) }, (_, row) => row)],
    ["best", byError.slice(0, perRank)],
    ["median", byError.slice(middle, middle + perRank)],
    ["worst", byError.slice(-perRank)],
  ];
  const kinds = new Map<number, InputRow["kinds"]>();
  for (const [kind, rows] of chosen) for (const row of rows) kinds.set(row, [...kinds.get(row) ?? [], kind]);
  return new Map([...kinds].sort(([a], [b]) => a - b));
}

/** The listed inputs, some at a time, in the order of their numbers. */
export async function* inputPieces(options: InputOptions): AsyncGenerator<InputPiece> {
  const { engine, arch, pass, images: { pixels } } = options;
  const kinds = listedInputs(pass, options);
  const all = Uint32Array.from(kinds.keys());
  const ablation = new Ablation(options);
  const reader = new RowReader();
  const size = rowsPerPiece(bytesOfForward(arch));
  for (let first = 0; first < all.length; first += size) {
    const rows = all.subarray(first, first + size);
    const own = gatherPixels(pixels, rows, arch.dInput);
    const { latents, recon, logits } = await forwardLists(engine, { pixels: own, arch, reader }); // sync point
    const originals = pixelValues(own);
    const listed = mostActive(latents);
    const entries = Uint32Array.from(listed.flat()).sort();
    const squares = await ablation.squaresWithout({ x: originals, recon, logits, latents }, entries); // sync point
    const squaresOf = new Map(Array.from(entries, (entry, i) => [entry, squares[i]]));
    yield {
      rows: Array.from(rows, (row, i) =>
        inputRow(options, {
          row,
          kinds: kinds.get(row)!,
          x: originals.subarray(i * arch.dInput, (i + 1) * arch.dInput),
          entries: listed[i],
          latents,
          from: latents.starts[i],
          to: latents.starts[i + 1],
          squaresOf,
        })),
      originals,
      recons: recon,
    };
  }
}

/** The entries of each row with the largest values, the largest first, ties by latent. */
function mostActive({ count, starts, values }: SparseRows): number[][] {
  return Array.from(
    { length: count },
    (_, row) =>
      Array.from({ length: starts[row + 1] - starts[row] }, (_, i) => starts[row] + i)
        .sort((a, b) => values[b] - values[a] || a - b)
        .slice(0, MOST_LISTED),
  );
}

/** One input and its listed entries. */
interface OneInput {
  row: number;
  kinds: InputRow["kinds"];
  x: Float32Array;
  entries: number[];
  latents: SparseRows;
  /** Where its entries begin and end. */
  from: number;
  to: number;
  squaresOf: Map<number, number>;
}

function inputRow(
  { arch: { dInput }, pass, images: { labels }, base }: InputOptions,
  { row, kinds, x, entries, latents: { columns, values }, from, to, squaresOf }: OneInput,
): InputRow {
  let active = 0, squaresOfBase = 0;
  for (let e = from; e < to; e++) if (values[e] > pass.latents.activeAbove) active++;
  for (let i = 0; i < dInput; i++) squaresOfBase += (x[i] - base[i]) ** 2;
  return {
    row,
    kinds,
    label: labels && labels[row],
    mse: significant(pass.imageMse[row]),
    mseBase: significant(squaresOfBase / dInput),
    activeLatents: active,
    active: {
      latents: entries.map((e) => columns[e]),
      activations: entries.map((e) => significant(values[e])),
      mseWithout: entries.map((e) => significant(Math.max(0, squaresOf.get(e)!) / dInput)),
    },
  };
}
