/**
 * Subcommand → command, and every error → one line and an exit code.
 *
 * @module
 */
import { red, setColorEnabled } from "@std/fmt/colors";
import project from "../../deno.json" with { type: "json" };
import { printable, quoted, UserError } from "../errors.ts";
import { suggestion } from "../suggestion.ts";
import { benchCommand, benchHelp } from "./bench_command.ts";
import { devicesCommand, devicesHelp } from "./devices_command.ts";
import { docsCommand, docsHelp } from "./docs_command.ts";
import { encodeCommand, encodeHelp } from "./encode_command.ts";
import { evaluateCommand, evaluateHelp } from "./evaluate_command.ts";
import { examplesCommand, examplesHelp } from "./examples_command.ts";
import { exportCommand, exportHelp } from "./export_command.ts";
import { importCommand, importHelp } from "./import_command.ts";
import { usage, wantsHelp } from "./flags.ts";
import { folded } from "./fold.ts";
import { sweepHelp, trainHelp } from "./help.ts";
import { type HelpPage, helpText } from "./help_page.ts";
import { reportCommand, reportHelp, siteCommand, siteHelp } from "./site_command.ts";
import { END_WITH_STDIN, INTERRUPTED, StopRequests } from "./stop.ts";
import { sweepCommand } from "./sweep_command.ts";
import { columnsOf } from "./terminal.ts";
import { trainCommand } from "./train_command.ts";

/** A command: its line in the list of all, its page of help, and what it does. */
interface Command {
  text: string;
  help: () => HelpPage;
  run: (args: string[], signal: AbortSignal) => Promise<number>;
}

const COMMANDS: Record<string, Command> = {
  train: { text: "Train a sparse autoencoder and write its report.", help: trainHelp, run: trainCommand },
  sweep: { text: "Train many runs, from a file.", help: sweepHelp, run: sweepCommand },
  encode: { text: "Write the latents of a file's rows to a file.", help: encodeHelp, run: encodeCommand },
  evaluate: {
    text: "Measure a trained model on new data, and find unusual rows.",
    help: evaluateHelp,
    run: evaluateCommand,
  },
  examples: { text: "Print the rows that activate a latent most.", help: examplesHelp, run: examplesCommand },
  import: {
    text: "Make a run of another program's dictionary, measured on data.",
    help: importHelp,
    run: importCommand,
  },
  export: { text: "Write a run's dictionary for SAELens, PyTorch or numpy.", help: exportHelp, run: exportCommand },
  report: {
    text: "Train a run if there is none, then build the site.",
    help: reportHelp,
    run: reportCommand,
  },
  site: { text: "Build the site from the reports, or show it.", help: siteHelp, run: siteCommand },
  devices: {
    text: "Print what this machine offers, which engine a run would use, and why.",
    help: devicesHelp,
    run: devicesCommand,
  },
  bench: { text: "Measure the time of training steps, beside PyTorch and tfjs.", help: benchHelp, run: benchCommand },
  docs: { text: "Write reports/README.md from the report's schemas.", help: docsHelp, run: docsCommand },
};

/**
 * Runs the command line.
 *
 * Ctrl-C, SIGTERM, SIGHUP and, with `--end-with-stdin`, the end of standard input ask the command to save and stop; a
 * second one ends the process at once.
 *
 * @returns The exit code: 0 done, 1 failed, 2 bad usage, 130 stopped.
 */
export async function main(args: string[]): Promise<number> {
  setColorEnabled(Deno.stdout.isTerminal() && !Deno.noColor);
  const endsWithStdin = args.includes(END_WITH_STDIN);
  using stop = new StopRequests({ endsWithStdin });
  try {
    return await dispatch(endsWithStdin ? args.filter((arg) => arg !== END_WITH_STDIN) : args, stop.signal);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const line = `${red("error")}: ${printable(error.message)}`;
    console.error(Deno.stderr.isTerminal() ? folded(line, { width: columnsOf() }) : line);
    return stop.signal.aborted ? INTERRUPTED : error.exitCode;
  }
}

async function dispatch([name, ...args]: string[], signal: AbortSignal): Promise<number> {
  switch (name) {
    case undefined:
    case "--help":
    case "-h":
      console.log(helpText(mainHelp()));
      return name === undefined ? 2 : 0;
    case "--version":
    case "-V":
    case "version":
      console.log(versionLine());
      return 0;
    case "help":
      console.log(helpText(args.length === 0 ? mainHelp() : commandNamed(args[0]).help()));
      return 0;
  }
  const command = commandNamed(name);
  if (wantsHelp(args)) {
    console.log(helpText(command.help()));
    return 0;
  }
  return await command.run(args, signal);
}

/** @throws {UserError} There is no such command. */
function commandNamed(name: string): Command {
  if (Object.hasOwn(COMMANDS, name)) return COMMANDS[name];
  const known = Object.keys(COMMANDS);
  const what = name.startsWith("-") ? "there is no such flag before a command" : "there is no such command";
  throw usage(
    `Cannot run ${quoted(name)}: ${what}, expected one of ${known.join(", ")}${
      suggestion(name.replace(/^-+/, ""), known)
    }`,
  );
}

/** `sae --help`. */
function mainHelp(): HelpPage {
  return {
    about: "Train, measure and explain sparse autoencoders.",
    usage: "sae COMMAND [flags]",
    sections: [
      { title: "Commands", rows: Object.entries(COMMANDS).map(([term, { text }]) => ({ term, text })) },
      {
        title: "About this program",
        rows: [
          { term: "help COMMAND", text: "The same as COMMAND --help: what it does, and its flags." },
          { term: "version", text: "Print the version." },
          {
            term: `COMMAND ${END_WITH_STDIN}`,
            text: "Save and stop when standard input ends, so that a run ends with the program that started it.",
          },
        ],
      },
    ],
    examples: [
      { term: "train", text: "the default run; every command has a task of its name" },
      { term: "sae train", text: "the same" },
      { term: "sae help train", text: "every flag of train" },
      { term: "test", text: "every test of this program" },
    ],
  };
}

/** `sae 1.0.0, Deno 2.9.6, V8 15.0`. */
function versionLine(): string {
  return `sae ${project.version}, Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`;
}
