/**
 * What a data set is: labelled images as bytes, their shape, and where they came from.
 *
 * Types alone; the readers and generators beside this file make them. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

import type { Pixels } from "../pixels.ts";

/** A set of equally large grey images, or of vectors drawn as such. */
export interface ImageSet {
  /** `[count, height · width]`, row-major: image i is `pixels.subarray(i · dInput, (i + 1) · dInput)`. */
  pixels: Pixels;
  /** How many images. */
  count: number;
  /** Class of each image, `[count]`, or null if there are none. */
  labels: Uint8Array | null;
  /** The hidden factors an image was drawn from, each `[count]`; empty if they are not known. */
  factors: Record<string, Float32Array>;
}

/** One file a data set was read from. */
export interface SourceFile {
  /** File name, without its folder. */
  name: string;
  /** SHA-256 of the file as stored, hexadecimal. */
  sha256: string;
  /** Whether its bytes, uncompressed, are the official file's; null if no official file has this name. */
  isOfficial: boolean | null;
}

/** Where a data set came from, as the report states it. */
export interface Provenance {
  /**
   * `directory`: a folder the user named. `cache`: downloaded before. `download`: just now. `generated`: drawn here.
   * `memory`: an array of the caller.
   */
  source: "directory" | "cache" | "download" | "generated" | "memory";
  /** The files read, empty for a generated set. */
  files: SourceFile[];
  /** Why `auto` took the built-in digits instead of MNIST; null if it did not. */
  fallback: string | null;
  /** What else a reader must know, such as a checksum that differs. */
  notes: string[];
}

/** A training and a test set of one shape. */
export interface Dataset {
  /** `mnist`, `digits`, `dictionary`, or the folder's name for other IDX files. */
  name: string;
  /** Image height in pixels. */
  height: number;
  /** Image width in pixels. */
  width: number;
  /** The values that are drawn black and white: 0 and 1 for bytes. */
  black: number;
  white: number;
  /** What label i is called, `[nClasses]`; empty if there are no labels. */
  classNames: string[];
  train: ImageSet;
  test: ImageSet;
  /**
   * What the data were made of, if it is known: `features` `[nFeatures, dInput]`, `testActs` `[test.count, nFeatures]`.
   */
  truth: { features: Float32Array; testActs: Float32Array } | null;
  provenance: Provenance;
}
