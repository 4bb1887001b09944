/**
 * Text with `code` between backticks, in parts. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Alternating text and code, without empty parts. */
export function codeParts(text: string): { text: string; isCode: boolean }[] {
  return text.split("`").map((text, i) => ({ text, isCode: i % 2 === 1 })).filter(({ text }) => text !== "");
}
