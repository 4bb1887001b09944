/**
 * The flags of `sweep`. Parses text once, here; everything behind gets typed values.
 *
 * @module
 */
import type { DataPlace } from "../data/files/data_place.ts";
import { badValue, DATA_FLAGS, folderName, isDataFlag, setPlace } from "./args.ts";
import { type FlagTable, HELP_FLAG, parseFlags, usage } from "./flags.ts";

/** What each flag takes and does. */
export const SWEEP_FLAGS = {
  "shard": { takes: "I/N", help: "Every N-th run from the I-th on, for the I-th of N machines; I counts from 1." },
  "jobs": { takes: "N", help: "Runs at the same time; they share the cores.", defaults: "one per core" },
  "reports": { takes: "FOLDER", help: "Folder of the runs' folders.", defaults: "reports" },
  ...DATA_FLAGS,
  "dry-run": { takes: "", help: "Print the runs and their state; train and write nothing." },
  "no-compare": { takes: "", help: "Do not compare the runs that differ in the random seed alone." },
  "json": { takes: "", help: "Print the result as one JSON object; everything else goes to standard error." },
  "quiet": { takes: "", help: "Print nothing but the list's path, reports/sweeps/<name>.json." },
  ...HELP_FLAG,
} as const satisfies FlagTable;

/** A parsed command line. */
export interface SweepArguments {
  /** Path of the sweep file. */
  file: string;
  shard: { index: number; count: number };
  jobs?: number;
  reportsDir: string;
  /** Where the data of all runs are. */
  place: DataPlace;
  isDryRun: boolean;
  /** Whether runs that differ in the random seed alone are compared at the end. */
  compares: boolean;
  isJson: boolean;
  isQuiet: boolean;
}

/**
 * Parses the arguments behind `sweep`.
 *
 * @throws {UserError} No file or two, an unknown flag (with a known one that is close), a missing or a bad value.
 */
export function parseSweepArguments(args: string[]): SweepArguments {
  if (args.some((arg) => /^--init-from(=|$)/.test(arg))) {
    const expected = "it left out: deno task train --init-from RUN goes on from a run, once for each random seed";
    throw usage(`Cannot use --init-from: the runs of a sweep start anew, expected ${expected}`);
  }
  const { flags, positionals: files } = parseFlags(args, SWEEP_FLAGS);
  const given = new Map(flags.map(({ name, value }) => [name, value]));
  if (files.length !== 1) {
    const now = files.length === 0 ? "there is no sweep file" : `there are ${files.length} files`;
    throw usage(`Cannot sweep: ${now}, expected deno task sweep FILE [flags]`);
  }
  const jobs = given.get("jobs");
  const place: DataPlace = {};
  for (const { name, value } of flags) if (isDataFlag(name)) setPlace(place, name, value);
  return {
    file: files[0],
    shard: shardFrom(given.get("shard") ?? "1/1"),
    jobs: jobs === undefined ? undefined : jobsFrom(jobs),
    reportsDir: folderName(given.get("reports") ?? "reports"),
    place,
    isDryRun: given.has("dry-run"),
    compares: !given.has("no-compare"),
    isJson: given.has("json"),
    isQuiet: given.has("quiet"),
  };
}

/** `2/8` as numbers. @throws {UserError} It is something else. */
export function shardFrom(text: string): SweepArguments["shard"] {
  const [, index, count] = /^(\d{1,9})\/(\d{1,9})$/.exec(text)?.map(Number) ?? [];
  return index >= 1 && index <= count
    ? { index, count }
    : badValue("shard", text, "I/N with I from 1 to N, such as 2/8");
}

function jobsFrom(text: string): number {
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : badValue("jobs", text, "an integer from 1 to 9999");
}
