/**
 * The lines of a verification as they are found, and their sums.
 *
 * Looks at nothing itself. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Verification, VerifiedLine } from "../report/verification_schema.ts";

/** What is said of a line. */
export interface Said {
  detail: string;
  numbers?: number;
  place?: VerifiedLine["place"];
}

/** Gathers lines and calls a listener with each. */
export class Lines {
  readonly all: VerifiedLine[] = [];
  readonly #onLine: (line: VerifiedLine) => void;

  constructor(onLine: (line: VerifiedLine) => void = () => {}) {
    this.#onLine = onLine;
  }

  holds(part: VerifiedLine["part"], what: string, said: Said): void {
    this.#add({ part, what, outcome: "holds", ...said });
  }

  fails(part: VerifiedLine["part"], what: string, said: Said): void {
    this.#add({ part, what, outcome: "fails", ...said });
  }

  notChecked(part: VerifiedLine["part"], what: string, said: Said): void {
    this.#add({ part, what, outcome: "not checked", ...said });
  }

  recorded(part: VerifiedLine["part"], what: string, said: Said): void {
    this.#add({ part, what, outcome: "recorded", ...said });
  }

  /** How many lines have each outcome, and how many numbers hold. */
  totals(): Verification["totals"] {
    const of = (wanted: VerifiedLine["outcome"]) => this.all.filter(({ outcome }) => outcome === wanted);
    const holds = of("holds");
    return {
      holds: holds.length,
      fails: of("fails").length,
      notChecked: of("not checked").length,
      recorded: of("recorded").length,
      numbers: holds.reduce((sum, { numbers }) => sum + numbers, 0),
    };
  }

  #add(line: Omit<VerifiedLine, "numbers" | "place"> & Partial<VerifiedLine>): void {
    const whole = { numbers: 0, place: null, ...line };
    this.all.push(whole);
    this.#onLine(whole);
  }
}

/** A value as a line states it: JSON, cut where it is long. */
export function valueText(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/**
 * Files in words; those of a folder as one, because lifelines have a picture for each snapshot.
 *
 * @example
 * ```ts
 * import { namesOf } from "./lines.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(namesOf(["a.json", "b/0.png", "b/1.png", "c/0.png"]), "a.json, b/ (2 files), c/0.png");
 * ```
 */
export function namesOf(files: readonly string[]): string {
  const folders = Map.groupBy(files, (name) => name.includes("/") ? name.replace(/[^/]*$/, "") : name);
  return [...folders].map(([folder, own]) => own.length === 1 ? own[0] : `${folder} (${own.length} files)`).join(", ");
}
