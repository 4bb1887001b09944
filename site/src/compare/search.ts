/**
 * Finds runs by words of their names. PORTABLE: no Deno, no Node, no tfjs, no DOM.
 *
 * @module
 */
import type { RunName } from "./summary.ts";

/**
 * The runs whose name, detail or data (also as `images` or `vectors`) have every word that is searched, in whatever order; all of them without a word.
 * A number must be a whole word, so that 1 does not find 16; spaces between its digits do not count.
 */
export function foundIn<R extends Pick<RunName, "name" | "detail" | "data">>(runs: R[], search: string): R[] {
  const wanted = wordsOf(search);
  return runs.filter(({ name, detail, data }) => {
    const words = wordsOf(`${name} ${detail} ${data.name} ${data.row}s`);
    return wanted.every((word) => words.some((own) => /^\d+$/.test(word) ? own === word : own.includes(word)));
  });
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().replace(/(?<=\d)[\u202f,](?=\d{3})/g, "").split(/[\s·]+/).filter((word) => word !== "");
}
