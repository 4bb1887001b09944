/**
 * Finds runs by words of their names. PORTABLE: no Deno, no Node, no tfjs, no DOM.
 *
 * @module
 */

/**
 * Whether a text has every word of a search, in any case and order; a search without words finds everything.
 *
 * A number must be a whole word, so that 1 does not find 16; spaces and commas between its digits do not count.
 *
 * @param text What a reader searches in: names and settings. Measured numbers do not belong there: who looks for 70 latents
 *   does not look for a training time of 170 ms.
 *
 * @example
 * ```ts
 * import { hasWords } from "./word_search.ts";
 * import assert from "node:assert/strict";
 *
 * assert.ok(hasWords("TopK k 16 · 1,024 latents", "1024 topk"));
 * assert.ok(!hasWords("TopK k 16 · 1,024 latents", "topk 1"));
 * ```
 */
export function hasWords(text: string, search: string): boolean {
  const words = wordsOf(text);
  return wordsOf(search).every((wanted) =>
    words.some((word) => /^\d+$/.test(wanted) ? word === wanted : word.includes(wanted))
  );
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().replace(/(?<=\d)[\u202f,](?=\d{3})/g, "").split(/[\s·]+/).filter((word) => word !== "");
}
