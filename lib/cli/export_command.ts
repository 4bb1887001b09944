/**
 * `export`: a finished run's dictionary as a folder for SAELens, PyTorch or numpy.
 *
 * @module
 */
import { quoted } from "../errors.ts";
import { EXPORT_FORMATS, type ExportFormat, exportRun } from "../run/export.ts";
import { folderName } from "./args.ts";
import { type FlagTable, HELP_FLAG, parseFlags, usage } from "./flags.ts";
import { flagRows } from "./help.ts";
import type { HelpPage } from "./help_page.ts";
import { runFolderOf } from "./named_run.ts";
import { assertMayWrite } from "./permissions.ts";
import { Terminal } from "./terminal.ts";

const EXPORT_FLAGS = {
  "format": { takes: EXPORT_FORMATS.join("|"), help: "For which programs; see above.", defaults: EXPORT_FORMATS[0] },
  "out": { takes: "FOLDER", help: "Where the files go; the folder is made if it is not there." },
  "overwrite": { takes: "", help: "Replace files of the same names." },
  "reports": { takes: "FOLDER", help: "Folder of the runs' folders.", defaults: "reports" },
  "json": { takes: "", help: "Print the result as one JSON object; everything else goes to standard error." },
  ...HELP_FLAG,
} as const satisfies FlagTable;

/** `export --help`. */
export function exportHelp(): HelpPage {
  return {
    about:
      "Write the dictionary of a finished run for other programs. It reads rows as they are in the data: the run's " +
      "scaling is part of its weights and biases, or stated. docs/pytorch.md says how each format is loaded.",
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
          { term: "npz", text: "The same for numpy, dictionary.npz." },
        ],
      },
      { title: "Flags", rows: flagRows(EXPORT_FLAGS) },
    ],
    examples: [
      { term: "export my-run --out my-sae", text: "a run by its id or folder" },
      { term: "export my-run --format npz --out my-sae", text: "for numpy" },
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
  const { flags, positionals } = parseFlags(args, EXPORT_FLAGS);
  const given = new Map(flags.map(({ name, value }) => [name, value]));
  if (positionals.length !== 1) {
    const now = positionals.length === 0 ? "there is no run" : `${quoted(positionals[1])} follows the run`;
    throw usage(`Cannot export: ${now}, expected deno task export RUN --out FOLDER`);
  }
  const named = given.get("out"), format = formatOf(given.get("format") ?? EXPORT_FORMATS[0]);
  if (named === undefined) throw usage("Cannot export: it is not said where the files go, expected --out FOLDER");
  const folder = await runFolderOf(positionals[0], { reportsDir: folderName(given.get("reports") ?? "reports") });
  const out = folderName(named);
  await assertMayWrite(out, { args: ["export", ...args] });
  const terminal = new Terminal({ isQuiet: false, isJson: given.has("json") });
  const { files, note } = await exportRun(folder, { format, out, canOverwrite: given.has("overwrite") });
  for (const file of files) terminal.line(`wrote    ${file}`);
  terminal.line(`scaling  ${note}`);
  if (given.has("json")) terminal.json({ format, folder: out, files, scaling: note });
  return 0;
}

/** @throws {UserError} There is no such format. */
function formatOf(text: string): ExportFormat {
  const format = EXPORT_FORMATS.find((format) => format === text);
  if (format !== undefined) return format;
  throw usage(`Cannot use --format: it is ${quoted(text)}, expected ${EXPORT_FORMATS.join(", ")}`);
}
