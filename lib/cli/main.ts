/**
 * Subcommand → command, and every error → one line and an exit code.
 *
 * @module
 */
import { red, setColorEnabled } from "@std/fmt/colors";
import project from "../../deno.json" with { type: "json" };
import { printable, quoted, UserError } from "../errors.ts";
import { suggestion } from "../suggestion.ts";
import { usage, wantsHelp } from "./flags.ts";
import { folded } from "./fold.ts";
import { type HelpPage, helpText } from "./help_page.ts";
import { END_WITH_STDIN, INTERRUPTED, StopRequests } from "./stop.ts";
import { columnsOf } from "./terminal.ts";

/** What a command's files have: its page of help, and what it does. */
interface LoadedCommand {
  help: () => HelpPage;
  run: (args: string[], signal: AbortSignal) => Promise<number>;
}

/** A command: its line in the list of all, and its files, which are loaded when it is called: others start sooner so. */
interface Command {
  text: string;
  load: () => Promise<LoadedCommand>;
}

/**
 * The commands that read or write files of any kind, by paths that Deno cannot read in advance: else every first start fetches the
 * packages of their formats.
 */
const ANY_FILES = {
  encode: "./encode_command.ts" as string,
  evaluate: "./evaluate_command.ts" as string,
  examples: "./examples_command.ts" as string,
  compare: "./compare_command.ts" as string,
  import: "./import_command.ts" as string,
  verify: "./verify_command.ts" as string,
  export: "./export_command.ts" as string,
};

const COMMANDS: Record<string, Command> = {
  train: {
    text: "Train a sparse autoencoder and write its report.",
    load: async () => ({
      help: (await import("./help.ts")).trainHelp,
      run: (await import("./train_command.ts")).trainCommand,
    }),
  },
  sweep: {
    text: "Train many runs, from a file.",
    load: async () => ({
      help: (await import("./help.ts")).sweepHelp,
      run: (await import("./sweep_command.ts")).sweepCommand,
    }),
  },
  encode: {
    text: "Write the latents of a file's rows to a file.",
    load: async () => {
      const files: typeof import("./encode_command.ts") = await import(ANY_FILES.encode);
      return { help: files.encodeHelp, run: files.encodeCommand };
    },
  },
  evaluate: {
    text: "Measure a trained model on new data, and find unusual rows.",
    load: async () => {
      const files: typeof import("./evaluate_command.ts") = await import(ANY_FILES.evaluate);
      return { help: files.evaluateHelp, run: files.evaluateCommand };
    },
  },
  examples: {
    text: "Print the rows that activate a latent most.",
    load: async () => {
      const files: typeof import("./examples_command.ts") = await import(ANY_FILES.examples);
      return { help: files.examplesHelp, run: files.examplesCommand };
    },
  },
  compare: {
    text: "Compare the dictionaries of two or more runs.",
    load: async () => {
      const files: typeof import("./compare_command.ts") = await import(ANY_FILES.compare);
      return { help: files.compareHelp, run: files.compareCommand };
    },
  },
  import: {
    text: "Make a run of another program's dictionary, measured on data.",
    load: async () => {
      const files: typeof import("./import_command.ts") = await import(ANY_FILES.import);
      return { help: files.importHelp, run: files.importCommand };
    },
  },
  export: {
    text: "Write a run's dictionary for SAELens, PyTorch or numpy.",
    load: async () => {
      const files: typeof import("./export_command.ts") = await import(ANY_FILES.export);
      return { help: files.exportHelp, run: files.exportCommand };
    },
  },
  verify: {
    text: "Say whether reports hold: files, data, and every number.",
    load: async () => {
      const files: typeof import("./verify_command.ts") = await import(ANY_FILES.verify);
      return { help: files.verifyHelp, run: files.verifyCommand };
    },
  },
  report: {
    text: "Train a run if there is none, then build the site.",
    load: () => import("./site_command.ts").then((files) => ({ help: files.reportHelp, run: files.reportCommand })),
  },
  site: {
    text: "Build the site from the reports, or show it.",
    load: () => import("./site_command.ts").then((files) => ({ help: files.siteHelp, run: files.siteCommand })),
  },
  devices: {
    text: "Print what this machine offers, which engine a run would use, and why.",
    load: () =>
      import("./devices_command.ts").then((files) => ({ help: files.devicesHelp, run: files.devicesCommand })),
  },
  bench: {
    text: "Measure the time of training steps, beside PyTorch and tfjs.",
    load: () => import("./bench_command.ts").then((files) => ({ help: files.benchHelp, run: files.benchCommand })),
  },
  docs: {
    text: "Write reports/README.md from the report's schemas.",
    load: () => import("./docs_command.ts").then((files) => ({ help: files.docsHelp, run: files.docsCommand })),
  },
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
      console.log(helpText(args.length === 0 ? mainHelp() : (await commandNamed(args[0]).load()).help()));
      return 0;
  }
  const command = await commandNamed(name).load();
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
