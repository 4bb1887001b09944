/**
 * The report's measures as entries: words and file from `lib/analysis/definitions.ts`, formulas from `formulas.ts`.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { DEFINITIONS } from "../../../lib/analysis/definitions.ts";
import type { Entry } from "./entry.ts";
import { FORMULAS, type Measure } from "./formulas.ts";

/** Measures that a term is defined by, with the term's anchor: the term's entry has the formula. */
const TERMS: Partial<Record<Measure, string>> = { density: "density", rhoHat: "mean-activation" };

/** Measures whose key in a report is another term's name; the anchor is what the measure is called. */
const ANCHORS: Partial<Record<Measure, string>> = { ...TERMS, dictionary: "recovery" };

/** Other words for some measures. */
const ALIASES: Partial<Record<Measure, string[]>> = {
  activeLatents: ["L0", "active latents per input"],
  loss: ["loss"],
  mse: ["MSE"],
  fvu: ["FVU"],
  dictionary: ["MCC"],
  l2Ratio: ["length ratio"],
};

/** Where a measure stands in the glossary. */
export function measureAnchor(measure: string): string {
  return ANCHORS[measure as Measure] ?? measure;
}

/** A measure's formula as text, its unit if it has one, its key in a report, and the file that computes it. */
export function measureFacts(measure: Measure): NonNullable<Entry["facts"]> {
  const { formula, unit, code } = DEFINITIONS[measure];
  return [
    { name: "as text", value: formula },
    ...(unit === "1" ? [] : [{ name: "unit", value: unit }]),
    { name: "in a report", value: `\`${measure}\`` },
    { name: "computed by", value: `\`${code}\``, file: code },
  ];
}

/** In the order of a report. */
export const MEASURES: readonly Entry[] = (Object.keys(DEFINITIONS) as Measure[])
  .filter((measure) => !(measure in TERMS))
  .map((measure) => ({
    anchor: measureAnchor(measure),
    name: DEFINITIONS[measure].label,
    aliases: ALIASES[measure],
    forms: [measure],
    tex: FORMULAS[measure],
    meaning: DEFINITIONS[measure].meaning,
    facts: measureFacts(measure),
  }));
