/**
 * What `JSON.parse` hides of a text: names that an object has twice.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/**
 * The first name that an object has a second time; null if there is none.
 *
 * @param json Valid JSON.
 *
 * @example
 * ```ts
 * import { repeatedName } from "./json.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(repeatedName('{"a":{"b":"a"},"b":[{"a":1},{"a":1}]}'), null);
 * assert.equal(repeatedName('{"a":[{"b":1,"\\u0062":2}]}'), "b");
 * ```
 */
export function repeatedName(json: string): string | null {
  const names: (Set<string> | null)[] = []; // of the objects that are open, null for an array
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === "{" || character === "[") names.push(character === "{" ? new Set() : null);
    else if (character === "}" || character === "]") names.pop();
    else if (character === '"') {
      const start = i;
      i = stringEnd(json, start);
      let next = i + 1;
      while (/\s/.test(json[next] ?? "")) next++;
      if (json[next] !== ":") continue;
      const name: string = JSON.parse(json.slice(start, i + 1));
      const siblings = names.at(-1)!;
      if (siblings.has(name)) return name;
      siblings.add(name);
    }
  }
  return null;
}

/** Where a string of valid JSON ends, as the index of its closing quotation mark. */
export function stringEnd(json: string, start: number): number {
  let end = start + 1;
  for (; json[end] !== '"'; end++) if (json[end] === "\\") end++;
  return end;
}
