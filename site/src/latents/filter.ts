/**
 * The search of the table of latents: `17`, `class 7`, `density > 5`, `max < 2 purity >= 50`, `dead`, `"river"` for words in the text
 * of the row that activates a latent most.
 *
 * Several conditions, with spaces, commas or "and" between them, must all hold. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { isDead, type LatentTable, type Measure, MEASURES } from "./columns.ts";

/** A search that was understood. */
export interface Filter {
  /** Whether a latent is found. */
  test(latent: number): boolean;
  /** The one latent whose number was asked for, or null: it stands before others whose number only begins so. */
  exact: number | null;
  /** Measures that the conditions compare: latents without them are not found. */
  measures: Measure[];
}

/** A search, or what is wrong with it in one sentence. */
export type Search = { filter: Filter; problem: null } | { filter: null; problem: string };

/** What the search box suggests. */
export const EXAMPLES = "a number, “class 7”, “density > 5”, “max < 2”, “error > 0.001” or “dead”";

interface Condition {
  test: (latent: number) => boolean;
  exact?: number;
  measures?: Measure[];
}

const SEPARATOR = /^(?:[\s,;]|and\b)+/;
const COMPARISON = /^\s*(<=|>=|<|>|=|≤|≥)\s*(\d+(?:\.\d*)?(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?)\s*%?(?=$|[\s,;])/;
const NUMBER = /^(\d+)(?=$|[\s,;])/;
const STATE = /^(dead|active)(?=$|[\s,;])/;
const CLASS = /^class\s+(?![<>=≤≥])/;

/** Words of the measures that are compared with numbers, the longest first. */
const WORDS: [word: string, measure: Measure][] = (Object.keys(MEASURES) as Measure[])
  .filter((measure) => measure !== "mainClass")
  .flatMap((measure) => MEASURES[measure].words.map((word): [string, Measure] => [word, measure]))
  .sort(([a], [b]) => b.length - a.length);

/** Words between quotation marks, straight or curved; the last mark may be missing while a reader types. */
const QUOTED = /^["“”„]([^"“”„]*)["“”„]?/;

/** What a search is in. */
export interface Searched {
  latents: LatentTable;
  /** The text of the row that activates a latent most; left out if rows have no words. */
  textOf?: (latent: number) => string;
}

/** Reads a search; an empty one finds every latent. */
export function readSearch(text: string, { latents, textOf }: Searched): Search {
  let rest = text.trim().toLowerCase();
  const conditions: Condition[] = [];
  while (rest) {
    const found = nextText(rest, textOf) ?? nextNumber(rest, latents) ?? nextState(rest, latents) ??
      nextComparison(rest, latents) ?? nextClass(rest, latents);
    if (!found) return { filter: null, problem: `Cannot read “${shortened(rest)}”: expected ${EXAMPLES}` };
    if (typeof found === "string") return { filter: null, problem: found };
    conditions.push(found.condition);
    rest = found.rest.replace(SEPARATOR, "");
  }
  return {
    filter: {
      test: (latent) => conditions.every(({ test }) => test(latent)),
      exact: conditions.find(({ exact }) => exact !== undefined)?.exact ?? null,
      measures: conditions.flatMap(({ measures }) => measures ?? []),
    },
    problem: null,
  };
}

/** A condition at the start of a text and what follows it, or what is wrong with it; null if another may stand there. */
type Found = { condition: Condition; rest: string } | string | null;

function nextText(text: string, textOf?: (latent: number) => string): Found {
  const match = QUOTED.exec(text);
  if (!match) return null;
  if (!textOf) return "The rows of this run have no words";
  return {
    condition: { test: (latent) => textOf(latent).toLowerCase().includes(match[1]) },
    rest: text.slice(match[0].length),
  };
}

function nextNumber(text: string, { count }: LatentTable): Found {
  const match = NUMBER.exec(text);
  if (!match) return null;
  const prefix = String(Number(match[1]));
  const exact = Number(prefix) < count ? { exact: Number(prefix) } : {};
  return {
    condition: { test: (latent) => String(latent).startsWith(prefix), ...exact },
    rest: text.slice(match[0].length),
  };
}

function nextState(text: string, latents: LatentTable): Found {
  const match = STATE.exec(text);
  if (!match) return null;
  const wanted = match[1] === "dead";
  return { condition: { test: (latent) => isDead(latents, latent) === wanted }, rest: text.slice(match[0].length) };
}

function nextComparison(text: string, latents: LatentTable): Found {
  for (const [word, measure] of WORDS) {
    if (!text.startsWith(word)) continue;
    const match = COMPARISON.exec(text.slice(word.length));
    if (!match) continue;
    if (!latents.measures.includes(measure)) return `No latent of this run has the measure “${word}”`;
    const [all, sign, number] = match;
    const { isShare } = MEASURES[measure], column = latents.values[measure];
    const limit = Number(number) / (isShare ? 100 : 1);
    return {
      condition: { test: (latent) => compares(column[latent], sign, limit), measures: [measure] },
      rest: text.slice(word.length + all.length),
    };
  }
  return null;
}

/** False for a missing value, NaN, whatever the sign. */
function compares(value: number, sign: string, limit: number): boolean {
  switch (sign) {
    case "<":
      return value < limit;
    case "<=":
    case "≤":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
    case "≥":
      return value >= limit;
    default:
      return value === limit;
  }
}

function nextClass(text: string, { classNames, values: { mainClass } }: LatentTable): Found {
  const match = CLASS.exec(text);
  if (!match) return null;
  if (classNames.length === 0) return "The data of this run have no classes";
  const rest = text.slice(match[0].length);
  // The longest name first: "ankle boot" before "ankle".
  const named = classNames.map((name, index) => ({ name: name.toLowerCase(), index }))
    .filter(({ name }) => name && startsWithWord(rest, name))
    .sort((a, b) => b.name.length - a.name.length)[0];
  const numbered = NUMBER.exec(rest);
  const found = named ??
    (numbered && Number(numbered[1]) < classNames.length && { name: numbered[1], index: Number(numbered[1]) });
  if (!found) return `No class “${shortened(rest)}”: expected one of ${listed(classNames)}`;
  return {
    condition: { test: (latent) => mainClass[latent] === found.index, measures: ["mainClass"] },
    rest: rest.slice(found.name.length),
  };
}

function startsWithWord(text: string, word: string): boolean {
  return text.startsWith(word) && (text.length === word.length || /[\s,;]/.test(text[word.length]));
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function listed(names: string[]): string {
  const MOST = 12;
  return names.slice(0, MOST).join(", ") + (names.length > MOST ? `, … (${names.length} classes)` : "");
}
