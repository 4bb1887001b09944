/**
 * `encode`: the latents of a file's rows, in a file.
 *
 * @module
 */
import { mostLatents } from "../analysis/by_k.ts";
import { printablePath, UserError } from "../errors.ts";
import { exists } from "../files.ts";
import { codesFormat } from "../run/codes/formats.ts";
import { encodeToFile, shardPath } from "../run/encode.ts";
import { withFewerLatents } from "../run/fewer_latents.ts";
import { openTrained } from "../run/trained_model.ts";
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
import { engineLine, openedRows, rowRateText, rowsText } from "./model_view.ts";
import { assertMayWriteFile } from "./permissions.ts";
import { INTERRUPTED } from "./stop.ts";
import { shardFrom } from "./sweep_args.ts";
import { Terminal } from "./terminal.ts";

/** Latents of a row in a table. */
const DEFAULT_TOP = 10, MOST_TOP = 1000;
/** Rows that files may hold. */
const MOST_ROWS = 2 ** 31;

const ENCODE_FLAGS = {
  ...ROW_FLAGS,
  "limit": { takes: "N", help: "Encode the first N rows only." },
  ...LATENT_FLAGS,
  "out": { takes: "FILE", help: "The file to write; the ending of its name chooses the format, see Formats." },
  "overwrite": { takes: "", help: "Replace the file if there is one." },
  "top": {
    takes: "N",
    help: "How many latents of each row a table has: those with the largest activations.",
    defaults: `${DEFAULT_TOP}`,
  },
  "shard": {
    takes: "I/N",
    help: "Encode part I of N of the rows, counted from 1, into a file such as codes-2-of-8.npz.",
  },
  ...DEVICE_FLAGS,
  ...OUTPUT_FLAGS,
  "quiet": { takes: "", help: "Print nothing but the file's path." },
} as const satisfies FlagTable;

/** `encode --help`. */
export function encodeHelp(): HelpPage {
  return {
    about:
      "Write the latents of a trained model for every row of some files. The files may be of any length: some rows at a " +
      "time are read, scaled as the training data were, run through the model, and written.",
    usage: "encode RUN --data PATH --out FILE [flags]",
    sections: [
      {
        title: "Formats",
        rows: [
          { term: ".npz", text: "The latents that are not 0, as a sparse matrix that scipy.sparse.load_npz reads." },
          { term: ".npy", text: "All latents as float32, one row of latents for each row of the data." },
          { term: ".safetensors", text: "The same numbers as .npy, in a tensor called latents." },
          {
            term: ".csv, .parquet",
            text:
              "A table: number, label and mean squared error of each row, how many latents are active, and the latents " +
              "with the largest activations.",
          },
        ],
      },
      { title: "Flags", rows: flagRows(ENCODE_FLAGS) },
    ],
    examples: [
      { term: "encode my-run --data x.npy --out codes.npz", text: "a run by its id or folder" },
      { term: "encode my-run --data 'acts/*.safetensors' --out codes.npz --shard 2/8", text: "an eighth of the rows" },
      { term: "encode my-run --data images/ --out top.csv --top 5", text: "a table to open" },
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
export async function encodeCommand(args: string[], signal: AbortSignal): Promise<number> {
  const given = parseFlags(args, ENCODE_FLAGS), { flags } = given;
  const folder = await runFolderNamed(given, { command: "encode" });
  const { data, ...others } = rowFiles(given), named = valueOf(flags, "out");
  if (data === undefined) throw usage("Cannot encode: there are no rows, expected --data PATH");
  if (named === undefined) throw usage("Cannot encode: it is not said where the latents go, expected --out FILE");
  const format = codesFormat(named), shard = shardFrom(valueOf(flags, "shard") ?? "1/1");
  const top = countOf(given, { flag: "top", most: MOST_TOP });
  const limit = countOf(given, { flag: "limit", most: MOST_ROWS });
  if (top !== null && !format.isTable) {
    throw usage(`Cannot use --top: ${printablePath(named)} is no table, expected a .csv or .parquet file`);
  }
  const out = shardPath(named, shard);
  await assertMayWriteFile(out, { args: ["encode", ...args] });
  if (!isGiven(flags, "overwrite") && await exists(out)) {
    throw new UserError(
      `Cannot write ${printablePath(out)}: it is there already, expected --overwrite or another name`,
    );
  }
  const isJson = isGiven(flags, "json"), isQuiet = isGiven(flags, "quiet");
  const terminal = new Terminal({ isQuiet, isJson });
  const k = countOf(given, { flag: "k", most: MOST_K });
  const model = withFewerLatents(await openTrained(folder), k);
  terminal.line(`run      ${folder}`);
  if (k !== null) terminal.line(`latents  the ${k} largest of each row at most`);
  const { part, opened: rows, files } = await openedRows({ data, ...others }, {
    ...{ part: partOf(given), ownPart: "all", run: model.run, scaling: model.scaling, terminal },
  });
  for (
    const [what, own] of [["the data", files], [
      "the run",
      model.files.map(({ name }) => `${folder}/${name}`),
    ]] as const
  ) {
    if (!await isOneOf(out, own)) continue;
    throw new UserError(`Cannot write ${printablePath(out)}: it is a file of ${what}, expected another name`);
  }
  const beganMs = performance.now();
  let result;
  try {
    result = await encodeToFile(model, {
      ...{ rows, limit, format, out, shard, signal, cacheDir: ".cache", canOverwrite: isGiven(flags, "overwrite") },
      top: top ?? DEFAULT_TOP,
      device: deviceOf(given),
      onEngine: (engine) => terminal.line(engineLine(engine)),
      onProgress: ({ done, total }) => terminal.bar(done / total, rowsText({ done, total, beganMs })),
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    terminal.line(`Stopped: ${printablePath(out)} was not written`);
    return INTERRUPTED;
  }
  const seconds = result.milliseconds / 1000;
  const l0 = result.entries === null
    ? ""
    : `, ${(result.entries / result.rows).toFixed(1)} latents other than 0 per row`;
  terminal.line(`rows     ${result.rows}, ${rowRateText(result.rows / seconds)}${l0}`);
  if (isJson) {
    const { rows: count, first, entries } = result;
    terminal.json({
      file: out,
      part,
      rows: count,
      firstRow: first,
      latents: model.definition.arch.nLatents,
      k: mostLatents(model.definition),
      entries,
      seconds,
    });
  } else if (isQuiet) terminal.result(out);
  else terminal.line(`wrote    ${out}`);
  return 0;
}

/** Whether a path leads to one of some files, under whatever name. */
async function isOneOf(path: string, files: readonly string[]): Promise<boolean> {
  const place = await Deno.realPath(path).catch(() => null);
  if (place === null) return false;
  for (const file of files) if (await Deno.realPath(file).catch(() => null) === place) return true;
  return false;
}
