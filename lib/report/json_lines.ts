/**
 * JSON that is small and still readable in a diff: one line for each innermost array or object, and for each short one.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** An array or object with others in it is on one line if it has no more characters than this. */
const SHORT = 320;

/**
 * A value as JSON.
 *
 * @example
 * ```ts
 * import { jsonLines } from "./json_lines.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(jsonLines({ a: [1, 2], b: { c: null } }), `{"a":[1,2],"b":{"c":null}}`);
 * const long = Array(200).fill(10);
 * assert.equal(jsonLines({ a: "x", long: [long] }), `{\n  "a": "x",\n  "long": [\n    ${JSON.stringify(long)}\n  ]\n}`);
 * ```
 */
export function jsonLines(value: unknown): string {
  return laidOut(value, "\n");
}

/** @param line A line's end and the indentation of the next one. */
function laidOut(value: unknown, line: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const isArray = Array.isArray(value);
  const inner = Object.entries(value).filter(([, own]) => own !== undefined);
  const isInnermost = inner.every(([, own]) => typeof own !== "object" || own === null);
  const text = JSON.stringify(value);
  if (isInnermost || text.length <= SHORT) return text;
  const next = `${line}  `;
  const parts = inner.map(([key, own]) => `${isArray ? "" : `${JSON.stringify(key)}: `}${laidOut(own, next)}`);
  const [open, close] = isArray ? ["[", "]"] : ["{", "}"];
  return `${open}${next}${parts.join(`,${next}`)}${line}${close}`;
}
