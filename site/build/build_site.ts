/**
 * The whole build of the site: which runs must be drawn, Astro, pages kept from earlier builds, the reports' files beside them.
 *
 * Prints nothing and parses no flags (`main.ts`). What a page looks like is Astro's business.
 *
 * @module
 */
import { build as buildPages } from "astro";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { env, version } from "node:process";
import { fileURLToPath } from "node:url";
import { type BuildContext, setBuildContext } from "../src/build_context.ts";
import { checkedReports, type LeftOut } from "../src/checked_reports.ts";
import type { Run } from "../../lib/report/schema.ts";
import { digestOf, digestOfFile, digestOfFolder, eachOf } from "./digest.ts";
import { FolderCache } from "./folder_cache.ts";
import { writeLiveFiles } from "./live_run_files.ts";
import { mnistFile } from "./mnist.ts";
import { publishRunFiles } from "./run_files.ts";
import { makeSingleFolder, zipBeside } from "./single_folder.ts";
import { turnToDraw } from "./turns.ts";

/** What is built, and where. */
export interface BuildOptions {
  /** Absolute path of the folder of the reports. */
  reports: string;
  /** Absolute path of the folder that the site goes to; what is in it is replaced. */
  out: string;
  /** The path under which the site is published, `/` at both ends. */
  base: string;
  /** Whether a report that cannot be shown ends the build. */
  isStrict: boolean;
  /** Whether addresses are made relative and the folder is zipped, so that the site opens without a server. */
  isSingleFolder: boolean;
  /** Whether Astro says what it does. */
  isVerbose: boolean;
  /** Where pages are kept between builds. */
  cache: string;
  /** All reports are read, and pages are drawn next, which takes most of the time. */
  onDrawing?: (reports: Pick<BuiltSite, "runs" | "drawn">) => void;
  /** Another build of this project draws its pages, and this one waits for it. */
  onWaiting?: () => void;
}

/** What came of a build. */
export interface BuiltSite {
  /** Runs on the site. */
  runs: number;
  /** Runs whose pages were drawn in this build; those of the others were kept. */
  drawn: number;
  sweeps: number;
  leftOut: LeftOut[];
  /** The site as a zip archive; null if none was asked for, or if it is too large for one. */
  zip: string | null;
}

const SITE = fileURLToPath(new URL("../", import.meta.url));

/** What pages are made from beside reports: `site/` without what is installed and generated, and what it imports. */
const SOURCES = ["site/src", "site/public", "site/build", "lib", "docs", "sweeps"];
const SOURCE_FILES = ["site/astro.config.ts", "site/deno.json", "site/deno.lock", "site/tsconfig.json", "README.md"];

/**
 * Builds the site.
 *
 * @throws {Error} A page cannot be drawn; a report cannot be shown and the build is strict.
 */
export async function buildSite(options: BuildOptions): Promise<BuiltSite> {
  const { reports: reportsDir, out, base, isStrict, isVerbose } = options;
  const mnist = env.SAE_MNIST_DIR ? await mnistFile(env.SAE_MNIST_DIR) : null; // first, because the folder may be wrong
  const cache = new FolderCache(options.cache, { isLinked: true });
  const digests = await digestsOfRuns(reportsDir, { base });
  const isKept = new Map(await eachOf([...digests], async ([id, digest]) => [id, await cache.has(digest)] as const));
  // Only pages of runs that were checked are in the cache.
  const reports = await checkedReports(reportsDir, { isStrict, isChecked: (id) => isKept.get(id) ?? false });
  const ids = reports.runs.map(({ id }) => id);
  const context: BuildContext = { reports, keptRuns: new Set(ids.filter((id) => isKept.get(id))), mnist };
  setBuildContext(context);
  env.SAE_REPORTS = reportsDir;
  options.onDrawing?.({ runs: ids.length, drawn: ids.length - context.keptRuns.size });
  {
    using _ = await turnToDraw(options);
    await buildPages({ root: SITE, outDir: out, base, logLevel: isVerbose ? "info" : "error" });
  }
  for (const id of ids) {
    const digest = digests.get(id)!, folder = `${out}/runs/${id}`;
    if (context.keptRuns.has(id)) await cache.restore(digest, folder);
    else {
      await publishRunFiles({ reportsDir, id }, folder);
      await writeLiveFiles({ reportsDir, id }, folder);
      await cache.store(digest, folder);
    }
  }
  await cache.prune();
  if (options.isSingleFolder) await makeSingleFolder(out);
  return {
    runs: ids.length,
    drawn: ids.length - context.keptRuns.size,
    sweeps: reports.sweeps.length,
    leftOut: reports.leftOut,
    zip: options.isSingleFolder ? await zipBeside(out, { date: newestOf(reports.runs) }) : null,
  };
}

/** When the newest run was started; the zip's files are dated by it, so that equal reports give equal bytes. */
function newestOf(runs: Run[]): Date {
  return new Date(runs.map(({ createdAt }) => createdAt).sort().at(-1) ?? "2026-01-01T00:00:00Z");
}

/**
 * What the pages of each run depend on, by its id: its files, the sweeps that name it, the comparisons that name it with the files of all
 * runs in them, whose tiles its pages show, and the site's sources.
 */
async function digestsOfRuns(reportsDir: string, { base }: { base: string }): Promise<Map<string, string>> {
  const shared = await digestOfSources(reportsDir, { base });
  const sweeps = await textsIn(`${reportsDir}/sweeps`);
  const names = (await readdir(reportsDir).catch(() => [])).filter((name) =>
    existsSync(`${reportsDir}/${name}/run.json`)
  );
  const comparisons = await textsIn(`${reportsDir}/comparisons`);
  const own = new Map<string, string>();
  for (const id of names) { // one run after the other: each reads several files at a time
    own.set(id, await digestOfFolder(`${reportsDir}/${id}`, { isLeftOut: (path) => path.startsWith(".") }));
  }
  const isNamed = (id: string) => (text: string) => text.includes(JSON.stringify(id));
  return new Map(names.map((id) => {
    const compared = comparisons.filter(isNamed(id));
    const others = names.filter((other) => compared.some(isNamed(other))).map((other) => own.get(other)!);
    return [id, digestOf([shared, id, own.get(id)!, ...sweeps.filter(isNamed(id)), ...compared, ...others])];
  }));
}

/** What all pages depend on. */
async function digestOfSources(reportsDir: string, { base }: { base: string }): Promise<string> {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const settings = Object.entries(env).filter(([name]) => name.startsWith("PUBLIC_")).sort().map(String);
  const site = `${reportsDir}/site.json`;
  return digestOf([
    ...[version, base, ...settings, existsSync(site) ? await readFile(site, "utf8") : ""],
    ...await eachOf(SOURCES, (folder) => digestOfFolder(`${root}/${folder}`)),
    ...await eachOf(SOURCE_FILES, (file) => digestOfFile(`${root}/${file}`)),
  ]);
}

async function textsIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".json")).sort();
  return await eachOf(names, (name) => readFile(`${folder}/${name}`, "utf8"));
}
