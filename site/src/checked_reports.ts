/**
 * The reports on disk, checked before a page relies on them: each file against its schema, a run's files against each
 * other, its pictures against their descriptions. What is wrong is named with file and field and left out.
 *
 * Reads; draws nothing. Of a run only run.json is kept, so that hundreds of runs fit in memory.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { Bench } from "../../lib/report/bench_schema.ts";
import type { Comparison } from "../../lib/report/comparison_schema.ts";
import type { ReportFiles } from "../../lib/report/expectation.ts";
import { LatentDetails, Run } from "../../lib/report/schema.ts";
import { SiteSettings } from "../../lib/report/site_schema.ts";
import { assertAgreement, BadFile, readStored, storedReport } from "../../lib/report/stored_report.ts";
import { Sweep } from "../../lib/report/sweep_schema.ts";
import { checkedComparison } from "./checked_comparisons.ts";
import { filesBelow, namesIn, readChecked } from "./checked_file.ts";

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
export function readReport(dir: string, folder: string): Promise<ReportFiles> {
  return storedReport(filesBelow(dir, folder));
}

/**
 * One of the detail files that latents.json lists.
 *
 * @param options.file Its path from the run's folder.
 * @throws {BadFile} It is missing, no JSON, or not what its schema says.
 */
export function readDetails(dir: string, { folder, file }: { folder: string; file: string }): Promise<LatentDetails> {
  return readStored(filesBelow(dir, folder), { file, schema: LatentDetails });
}

async function checkedRun(dir: string, folder: string): Promise<Run> {
  const files = filesBelow(dir, folder), report = await storedReport(files);
  await assertAgreement(files, { report, folder });
  return report.run;
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
