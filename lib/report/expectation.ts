/**
 * What the fields of a report's files must be, and the first of them that is not.
 *
 * The rules themselves stand in `consistency.ts` and `shown_rows.ts`. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Activations, Inputs, Latents, Lifelines, Metrics, Reconstructions, Run } from "./schema.ts";

/** The files of a finished run, without the details of its latents. */
export interface ReportFiles {
  run: Run;
  metrics: Metrics;
  reconstructions: Reconstructions;
  activations: Activations;
  latents: Latents;
  inputs: Inputs;
  /** Null if the run kept none. */
  lifelines: Lifelines | null;
}

/** A field that other files of the report contradict. */
export interface Contradiction {
  /** The file's name, such as `latents.json`. */
  file: string;
  /** The field's path in it, such as `mainClass[3]`. */
  field: string;
  /** What it is and what it must be: `it is 5, expected 4`. */
  reason: string;
}

/** The first expectation that is not met, or null. */
export function firstBroken(expected: Iterable<Expectation>): Contradiction | null {
  for (const [file, field, now, wanted] of expected) {
    const isRight = wanted instanceof Below ? Number(now) < wanted.limit : now === wanted;
    if (!isRight) return { file, field, reason: `it is ${JSON.stringify(now)}, expected ${textOf(wanted)}` };
  }
  return null;
}

/** A number that must be less than `limit`. */
export class Below {
  constructor(readonly limit: number, readonly what: string) {}
}

/** A field of a file, what it is and what it must be. */
export type Expectation = [file: string, field: string, now: string | number | boolean, wanted: unknown];

function textOf(wanted: unknown): string {
  return wanted instanceof Below ? `less than the ${wanted.limit} ${wanted.what}` : JSON.stringify(wanted);
}

/** What numbers in several files must be below. */
export function limitsOf({ run: { config, dataset } }: Pick<ReportFiles, "run">) {
  return {
    latent: new Below(config.latent, "latents"),
    label: new Below(dataset.classNames.length, "classes"),
    row: new Below(dataset.test.images, "test inputs"),
  };
}

/** The first number of a list that is not below a limit; lists are long, and an expectation for each would take seconds. */
export function* eachBelow(
  file: string,
  { field, values, limit }: { field: string; values: (number | null)[] | null; limit: Below },
): Generator<Expectation> {
  const i = values?.findIndex((value) => value !== null && value >= limit.limit) ?? -1;
  if (i >= 0) yield [file, `${field}[${i}]`, values![i]!, limit];
}
