/**
 * The command line's flags: made from the knobs of `config.ts` plus a few about this machine.
 *
 * Parses text once, here; everything behind gets typed values.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { closestString } from "@std/text/closest-string";
import { z } from "zod";
import { KnobError, type KnobName, KNOBS, resolveConfig } from "../config.ts";
import { UserError } from "../errors.ts";

/** What a flag that is no knob says: where things are on this machine, not what is trained. */
export const MACHINE_FLAGS = {
  "data-dir": { takes: "FOLDER", help: "Read MNIST or any other IDX files from here." },
  "mirror": { takes: "URL", help: "Try this mirror first; may be repeated. Other hosts need --allow-net." },
  "run-id": { takes: "NAME", help: "Name of the run's folder; made from date and data set if left out." },
  "reports": { takes: "FOLDER", help: "Where run folders go (default reports)." },
  "resume": {
    takes: "RUN-ID",
    help: "Go on with a stopped run; only flags of device and machine beside it.",
  },
  "quiet": { takes: "", help: "Print nothing but the run's folder." },
  "help": { takes: "", help: "Print this." },
} as const;

/** The knobs that may change when a run goes on: who computes, not what. */
const ON_THIS_MACHINE = ["backend", "engine", "threads"];

/** The machine's flags, parsed. */
export interface MachineOptions {
  dataDir?: string;
  mirrors: string[];
  runId?: string;
  reportsDir: string;
  resume?: string;
  isQuiet: boolean;
  wantsHelp: boolean;
}

/** A parsed command line. */
export interface TrainArguments {
  /** The knobs that were turned, by name. */
  turned: Partial<Record<KnobName, unknown>>;
  options: MachineOptions;
}

/** `warmupSteps` → `warmup-steps`. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => "-" + capital.toLowerCase());
}

/**
 * Parses the arguments behind `train`.
 *
 * @throws {UserError} An unknown flag (with the closest known one), a missing or a bad value.
 */
export function parseTrainArguments(args: string[]): TrainArguments {
  const knobByFlag = new Map(KNOBS.map((entry) => [flagOf(entry.name), entry]));
  const known = [...knobByFlag.keys(), ...Object.keys(MACHINE_FLAGS)];
  const isSwitch = (flag: string) =>
    flag in MACHINE_FLAGS && MACHINE_FLAGS[flag as keyof typeof MACHINE_FLAGS].takes === "";
  const types = Object.fromEntries(
    known.map((flag) => [flag, { type: isSwitch(flag) ? "boolean" as const : "string" as const }]),
  );
  const { tokens } = parseArgs({
    args,
    options: { ...types, help: { type: "boolean", short: "h" } },
    strict: false,
    tokens: true,
  });

  const turned: TrainArguments["turned"] = {};
  const options: MachineOptions = { mirrors: [], reportsDir: "reports", isQuiet: false, wantsHelp: false };
  for (const token of tokens) {
    if (token.kind === "positional") {
      throw usage(`Cannot use argument ${JSON.stringify(token.value)}: it is no flag, expected flags alone`);
    }
    if (token.kind !== "option") continue;
    const flag = token.name;
    if (!known.includes(flag)) {
      throw usage(
        `Cannot use ${token.rawName}: there is no such flag, expected one of --help's; did you mean --${
          closestString(flag, known)
        }?`,
      );
    }
    if (isSwitch(flag)) {
      if (token.value !== undefined) {
        throw usage(`Cannot use --${flag}=${token.value}: it takes no value, expected --${flag} alone`);
      }
    } else if (token.value === undefined) {
      throw usage(
        `Cannot use --${flag}: it has no value, expected --${flag} ${knobByFlag.get(flag)?.knob.takes ?? "VALUE"}`,
      );
    }
    const value = token.value ?? "";
    const knob = knobByFlag.get(flag);
    if (knob) turned[knob.name] = parseValue(knob.schema, value) ?? badValue(flag, value, knob.knob.expected);
    else setOption(options, flag as keyof typeof MACHINE_FLAGS, value);
  }
  if (options.resume !== undefined) {
    const other = Object.keys(turned).find((name) => !ON_THIS_MACHINE.includes(name)) ??
      (options.runId === undefined ? undefined : "runId");
    if (other) {
      throw usage(`Cannot use --${flagOf(other)} with --resume: the run has its own, expected --resume without it`);
    }
  }
  return { turned, options };
}

/** Knobs as flags, the inverse of {@linkcode parseTrainArguments}; a knob that is null is left at its default. */
export function flagsFor(turned: TrainArguments["turned"]): string[] {
  return Object.entries(turned).filter(([, value]) => value !== null)
    .map(([name, value]) => `--${flagOf(name)}=${Array.isArray(value) ? value.join(",") : value}`);
}

/** The configuration, with a knob's error in the words of its flag. */
export function configFromFlags(turned: TrainArguments["turned"]): ReturnType<typeof resolveConfig> {
  try {
    return resolveConfig(turned);
  } catch (error) {
    if (!(error instanceof KnobError)) throw error;
    throw usage(`Cannot use --${flagOf(error.knob)}: it is ${error.now}, expected ${error.expected}`);
  }
}

/** Text as the first reading that the knob's schema accepts: as it stands, as a number, as a list of numbers. */
function parseValue(schema: z.ZodType, text: string): unknown {
  const isBlank = text.trim() === "";
  const readings = [text, isBlank ? undefined : Number(text), isBlank ? [] : text.split(",").map(Number)];
  return readings.find((reading) => reading !== undefined && schema.safeParse(reading).success);
}

function badValue(flag: string, value: string, expected: string): never {
  throw usage(`Cannot use --${flag}: it is ${value === "" ? '""' : value}, expected ${expected}`);
}

function setOption(options: MachineOptions, flag: keyof typeof MACHINE_FLAGS, value: string): void {
  if (value === "" && MACHINE_FLAGS[flag].takes !== "") badValue(flag, value, MACHINE_FLAGS[flag].takes);
  switch (flag) {
    case "data-dir":
      options.dataDir = value;
      break;
    case "mirror":
      if (!URL.canParse(value)) badValue(flag, value, "a URL such as https://example.org/mnist/");
      options.mirrors.push(value.endsWith("/") ? value : value + "/");
      break;
    case "run-id":
      options.runId = value;
      break;
    case "reports":
      options.reportsDir = value.replace(/(?<=.)\/+$/, "");
      break;
    case "resume":
      options.resume = value;
      break;
    case "quiet":
      options.isQuiet = true;
      break;
    case "help":
      options.wantsHelp = true;
  }
}

/** A mistake in the command line: exit code 2. */
export function usage(message: string): UserError {
  return new UserError(message, { exitCode: 2 });
}
