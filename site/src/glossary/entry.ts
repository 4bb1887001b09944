/**
 * What an entry of the glossary is. Holds no entries: `basics.ts`, `field.ts`, `symbols.ts`, `measures.ts` and
 * `settings.ts` do. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** One term, symbol, measure, method or setting. */
export interface Entry {
  /** Its place on the page, unique there: `glossary/#anchor`. Letters, digits and hyphens. */
  readonly anchor: string;
  /** The term as a sentence has it. */
  readonly name: string;
  /** Other words for the same thing, which are shown: search finds the entry by them, and so does `<Term>`. */
  readonly aliases?: readonly string[];
  /** Plurals and other spellings, which are not shown; search and `<Term>` know them, too. */
  readonly forms?: readonly string[];
  /** In TeX, what the entry of a symbol shows in the place of its name. */
  readonly symbol?: string;
  /** Its formula in TeX. */
  readonly tex?: string;
  /** Whole sentences that need no other entry; words between backticks are set as code. */
  readonly meaning: string;
  /** More about it, each a name and a value: the unit, the default, the file that computes it. */
  readonly facts?: readonly { readonly name: string; readonly value: string; readonly file?: string }[];
  /** A paper. */
  readonly source?: { readonly title: string; readonly url: string };
}

/** A part of the glossary. */
export interface Section {
  readonly anchor: string;
  readonly title: string;
  /** What the part holds, in a sentence or two. */
  readonly lead: string;
  readonly entries: readonly Entry[];
}
