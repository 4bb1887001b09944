/**
 * The sweep file that a person writes: its format, and one line for each kind of mistake in it.
 *
 * Checks each value by itself; `plan.ts` checks values together. Knows no knob by name but the random seed.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { KNOBS } from "../config.ts";
import { quoted, UserError } from "../errors.ts";
import { repeatedName } from "../formats/json.ts";
import { accepts, expectedOf, withoutWords } from "../knob.ts";
import { KnobValue, SweepName } from "../report/sweep_schema.ts";
import { suggestion } from "../suggestion.ts";

/** How much of a name or a value is shown to a person, in characters. */
const MOST_SHOWN = 60;
const PARTS = "name, base, grid, list and seeds alone";
const NAME = "1 to 40 letters, digits, '.', '_' and '-', starting with a letter or digit, without '..', and not run";
const INIT_FROM =
  "it left out: the runs of a sweep start anew; deno task train --init-from RUN goes on from a run, once for each random seed";
/** Each part has at most as many entries as a sweep has runs. */
const MOST_ENTRIES = 10_000;
const SEEDS = `a list of at most ${MOST_ENTRIES} different integers from 0 to ${Number.MAX_SAFE_INTEGER}`;

/** What knobs are called elsewhere. */
const ALSO_CALLED = Object.fromEntries(KNOBS.map(({ name, knob: { alsoCalled = [] } }) => [name, alsoCalled]));

/**
 * Knobs by name; `valuesOf` gives the values a knob is tried with, and the path to each. A knob's word for null is read
 * as null, as on the command line.
 *
 * @param options.hasSeed Whether the random seed is one of them: in a sweep it is not.
 */
function knobsWith<T extends z.ZodType>(
  value: T,
  valuesOf: (entry: unknown) => [path: number[], value: unknown][],
  { hasSeed = false } = {},
) {
  return z.record(z.string(), value, { error: "an object of settings" }).superRefine((entries, context) => {
    for (const [name, entry] of Object.entries(entries)) {
      const known = KNOBS.find((knob) => knob.name === name);
      const complain = (path: (string | number)[], message: string) =>
        context.addIssue({ code: "custom", path, message });
      if (name === "seed" && !hasSeed) return complain([name], "random seeds in a list of their own, seeds");
      if (name === "initFrom") return complain([name], INIT_FROM);
      if (!known) {
        const meant = suggestion(name, KNOBS.map((knob) => knob.name), { alsoCalled: ALSO_CALLED });
        return complain([name], `a setting of deno task train --help in camelCase${meant}`);
      }
      for (const [path, value] of valuesOf(entry)) {
        if (accepts(known.knob, withoutWords(known.knob, value))) continue;
        return complain([name, ...path], expectedOf(known.knob, value));
      }
    }
  }).transform((entries) => {
    const knobs = KNOBS.filter(({ name }) => name in entries);
    return {
      ...entries,
      ...Object.fromEntries(knobs.map(({ name, knob }) => [name, withoutWords(knob, entries[name])])),
    };
  });
}

const Knobs = knobsWith(KnobValue, (value) => [[[], value]]);
const KnobsOfOneRun = knobsWith(KnobValue, (value) => [[[], value]], { hasSeed: true });

/** See the module comment; docs/sweeps.md has it in words. */
export const SweepFile = z.strictObject({
  name: z.string({ error: NAME }).refine((name) => SweepName.safeParse(name).success, { error: NAME }),
  base: Knobs.default({}),
  grid: knobsWith(
    z.array(KnobValue, { error: "a list of values" }).min(1, { error: "at least one value" })
      .max(MOST_ENTRIES, { error: `at most ${MOST_ENTRIES} values` }),
    (values) => (values as unknown[]).map((value, i) => [[i], value]),
  ).default({}),
  list: z.array(Knobs, { error: "a list of objects of settings" }).min(1, {
    error: "at least one object of settings, or no list",
  })
    .max(MOST_ENTRIES, { error: `at most ${MOST_ENTRIES} variants` }).default([{}]),
  seeds: z.array(z.int({ error: SEEDS }).min(0, { error: SEEDS }), { error: SEEDS }).min(1, { error: SEEDS }).max(
    MOST_ENTRIES,
    { error: SEEDS },
  )
    .refine((seeds) => new Set(seeds).size === seeds.length, { error: SEEDS }).default([0]),
}, { error: "an object with a name" });

/** See the schema of the same name. */
export type SweepFile = z.infer<typeof SweepFile>;

/**
 * Reads a sweep file's text.
 *
 * @param options.file What to call the file in an error.
 * @throws {UserError} It is not JSON or not in the format; the line names the file and the place in it.
 */
export function parseSweepFile(text: string, { file }: { file: string }): SweepFile {
  return parseFile(SweepFile, text, { file, example: '{"name": "first"}' });
}

/**
 * Reads the text of a file with the knobs of one run: the form of a sweep's `base`, and the random seed too.
 *
 * @param options.file What to call the file in an error.
 * @throws {UserError} It is not JSON or not in the format; the line names the file and the place in it.
 */
export function parseKnobsFile(text: string, { file }: { file: string }): Record<string, KnobValue> {
  return parseFile(KnobsOfOneRun, text, { file, example: '{"latent": 64}' });
}

function parseFile<T extends z.ZodType>(
  schema: T,
  text: string,
  { file, example }: { file: string; example: string },
): z.infer<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw sweepError(file, `it is not JSON (${(error as Error).message}), expected an object such as ${example}`);
  }
  const twice = repeatedName(text);
  if (twice !== null) throw sweepError(file, `an object has ${quoted(twice)} twice, expected every name once`);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const isExtra = issue.code === "unrecognized_keys";
  const path = isExtra ? [...issue.path, issue.keys[0]] : issue.path;
  throw sweepError(file, `${pathText(path)} is ${valueText(json, path)}, expected ${isExtra ? PARTS : issue.message}`);
}

/** A mistake in the sweep file, exit code 2: it stands for flags. */
export function sweepError(file: string, now: string): UserError {
  return new UserError(`Cannot use ${file}: ${now}`, { exitCode: 2 });
}

/** `grid.rho[2]`; `it` for the whole file. */
function pathText(path: PropertyKey[]): string {
  return path.map((key) => typeof key === "number" ? `[${key}]` : `.${shortened(String(key))}`).join("").slice(1) ||
    "it";
}

/** What stands at a path, on one short line. */
function valueText(json: unknown, path: PropertyKey[]): string {
  const value = path.reduce((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], json);
  const text = JSON.stringify(value) ?? "not there";
  return shortened(text);
}

function shortened(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN - 1)}…` : text;
}
