/**
 * The files of a run that readers take away: what is in each, its size and checksum, and all of them in one archive, which a
 * build makes.
 *
 * @module
 */
import { LATENTS_PER_FILE } from "../../lib/report/schema.ts";
import { mkdir, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { env } from "node:process";
import { digestOfFile, eachOf, filesUnder } from "../build/digest.ts";
import { isReportFile, MOST_FILE_BYTES, publishedFiles } from "../build/run_files.ts";
import { whyNotZip, writeZip } from "../build/zip.ts";
import { fileSize } from "./format.ts";
import { REPORTS_DIR } from "./reports_dir.ts";
import type { Run } from "./reports.ts";

/** A file beside a run's page. */
export interface TakenFile {
  /** Its path from the run's folder. */
  path: string;
  /** Its size. */
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
  /** What is in it, a sentence. */
  about: string;
}

/** What can be taken away of a run. */
export interface TakenFiles {
  /** Everything in one file, or why there is none, a sentence. */
  archive: TakenFile | string;
  weights: TakenFile | string;
  /** What the report says, as JSON. */
  report: TakenFile[];
  /** Details of latents, a file for each 256. */
  details: TakenFile[];
  pictures: TakenFile[];
}

/** What is in the files of a report, by their paths. */
const ABOUT: [RegExp, string | ((path: string, run: Run) => string)][] = [
  [/^run\.json$/, "Settings, data, machine, times, final metrics, and what each metric means."],
  [/^metrics\.json$/, "Losses by training step, and the test set before the first step and after every epoch."],
  [/^reconstructions\.json$/, "The test inputs that are shown with their reconstructions, and their errors."],
  [/^activations\.json$/, "The distribution of all activations, and the activations of the first test inputs."],
  [/^latents\.json$/, "One column for each measure of the latents, one number in it for each latent."],
  [/^inputs\.json$/, "Single test inputs: which latents are active, and the error without each of them."],
  [
    /^latents\/\d+\.json$/,
    (path, run) => `${latentsIn(path, run)}: histogram, most activating inputs, similar latents.`,
  ],
  [
    /^verification\.json$/,
    "What a verification of this report found, line by line; not one of the files of the report.",
  ],
  [/^model\.safetensors$/, "Weights and biases, float32, with the names and the layout of PyTorch."],
  [/^batch\.png$/, "The first training inputs."],
  [/^reconstructions\.png$/, "Test inputs, their reconstructions, and the errors."],
  [/^inputs\/originals/, "Test inputs."],
  [/^inputs\/reconstructions/, "Reconstructions of test inputs."],
  [/^latents\/base/, "The output of the decoder if no latent is active."],
  [/^latents\/decoder/, "What the decoder makes of each latent alone."],
  [/^latents\/effect/, "What each latent changes in the output of the decoder."],
  [/^latents\/strengths/, "What the decoder makes of each latent at five strengths."],
  [/^latents\/examples/, "Test inputs on which latents are active."],
];

/** The latents of a detail file: `Latents 256 to 511`. */
function latentsIn(path: string, { config }: Run): string {
  const first = LATENTS_PER_FILE * Number(path.match(/\d+/)![0]);
  return `Latents ${first} to ${Math.min(first + LATENTS_PER_FILE, config.latent) - 1}`;
}

/** What is in a file of a run's report. */
function aboutFile(path: string, run: Run): string {
  const [, about] = ABOUT.find(([pattern]) => pattern.test(path)) ??
    [null, /png$/.test(path) ? "Tiles." : "A part of the report."];
  return typeof about === "string" ? about : about(path, run);
}

/**
 * The files of a run, each read for its checksum.
 *
 * @param options.isSwept Whether the run belongs to a sweep: then there is no archive.
 */
export async function takenFiles(run: Run, { isSwept }: { isSwept: boolean }): Promise<TakenFiles> {
  const folder = `${REPORTS_DIR}/${run.id}`;
  const files = await eachOf(await publishedFiles(folder), async ({ path, bytes }): Promise<TakenFile> => {
    return { path, bytes, sha256: await digestOfFile(`${folder}/${path}`), about: aboutFile(path, run) };
  });
  const { model: [weights] = [], report = [], details = [], pictures = [] } = Object.groupBy(files, ({ path }) => {
    if (path === run.model.file) return "model";
    return path.endsWith(".png") ? "pictures" : path.includes("/") ? "details" : "report";
  });
  return {
    archive: await archiveOf(run, { isSwept }),
    weights: weights ?? await tooLarge(`${folder}/${run.model.file}`),
    report,
    details,
    pictures,
  };
}

/** Makes the archive of a run beside its page. */
async function archiveOf(run: Run, { isSwept }: { isSwept: boolean }): Promise<TakenFile | string> {
  if (isSwept) return "Runs of a sweep have no archive, so that the site stays small: take the files one by one.";
  if (import.meta.env.DEV) return "The archive is made when the site is built.";
  const folder = `${REPORTS_DIR}/${run.id}`,
    name = `${run.id}.zip`,
    path = `${env.SAE_SITE_OUT}/runs/${run.id}/${name}`;
  const files = (await filesUnder(folder)).filter(isReportFile).sort();
  const sizes = await eachOf(files, async (file) => (await stat(`${folder}/${file}`)).size);
  if (whyNotZip({ files: files.length, bytes: sizes.reduce((a, b) => a + b, 0) })) {
    return "There is no archive: the run is too large for one.";
  }
  const entries = files.map((file) => ({ name: `${run.id}/${file}`, path: `${folder}/${file}` }));
  await mkdir(dirname(path), { recursive: true });
  await writeZip(path, entries, { date: new Date(run.createdAt) });
  const { size } = await stat(path);
  if (size > MOST_FILE_BYTES) {
    await rm(path);
    return `There is no archive: it would have ${fileSize(size)}, and a site has files of at most ${
      fileSize(MOST_FILE_BYTES)
    }.`;
  }
  const about = `All files below in one folder, ${run.id}.`;
  return { path: name, bytes: size, sha256: await digestOfFile(path), about };
}

async function tooLarge(path: string): Promise<string> {
  const file = await stat(path).catch(() => null);
  return file === null
    ? "The run's folder has no weights."
    : `The weights have ${fileSize(file.size)}, and a site has files of at most ${
      fileSize(MOST_FILE_BYTES)
    }: they are in the folder that the training wrote.`;
}
