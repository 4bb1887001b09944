/**
 * One file of the reports, read and checked against its schema; an error names the file and the field that is wrong.
 *
 * @module
 */
import { readdir, readFile } from "node:fs/promises";
import type { z } from "zod";

/** A file that no page can rely on. */
export class BadFile extends Error {
  override name = "BadFile";
  constructor(readonly path: string, readonly reason: string) {
    super(`Cannot show ${path}: ${reason}`);
  }
}

/**
 * A JSON file below a reports folder.
 *
 * @throws {BadFile} It is missing, no JSON, or not what its schema says.
 */
export async function readChecked<S extends z.ZodType>(
  { dir, path }: { dir: string; path: string },
  schema: S,
): Promise<z.infer<S>> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(`${dir}/${path}`, "utf8"));
  } catch (error) {
    const isMissing = (error as { code?: string }).code === "ENOENT";
    throw new BadFile(
      path,
      isMissing ? "it is not there, expected it in the reports" : "it is not JSON, expected a report",
    );
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path: field, message } = parsed.error.issues[0];
  throw new BadFile(path, `${fieldText(field)}: ${message}`);
}

/** `metrics.epochs[2].loss`; `the file` for the whole. */
function fieldText(path: PropertyKey[]): string {
  return path.map((key) => typeof key === "number" ? `[${key}]` : `.${String(key)}`).join("").replace(/^\./, "") ||
    "the file";
}

/** Names in a folder, sorted; none if it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}
