/**
 * Where rows are read from while a model trains on more data than memory holds. Plain data, so that a Worker can have it.
 *
 * Types alone. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { FlatRows } from "../readers/opened_rows.ts";
import type { Scaling } from "../scaling.ts";

/** A file under a run, and what shows that it has changed. */
export interface StreamedFile {
  path: string;
  bytes: number;
  /** When it was last changed, milliseconds since 1970; null if the system does not say. */
  modifiedMs: number | null;
  /** SHA-256 over its length and blocks evenly spread over it, hexadecimal. */
  sampledSha256: string;
}

/** Training rows on disk. */
export interface StreamPlan {
  files: StreamedFile[];
  /** The rows of all files, one part after the other; row numbers count through. */
  parts: readonly FlatRows[];
  dInput: number;
  /** Whether the files hold bytes, or whole numbers that are meant as such: b stands for b / 255 before it is scaled. */
  storesBytes: boolean;
  /** Whether rows are held as bytes, unscaled, as only bytes can be; else as scaled floats. */
  areBytes: boolean;
  scaling: Scaling;
  /** Rows that `isHeldOut` with this share are not trained on; 0 if the test set is elsewhere. */
  testShare: number;
  /** Rows that are trained on: the first ones that are not held out. */
  count: number;
}
