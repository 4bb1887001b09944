/**
 * `bench`: every engine side by side, as a process with the permissions that measuring takes.
 *
 * @module
 */
import { PROJECT, runDeno } from "./child.ts";
import { type FlagTable, HELP_FLAG, parseFlags, refusePositionals } from "./flags.ts";
import { flagRows } from "./help.ts";
import type { HelpPage } from "./help_page.ts";

/** What `bench` takes. */
export const BENCH_FLAGS = {
  "quick": { takes: "", help: "Fewer shapes and shorter rounds; about a minute." },
  "data-dir": { takes: "FOLDER", help: "Read MNIST or any other IDX files from here." },
  ...HELP_FLAG,
} as const satisfies FlagTable;

/** `bench --help`. */
export function benchHelp(): HelpPage {
  return {
    about: "Measure every engine side by side, with PyTorch where it is installed, and write " +
      "reports/bench/<id>/bench.json. The figures are medians of rounds in which the engines take turns.",
    usage: "bench [flags]",
    sections: [{ title: "Flags", rows: flagRows(BENCH_FLAGS) }],
    examples: [{ term: "bench --quick", text: "a first look" }],
  };
}

/**
 * Runs the command.
 *
 * @returns The exit code.
 * @throws {UserError} Bad usage.
 */
export async function benchCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { flags, positionals } = parseFlags(args, BENCH_FLAGS);
  refusePositionals(positionals);
  const passedOn = flags.flatMap(({ name, value }) => value === "" ? [`--${name}`] : [`--${name}=${value}`]);
  const { code } = await runDeno(["run", "-q", "-P=bench", "--no-prompt", `${PROJECT}bench/bench.ts`, ...passedOn], {
    signal,
  });
  return code;
}
