/**
 * The flags of `sweep`. Parses text once, here; everything behind gets typed values.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { closestString } from "@std/text/closest-string";
import { usage } from "./args.ts";

/** What each flag takes and does. */
export const SWEEP_FLAGS = {
  "shard": { takes: "I/N", help: "Every N-th run from the I-th on, for the I-th of N machines; I counts from 1." },
  "jobs": { takes: "N", help: "Runs at a time (default: one a core); they share the cores' threads." },
  "reports": { takes: "FOLDER", help: "Where run folders go (default reports)." },
  "data-dir": { takes: "FOLDER", help: "Read MNIST or any other IDX files from here." },
  "dry-run": { takes: "", help: "Print the runs and their state; train and write nothing." },
  "quiet": { takes: "", help: "Print nothing but the list's path, reports/sweeps/<name>.json." },
  "help": { takes: "", help: "Print this." },
} as const;

type Flag = keyof typeof SWEEP_FLAGS;

/** A parsed command line. */
export interface SweepArguments {
  /** Path of the sweep file. */
  file: string;
  shard: { index: number; count: number };
  jobs?: number;
  reportsDir: string;
  dataDir?: string;
  isDryRun: boolean;
  isQuiet: boolean;
  wantsHelp: boolean;
}

/**
 * Parses the arguments behind `sweep`.
 *
 * @throws {UserError} No file or two, an unknown flag (with the closest known one), a missing or a bad value.
 */
export function parseSweepArguments(args: string[]): SweepArguments {
  const known = Object.keys(SWEEP_FLAGS) as Flag[];
  const isSwitch = (flag: Flag) => SWEEP_FLAGS[flag].takes === "";
  const options = Object.fromEntries(
    known.map((flag) => [flag, { type: isSwitch(flag) ? "boolean" as const : "string" as const }]),
  );
  const { tokens } = parseArgs({
    args,
    options: { ...options, help: { type: "boolean", short: "h" } },
    strict: false,
    tokens: true,
  });
  const files: string[] = [];
  const given = new Map<Flag, string>();
  for (const token of tokens) {
    if (token.kind === "positional") files.push(token.value);
    if (token.kind !== "option") continue;
    const flag = token.name as Flag;
    if (!known.includes(flag)) {
      const closest = closestString(flag, known);
      throw usage(
        `Cannot use ${token.rawName}: there is no such flag, expected one of --help's; did you mean --${closest}?`,
      );
    }
    if (isSwitch(flag) !== (token.value === undefined) || token.value === "") {
      const expected = `--${flag} ${SWEEP_FLAGS[flag].takes}`.trim();
      throw usage(`Cannot use --${flag}: it has ${token.value ? "a" : "no"} value, expected ${expected}`);
    }
    given.set(flag, token.value ?? "");
  }
  if (files.length !== 1 && !given.has("help")) {
    const now = files.length === 0 ? "there is no sweep file" : `there are ${files.length} files`;
    throw usage(`Cannot sweep: ${now}, expected deno task sweep FILE [flags]`);
  }
  const jobs = given.get("jobs");
  return {
    file: files[0],
    shard: shardFrom(given.get("shard") ?? "1/1"),
    jobs: jobs === undefined ? undefined : jobsFrom(jobs),
    reportsDir: (given.get("reports") ?? "reports").replace(/(?<=.)\/+$/, ""),
    dataDir: given.get("data-dir"),
    isDryRun: given.has("dry-run"),
    isQuiet: given.has("quiet"),
    wantsHelp: given.has("help"),
  };
}

function shardFrom(text: string): SweepArguments["shard"] {
  const [, index, count] = /^(\d{1,9})\/(\d{1,9})$/.exec(text)?.map(Number) ?? [];
  if (index >= 1 && index <= count) return { index, count };
  throw usage(`Cannot use --shard: it is ${text}, expected I/N with I from 1 to N, such as 2/8`);
}

function jobsFrom(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw usage(`Cannot use --jobs: it is ${text}, expected an integer of at least 1`);
}
