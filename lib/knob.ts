/**
 * What a knob of an experiment is, as plain data: its values, its default, and what a person must know to set it.
 *
 * The knobs themselves are in `config_knobs.ts`, those of one sparsity variant in its file. Checks one value at a time:
 * `config.ts` checks a whole configuration, `config_schema.ts` makes a schema of it. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** What every knob states. Its flag is its name in kebab-case: `warmupSteps` → `--warmup-steps`. */
interface Described {
  /** The part of the experiment it belongs to; the heading in `--help`. */
  readonly group: "Data" | "Model" | "Loss" | "Sparsity" | "Optimiser" | "Report" | "Device";
  /** One sentence. */
  readonly help: string;
  /** Where the default comes from. */
  readonly source: string;
  /** What else it is called elsewhere, in kebab-case: suggested to a person who types that. */
  readonly alsoCalled?: readonly string[];
}

/** The range of a number. Left out: no limit on that side. */
interface Bounds {
  /** The smallest value. */
  readonly min?: number;
  /** Values are larger than this. */
  readonly above?: number;
  /** The largest value. */
  readonly max?: number;
  /** Values are smaller than this. */
  readonly below?: number;
}

/** One number. */
export interface NumberKnob extends Described, Bounds {
  readonly kind: "number" | "integer";
  readonly default: number | null;
  /** Placeholder of its value in `--help`. */
  readonly takes: string;
  /** The word on the command line for null, and what null means. A knob without it always has a number. */
  readonly unset?: { readonly word: "off" | "auto"; readonly means: string };
}

/** A list of numbers, each in the range. */
export interface ListKnob extends Described, Bounds {
  readonly kind: "numbers" | "integers";
  readonly default: readonly number[];
  /** How many numbers the list has at most. */
  readonly most: number;
  /** Placeholder of its value in `--help`. */
  readonly takes: string;
}

/** One of some words. */
export interface ChoiceKnob extends Described {
  readonly kind: "choice";
  readonly choices: readonly string[];
  readonly default: string;
}

/** A knob. */
export type Knob = NumberKnob | ListKnob | ChoiceKnob;

/** Knobs by name. */
export type Knobs = Readonly<Record<string, Knob>>;

/** The values that a knob takes. */
export type ValueOf<Declared extends Knob> = Declared extends { choices: readonly (infer Choice)[] } ? Choice
  : Declared extends ListKnob ? number[]
  : Declared extends { unset: object } ? number | null
  : number;

/** A value for each of some knobs. */
export type Values<Declared extends Knobs> = { -readonly [Name in keyof Declared]: ValueOf<Declared[Name]> };

/** A knob was given a value that it does not accept; the command line prints the message as one line. */
export class KnobError extends RangeError {
  override name = "KnobError";
  constructor(readonly knob: string, readonly now: string, readonly expected: string) {
    super(`Cannot use ${knob}: it is ${now}, expected ${expected}`);
  }
}

/**
 * Whether a knob accepts a value: a finite number in its range (an integer if it is one, and an exact one), null if the
 * knob has a word for it, a list of at most as many such numbers, or one of its choices.
 *
 * @example
 * ```ts
 * import { accepts } from "./knob.ts";
 * import assert from "node:assert/strict";
 *
 * const knob = { group: "Loss", help: "…", source: "…", takes: "N", kind: "integer", default: 1, min: 1 } as const;
 * assert.equal(accepts(knob, 3), true);
 * assert.equal(accepts(knob, 2.5), false);
 * assert.equal(accepts(knob, "3"), false);
 * ```
 */
export function accepts(knob: Knob, value: unknown): boolean {
  switch (knob.kind) {
    case "choice":
      return knob.choices.some((choice) => choice === value);
    case "number":
    case "integer":
      return value === null ? knob.unset !== undefined : isInRange(knob, value);
    default: // Array.from, because `every` skips what a list with holes lacks
      return Array.isArray(value) && value.length <= knob.most &&
        Array.from(value).every((item) => isInRange(knob, item));
  }
}

function isInRange(knob: NumberKnob | ListKnob, value: unknown): boolean {
  if (typeof value !== "number" || !Number.isFinite(value)) return false;
  const { min = -Infinity, above = -Infinity, max = Infinity, below = Infinity } = knob;
  const isWhole = knob.kind === "integer" || knob.kind === "integers";
  return (!isWhole || Number.isSafeInteger(value)) && value >= min && value > above && value <= max && value < below;
}

/**
 * Which values a knob accepts, as an error message says it after "expected".
 *
 * @param refused The value that was refused. If it is beyond the exact integers, the largest of these is part of the
 * answer.
 *
 * @example
 * ```ts
 * import { expectedOf } from "./knob.ts";
 * import assert from "node:assert/strict";
 *
 * const said = { group: "Loss", help: "…", source: "…", takes: "N" } as const;
 * assert.equal(expectedOf({ ...said, kind: "integer", default: 1, min: 1 }), "an integer of at least 1");
 * assert.equal(
 *   expectedOf({ ...said, kind: "numbers", default: [], above: 0, most: 9 }),
 *   'at most 9 numbers above 0, separated by commas, or none',
 * );
 * ```
 */
export function expectedOf(knob: Knob, refused?: unknown): string {
  switch (knob.kind) {
    case "choice":
      return inWords(knob.choices, "or");
    case "number":
    case "integer": {
      const isBeyond = knob.kind === "integer" && Number(refused) > Number.MAX_SAFE_INTEGER;
      const bounds = isBeyond ? { max: Number.MAX_SAFE_INTEGER, ...knob } : knob;
      const range = `${knob.kind === "number" ? "a number" : "an integer"}${rangeOf(bounds)}`;
      return knob.unset ? `${range}, or ${knob.unset.word}` : range;
    }
    default:
      return `at most ${knob.most} ${knob.kind}${rangeOf(knob)}, separated by commas, or ${EMPTY_LIST}`;
  }
}

/** The word for null, on the command line and in files; undefined if the knob always has a value. */
export function unsetWord(knob: Knob): string | undefined {
  return "unset" in knob ? knob.unset?.word : undefined;
}

/** The word on the command line and in files for a list without numbers. */
export const EMPTY_LIST = "none";

/** A knob's value, or the values it is tried with: null for the knob's word for it, an empty list for `none`. */
export function withoutWords<T>(knob: Knob, value: T): T {
  if (Array.isArray(value)) return value.map((item) => withoutWords(knob, item)) as T;
  const isList = knob.kind === "numbers" || knob.kind === "integers", word = unsetWord(knob);
  if (isList && value === EMPTY_LIST) return [] as T;
  return (word !== undefined && value === word ? null : value) as T;
}

/** Placeholder of a knob's value in `--help`. */
export function takesOf(knob: Knob): string {
  if (knob.kind === "choice") return knob.choices.join("|");
  const word = unsetWord(knob);
  return word === undefined ? knob.takes : `${knob.takes}|${word}`;
}

/** `a`, `a or b`, `a, b or c`. */
export function inWords(words: readonly string[], conjunction: "and" | "or"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)}`;
}

function rangeOf({ min, above, max, below }: Bounds): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (above !== undefined && below !== undefined) return ` between ${above} and ${below}, both excluded`;
  const low = min === undefined ? above === undefined ? "" : ` above ${above}` : ` of at least ${min}`;
  const high = max === undefined ? below === undefined ? "" : ` below ${below}` : ` of at most ${max}`;
  return low && high ? `${low} and${high}` : low + high;
}
