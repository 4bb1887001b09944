/**
 * The reports on disk, checked before a page relies on them: each file against its schema, a run's files against each
 * other, its pictures against their descriptions. What is wrong is named with file and field and left out.
 *
 * Reads; draws nothing. Of a run only run.json is kept, so that hundreds of runs fit in memory.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { Bench } from "../../lib/report/bench_schema.ts";
import type { Comparison } from "../../lib/report/comparison_schema.ts";
import { contradiction, detailContradiction } from "../../lib/report/consistency.ts";
import type { Contradiction, ReportFiles } from "../../lib/report/expectation.ts";
import {
  Activations,
  Inputs,
  LatentDetails,
  Latents,
  Lifelines,
  Metrics,
  Reconstructions,
  Run,
  type Sprite,
} from "../../lib/report/schema.ts";
import { spritesOf } from "../../lib/report/shown_rows.ts";
import { SiteSettings } from "../../lib/report/site_schema.ts";
import { Sweep } from "../../lib/report/sweep_schema.ts";
import { checkedComparison } from "./checked_comparisons.ts";
import { BadFile, namesIn, readChecked } from "./checked_file.ts";

/** A file that cannot be shown, and why: `latents[3].latent: expected 4`. */
export interface LeftOut {
  /** Its path below the reports folder. */
  path: string;
  reason: string;
}

/** All reports that can be shown, and the files for whose sake others are left out. */
export interface CheckedReports {
  runs: Run[];
  sweeps: Sweep[];
  benches: Bench[];
  comparisons: Comparison[];
  /** `site.json`; empty if it is not there. */
  site: SiteSettings;
  leftOut: LeftOut[];
}

/** Folders below the reports folder that hold no run. */
const NOT_RUNS = new Set(["sweeps", "comparisons", "bench"]);
/** What the reports' owner says of the site. */
const SITE_FILE = "site.json";

/**
 * Reads and checks everything below a reports folder.
 *
 * @param options.isStrict Whether the first file that is wrong ends the reading.
 * @param options.isChecked Whether a run was checked before and has not changed since: only its run.json is read then.
 * @throws {BadFile} With `isStrict`, the first file that is wrong.
 */
export async function checkedReports(
  dir: string,
  { isStrict = false, isChecked = () => false }: { isStrict?: boolean; isChecked?: (folder: string) => boolean } = {},
): Promise<CheckedReports> {
  const found: CheckedReports = { runs: [], sweeps: [], benches: [], comparisons: [], site: {}, leftOut: [] };
  /** Adds what `read` gives to a list, or its reason to `leftOut`. */
  const add = async <T>(list: T[], read: () => Promise<T>): Promise<void> => {
    try {
      list.push(await read());
    } catch (error) {
      if (!(error instanceof BadFile) || isStrict) throw error;
      found.leftOut.push({ path: error.path, reason: error.reason });
    }
  };
  for (const folder of (await namesIn(dir)).filter((name) => !NOT_RUNS.has(name))) {
    if (existsSync(`${dir}/${folder}/run.json`)) {
      const read = () =>
        isChecked(folder) ? readChecked({ dir, path: `${folder}/run.json` }, Run) : checkedRun(dir, folder);
      await add(found.runs, read);
    }
  }
  for (const name of (await namesIn(`${dir}/sweeps`)).filter((name) => name.endsWith(".json"))) {
    await add(found.sweeps, () => checkedSweep(dir, name));
  }
  for (const folder of await namesIn(`${dir}/bench`)) {
    const path = `bench/${folder}/bench.json`;
    if (existsSync(`${dir}/${path}`)) await add(found.benches, () => readChecked({ dir, path }, Bench));
  }
  for (const name of (await namesIn(`${dir}/comparisons`)).filter((name) => name.endsWith(".json"))) {
    await add(found.comparisons, () => checkedComparison(dir, name));
  }
  if (existsSync(`${dir}/${SITE_FILE}`)) {
    const read: SiteSettings[] = [];
    await add(read, () => checkedSite(dir, found.runs));
    found.site = read[0] ?? {};
  }
  return found;
}

/**
 * Every file of a finished run, without the details of its latents.
 *
 * @throws {BadFile} A file is missing, no JSON, or not what its schema says.
 */
export async function readReport(dir: string, folder: string): Promise<ReportFiles> {
  const at = (file: string) => ({ dir, path: `${folder}/${file}` });
  const [run, metrics, reconstructions, activations, latents, inputs] = await Promise.all([
    readChecked(at("run.json"), Run),
    readChecked(at("metrics.json"), Metrics),
    readChecked(at("reconstructions.json"), Reconstructions),
    readChecked(at("activations.json"), Activations),
    readChecked(at("latents.json"), Latents),
    readChecked(at("inputs.json"), Inputs),
  ]);
  const lifelines = run.lifelines && await readChecked(at(run.lifelines), Lifelines);
  return { run, metrics, reconstructions, activations, latents, inputs, lifelines };
}

/**
 * One of the detail files that latents.json lists.
 *
 * @param options.file Its path from the run's folder.
 * @throws {BadFile} It is missing, no JSON, or not what its schema says.
 */
export function readDetails(dir: string, { folder, file }: { folder: string; file: string }): Promise<LatentDetails> {
  return readChecked({ dir, path: `${folder}/${file}` }, LatentDetails);
}

async function checkedRun(dir: string, folder: string): Promise<Run> {
  const report = await readReport(dir, folder);
  assertNone(contradiction(report, { folder }), folder);
  for (const [place, file] of report.latents.detailFiles.entries()) { // one after the other, so that one is in memory
    const details = await readDetails(dir, { folder, file });
    assertNone(detailContradiction(details, { report, place }), folder);
  }
  for (const [, , sprite] of spritesOf(report)) await assertPictures({ dir, folder }, sprite);
  for (const sprite of report.lifelines?.pictures?.sprites ?? []) await assertPictures({ dir, folder }, sprite);
  return report.run;
}

/** @throws {BadFile} There is a contradiction. */
function assertNone(wrong: Contradiction | null, folder: string): void {
  if (wrong) throw new BadFile(`${folder}/${wrong.file}`, `${wrong.field}: ${wrong.reason}`);
}

/** @throws {BadFile} It is not what its schema says, or names a run that is not there. */
async function checkedSite(dir: string, runs: Run[]): Promise<SiteSettings> {
  const site = await readChecked({ dir, path: SITE_FILE }, SiteSettings);
  if (site.featured === undefined || runs.some(({ id }) => id === site.featured)) return site;
  const now = `it is ${JSON.stringify(site.featured)}, which is no run that can be shown`;
  throw new BadFile(SITE_FILE, `featured: ${now}, expected the id of one`);
}

async function checkedSweep(dir: string, file: string): Promise<Sweep> {
  const sweep = await readChecked({ dir, path: `sweeps/${file}` }, Sweep);
  if (`${sweep.name}.json` === file) return sweep;
  throw new BadFile(`sweeps/${file}`, `name: it is ${JSON.stringify(sweep.name)}, expected the file's name`);
}

/** Where width and height stand in a PNG: after its signature and the length and name of its first chunk. */
const PNG_SIZE = { offset: 16, bytes: 8 };
const PNG_SIGNATURE = 0x89504e470d0a1a0an;

/** @throws {BadFile} A picture of a sprite is missing, no PNG, or has not the size that its tiles need. */
async function assertPictures(
  { dir, folder }: { dir: string; folder: string },
  { files, columns, tilesPerFile, count, tileWidth, tileHeight }: Sprite,
): Promise<void> {
  for (const [i, file] of files.entries()) {
    const tiles = Math.min(tilesPerFile, count - i * tilesPerFile);
    await assertPicture({ dir, path: `${folder}/${file}` }, {
      width: columns * tileWidth,
      height: Math.ceil(tiles / columns) * tileHeight,
    });
  }
}

/** @throws {BadFile} The picture is missing, no PNG, or of another size. */
async function assertPicture(
  { dir, path }: { dir: string; path: string },
  { width, height }: { width: number; height: number },
): Promise<void> {
  const head = new Uint8Array(PNG_SIZE.offset + PNG_SIZE.bytes);
  try {
    const handle = await open(`${dir}/${path}`);
    await handle.read(head).finally(() => handle.close());
  } catch {
    throw new BadFile(path, "it is not there, expected the picture that its JSON file describes");
  }
  const view = new DataView(head.buffer);
  if (view.getBigUint64(0) !== PNG_SIGNATURE) throw new BadFile(path, "it is not a PNG, expected one");
  const now = `${view.getUint32(PNG_SIZE.offset)} × ${view.getUint32(PNG_SIZE.offset + 4)} pixels`;
  const wanted = `${width} × ${height} pixels`;
  if (now !== wanted) throw new BadFile(path, `it has ${now}, expected ${wanted}`);
}
