/**
 * Words that may not stand in what people read of this project, and what to write instead.
 *
 * They are metaphors for terms of the field, or address the reader in a roundabout way; nobody can search for them, and a
 * reader whose first language is not English stops at each. Finds them in a text; does not know which files there are.
 *
 * @module
 */

/** A word that may not appear. */
interface Forbidden {
  /** Matches it as a whole word, capitals included. */
  readonly pattern: RegExp;
  readonly instead: string;
}

const words = (pattern: string, instead: string): Forbidden => ({
  pattern: new RegExp(`(?<![\\w.-])(?:${pattern})(?![\\w-])`, "giu"),
  instead,
});

/** Nowhere: site, README, documents, help, descriptions, errors, comments. */
export const FORBIDDEN: readonly Forbidden[] = [
  words("wakes?|waking|awake|woken|woke", "active; is active on"),
  words("prices?|priced|bills?|bargains?", "penalty; error; takes time or memory"),
  words("pays?|paying|paid", "has a penalty; is of use"),
  words("worth", "reduces the error by; weight"),
  words("speaks?|speaking|spoke", "is active; relevant"),
  words("likes", "similar latents"),
  words("flatter\\w*", "makes a feature look cleaner than it is"),
  words("made[- ]up", "surrogate; generated"),
  words("silences?|silenced|silencing", "inactive; make inactive"),
  words("obey\\w*", "reach; follow"),
  words("by heart", "overfitting"),
  words("tells?|told|telling", "shows; states; says"),
  words("fares?", "compare"),
  words("the seed|seed document|seed's", "the tutorial; the random seed"),
];

/** In what people read, but not in comments or names of the code: there these words have a meaning of their own. */
export const FORBIDDEN_IN_PROSE: readonly Forbidden[] = [
  ...FORBIDDEN,
  words("silent(?:ly)?", "inactive; without a message"),
  words("code units?|the codes? of (?:an?|the|single) (?:images?|inputs?)", "latents; activations"),
  words("knobs?", "setting"),
];

/** On the site a button may copy; a reconstruction is not a copy. */
export const COPY = words("cop(?:y|ies|ied|ying)", "reconstruction; download");

/** The forbidden words of a text, each with some words around it; empty if there are none. */
export function forbiddenIn(text: string, list: readonly Forbidden[]): string[] {
  const plain = text.replace(/\s+/g, " ");
  return list.flatMap(({ pattern, instead }) =>
    Array.from(plain.matchAll(pattern), ({ 0: word, index }) => {
      const around = plain.slice(Math.max(0, index - 40), index + word.length + 40);
      return `"${word}" in "…${around}…": write ${instead}`;
    })
  );
}

/** The comments of a source file, and its texts: strings of more than one word, without what is put into them. */
export function partsOf(source: string): { comments: string; texts: string } {
  const comments: string[] = [], texts: string[] = [];
  const token =
    /\/\*(?<block>.*?)\*\/|\/\/(?<line>[^\n]*)|"(?<string>(?:\\.|[^"\\\n])*)"|`(?<template>(?:\\.|[^`\\])*)`/gs;
  for (const { groups } of source.matchAll(token)) {
    const { block, line, string, template } = groups!;
    const comment = block ?? line, text = (string ?? template)?.replace(/\$\{[^}]*\}/g, "…");
    if (comment !== undefined) comments.push(comment.replace(/^\s*\* ?/gm, ""));
    if (text?.trim().includes(" ")) texts.push(text);
  }
  return { comments: comments.join("\n"), texts: texts.join("\n") };
}
