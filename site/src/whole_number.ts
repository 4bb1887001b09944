/**
 * Numbers in an address. PORTABLE: no Deno, no Node, no tfjs, no DOM.
 *
 * @module
 */

/** The whole number that a word of an address's query is, at most nine digits long; null if it is none. */
export function wholeNumber(word: string | null): number | null {
  return word !== null && /^\d{1,9}$/.test(word) ? Number(word) : null;
}
