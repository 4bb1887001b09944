/**
 * `export`: a finished run's dictionary as a folder for SAELens, PyTorch or numpy.
 *
 * @module
 */
import { quoted } from "../errors.ts";
import { EXPORT_FORMATS, type ExportFormat, exportRun } from "../run/export.ts";
import { folderName } from "./args.ts";
import { type FlagTable, parseFlags, usage } from "./flags.ts";
import { flagRows } from "./help.ts";
import type { HelpPage } from "./help_page.ts";
import { isGiven, OUTPUT_FLAGS, runFolderNamed, valueOf } from "./model_args.ts";
import { assertMayWrite } from "./permissions.ts";
import { Terminal } from "./terminal.ts";

const EXPORT_FLAGS = {
  "format": {
    takes: EXPORT_FORMATS.join("|"),
    help: "Which programs the folder is for; see Formats.",
    defaults: EXPORT_FORMATS[0],
  },
  "out": { takes: "FOLDER", help: "The folder to write to; it is made if it is not there." },
  "overwrite": {
    takes: "",
    help: "Replace files of the same names, and write into a folder that holds another format.",
  },
  ...OUTPUT_FLAGS,
} as const satisfies FlagTable;

/** `export --help`. */
export function exportHelp(): HelpPage {
  return {
    about:
      "Write the dictionary of a finished run for other programs. The dictionary that is written reads rows as they are " +
      "in the data: the run's scaling becomes part of its weights and biases, or is stated in the folder. " +
      "docs/pytorch.md says how each format is loaded.",
    usage: "export RUN --out FOLDER [flags]",
    sections: [
      {
        title: "Formats",
        rows: [
          {
            term: "saelens",
            text: "The folder that SAELens 6 loads: cfg.json, sae_weights.safetensors and sparsity.safetensors.",
          },
          {
            term: "safetensors",
            text: "The same arrays in one file, dictionary.safetensors, with a page of equations.",
          },
          { term: "npz", text: "The same arrays and page for numpy, dictionary.npz." },
        ],
      },
      { title: "Flags", rows: flagRows(EXPORT_FLAGS) },
    ],
    examples: [
      { term: "export my-run --out my-sae", text: "a run by its id or folder" },
      { term: "export my-run --format npz --out my-arrays", text: "for numpy" },
    ],
  };
}

/**
 * Runs the command.
 *
 * @returns The exit code.
 * @throws {UserError} Anything the person can mend.
 */
export async function exportCommand(args: string[]): Promise<number> {
  const given = parseFlags(args, EXPORT_FLAGS), { flags } = given, isJson = isGiven(flags, "json");
  const folder = await runFolderNamed(given, { command: "export" });
  const named = valueOf(flags, "out"), format = formatOf(valueOf(flags, "format") ?? EXPORT_FORMATS[0]);
  if (named === undefined) throw usage("Cannot export: it is not said where the files go, expected --out FOLDER");
  const out = folderName(named);
  await assertMayWrite(out, { args: ["export", ...args] });
  const terminal = new Terminal({ isQuiet: false, isJson });
  const { files, note } = await exportRun(folder, { format, out, canOverwrite: isGiven(flags, "overwrite") });
  for (const file of files) terminal.line(`wrote    ${file}`);
  terminal.line(`scaling  ${note}`);
  if (isJson) terminal.json({ format, folder: out, files, scaling: note });
  return 0;
}

/** @throws {UserError} There is no such format. */
function formatOf(text: string): ExportFormat {
  const format = EXPORT_FORMATS.find((format) => format === text);
  if (format !== undefined) return format;
  throw usage(`Cannot use --format: it is ${quoted(text)}, expected ${EXPORT_FORMATS.join(", ")}`);
}
