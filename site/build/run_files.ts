/**
 * The files of a run's report that the site publishes beside the run's pages: what pages load, and what readers take away.
 *
 * Copies and serves them; makes none.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { eachOf, filesUnder } from "./digest.ts";

/** GitHub, and with it GitHub Pages, takes no larger file. */
export const MOST_FILE_BYTES = 100 * 2 ** 20;

/** Files of a run without a report; it has one when they are there all the same, left behind by a process that was killed. */
const UNFINISHED = /^(?:checkpoint\.safetensors|progress\.json)$/;

/** Whether a file of a run's folder is of its report, by its path from there. */
export function isReportFile(path: string): boolean {
  return /^(?:[\w-]+\/)*[\w-]+\.(?:json|png|safetensors)$/.test(path) && !UNFINISHED.test(path);
}

/** The files of a run's report that the site publishes, by their paths from the run's folder, sorted. */
export async function publishedFiles(folder: string): Promise<{ path: string; bytes: number }[]> {
  const paths = (await filesUnder(folder)).filter(isReportFile).sort();
  const files = await eachOf(paths, async (path) => ({ path, bytes: (await stat(`${folder}/${path}`)).size }));
  return files.filter(({ bytes }) => bytes <= MOST_FILE_BYTES);
}

/** Copies the published files of a run into a folder, beside the run's pages. */
export async function publishRunFiles(
  { reportsDir, id }: { reportsDir: string; id: string },
  folder: string,
): Promise<void> {
  const files = await publishedFiles(`${reportsDir}/${id}`);
  const folders = new Set(files.map(({ path }) => dirname(`${folder}/${path}`)));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  await eachOf(files, ({ path }) => copyFile(`${reportsDir}/${id}/${path}`, `${folder}/${path}`));
}

/** Copies the published files of every run that has pages in a built site. */
export async function publishAllRunFiles(reportsDir: string, out: string): Promise<void> {
  for (const id of await runsWithPages(reportsDir, out)) await publishRunFiles({ reportsDir, id }, `${out}/runs/${id}`);
}

/** The runs that have pages in a built site, by their ids. */
export async function runsWithPages(reportsDir: string, out: string): Promise<string[]> {
  const ids = await readdir(`${out}/runs`).catch(() => []);
  return ids.filter((id) => existsSync(`${reportsDir}/${id}/run.json`));
}

/**
 * The folder of the run that an address below `runs/` belongs to, and the rest of the address; null for any other address.
 *
 * @param address Its path, the base path included.
 */
export function runBehind(
  address: string,
  { reportsDir, base }: { reportsDir: string; base: string },
): { folder: string; path: string } | null {
  const root = `${base.replace(/\/$/, "")}/runs/`;
  if (!address.startsWith(root)) return null;
  const [id, ...rest] = address.slice(root.length).split("/"); // neither has a letter that an address must encode
  if (!/^[\w.-]+$/.test(id) || id.startsWith(".")) return null;
  return { folder: `${reportsDir}/${id}`, path: rest.join("/") };
}

/**
 * The file on disk behind an address, for a site that is served while it changes; null for any other address.
 *
 * @param address Its path, the base path included.
 */
export function fileBehind(address: string, { reportsDir, base }: { reportsDir: string; base: string }): string | null {
  const run = runBehind(address, { reportsDir, base });
  if (run === null || !isReportFile(run.path)) return null;
  const file = `${run.folder}/${run.path}`;
  return existsSync(file) ? file : null;
}
