/**
 * Two versions of a report's file, number by number: what it states, and what was measured again.
 *
 * Knows no file and no engine. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { fieldText } from "../report/stored_report.ts";
import type { VerifiedLine } from "../report/verification_schema.ts";
import { valueText } from "./lines.ts";
import { isChoice, isCount, isSettled, mayBeMoved, mostOf } from "./number_kinds.ts";

/** Differences below this are none for a number that is near 0 beside others near 1, such as a cosine. */
const LEAST_DIFFERENCE = 2 ** -20;

/** How a field is compared: by its path without numbers, such as `steps[].loss`. */
export interface FieldRules {
  /** Why a field is not measured again; null if it is. */
  recorded(pattern: string): string | null;
  /** A larger tolerance than the usual one, for figures that something was trained for; null for the usual one. */
  tolerance(pattern: string): number | null;
}

/** How numbers are compared. */
export interface CompareOptions {
  rules: FieldRules;
  /** The relative difference up to which two numbers are equal; 0: the same bits. */
  tolerance: number;
}

/** What a comparison found. */
export interface Compared {
  /** Numbers that were compared, the choices among them. */
  numbers: number;
  /** How many of them are not the same bits, and the largest relative difference of those. */
  unequal: number;
  largest: number;
  /** Values that differ by more than the tolerance, and the first of them. */
  beyond: number;
  first: NonNullable<VerifiedLine["place"]> | null;
  /** Numbers beyond the tolerance that one input may have moved: they count if there are many of them. */
  moved: number;
  /** Names of rows and latents, and how many of them are others. */
  choices: number;
  otherChoices: number;
  /** Numbers that were not measured again, by the reason. */
  recorded: Map<string, number>;
  /** Fields that the report has not: it is older than they are. */
  missing: string[];
}

/**
 * Compares what a file states with what was measured again.
 *
 * With a tolerance above 0 another row or latent may be named if it is as good, within limits; numbers beside a name are then
 * compared only where both name the same.
 *
 * @param stored The file's content, as JSON has it.
 * @param measured The same, measured now.
 * @param options.file What the file is called in the place of a difference.
 */
export function compareValues(
  stored: unknown,
  measured: unknown,
  { file, ...options }: CompareOptions & { file: string },
): Compared {
  const walk = new Walk(options);
  walk.values({ stored, measured }, { pattern: "", key: "" });
  const { found } = walk;
  const most = mostOf(found);
  if (found.first === null && found.moved > most.moved) {
    found.beyond += found.moved;
    found.first = walk.firstMoved;
  }
  if (found.first === null && found.otherChoices > most.otherChoices) {
    found.beyond += found.otherChoices;
    found.first = walk.firstChoice;
  }
  if (found.first) found.first = { ...found.first, path: `${file}: ${found.first.path}` };
  return found;
}

/** Two values of one field. */
interface Pair {
  stored: unknown;
  measured: unknown;
}

class Walk {
  readonly found: Compared = {
    ...{ numbers: 0, unequal: 0, largest: 0, beyond: 0, first: null, moved: 0, choices: 0, otherChoices: 0 },
    recorded: new Map(),
    missing: [],
  };
  firstChoice: Compared["first"] = null;
  firstMoved: Compared["first"] = null;
  readonly #options: CompareOptions;
  readonly #path: (string | number)[] = [];

  constructor(options: CompareOptions) {
    this.#options = options;
  }

  values(pair: Pair, at: { pattern: string; key: string; scale?: number }): void {
    const { stored, measured } = pair;
    if (typeof stored === "number" && typeof measured === "number") this.#numbers({ stored, measured }, at);
    else if (Array.isArray(stored) && Array.isArray(measured)) this.#arrays({ stored, measured }, at);
    else if (isObject(stored) && isObject(measured)) this.#objects({ stored, measured }, at.pattern);
    else if (stored !== measured) this.#others(pair);
  }

  #numbers(
    { stored, measured }: { stored: number; measured: number },
    { pattern, key, scale = 0 }: { pattern: string; key: string; scale?: number },
  ): void {
    const { found } = this;
    found.numbers++;
    if (isChoice(key)) found.choices++;
    if (stored === measured) return;
    found.unequal++;
    const largest = Math.max(Math.abs(stored), Math.abs(measured)), difference = Math.abs(stored - measured);
    const { tolerance, rules } = this.#options;
    if (tolerance === 0 || isSettled(key)) return this.#beyond({ stored, measured });
    if (isChoice(key)) return this.#otherChoice({ stored, measured });
    const share = difference / Math.max(largest, scale);
    const wider = rules.tolerance(pattern);
    const isWithin = share <= tolerance || difference <= LEAST_DIFFERENCE || wider !== null && difference <= wider;
    if (!isWithin || isCount({ stored, measured }, pattern)) {
      const isMoved = mayBeMoved({ stored, measured }, { pattern, scale });
      return isMoved ? this.#moved({ stored, measured }) : this.#beyond({ stored, measured });
    }
    if (share <= tolerance) found.largest = Math.max(found.largest, share);
  }

  #arrays(
    { stored, measured }: { stored: unknown[]; measured: unknown[] },
    { pattern, key, isSkipped = () => false }: { pattern: string; key: string; isSkipped?: (i: number) => boolean },
  ): void {
    if (stored.length !== measured.length) {
      const lengths = { stored: stored.length, measured: measured.length };
      return this.#options.tolerance > 0 && !isSettled(key) ? this.#otherChoice(lengths) : this.#beyond(lengths);
    }
    const inner = `${pattern}[]`;
    let scale = 0;
    for (const value of stored) if (typeof value === "number") scale = Math.max(scale, Math.abs(value));
    for (let i = 0; i < stored.length; i++) {
      if (isSkipped(i)) continue;
      this.#path.push(i);
      this.values({ stored: stored[i], measured: measured[i] }, { pattern: inner, key, scale });
      this.#path.pop();
    }
  }

  #objects(pair: { stored: Record<string, unknown>; measured: Record<string, unknown> }, pattern: string): void {
    const { stored, measured } = pair, { found } = this;
    const otherAt = this.#options.tolerance > 0 ? otherChoices(pair) : null;
    if (otherAt === "all") { // the objects are of other rows
      found.choices++;
      return this.#otherChoice({ stored, measured });
    }
    for (const key of new Set([...Object.keys(measured), ...Object.keys(stored)])) {
      const inner = pattern === "" ? key : `${pattern}.${key}`;
      const reason = this.#options.rules.recorded(inner);
      if (reason !== null) {
        found.recorded.set(reason, (found.recorded.get(reason) ?? 0) + numbersIn(stored[key]));
        continue;
      }
      this.#path.push(key);
      const [a, b] = [stored[key], measured[key]];
      if (!(key in stored)) found.missing.push(fieldText(this.#path));
      else if (!(key in measured)) this.#beyond({ stored: a, measured: undefined });
      else if (Array.isArray(a) && Array.isArray(b)) {
        const other = !isChoice(key) && otherAt && a.length === otherAt.length ? otherAt : null;
        const isSkipped = other ? (i: number) => other[i] : undefined;
        this.#arrays({ stored: a, measured: b }, { pattern: inner, key, isSkipped });
      } else this.values({ stored: a, measured: b }, { pattern: inner, key });
      this.#path.pop();
    }
  }

  /** Texts, switches, and values of different kinds: one of the two may be null because nothing was active. */
  #others({ stored, measured }: Pair): void {
    const isNone = (stored === null || measured === null) && this.#options.tolerance > 0;
    if (isNone) this.found.choices++;
    return isNone ? this.#otherChoice({ stored, measured }) : this.#beyond({ stored, measured });
  }

  #beyond(pair: Pair): void {
    this.found.beyond++;
    this.found.first ??= this.#placeOf(pair);
  }

  #moved(pair: Pair): void {
    this.found.moved++;
    this.firstMoved ??= this.#placeOf(pair);
  }

  #otherChoice(pair: Pair): void {
    this.found.otherChoices++;
    this.firstChoice ??= this.#placeOf(pair);
  }

  #placeOf({ stored, measured }: Pair): NonNullable<Compared["first"]> {
    return { path: fieldText(this.#path), stored: valueText(stored), measured: valueText(measured) };
  }
}

/** At which places of an object's lists another row or latent is named; `all` if the object itself is of another one. */
function otherChoices(
  { stored, measured }: { stored: Record<string, unknown>; measured: Record<string, unknown> },
): boolean[] | "all" | null {
  let other: boolean[] | null = null;
  for (const [key, own] of Object.entries(stored)) {
    const now = measured[key];
    if (!isChoice(key)) continue;
    if (typeof own === "number" && typeof now === "number" && own !== now && key !== "label") return "all";
    if (!Array.isArray(own) || !Array.isArray(now) || own.length !== now.length) continue;
    for (let i = 0; i < own.length; i++) {
      if (typeof own[i] === "object" && own[i] !== null || own[i] === now[i]) continue;
      other ??= own.map(() => false);
      if (other.length === own.length) other[i] = true;
    }
  }
  return other;
}

/** How many numbers are in a value. */
export function numbersIn(value: unknown): number {
  if (typeof value === "number") return 1;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, own) => sum + numbersIn(own), 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
