/**
 * Text in HTML and SVG that functions put together. PORTABLE: no Deno, no Node, no tfjs, no DOM.
 *
 * @module
 */

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/**
 * A text as it stands between tags and between the quotation marks of an attribute.
 *
 * @example
 * ```ts
 * import { escaped } from "./escaped.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(escaped(`<a & "b">`), "&lt;a &amp; &quot;b&quot;&gt;");
 * ```
 */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}
