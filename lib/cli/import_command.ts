/**
 * `import`: another program's dictionary as a run, measured on data.
 *
 * @module
 */
import { type Config, type KnobName, KNOBS } from "../config.ts";
import { flagOf } from "../config_flags.ts";
import { placeOf } from "../data/files/data_place.ts";
import { quoted } from "../errors.ts";
import { folderName, parseTrainArguments, TRAIN_FLAGS } from "./args.ts";
import { type FlagTable, parseFlags, usage } from "./flags.ts";
import { flagRows } from "./help.ts";
import type { HelpPage } from "./help_page.ts";
import { assertMayWrite, shellQuoted } from "./permissions.ts";
import { INTERRUPTED } from "./stop.ts";
import { summaryLines } from "./summary.ts";
import { Terminal } from "./terminal.ts";
import { TrainView } from "./train_view.ts";

/** The knobs that say how data are read and what computes; the dictionary has all others. */
const KNOBS_OF_IMPORT = ["limit", "backend", "engine", "threads"] as const satisfies KnobName[];
/** Flags of `train` that mean the same here. */
const FLAGS_OF_TRAIN = [
  ...["data", "test", "test-share", "labels", "label-column", "test-labels", "names", "meta", "tensor"],
  ...KNOBS_OF_IMPORT.map(flagOf),
  ...["run-id", "reports", "title", "note", "details", "json", "quiet", "help"],
];

/** What those do here that do something else in training. */
const HELP: Record<string, string> = {
  data: "The rows to measure on: a file, a folder or a glob in quotation marks, of any kind that train --data takes.",
  limit: "Measure only the first N of the rows that are not held out.",
};
const IMPORT_FLAGS: FlagTable = Object.fromEntries(
  FLAGS_OF_TRAIN.map((flag) => [flag, { ...TRAIN_FLAGS[flag], help: HELP[flag] ?? TRAIN_FLAGS[flag].help }]),
);

/** `import --help`. */
export function importHelp(): HelpPage {
  return {
    about:
      "Make a run of another program's dictionary: it is read, measured on your data, and reported like a run that was " +
      "trained here. docs/pytorch.md says what is read of each program.",
    usage: "import FOLDER --data PATH [flags]",
    sections: [
      {
        title: "Folders",
        rows: [
          { term: "SAELens", text: "cfg.json and sae_weights.safetensors: standard, topk, jumprelu, gated." },
          { term: "sparsify", text: "cfg.json and sae.safetensors of one hook: topk." },
          { term: "Gemma Scope", text: "params.npz. Gemma Scope 2: config.json and params.safetensors." },
          { term: "Llama Scope", text: "hyperparams.json and checkpoints/final.safetensors." },
        ],
      },
      { title: "Flags", rows: flagRows(IMPORT_FLAGS) },
    ],
    examples: [
      {
        term: "import gpt2-small/blocks.8 --data acts.npy",
        text: "a folder of SAELens, measured on a tenth of the rows",
      },
      { term: "import layer_20 --data 'acts/*.safetensors' --limit 100000", text: "shards, the first rows alone" },
    ],
  };
}

/**
 * Runs the command.
 *
 * @param signal Asks to stop; no run is left then.
 * @returns The exit code.
 * @throws {UserError} Anything the person can mend.
 */
export async function importCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { flags, positionals: [folder, ...others] } = parseFlags(args, IMPORT_FLAGS);
  if (folder === undefined || others.length > 0) {
    const now = folder === undefined ? "there is no folder" : `${quoted(others[0])} follows the folder`;
    throw usage(`Cannot import: ${now}, expected deno task import FOLDER --data PATH`);
  }
  const given = flags.map(({ name, value }) => IMPORT_FLAGS[name].takes === "" ? `--${name}` : `--${name}=${value}`);
  const { turned, options } = parseTrainArguments(given);
  const { data, reportsDir, runId, title, note, details, isJson, isQuiet } = options;
  if (data === undefined) throw usage("Cannot import: there are no rows to measure on, expected --data PATH");
  await assertMayWrite(reportsDir, { args: ["import", ...args] });
  const terminal = new Terminal(options), { onEvent } = new TrainView(terminal, { isTrained: false });
  const knobs = Object.fromEntries(KNOBS_OF_IMPORT.map((name) => [name, turned[name] ?? defaultOf(name)]));
  const { limit, ...device } = knobs as Pick<Config, typeof KNOBS_OF_IMPORT[number]>;
  const { importDictionary } = await import("../run/import.ts"); // with the readers of files, which a run does without
  let imported;
  try {
    imported = await importDictionary({
      ...{ folder: folderName(folder), place: { ...placeOf(options), data }, limit, device },
      ...{ reportsDir, runId, title, note, details, command: ["import", ...args], cacheDir: ".cache" },
    }, { onEvent, signal });
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    terminal.line("Stopped: no run was written");
    return INTERRUPTED;
  }
  const { id, path, report: { run, metrics } } = imported;
  for (const line of summaryLines(run, metrics.epochs)) terminal.line(line);
  terminal.line();
  terminal.line(`Report  ${path}/`);
  const reports = reportsDir === "reports" ? "" : ` --reports ${shellQuoted(reportsDir)}`;
  terminal.line(
    `Next    deno task site${reports} && deno task site:preview   builds and serves the website that shows it`,
  );
  if (isJson) terminal.json({ status: "finished", id, folder: path, run });
  else if (isQuiet) terminal.result(path);
  return 0;
}

function defaultOf(name: KnobName): unknown {
  return KNOBS.find((entry) => entry.name === name)!.knob.default;
}
