/**
 * The files that the site's build writes for the live page's Worker, and where the page finds them.
 *
 * What keeps a run from being opened is in `loadable_run.ts`; the runs' files are written beside their pages.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { env } from "node:process";
import { generateDigits } from "../../../lib/data/digits.ts";
import { asBytes } from "../../../lib/pixels.ts";
import { mnistFile } from "../../build/mnist.ts";
import { buildContext } from "../build_context.ts";
import { href, runHref } from "../links.ts";
import { allRuns, type Run } from "../reports.ts";
import { REPORTS_DIR } from "../reports_dir.ts";
import { LIVE_WEIGHTS_FILE, type LoadableRun, loadableRun } from "./loadable_run.ts";
import { DATA_SEED, encodeMedian, IMAGE_COUNTS } from "./stored_images.ts";

/** A file that the build writes as `live/<name>.bin`. */
export interface LiveDataFile {
  name: string;
  content(): Promise<Uint8Array<ArrayBuffer>>;
}

/** Addresses as `LiveFiles` has them; in `runWeights` the run's id stands in the place of RUN. */
export function liveFiles(): { digitsMedian: string; mnist: string | null; runWeights: string } {
  return {
    digitsMedian: href("live/digits_median.bin"),
    mnist: mnistFolder() === null ? null : href("live/mnist.bin"),
    runWeights: runHref("RUN", LIVE_WEIGHTS_FILE),
  };
}

/** Every run, the newest first, for the live page's menu. */
export async function loadableRuns(): Promise<LoadableRun[]> {
  return (await allRuns()).map(loadableOf);
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
