/**
 * The flags of `train`: made from the knobs of `config.ts` plus a few about this machine.
 *
 * Parses text once, here; everything behind gets typed values.
 *
 * @module
 */
import { KnobError, type KnobName, KNOBS } from "../config.ts";
import { flagOf } from "../config_flags.ts";
import type { DataPlace } from "../data/files/data_place.ts";
import { quoted } from "../errors.ts";
import { accepts, expectedOf, withoutWords } from "../knob.ts";
import { type FlagTable, HELP_FLAG, parseFlags, refusePositionals, usage } from "./flags.ts";

/** The flags that say where data are. */
export const DATA_FLAGS = {
  "data-dir": { takes: "FOLDER", help: "Read MNIST or any other IDX files from here." },
  "data": {
    takes: "PATH",
    help:
      "Train on your own data: a file, a folder of shards or of images, or a glob in quotation marks: .npy, .npz, .safetensors, .parquet, .csv, PNG, JPEG, IDX.",
  },
  "test": { takes: "PATH", help: "--data: rows to measure on; left out, the set's own or a tenth of the rows." },
  "test-share": {
    takes: "SHARE",
    help: "--data: the share of rows to measure on, chosen by a hash of their numbers.",
    defaults: "0.1, less of large data",
  },
  "labels": {
    takes: "FILE",
    help: "--data: the class of each row, as .npy, .csv, IDX, or text with one in each line.",
  },
  "label-column": {
    takes: "NAME",
    help:
      "--data: the column of classes in .csv and .parquet; found by itself if it is called label, class, target or y.",
  },
  "test-labels": { takes: "FILE", help: "--data: the same of the rows of --test." },
  "names": { takes: "FILE", help: "--data: what the classes are called, one name in each line." },
  "meta": {
    takes: "FILE",
    help:
      "--data: what is known of each row in words (text, token, url), as .jsonl or .csv, one line per row; with --test, per row of the test set.",
  },
  "tensor": { takes: "NAME", help: "--data: the array of rows in a file that has several, or the column." },
} as const satisfies FlagTable;

/** The flags that are not knobs: where things are on this machine, not what is trained. */
export const MACHINE_FLAGS = {
  ...DATA_FLAGS,
  "mirror": {
    takes: "URL",
    help: "Try this mirror of MNIST first; may be repeated. Another host needs --allow-net.",
    mayRepeat: true,
  },
  "run-id": { takes: "NAME", help: "Name of the run's folder; made from date and data set if left out." },
  "reports": { takes: "FOLDER", help: "Folder of the runs' folders.", defaults: "reports" },
  "init-from": {
    takes: "RUN",
    help:
      "Start from the model of a finished run, its id or folder: the model's settings are that run's unless they are given; --latent may be larger.",
  },
  "resume": { takes: "RUN-ID", help: "Continue a stopped run; only flags of device and machine may be given with it." },
  "config": {
    takes: "FILE.json",
    help: "Take settings from a file: an object in camelCase, such as a sweep's base; a flag overrides it.",
  },
  "title": { takes: "TEXT", help: "The run's title in its report; made from data set and settings if left out." },
  "note": { takes: "TEXT", help: "A remark that goes into the report." },
  "details": {
    takes: "N",
    help:
      "Latents with details in the report: those with the largest mean activation. Left out, all of up to 4096; columns of numbers have every latent.",
  },
  "json": { takes: "", help: "Print the result as one JSON object; everything else goes to standard error." },
  "quiet": { takes: "", help: "Print nothing but the run's folder." },
  ...HELP_FLAG,
} as const satisfies FlagTable;

/** The knobs that may change when a run continues: what computes, not what is computed. */
const ON_THIS_MACHINE = ["backend", "engine", "threads"];

/** Flags that describe a run; a run that continues has its own. */
const OF_THE_RUN = new Set(["init-from", "run-id", "config", "title", "note"]);

/** The machine's flags, parsed. */
export interface MachineOptions extends DataPlace {
  mirrors: string[];
  runId?: string;
  reportsDir: string;
  /** A finished run, by its id or its folder. */
  initFrom?: string;
  resume?: string;
  /** A file of knobs, which flags come before. */
  configFile?: string;
  title?: string;
  note?: string;
  /** Latents with details in the report. */
  details?: number;
  isJson: boolean;
  isQuiet: boolean;
}

/** A parsed command line. */
export interface TrainArguments {
  /** The knobs that were set, by name. */
  turned: Partial<Record<KnobName, unknown>>;
  options: MachineOptions;
}

const KNOB_BY_FLAG = new Map(KNOBS.map((entry) => [flagOf(entry.name), entry]));
/** Every flag of `train`: a knob's, or the machine's. */
export const TRAIN_FLAGS: FlagTable = {
  ...Object.fromEntries(
    Array.from(KNOB_BY_FLAG, ([flag, { knob: { takes, help, alsoCalled } }]) => [
      flag,
      { takes, help, alsoCalled, mayBeEmpty: true },
    ]),
  ),
  ...MACHINE_FLAGS,
};

/**
 * Parses the arguments behind `train`.
 *
 * @throws {UserError} An unknown flag (with a known one that is close), a missing or a bad value.
 */
export function parseTrainArguments(args: string[]): TrainArguments {
  const { flags, positionals } = parseFlags(args, TRAIN_FLAGS);
  if (positionals.length > 0 && flags.some(({ name }) => isDataFlag(name))) {
    const now = `${quoted(positionals[0])} follows it without a flag`;
    throw usage(`Cannot use --data: ${now}, expected one path; a glob stands in quotation marks`);
  }
  refusePositionals(positionals);
  const turned: TrainArguments["turned"] = {};
  const options: MachineOptions = { mirrors: [], reportsDir: "reports", isJson: false, isQuiet: false };
  for (const { name, value } of flags) {
    const entry = KNOB_BY_FLAG.get(name);
    if (entry) turned[entry.name] = parseValue(entry, value);
    else setOption(options, name as keyof typeof MACHINE_FLAGS, value);
  }
  if (options.resume !== undefined) {
    const other = flags.find(({ name }) => OF_THE_RUN.has(name))?.name ??
      Object.keys(turned).map(flagOf).find((flag) => !ON_THIS_MACHINE.includes(flag));
    if (other) {
      throw usage(`Cannot use --${other} with --resume: the run has its own, expected --resume without it`);
    }
  }
  return { turned, options };
}

/** An error as the command line says it: a knob's in the words of its flag. */
export function inWordsOfFlags(error: unknown): unknown {
  if (!(error instanceof KnobError)) return error;
  return usage(`Cannot use --${flagOf(error.knob)}: it is ${error.now}, expected ${error.expected}`);
}

/** Text as the first reading that the knob accepts: as it stands, as a number, as a list of numbers. */
export function parseValue({ name, knob }: (typeof KNOBS)[number], text: string): unknown {
  const value: unknown = withoutWords(knob, text);
  if (value !== text) return value;
  const isBlank = text.trim() === "";
  const readings = [text, isBlank ? undefined : Number(text), isBlank ? [] : text.split(",").map(Number)];
  return readings.find((reading) => reading !== undefined && accepts(knob, reading)) ??
    badValue(flagOf(name), text, expectedOf(knob, text));
}

/** @throws {UserError} Always. */
export function badValue(flag: string, value: string, expected: string): never {
  throw usage(`Cannot use --${flag}: it is ${quoted(value)}, expected ${expected}`);
}

function setOption(options: MachineOptions, flag: keyof typeof MACHINE_FLAGS, value: string): void {
  if (isDataFlag(flag)) return setPlace(options, flag, value);
  switch (flag) {
    case "mirror":
      if (!URL.canParse(value)) badValue(flag, value, "a URL such as https://example.org/mnist/");
      options.mirrors.push(value.endsWith("/") ? value : value + "/");
      break;
    case "run-id":
      options.runId = value;
      break;
    case "reports":
      options.reportsDir = folderName(value);
      break;
    case "init-from":
      options.initFrom = value;
      break;
    case "resume":
      options.resume = value;
      break;
    case "config":
      options.configFile = value;
      break;
    case "title":
      options.title = value;
      break;
    case "note":
      options.note = value;
      break;
    case "details":
      options.details = Number(value);
      if (!/^[1-9]\d{0,8}$/.test(value)) badValue(flag, value, "a whole number of at least 1");
      break;
    case "json":
      options.isJson = true;
      break;
    case "quiet":
      options.isQuiet = true;
  }
}

/** Whether a flag says where data are. */
export function isDataFlag(flag: string): flag is keyof typeof DATA_FLAGS {
  return Object.hasOwn(DATA_FLAGS, flag);
}

/**
 * Takes one of {@linkcode DATA_FLAGS}.
 *
 * @throws {UserError} A share is no share.
 */
export function setPlace(place: DataPlace, flag: keyof typeof DATA_FLAGS, value: string): void {
  switch (flag) {
    case "data-dir":
      place.dataDir = value;
      break;
    case "label-column":
      place.labelColumn = value;
      break;
    case "test-labels":
      place.testLabels = value;
      break;
    case "test-share":
      place.testShare = Number(value);
      if (!(place.testShare > 0 && place.testShare < 1)) {
        badValue(flag, value, "a number between 0 and 1, both excluded");
      }
      break;
    default:
      place[flag] = value;
  }
}

/** A folder as it was typed, without slashes at its end. */
export function folderName(typed: string): string {
  return typed.replace(/(?<=.)\/+$/, "");
}
