/**
 * The files of a report as they lie on disk: whether they are those that `run.json` lists, what their schemas say, and whether
 * they agree with each other.
 *
 * Reads; measures nothing and writes nothing.
 *
 * @module
 */
import { printable } from "../errors.ts";
import { filesBelow, isTemporary, readStart, readWhole } from "../files.ts";
import type { ReportFiles } from "../report/expectation.ts";
import { hashOfFile } from "../report/file_hash.ts";
import type { Run } from "../report/schema.ts";
import { assertAgreement, BadFile, type StoredFiles, storedReport } from "../report/stored_report.ts";
import { VERIFICATION_FILE } from "../report/writer.ts";
import type { Lines } from "./lines.ts";

/** Lines of files that are wrong, at most. */
const MOST_LINES = 20;

/**
 * Compares the files of a folder with the list in `run.json`, and says what else is there.
 *
 * @throws {UserError} The folder cannot be read.
 */
export async function checkListedFiles(folder: string, { files }: Pick<Run, "files">, lines: Lines): Promise<void> {
  const there = (await filesBelow(folder)).filter((name) => name !== "run.json" && !isOfVerification(name));
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
 * @param options.name The folder's name.
 * @returns The files, or null if they cannot be relied on.
 */
export async function checkAgreement(
  folder: string,
  { name }: { name: string },
  lines: Lines,
): Promise<ReportFiles | null> {
  const what = "agreement", files = filesIn(folder);
  try {
    const report = await storedReport(files);
    await assertAgreement(files, { report, folder: name });
    lines.holds("files", what, { detail: "every file is as its schema says, and no two contradict each other" });
    return report;
  } catch (error) {
    if (!(error instanceof BadFile)) throw error;
    lines.fails("files", what, { detail: `${error.path}: ${error.reason}` });
    return null;
  }
}

/** Also one that is being written, by another verification or by one that was killed. */
function isOfVerification(name: string): boolean {
  return name === VERIFICATION_FILE || name.startsWith(VERIFICATION_FILE) && isTemporary(name);
}

/** The files of a run's folder; one that cannot be read counts as missing. */
function filesIn(folder: string): StoredFiles {
  return {
    pathOf: (file) => file,
    read: (file, options) =>
      (options ? readStart(`${folder}/${file}`, { bytes: options.most }) : readWhole(`${folder}/${file}`))
        .catch(() => null),
  };
}

/** A file's JSON, as it stands there. @throws {SyntaxError} It is not JSON. @throws {UserError} It cannot be read. */
export async function readJson(path: string): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await readWhole(path)));
}
