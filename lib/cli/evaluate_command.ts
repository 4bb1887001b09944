/**
 * `evaluate`: a trained model on new data, as figures, and how unusual each row is.
 *
 * @module
 */
import { bold } from "@std/fmt/colors";
import { CONFIG_KNOBS } from "../config_knobs.ts";
import { printablePath, UserError } from "../errors.ts";
import { exists } from "../files.ts";
import { numberText } from "../number_text.ts";
import type { NewDataEvaluation } from "../report/evaluation_schema.ts";
import { type Evaluated, evaluateModel } from "../run/evaluate.ts";
import { figures, writeEvaluation } from "../run/evaluation_files.ts";
import { withFewerLatents } from "../run/fewer_latents.ts";
import { openTrained } from "../run/trained_model.ts";
import { folderName } from "./args.ts";
import { type FlagTable, parseFlags, usage } from "./flags.ts";
import { flagRows } from "./help.ts";
import type { HelpPage } from "./help_page.ts";
import {
  countOf,
  DEVICE_FLAGS,
  deviceOf,
  isGiven,
  LATENT_FLAGS,
  MOST_K,
  OUTPUT_FLAGS,
  partOf,
  ROW_FLAGS,
  rowFiles,
  runFolderNamed,
  valueOf,
} from "./model_args.ts";
import { engineLine, openedRows, widest, wordsText } from "./model_view.ts";
import { assertMayWrite } from "./permissions.ts";
import { INTERRUPTED } from "./stop.ts";
import { Terminal } from "./terminal.ts";

const DEFAULT_FURTHEST = 10, MOST_FURTHEST = 1000;
/** Rows that files may hold. */
const MOST_ROWS = 2 ** 31;
const BUFFER = CONFIG_KNOBS.bufferMb;

const EVALUATE_FLAGS = {
  ...ROW_FLAGS,
  "part": { ...ROW_FLAGS.part, defaults: "test, if the data have one" },
  "limit": { takes: "N", help: "Measure the first N rows only." },
  "buffer-mb": {
    takes: "MB",
    help: "Memory for the rows; if they take more, they are read from disk again for each measurement.",
    defaults: `${BUFFER.default}`,
  },
  ...LATENT_FLAGS,
  "normal": {
    takes: "CLASS,…",
    help:
      "Names of the classes whose rows are normal: how well the reconstruction error separates them from all others is measured.",
  },
  "furthest": {
    takes: "N",
    help: "How many rows are listed: those with the largest error.",
    defaults: `${DEFAULT_FURTHEST}`,
  },
  "out": {
    takes: "FOLDER",
    help:
      "Write evaluation.json, errors.csv with the error of each row, evaluation.md for a person, and a picture if rows have one.",
  },
  "overwrite": { takes: "", help: "Replace an evaluation that is in the folder already." },
  ...DEVICE_FLAGS,
  ...OUTPUT_FLAGS,
  "quiet": { takes: "", help: "Print nothing but the folder that --out names." },
} as const satisfies FlagTable;

/** `evaluate --help`. */
export function evaluateHelp(): HelpPage {
  return {
    about:
      "Measure a trained model on new data: every metric that a report has of its test set, and for each row the mean " +
      "squared error of its reconstruction with the percentile of this error among the run's test rows and among its training " +
      "rows. A row with a large error is unlike the rows of the run's data.",
    usage: "evaluate RUN --data PATH [flags]",
    sections: [{ title: "Flags", rows: flagRows(EVALUATE_FLAGS) }],
    examples: [
      { term: "evaluate my-run --data x.npy", text: "every figure, and the 10 rows that fit least" },
      { term: "evaluate my-run --data images/ --normal cat,dog", text: "how well the error separates other classes" },
      { term: "evaluate my-run --data x.parquet --out measured", text: "the error of each row in a file" },
    ],
  };
}

/**
 * Runs the command.
 *
 * @param signal Asks to stop; no file is left then.
 * @returns The exit code.
 * @throws {UserError} Anything the person can mend.
 */
export async function evaluateCommand(args: string[], signal: AbortSignal): Promise<number> {
  const given = parseFlags(args, EVALUATE_FLAGS), { flags } = given;
  const folder = await runFolderNamed(given, { command: "evaluate" });
  const { data, ...others } = rowFiles(given);
  if (data === undefined) throw usage("Cannot evaluate: there are no rows, expected --data PATH");
  const limit = countOf(given, { flag: "limit", most: MOST_ROWS });
  const furthest = countOf(given, { flag: "furthest", most: MOST_FURTHEST }) ?? DEFAULT_FURTHEST;
  const bufferMb = countOf(given, { flag: "buffer-mb", most: BUFFER.max }) ?? BUFFER.default;
  const normal = (valueOf(flags, "normal") ?? "").split(",").filter((name) => name.trim() !== "");
  const isQuiet = isGiven(flags, "quiet"), isJson = isGiven(flags, "json");
  const out = await outFolder(valueOf(flags, "out"), { args, overwrites: isGiven(flags, "overwrite") });
  if (isQuiet && out === null) {
    throw usage("Cannot use --quiet: nothing would be left, expected --out FOLDER beside it");
  }
  const terminal = new Terminal({ isQuiet, isJson });
  const k = countOf(given, { flag: "k", most: MOST_K });
  const model = withFewerLatents(await openTrained(folder), k);
  terminal.line(`run      ${folder}`);
  if (k !== null) terminal.line(`latents  the ${k} largest of each row at most`);
  const { name, part, opened: rows, whole } = await openedRows({ data, ...others }, {
    ...{ part: partOf(given), ownPart: "test", run: model.run, scaling: model.scaling, terminal },
  });
  let evaluated: Evaluated;
  try {
    evaluated = await evaluateModel(model, {
      ...{ name, rows, whole, part, limit, bufferMb, normal, furthest, signal, cacheDir: ".cache" },
      device: deviceOf(given),
      onNotice: (text) => terminal.notice(text),
      onEngine: (engine) => terminal.line(engineLine(engine)),
      onProgress: ({ what, done, total }) => terminal.bar(done / total, what),
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    terminal.line("Stopped: nothing was measured to the end");
    return INTERRUPTED;
  }
  for (const line of evaluationLines(evaluated.evaluation)) terminal.line(line);
  if (out !== null) {
    const files = await writeEvaluation(out, { evaluated, levels: model.run.dataset });
    if (isQuiet && !isJson) terminal.result(out);
    else for (const file of files) terminal.line(`wrote    ${file}`);
  }
  if (isJson) terminal.json(evaluated.evaluation);
  return 0;
}

/** @throws {UserError} The folder has an evaluation already, or may not be written. */
async function outFolder(
  named: string | undefined,
  { args, overwrites }: { args: string[]; overwrites: boolean },
): Promise<string | null> {
  if (named === undefined) return null;
  const folder = folderName(named);
  await assertMayWrite(folder, { args: ["evaluate", ...args] });
  if (overwrites || !await exists(`${folder}/evaluation.json`)) return folder;
  const now = "an evaluation is there already";
  throw new UserError(`Cannot write ${printablePath(folder)}: ${now}, expected --overwrite or another folder`);
}

/** The figures, the shares of unusual rows, and the rows that fit least. */
function evaluationLines(evaluation: NewDataEvaluation): string[] {
  const { data, errors, anomalies: { furthest, normal } } = evaluation;
  const rows = figures(evaluation).map(({ label, text, unit }) => [label, withUnit(text, unit)]);
  const shares = errors.aboveTest.map(({ percentile, share }, i) => [
    `rows above ${percentile} % of the run's`,
    `${percentText(share)} (test rows), ${percentText(errors.aboveTrain[i].share)} (training rows)`,
  ]);
  const separated = normal === null ? [] : [
    [`normal: ${normal.classes.join(", ")}`, `${normal.normalRows} rows, ${normal.otherRows} of other classes`],
    ["AUROC of the error", normal.auroc === null ? "none: one group has no rows" : normal.auroc.toFixed(4)],
  ];
  const width = widest([...rows, ...shares, ...separated].map(([label]) => label)) + 2;
  const line = ([label, text]: string[]) => `  ${label.padEnd(width)}${text}`;
  return [
    "",
    bold(`${evaluation.run.title} on ${data.name}`),
    ...rows.map(line),
    "",
    bold("How unusual the rows are"),
    ...[...shares, ...separated].map(line),
    "",
    bold("The rows furthest from their reconstructions"),
    ...furthestLines(furthest),
  ];
}

/** `12 latents`, `1 latent`; a unit of 1 is left out. */
function withUnit(text: string, unit: string): string {
  if (unit === "1") return text;
  return `${text} ${text === "1" ? unit.replace(/s\b/, "") : unit}`;
}

function percentText(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function furthestLines(furthest: NewDataEvaluation["anomalies"]["furthest"]): string[] {
  const cells = furthest.map(({ row, label, mse, testPercentile, trainPercentile, words }) => [
    `${row}`,
    label ?? "",
    numberText(mse, { decimals: 6 }),
    testPercentile.toFixed(1),
    trainPercentile.toFixed(1),
    wordsText(words),
  ]);
  const head = [
    "row",
    furthest.some(({ label }) => label !== null) ? "class" : "",
    "MSE",
    "% of test",
    "% of training",
    "",
  ];
  const widths = head.map((title, i) => widest([title, ...cells.map((own) => own[i])]));
  return [head, ...cells].map((own) => `  ${own.map((text, i) => text.padEnd(widths[i])).join("  ")}`.trimEnd());
}
