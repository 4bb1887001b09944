/**
 * Taking user names and passwords out of what is stored: a report may be published.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/**
 * A text whose URLs have lost the part before `@`.
 *
 * @example
 * ```ts
 * import { withoutCredentials } from "./credentials.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(withoutCredentials("--mirror=https://user:secret@host/a@b"), "--mirror=https://host/a@b");
 * ```
 */
export function withoutCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/?#\s]*@/gi, "$1");
}
