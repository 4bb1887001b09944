/**
 * What the commands that use a trained model have in common: the run, the data, the device, and how much is printed.
 *
 * Parses text once, here; everything behind gets typed values. Opens nothing but to see whether a folder is there.
 *
 * @module
 */
import { type Config, KNOBS } from "../config.ts";
import { flagOf } from "../config_flags.ts";
import type { RowFiles } from "../data/files/data_place.ts";
import { quoted } from "../errors.ts";
import type { Part } from "../run/chosen_part.ts";
import { methodsWithFewerLatents } from "../run/fewer_latents.ts";
import { badValue, folderName, parseValue } from "./args.ts";
import { type FlagTable, type Given, HELP_FLAG, usage } from "./flags.ts";
import { runFolderOf } from "./named_run.ts";

const DEVICE_KNOBS = KNOBS.filter(({ knob }) => knob.group === "Device");

/** The knobs of the device, which change no number of the result beyond rounding. */
export type Device = Pick<Config, "backend" | "engine" | "threads">;

/** Where new data are. */
export const ROW_FLAGS = {
  "data": {
    takes: "PATH",
    help: "The rows: a file, a folder or a glob in quotation marks, of any kind that train --data takes.",
  },
  "labels": { takes: "FILE", help: "Classes of the rows: npy, csv, IDX, or a text with one in each line." },
  "label-column": {
    takes: "NAME",
    help: "The column of classes in tables, unless it is called label, class, target or y.",
  },
  "names": { takes: "FILE", help: "What the classes are called, one in each line." },
  "meta": { takes: "FILE", help: "What is known of each row in words, one line per row: jsonl or csv." },
  "tensor": { takes: "NAME", help: "The array to read of a file that holds several." },
  "part": {
    takes: "train|test|all",
    help:
      "Which rows to use. Of data that have a training and a test part, such as a folder of MNIST: the part of this name. " +
      "Of the run's own files: test are the rows that the run held out as its test set, train the others.",
    defaults: "test of data that have both, else all",
  },
} as const satisfies FlagTable;

/** With how many latents the model is run. */
export const LATENT_FLAGS = {
  "k": {
    takes: "N",
    help: `Use at most the N largest latents of each row; the run's method must be ${methodsWithFewerLatents()}.`,
    defaults: "the run's k",
  },
} as const satisfies FlagTable;

/** Latents of a row that `--k` may name. */
export const MOST_K = 2 ** 20;

/** How the model is run. */
export const DEVICE_FLAGS: FlagTable = Object.fromEntries(
  DEVICE_KNOBS.map(({ name, knob }) => [flagOf(name), { takes: knob.takes, help: knob.help }]),
);

/** Where runs are, and how much is printed. */
export const OUTPUT_FLAGS = {
  "reports": { takes: "FOLDER", help: "The folder in which the runs' folders are.", defaults: "reports" },
  "json": { takes: "", help: "Print the result as one JSON object; everything else goes to standard error." },
  ...HELP_FLAG,
} as const satisfies FlagTable;

/**
 * The folder of a run that was named by its id, or by the path of its folder.
 *
 * @param options.doing What the command does, as an error says it; its name if that is a verb.
 * @param options.numbers The flag that a number behind the run belongs to.
 * @throws {UserError} None or several were named, or there is no such run.
 */
export async function runFolderNamed(
  { positionals, flags }: Given,
  { command, doing = command, numbers }: { command: string; doing?: string; numbers?: string },
): Promise<string> {
  const [named, ...others] = positionals;
  if (named === undefined || others.length > 0) {
    const now = named === undefined ? "there is no run" : `${quoted(others[0])} follows the run`;
    const numbered = others.join(","), isNumbers = /^[\d,]{1,60}$/.test(numbered);
    const flags = isNumbers && numbers !== undefined ? `--${numbers} ${numbered}` : "[flags]";
    throw usage(`Cannot ${doing}: ${now}, expected deno task ${command} RUN ${flags}`);
  }
  return await runFolderOf(named, { reportsDir: folderName(valueOf(flags, "reports") ?? "reports") });
}

/** The data's files, as far as they are named. */
export function rowFiles({ flags }: Given): RowFiles {
  const names = ["data", "labels", "labelColumn", "names", "meta", "tensor"] as const satisfies (keyof RowFiles)[];
  const given = names.map((name) => [name, valueOf(flags, flagOf(name))] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** Which part of the data is meant; null if that is not said. @throws {UserError} Another word is given. */
export function partOf({ flags }: Given): Part | null {
  const part = valueOf(flags, "part");
  if (part === undefined) return null;
  return part === "train" || part === "test" || part === "all" ? part : badValue("part", part, "train, test or all");
}

/** The device, `auto` where nothing is said. */
export function deviceOf({ flags }: Given): Device {
  const values = DEVICE_KNOBS.map((entry) => {
    const text = valueOf(flags, flagOf(entry.name));
    return [entry.name, text === undefined ? entry.knob.default : parseValue(entry, text)] as const;
  });
  return Object.fromEntries(values) as unknown as Device;
}

/** How many, from 1 to `most`; null if the flag is not given. @throws {UserError} It is another text. */
export function countOf({ flags }: Given, { flag, most }: { flag: string; most: number }): number | null {
  const text = valueOf(flags, flag);
  if (text === undefined) return null;
  const number = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= most ? number : badValue(flag, text, `an integer from 1 to ${most}`);
}

/** The value of a flag; undefined if it is not given. */
export function valueOf(flags: Given["flags"], name: string): string | undefined {
  return flags.find((flag) => flag.name === name)?.value;
}

/** Whether a switch is given. */
export function isGiven(flags: Given["flags"], name: string): boolean {
  return valueOf(flags, name) !== undefined;
}
