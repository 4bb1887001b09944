/**
 * The files that the site's build writes for the live page's Worker, and where the page finds them.
 *
 * What keeps a run from being opened is in `loadable_run.ts`; the runs' files are written beside their pages.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { env } from "node:process";
import { generateDigits } from "../../../lib/data/generated/digits.ts";
import { asBytes } from "../../../lib/pixels.ts";
import { mnistFile } from "../../build/mnist.ts";
import { buildContext } from "../build_context.ts";
import { href, runHref } from "../links.ts";
import { allRuns, type Run, runsBySweep } from "../reports.ts";
import { REPORTS_DIR } from "../reports_dir.ts";
import { LIVE_ROWS_FILE, LIVE_WEIGHTS_FILE, type LoadableRun, loadableRun } from "./loadable_run.ts";
import type { LiveFiles } from "./messages.ts";
import { DATA_SEED, encodeMedian, IMAGE_COUNTS } from "./stored_images.ts";

/** More runs than a menu shows well. */
const MOST_IN_MENU = 40;

/** A file that the build writes as `live/<name>.bin`. */
export interface LiveDataFile {
  name: string;
  content(): Promise<Uint8Array<ArrayBuffer>>;
}

/** Where the page's files are; the Worker gets some of them. */
export interface PageFiles extends Pick<LiveFiles, "digitsMedian" | "mnist"> {
  /** Weights and test rows of a run, whose id stands in the place of RUN. */
  runWeights: string;
  runRows: string;
  /** The list of runs. */
  runs: string;
}

/** Addresses of the page's files. */
export function liveFiles(): PageFiles {
  return {
    runs: href("live/runs.json"),
    digitsMedian: href("live/digits_median.bin"),
    mnist: mnistFolder() === null ? null : href("live/mnist.bin"),
    runWeights: runHref("RUN", LIVE_WEIGHTS_FILE),
    runRows: runHref("RUN", LIVE_ROWS_FILE),
  };
}

/** Every run, the newest first. */
export async function loadableRuns(): Promise<LoadableRun[]> {
  return (await allRuns()).map(loadableOf);
}

/** The newest runs that the page can open, for its menu; runs of a sweep are opened from their own pages. */
export async function menuRuns(): Promise<LoadableRun[]> {
  const { alone } = await runsBySweep();
  return alone.map(loadableOf).filter(({ whyNot }) => whyNot === null).slice(0, MOST_IN_MENU);
}

/** Whether the live page can open a run, for the run's own page and for the menu. */
export function loadableOf(run: Run): LoadableRun {
  const loadable = loadableRun(run), isThere = existsSync(`${REPORTS_DIR}/${run.id}/${run.model.file}`);
  return isThere ? loadable : { ...loadable, whyNot: loadable.whyNot ?? "its folder has no weights" };
}

/** The files beside the live page. */
export function liveDataFiles(): LiveDataFile[] {
  const folder = mnistFolder(), trainCount = IMAGE_COUNTS.train;
  const median = () => {
    const { train } = generateDigits({ seed: DATA_SEED, trainCount, testCount: 1 });
    return Promise.resolve(encodeMedian(asBytes(train.pixels)));
  };
  return [
    { name: "digits_median", content: median },
    ...(folder === null
      ? []
      : [{ name: "mnist", content: async () => buildContext()?.mnist ?? await mnistFile(folder) }]),
  ];
}

/** Where MNIST is, as `deno task site` or the environment says; null if the site is built without it. */
function mnistFolder(): string | null {
  return env.SAE_MNIST_DIR || null;
}
