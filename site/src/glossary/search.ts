/**
 * Which entries a search of the glossary finds. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/**
 * Whether a text has every word of a query, in any order; a query without words matches all.
 *
 * @param text In lower case, as `searchText()` makes it.
 *
 * @example
 * ```ts
 * import { isMatch } from "./search.ts";
 * import assert from "node:assert/strict";
 *
 * assert.ok(isMatch("a latent that is active on no input", "Latent  no input"));
 * assert.ok(!isMatch("a latent that is active on no input", "latents"));
 * ```
 */
export function isMatch(text: string, query: string): boolean {
  return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
