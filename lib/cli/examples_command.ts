/**
 * `examples`: the rows that activate a latent most.
 *
 * @module
 */
import { bold, dim } from "@std/fmt/colors";
import { numberText } from "../number_text.ts";
import { examplesIn, examplesOfReport, type LatentExamples } from "../run/examples.ts";
import { openTrained } from "../run/trained_model.ts";
import { badValue } from "./args.ts";
import { type FlagTable, parseFlags, usage } from "./flags.ts";
import { flagRows } from "./help.ts";
import type { HelpPage } from "./help_page.ts";
import {
  countOf,
  DEVICE_FLAGS,
  deviceOf,
  isGiven,
  OUTPUT_FLAGS,
  partOf,
  ROW_FLAGS,
  rowFiles,
  runFolderNamed,
} from "./model_args.ts";
import { engineLine, openedRows, rowsText, widest, wordsText } from "./model_view.ts";
import { INTERRUPTED } from "./stop.ts";
import { Terminal } from "./terminal.ts";

const DEFAULT_TOP = 10, MOST_TOP = 1000;
/** Latents that are asked for at once. */
const MOST_LATENTS = 1000;

const EXAMPLES_FLAGS = {
  "latent": { takes: "J,J,…", help: "Numbers of latents, counted from 0; the flag may be repeated.", mayRepeat: true },
  "top": { takes: "N", help: "How many rows of each latent are printed, at most.", defaults: `${DEFAULT_TOP}` },
  ...ROW_FLAGS,
  ...DEVICE_FLAGS,
  ...OUTPUT_FLAGS,
} as const satisfies FlagTable;

/** `examples --help`. */
export function examplesHelp(): HelpPage {
  return {
    about:
      "Print the rows on which a latent has its largest activations, with their labels and what is known of them in " +
      "words. The rows are those of --data; without --data they are the test rows that the run's report has.",
    usage: "examples RUN --latent J [flags]",
    sections: [{ title: "Flags", rows: flagRows(EXAMPLES_FLAGS) }],
    examples: [
      { term: "examples my-run --latent 7", text: "from the run's report" },
      {
        term: "examples my-run --latent 7,12 --data x.npy --meta texts.jsonl",
        text: "rows of new data, with their texts",
      },
    ],
  };
}

/**
 * Runs the command.
 *
 * @param signal Asks to stop.
 * @returns The exit code.
 * @throws {UserError} Anything the person can mend.
 */
export async function examplesCommand(args: string[], signal: AbortSignal): Promise<number> {
  const given = parseFlags(args, EXAMPLES_FLAGS), { flags } = given;
  const folder = await runFolderNamed(given, { command: "examples", doing: "list examples", numbers: "latent" });
  const latents = latentsFrom(flags.filter(({ name }) => name === "latent").map(({ value }) => value));
  const top = countOf(given, { flag: "top", most: MOST_TOP }) ?? DEFAULT_TOP;
  const files = rowFiles(given), isJson = isGiven(flags, "json");
  const needless = [...Object.keys(files), ...isGiven(flags, "part") ? ["part"] : []].find((name) => name !== "data");
  if (files.data === undefined && needless) {
    throw usage(`Cannot use --${needless}: it belongs to data, expected --data PATH`);
  }
  const terminal = new Terminal({ isQuiet: false, isJson });
  const model = await openTrained(folder);
  terminal.line(`run      ${folder}`);
  let found: LatentExamples[];
  if (files.data === undefined) found = await examplesOfReport(model, { latents, top });
  else {
    const rows = await openedRows({ ...files, data: files.data }, {
      ...{ part: partOf(given), ownPart: "all", run: model.run, terminal },
    });
    try {
      found = await examplesIn(model, {
        ...{ rows: rows.opened, latents, top, signal, cacheDir: ".cache", device: deviceOf(given) },
        onEngine: (engine) => terminal.line(engineLine(engine)),
        onProgress: ({ done, total }) => terminal.bar(done / total, rowsText({ done, total })),
      });
    } catch (error) {
      if (!signal.aborted) throw error;
      terminal.line("Stopped: not all rows were read");
      return INTERRUPTED;
    }
  }
  if (isJson) terminal.json({ run: model.run.id, data: files.data ?? null, latents: found });
  else for (const line of found.flatMap(exampleLines)) terminal.line(line);
  return 0;
}

/** A heading and a line for each row. */
function exampleLines({ latent, activeRows, examples }: LatentExamples): string[] {
  const among = activeRows === null ? "" : dim(`, not 0 on ${activeRows} row${activeRows === 1 ? "" : "s"}`);
  const heading = ["", bold(`latent ${latent}`) + among];
  if (examples.length === 0) return [...heading, "  0 on every row"];
  const cells = examples.map(({ row, activation, label, words }) => [
    `${row}`,
    numberText(activation, { decimals: 4 }),
    label ?? "",
    wordsText(words),
  ]);
  const widths = ["row", "activation", "label"].map((head, i) => widest([head, ...cells.map((row) => row[i])]));
  const line = ([row, activation, label, words]: string[]) =>
    `  ${row.padStart(widths[0])}  ${activation.padStart(widths[1])}  ${label.padEnd(widths[2])}  ${words}`.trimEnd();
  const hasLabels = examples.some(({ label }) => label !== null);
  return [...heading, dim(line(["row", "activation", hasLabels ? "label" : "", ""])), ...cells.map(line)];
}

function latentsFrom(texts: readonly string[]): number[] {
  if (texts.length === 0) throw usage("Cannot list examples: no latent is named, expected --latent J");
  const latents = texts.flatMap((text) =>
    text.split(",").map((part) => {
      const isNumber = /^\s*\d{1,9}\s*$/.test(part);
      return isNumber ? Number(part) : badValue("latent", text, "numbers of latents, such as 7 or 7,12");
    })
  );
  const unique = [...new Set(latents)];
  return unique.length <= MOST_LATENTS
    ? unique
    : badValue("latent", texts.join(","), `at most ${MOST_LATENTS} latents`);
}
