/**
 * Runs that have no report yet, as their `progress.json` says: only a site that is served while it changes shows them.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { RunProgress } from "../../lib/report/progress_schema.ts";

/**
 * The runs below a reports folder that are training or were stopped, the one that was measured last first. A file that is
 * not what it must be is left out: it is of another version of the program, which may still be writing it.
 */
export async function runsInTraining(dir: string): Promise<RunProgress[]> {
  const found: RunProgress[] = [];
  for (const folder of await readdir(dir).catch(() => [])) {
    if (existsSync(`${dir}/${folder}/run.json`)) continue;
    const text = await readFile(`${dir}/${folder}/progress.json`, "utf8").catch(() => null);
    const parsed = RunProgress.safeParse(text === null ? null : parsedJson(text));
    if (parsed.success && parsed.data.id === folder) found.push(parsed.data);
  }
  return found.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
