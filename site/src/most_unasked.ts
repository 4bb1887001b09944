/**
 * How many bytes a page loads without asking its reader first.
 *
 * @module
 */

/** Weights of a run are loaded without asking up to this size, bytes. */
export const MOST_UNASKED = 4 * 2 ** 20;
