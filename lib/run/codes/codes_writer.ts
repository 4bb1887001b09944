/**
 * What writes the latents of rows to a file, whatever the file's format.
 *
 * Types alone.
 *
 * @module
 */
import type { LabelColumn } from "../../data/row_labels.ts";
import type { SparseRows } from "../../analysis/sparse_rows.ts";
import type { Pixels } from "../../pixels.ts";

/** Consecutive rows that a model has read. */
export interface EncodedRows {
  /** Place of the first one among all rows that are encoded. */
  first: number;
  /** How many. */
  count: number;
  /** The rows as the model reads them, `[count, dInput]`. */
  pixels: Pixels;
  /** Their latents that are not 0; null for a writer of dense latents. */
  lists: SparseRows | null;
  /** All of their latents, `[count, nLatents]`; null for a writer of lists. */
  dense: Float32Array | null;
  /** Their reconstructions, `[count, dInput]`. */
  recon: Float32Array;
}

/** What a file is made of, known before the first row. */
export interface CodesLayout {
  /** Rows that will be added. */
  rows: number;
  nLatents: number;
  /** A latent is active above this. */
  activeAbove: number;
  /** Latents that a table has of each row. */
  top: number;
  /** Classes of all rows of the data, if there are any. */
  labels: LabelColumn | null;
  /** Numbers of all rows over all files; left out if they are counted from 0. */
  fileRows?: Uint32Array;
  /** Whether a file that is at the path when this one is finished is replaced; else it stays, and this one is refused. */
  replaces: boolean;
}

/** A file under way; disposed before it is finished, it leaves nothing. */
export interface CodesWriter extends AsyncDisposable {
  /** Adds rows that follow those added before; they stay as they are until its promise has settled. @throws {UserError} The disk is full. */
  add(rows: EncodedRows): Promise<void>;
  /** Completes the file and puts it in its place. @throws {UserError} The folder cannot be written. */
  finish(): Promise<void>;
}

/** A format of latents. */
export interface CodesFormat {
  /** What it holds, for messages. */
  holds: string;
  /** Whether its writer takes all latents of a row; else those that are not 0. */
  isDense: boolean;
  /** Whether it is a table, which has the latents with the largest activations alone. */
  isTable: boolean;
  open(path: string, layout: CodesLayout): Promise<CodesWriter>;
}
