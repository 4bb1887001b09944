/**
 * The files of a report as they lie on disk: whether they are those that `run.json` lists, what their schemas say, and whether
 * they agree with each other.
 *
 * Reads; measures nothing and writes nothing.
 *
 * @module
 */
import type { z } from "zod";
import { printable, UserError } from "../errors.ts";
import { readWhole } from "../files.ts";
import { pngHeader } from "../formats/png.ts";
import { contradiction, detailContradiction } from "../report/consistency.ts";
import type { Contradiction, ReportFiles } from "../report/expectation.ts";
import { hashOfFile } from "../report/file_hash.ts";
import {
  Activations,
  Inputs,
  LatentDetails,
  Latents,
  Lifelines,
  Metrics,
  Reconstructions,
  type Run,
} from "../report/schema.ts";
import { spritesOf } from "../report/shown_rows.ts";
import { VERIFICATION_FILE } from "../report/writer.ts";
import { pathText } from "./compare.ts";
import { type Lines, valueText } from "./lines.ts";

/** Lines of files that are wrong, at most. */
const MOST_LINES = 20;
const SCHEMAS = {
  "metrics.json": Metrics,
  "reconstructions.json": Reconstructions,
  "activations.json": Activations,
  "latents.json": Latents,
  "inputs.json": Inputs,
} as const;

/** A file that is not as it must be. */
class BadFile extends Error {
  constructor(readonly file: string, reason: string) {
    super(reason);
  }
}

/**
 * Compares the files of a folder with the list in `run.json`, and says what else is there.
 *
 * @throws {UserError} The folder cannot be read.
 */
export async function checkListedFiles(folder: string, { files }: Pick<Run, "files">, lines: Lines): Promise<void> {
  const there = (await namesIn(folder)).filter((name) => name !== "run.json" && name !== VERIFICATION_FILE);
  if (files.length === 0) {
    lines.notChecked("files", "checksums", { detail: "the report is older than the list of its files in run.json" });
    return;
  }
  const wrong: [name: string, stored: string, measured: string][] = [];
  let bytes = 0;
  for (const listed of files) {
    const { name } = listed;
    if (!there.includes(name)) {
      wrong.push([name, `${listed.bytes} bytes`, "no file"]);
      continue;
    }
    const now = await hashOfFile(`${folder}/${name}`);
    bytes += now.bytes;
    if (now.bytes !== listed.bytes) wrong.push([name, `${listed.bytes} bytes`, `${now.bytes} bytes`]);
    else if (now.sha256 !== listed.sha256) wrong.push([name, listed.sha256, now.sha256]);
  }
  for (const [name, stored, measured] of wrong.slice(0, MOST_LINES)) {
    const detail = measured === "no file" ? "it is not there" : "it is another file than run.json lists";
    lines.fails("files", name, { detail, place: { path: `run.json: files, ${name}`, stored, measured } });
  }
  if (wrong.length > MOST_LINES) {
    lines.fails("files", "more files", {
      detail: `${wrong.length - MOST_LINES} more files are not as run.json lists them`,
    });
  }
  if (wrong.length === 0) {
    const detail = `${files.length} files, ${bytes} bytes: sizes and SHA-256 as run.json lists them`;
    lines.holds("files", "checksums", { detail });
  }
  const listed = new Set(files.map(({ name }) => name)), others = there.filter((name) => !listed.has(name));
  if (others.length === 0) return lines.holds("files", "no other file", { detail: "nothing else is in the folder" });
  const named = others.slice(0, 5).map(printable).join(", ");
  lines.fails("files", "no other file", { detail: `not of the report: ${named}${others.length > 5 ? ", …" : ""}` });
}

/**
 * Reads every JSON file, and compares them with their schemas and with each other.
 *
 * @returns The files, or null if they cannot be relied on.
 */
export async function checkAgreement(
  folder: string,
  { run, name }: { run: Run; name: string },
  lines: Lines,
): Promise<ReportFiles | null> {
  const what = "agreement";
  try {
    const parts: Record<string, unknown> = {};
    for (const [file, schema] of Object.entries(SCHEMAS)) {
      parts[file.replace(/\.json$/, "")] = await parsed(folder, { file, schema });
    }
    const lifelines = run.lifelines && await parsed(folder, { file: run.lifelines, schema: Lifelines });
    const report = { run, lifelines, ...parts } as unknown as ReportFiles;
    assertNone(contradiction(report, { folder: name }));
    for (const [place, file] of report.latents.detailFiles.entries()) {
      assertNone(detailContradiction(await parsed(folder, { file, schema: LatentDetails }), { report, place }));
    }
    for (const [, , sprite] of spritesOf(report)) await assertPictures(folder, sprite);
    for (const sprite of report.lifelines?.pictures?.sprites ?? []) await assertPictures(folder, sprite);
    lines.holds("files", what, { detail: "every file is as its schema says, and no two contradict each other" });
    return report;
  } catch (error) {
    if (!(error instanceof BadFile)) throw error;
    lines.fails("files", what, { detail: `${error.file}: ${error.message}` });
    return null;
  }
}

/** A file's JSON, as it stands there. @throws {SyntaxError} It is not JSON. @throws {UserError} It cannot be read. */
export async function readJson(path: string): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await readWhole(path)));
}

/** Where an issue of a schema is, and what it says. */
export function issueText({ issues: [{ path, message }] }: z.ZodError): string {
  return `${pathText(path) || "the file"}: ${message}`;
}

/** @throws {BadFile} It cannot be read, is not JSON, or is not what its schema says. */
async function parsed<S extends z.ZodType>(
  folder: string,
  { file, schema }: { file: string; schema: S },
): Promise<z.infer<S>> {
  let json: unknown;
  try {
    json = await readJson(`${folder}/${file}`);
  } catch (error) {
    throw new BadFile(file, error instanceof UserError ? "it cannot be read" : "it is not JSON");
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new BadFile(file, issueText(result.error));
}

/** @throws {BadFile} There is a contradiction. */
function assertNone(wrong: Contradiction | null): void {
  if (wrong) throw new BadFile(wrong.file, `${wrong.field}: ${wrong.reason}`);
}

/** @throws {BadFile} A picture of a sprite is missing, is no PNG, or has not the size that its tiles need. */
async function assertPictures(
  folder: string,
  { files, columns, tilesPerFile, count, tileWidth, tileHeight }: {
    files: string[];
    columns: number;
    tilesPerFile: number;
    count: number;
    tileWidth: number;
    tileHeight: number;
  },
): Promise<void> {
  for (const [i, file] of files.entries()) {
    const tiles = Math.min(tilesPerFile, count - i * tilesPerFile);
    const wanted = `${columns * tileWidth} × ${Math.ceil(tiles / columns) * tileHeight} pixels`;
    let now: string;
    try {
      const { width, height } = pngHeader(await readWhole(`${folder}/${file}`));
      now = `${width} × ${height} pixels`;
    } catch (error) {
      throw new BadFile(file, (error as Error).message);
    }
    if (now !== wanted) throw new BadFile(file, `it has ${valueText(now)}, expected ${valueText(wanted)}`);
  }
}

/** Files in a folder and its sub-folders, by their paths from it. */
async function namesIn(folder: string, prefix = ""): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${prefix}`)) {
    const found = isDirectory ? await namesIn(folder, `${prefix}${name}/`) : [prefix + name];
    for (const path of found) names.push(path);
  }
  return names.sort();
}
