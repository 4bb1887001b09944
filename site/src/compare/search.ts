/**
 * Finds runs by their names. PORTABLE: no Deno, no Node, no tfjs, no DOM.
 *
 * @module
 */
import { hasWords } from "../word_search.ts";
import type { RunName } from "./summary.ts";

/** The runs whose name, detail or data (also as `images` or `vectors`) have every word that is searched; see {@linkcode hasWords}. */
export function foundIn<R extends Pick<RunName, "name" | "detail" | "data">>(runs: R[], search: string): R[] {
  return runs.filter(({ name, detail, data }) => hasWords(`${name} ${detail} ${data.name} ${data.row}s`, search));
}
