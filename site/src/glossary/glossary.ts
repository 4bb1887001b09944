/**
 * The whole glossary, and how a term finds its entry. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { BASICS } from "./basics.ts";
import type { Entry, Section } from "./entry.ts";
import { FIELD } from "./field.ts";
import { MEASURES } from "./measures.ts";
import { METHODS } from "./methods.ts";
import { SETTINGS } from "./settings.ts";
import { SYMBOLS } from "./symbols.ts";

/** The parts in the order of the page. */
export const GLOSSARY: readonly Section[] = [
  {
    anchor: "basics",
    title: "Twelve terms",
    lead: "Nearly every sentence of this site uses some of these twelve terms.",
    entries: BASICS,
  },
  {
    anchor: "symbols",
    title: "Symbols",
    lead: "The letters of the formulas.",
    entries: SYMBOLS,
  },
  {
    anchor: "methods",
    title: "Methods",
    lead: "Eight ways to make latents sparse, each with the loss that training minimises and the activations f or z.",
    entries: METHODS,
  },
  {
    anchor: "terms",
    title: "More terms",
    lead: "Other terms of the field that this site uses, by the alphabet.",
    entries: FIELD,
  },
  {
    anchor: "measures",
    title: "Measures",
    lead:
      "Every number of a report: n inputs of d numbers, m latents, aᵢⱼ the activation of latent j on input i. Sums are " +
      "taken in float64 over a whole split, with the weights frozen. ⟨ ⟩ is the mean over inputs.",
    entries: MEASURES,
  },
  {
    anchor: "settings",
    title: "Settings",
    lead:
      "Every setting of a run with the flag that changes it. Default values depend on the method if several are listed.",
    entries: SETTINGS,
  },
];

/** Entries by name, alias and anchor, in lower case; of equal names the first on the page. */
const BY_NAME = new Map<string, Entry>();
for (const { entries } of GLOSSARY) {
  for (const entry of entries) {
    for (const name of [entry.name, entry.anchor, ...entry.aliases ?? [], ...entry.forms ?? []]) {
      const key = name.toLowerCase();
      if (!BY_NAME.has(key)) BY_NAME.set(key, entry);
    }
  }
}

/**
 * The entry of a term, by its name, one of its other names, or its anchor; capitals do not matter.
 *
 * @throws RangeError if there is no such entry.
 */
export function entryOf(name: string): Entry {
  const entry = BY_NAME.get(name.toLowerCase());
  if (!entry) {
    throw new RangeError(`Cannot link a term: the glossary has no "${name}", expected a name in site/src/glossary/`);
  }
  return entry;
}

/** What search looks through: all words of an entry in lower case, without marks of code. */
export function searchText({ name, aliases = [], forms = [], meaning, facts = [] }: Entry): string {
  return [name, ...aliases, ...forms, meaning, ...facts.map(({ value }) => value)].join(" ").replaceAll("`", "")
    .toLowerCase();
}
