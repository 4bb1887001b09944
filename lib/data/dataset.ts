/**
 * What a data set is: rows of numbers with their shape, labels and scaling, and where they came from.
 *
 * The readers and generators beside this file make them. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

import type { Pixels } from "../pixels.ts";
import type { Labels, RowMeta } from "./row_labels.ts";
import type { RowShape } from "./row_shape.ts";
import { type Scaling, UNSCALED } from "./scaling.ts";
import type { StreamPlan } from "./stream/stream_plan.ts";
import type { Truth } from "./truth.ts";

/** Rows in memory: images, or vectors. */
export interface ImageSet {
  /** `[count, dInput]`, scaled, row-major: row i is `pixels.subarray(i · dInput, (i + 1) · dInput)`. */
  pixels: Pixels;
  /** How many rows. */
  count: number;
  /** Class of each row, `[count]`, or null if there are none. */
  labels: Labels | null;
  /** The hidden factors a row was drawn from, each `[count]`; empty if they are not known. */
  factors: Record<string, Float32Array>;
  /** Which row of the files each is, `[count]`, from 0 over all files; null if row i is row i. */
  fileRows: Uint32Array | null;
  /** What is known of each row in words; null if nothing is. */
  meta: RowMeta | null;
}

/** One file a data set was read from. */
export interface SourceFile {
  /** File name, without its folder. */
  name: string;
  /** Its size as stored; null if it is not known. */
  bytes: number | null;
  /** SHA-256 of the file as stored, hexadecimal. */
  sha256: string;
  /** Whether `sha256` is of the file's size and of blocks evenly spread over it instead of the whole file. */
  isSampled: boolean;
  /** Whether its bytes, uncompressed, are the official file's; null if no official file has this name. */
  isOfficial: boolean | null;
}

/** Where a data set came from, as the report states it. */
export interface Provenance {
  /**
   * `directory`: a folder the user named. `cache`: downloaded before. `download`: just now. `generated`: drawn here.
   * `memory`: an array of the caller. `path`: files, a folder or a pattern of names that the user named.
   */
  source: "directory" | "cache" | "download" | "generated" | "memory" | "path";
  /** The files read, empty for a generated set. */
  files: SourceFile[];
  /** Why `auto` took the built-in digits instead of MNIST; null if it did not. */
  fallback: string | null;
  /** What else a reader must know, such as a checksum that differs. */
  notes: string[];
}

/** How the test set was chosen. */
export interface Split {
  /** `set`: the data have one of their own. `path`: the user named it. `hash`: by a hash of each row's number. */
  by: "set" | "path" | "hash";
  /** The share of all rows that is held out by hash; null otherwise. */
  share: number | null;
}

/** A training and a test set of one shape. */
export interface Dataset extends RowShape {
  /** `mnist`, `digits`, `dictionary`, `planted-hard`, or the name of the file or folder that was read. */
  name: string;
  /** The values that are drawn black and white: 0 and 1 for bytes. */
  black: number;
  white: number;
  /** What value j of a row is called, `[dInput]`, if a table says so. */
  columns?: readonly string[] | null;
  /** What label i is called, `[nClasses]`; empty if there are no labels. */
  classNames: string[];
  /** What is trained on; of streamed data a sample across all files, on which the training data are measured. */
  train: ImageSet;
  test: ImageSet;
  /** Where the training rows are read from if they are not held in memory; null if `train` is all of them. */
  stream: StreamPlan | null;
  split: Split;
  /** Whether the numbers in the files are bytes; if left out, whether those in memory are. */
  areBytes?: boolean;
  /** How the numbers in the files became those in `pixels`. */
  scaling: Scaling;
  /** What the data were made of, if it is known. */
  truth: Truth | null;
  provenance: Provenance;
}

/** What grey images have in common that are held in memory as bytes, with a test set of their own. */
export const GREY_IMAGES = {
  kind: "image",
  channels: 1,
  stream: null,
  split: { by: "set", share: null },
  scaling: UNSCALED,
} as const satisfies Partial<Dataset>;

/** Rows of which nothing is known but what is given. */
export function imageSet(known: Pick<ImageSet, "pixels" | "count"> & Partial<ImageSet>): ImageSet {
  return { labels: null, factors: {}, fileRows: null, meta: null, ...known };
}

/** How many rows are trained on, in memory or not. */
export function trainingCount({ train, stream }: Pick<Dataset, "train" | "stream">): number {
  return stream?.count ?? train.count;
}
