/**
 * How far a measurement has come.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Images (or other parts) done, of how many. */
export interface Progress {
  done: number;
  total: number;
}

/** Called after each piece. */
export type OnProgress = (progress: Progress) => void;

/**
 * Called after each part of several measurements; `what` is the measurement, such as "measuring the training inputs".
 */
export type OnNamedProgress = (progress: Progress & { what: string }) => void;

/** The progress of one measurement, reported under a name. */
export function named(what: string, onProgress: OnNamedProgress | undefined): OnProgress | undefined {
  return onProgress && ((progress) => onProgress({ what, ...progress }));
}
