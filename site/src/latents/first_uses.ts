/**
 * Links from the first use of each term on a page to the term's entry in the glossary, in texts that are put together from
 * numbers.
 *
 * @module
 */
import { escaped } from "../escaped.ts";
import { entryOf } from "../glossary/glossary.ts";

/** Words of the pages of latents, the longer before those that they contain, and what the glossary calls them. */
const TERMS: [words: RegExp, name: string][] = [
  [/\bmean activation\b/, "mean activation"],
  [/\bmean squared error\b/, "mse"],
  [/\bdead latents?\b|\bdead\b/, "dead latent"],
  [/\blatents?\b/, "latent"],
  [/\bactivations?\b/, "activation"],
  [/\bactive\b/, "active"],
  [/\bdecoder\b/, "decoder"],
  [/\b[Dd]ensity\b/, "density"],
  [/\beffect\b/, "effect of a latent"],
  [/\bPurity\b/, "classPurity"],
];

/** Terms that a page has linked already. */
export class FirstUses {
  readonly #linked = new Set<string>();

  /** @param hrefOf The address of a glossary entry, from its anchor. */
  constructor(readonly hrefOf: (anchor: string) => string) {}

  /** A text as HTML, with a link at each term's first use on the page. */
  html(text: string): string {
    let found: { at: number; word: string; name: string } | null = null;
    for (const [words, name] of TERMS) {
      const match = this.#linked.has(name) ? null : words.exec(text);
      if (match && (!found || match.index < found.at)) found = { at: match.index, word: match[0], name };
    }
    if (!found) return escaped(text);
    const { at, word, name } = found;
    this.#linked.add(name);
    const link = `<a class="term" href="${this.hrefOf(entryOf(name).anchor)}">${escaped(word)}</a>`;
    return escaped(text.slice(0, at)) + link + this.html(text.slice(at + word.length));
  }
}
