/**
 * The known name that is closest to an unknown one.
 *
 * Does not know which names there are. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/** A longer name than any known one is compared by its beginning: the distance takes time in proportion to both. */
const MOST_COMPARED = 60;
/** A name of which more than this share would have to be changed is another name, unless it has the same letters. */
const MOST_CHANGED = 0.4;

/**
 * `; did you mean …?` for the end of an error message, with the closest known name; empty if none is close.
 *
 * @param options.prefix What is written before a name.
 *
 * @example
 * ```ts
 * import { suggestion } from "./suggestion.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(suggestion("epoch", ["batch", "epochs"], { prefix: "--" }), "; did you mean --epochs?");
 * assert.equal(suggestion("nonsense", ["train", "site"]), "");
 * ```
 */
export function suggestion(typed: string, known: readonly string[], { prefix = "" } = {}): string {
  const text = typed.slice(0, MOST_COMPARED);
  let closest = "", least = Infinity;
  for (const name of known) {
    const distance = levenshteinDistance(text, name);
    const isFar = distance > MOST_CHANGED * Math.max(text.length, name.length) && sorted(text) !== sorted(name);
    if (isFar || distance >= least) continue;
    [closest, least] = [name, distance];
  }
  return closest === "" ? "" : `; did you mean ${prefix}${closest}?`;
}

function sorted(letters: string): string {
  return [...letters].sort().join("");
}
