/**
 * The one loop that reads a command line: flags with or without a value, and what stands between them.
 *
 * Knows no flag: each command brings a table of its own, from which its help is made too. Values stay text.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { quoted, UserError } from "../errors.ts";
import { suggestion } from "../suggestion.ts";

/** What a flag takes and does. */
export interface Flag {
  /** Placeholder of its value in help and errors; "" for a switch, which takes none. */
  takes: string;
  /** One sentence for the help. */
  help: string;
  /** The default in words, if there is one. */
  defaults?: string;
  /** Whether `--flag ""` is allowed. */
  mayBeEmpty?: boolean;
  /** Whether it may be given several times with different values. */
  mayRepeat?: boolean;
  /** What else it is called elsewhere, without the dashes: suggested to a person who types that. */
  alsoCalled?: readonly string[];
}

/** The flags of a command, by name without the dashes. */
export type FlagTable = Readonly<Record<string, Flag>>;

/** A command line, read. */
export interface Given<Name extends string = string> {
  /** Each flag in the order of the command line, one that is repeated several times; a switch has the value "". */
  flags: { name: Name; value: string }[];
  /** What is not a flag. */
  positionals: string[];
}

/** Flags that every command has. */
export const HELP_FLAG = { "help": { takes: "", help: "Print this." } } as const;

/** Whether the arguments ask for help; then nothing else of them counts. */
export function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === "--help" || arg === "-h");
}

/**
 * Reads arguments by a table of flags.
 *
 * @throws {UserError} An unknown flag (with a known one that is close), a missing value, a value for a switch, a flag
 * given twice with different values. Exit code 2.
 */
export function parseFlags<Table extends FlagTable>(args: string[], table: Table): Given<keyof Table & string> {
  const names = Object.keys(table);
  const types = names.map((name) => [name, { type: table[name].takes === "" ? "boolean" : "string" }] as const);
  const { tokens } = parseArgs({ args, options: Object.fromEntries(types), strict: false, tokens: true });
  const given: Given<keyof Table & string> = { flags: [], positionals: [] };
  for (const token of tokens) {
    if (token.kind === "positional") given.positionals.push(token.value);
    if (token.kind !== "option") continue;
    const { name, rawName, value } = token;
    if (!Object.hasOwn(table, name)) {
      throw usage(
        `Cannot use ${quotedIfLong(rawName)}: there is no such flag, expected one of --help's${
          suggestion(name, names, { prefix: "--", alsoCalled: alsoCalled(table) })
        }`,
      );
    }
    const flag = table[name];
    if (flag.takes === "" && value !== undefined) {
      throw usage(`Cannot use --${name}: it has the value ${quoted(value)}, expected --${name} alone`);
    }
    if (flag.takes !== "" && (value === undefined || (value === "" && !flag.mayBeEmpty))) {
      throw usage(
        `Cannot use --${name}: it has ${
          value === undefined ? "no" : "an empty"
        } value, expected --${name} ${flag.takes}`,
      );
    }
    const earlier = given.flags.find((other) => other.name === name);
    if (earlier && earlier.value !== value && flag.takes !== "" && !flag.mayRepeat) {
      throw usage(
        `Cannot use --${name}: it is ${quoted(earlier.value)} and then ${quoted(value!)}, expected one value`,
      );
    }
    given.flags.push({ name, value: value ?? "" });
  }
  return given;
}

/** @throws {UserError} An argument is not a flag. */
export function refusePositionals([first]: string[]): void {
  if (first === undefined) return;
  throw usage(`Cannot use argument ${quoted(first)}: it is not a flag, expected flags alone`);
}

function alsoCalled(table: FlagTable): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(table).map(([name, { alsoCalled = [] }]) => [name, alsoCalled]));
}

/** A mistake in the command line: exit code 2. */
export function usage(message: string): UserError {
  return new UserError(message, { exitCode: 2 });
}

/** A flag as it was typed, unless it is not a plain word. */
function quotedIfLong(rawName: string): string {
  return /^[\w-]{1,60}$/.test(rawName) ? rawName : quoted(rawName);
}
