/**
 * Titles of runs, such as `MNIST · TopK k 16 · 256 latents`: where a line may break, and which titles several runs have.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** A part longer than this may break. */
const MOST_UNBROKEN = 24;

/** The parts of a title between its dots; a part breaks only if it is long. */
export function titleParts(title: string): { text: string; isLong: boolean }[] {
  return title.split(" · ").map((text) => ({ text, isLong: text.length > MOST_UNBROKEN }));
}

/** A title as text that breaks between its parts only: after a dot, never before one. */
export function unbrokenParts(title: string): string {
  return titleParts(title).map(({ text, isLong }) => isLong ? text : text.replaceAll(" ", "\u00a0")).join("\u00a0· ");
}

/** The titles that more than one of the runs has: these runs differ by their ids alone. */
export function sharedTitles(runs: readonly { title: string }[]): Set<string> {
  const seen = new Set<string>(), shared = new Set<string>();
  for (const { title } of runs) (seen.has(title) ? shared : seen).add(title);
  return shared;
}
