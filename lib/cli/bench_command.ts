/**
 * `bench`: the time of training steps beside PyTorch and tfjs, as a process with the permissions that measuring takes.
 *
 * @module
 */
import { readText } from "../files.ts";
import { Bench } from "../report/bench_schema.ts";
import { PROJECT, runDeno } from "./child.ts";
import { type FlagTable, HELP_FLAG, parseFlags, refusePositionals } from "./flags.ts";
import { flagRows } from "./help.ts";
import type { HelpPage } from "./help_page.ts";
import { Terminal } from "./terminal.ts";

/** What `bench` takes. */
export const BENCH_FLAGS = {
  "quick": {
    takes: "",
    help: "Two models and shorter rounds, at most one minute; a busy machine may not finish in that time.",
  },
  "shape": {
    takes: "NAME,NAME",
    help: "Measure only these shapes (models and batches); an unknown name prints the list.",
  },
  "data-dir": { takes: "FOLDER", help: "Read MNIST or any other IDX files from here." },
  "json": { takes: "", help: "Print bench.json to standard output; everything else goes to standard error." },
  ...HELP_FLAG,
} as const satisfies FlagTable;

/** A bench has some dozens of rows. */
const MOST_BENCH_BYTES = 2 ** 24;

/** `bench --help`. */
export function benchHelp(): HelpPage {
  return {
    about:
      "Measure the time of training steps: the engine that this program would use for each model, beside PyTorch if it " +
      "is installed and beside tfjs, and write reports/bench/<id>/bench.json. The figures are medians of rounds in which " +
      "all contenders take turns. A bench takes at most 12 minutes, and Ctrl-C ends it earlier; either way it prints what " +
      "it has measured.",
    usage: "bench [flags]",
    sections: [
      { title: "Flags", rows: flagRows(BENCH_FLAGS) },
      {
        title: "Environment",
        rows: [{
          term: "SAE_BENCH_PYTHON",
          text:
            "Python interpreters that have PyTorch, separated by colons (on Windows by semicolons). The bench also " +
            "tries /usr/bin/python3 and python3; without any PyTorch it measures only the others. Each PyTorch is tried with 1 thread and one thread for each core, of " +
            "OpenMP and of its BLAS; the best setting of each shape is kept and named. A PyTorch whose matrix products " +
            "are slow, as with Debian's reference BLAS, is left out with a line that says so.",
        }],
      },
    ],
    examples: [
      { term: "bench --quick", text: "a first look" },
      { term: "bench --shape kl,topk", text: "two shapes" },
    ],
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
  const isJson = flags.some(({ name }) => name === "json");
  const passedOn = flags.filter(({ name }) => name !== "json")
    .map(({ name, value }) => value === "" ? `--${name}` : `--${name}=${value}`);
  const program = [
    "run",
    "-q",
    `--lock=${PROJECT}deno.lock`,
    "--frozen",
    "-P=bench",
    "--no-prompt",
    `${PROJECT}bench/bench.ts`,
    ...passedOn,
  ];
  const { code, output } = await runDeno(program, { signal, isJson });
  if (code === 0 && isJson) new Terminal({ isQuiet: true }).json(await benchNamedIn(output));
  return code;
}

/** The bench whose path is the last thing that measuring prints. */
async function benchNamedIn(output: string): Promise<Bench> {
  const path = output.trimEnd().split("\n").at(-1)!;
  return Bench.parse(JSON.parse(await readText(`${PROJECT}${path}`, { maxBytes: MOST_BENCH_BYTES })));
}
