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
 * `; did you mean …?` for the end of an error message: the name that is called so elsewhere, else the closest known name, else the
 * longest one whose words the typed name begins or ends with; empty if there is none.
 *
 * @param options.prefix What is written before a name.
 * @param options.alsoCalled Other words for known names, by name.
 *
 * @example
 * ```ts
 * import { suggestion } from "./suggestion.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(suggestion("epoch", ["batch", "epochs"], { prefix: "--" }), "; did you mean --epochs?");
 * assert.equal(suggestion("random-seed", ["data-seed", "seed"], { prefix: "--" }), "; did you mean --seed?");
 * assert.equal(suggestion("learningRate", ["lr"], { alsoCalled: { lr: ["learning-rate"] } }), "; did you mean lr?");
 * assert.equal(suggestion("nonsense", ["train", "site"]), "");
 * ```
 */
export function suggestion(
  typed: string,
  known: readonly string[],
  { prefix = "", alsoCalled = {} }: { prefix?: string; alsoCalled?: Readonly<Record<string, readonly string[]>> } = {},
): string {
  const text = typed.slice(0, MOST_COMPARED);
  const name = known.find((own) => alsoCalled[own]?.includes(inWords(text))) ?? closestTo(text, known) ??
    partOf(text, known);
  return name === undefined ? "" : `; did you mean ${prefix}${name}?`;
}

function closestTo(text: string, known: readonly string[]): string | undefined {
  let closest: string | undefined, least = Infinity;
  for (const name of known) {
    const distance = levenshteinDistance(text, name);
    const isFar = distance > MOST_CHANGED * Math.max(text.length, name.length) && sorted(text) !== sorted(name);
    if (isFar || distance >= least) continue;
    [closest, least] = [name, distance];
  }
  return closest;
}

/** The longest known name whose words begin or end the text: `batch` of `batch-size`. */
function partOf(text: string, known: readonly string[]): string | undefined {
  const words = inWords(text);
  const parts = known.filter((name) => words.startsWith(`${inWords(name)}-`) || words.endsWith(`-${inWords(name)}`));
  return parts.reduce<string | undefined>(
    (longest, name) => name.length > (longest ?? "").length ? name : longest,
    undefined,
  );
}

/** `learningRate`, `learning_rate` → `learning-rate`. */
function inWords(name: string): string {
  return name.replace(/(?<=[a-z\d])[A-Z]/g, (capital) => `-${capital}`).replaceAll("_", "-").toLowerCase();
}

function sorted(letters: string): string {
  return [...letters].sort().join("");
}
