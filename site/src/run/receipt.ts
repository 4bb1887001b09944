/**
 * Where a run came from and how to repeat it: its command, data with checksums, model, machine and settings, as rows of text.
 *
 * Formats; reads nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { rowLength } from "../../../lib/data/row_shape.ts";
import { datasetTitle } from "../../../lib/data/describe.ts";
import type { Run } from "../../../lib/report/schema.ts";
import { count, duration, figure, fileSize, fixed, percent, utc } from "../format.ts";
import { labelInSentence, settingLabel, settingText } from "../settings.ts";
import { inputWords } from "./inputs.ts";

/** A name and what stands behind it. */
export interface Fact {
  name: string;
  value: string;
  /** Whether the value is code, such as a checksum. */
  isCode?: boolean;
}

/** The command line that trains the run, quoted for a shell; null if no command does. */
export function commandLine({ command }: Pick<Run, "command">): string | null {
  return command.length === 0 ? null : `deno task ${command.map(quoted).join(" ")}`;
}

function quoted(word: string): string {
  return /^[\w./:@=+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** How to name the run in a text. */
export function citation(
  { title, id, createdAt, imported }: Pick<Run, "title" | "id" | "createdAt" | "imported">,
  program: string,
): string {
  const how = imported ? `imported from ${imported.tool}` : "trained";
  return `${program}. Run “${title}”, id ${id}, ${how} ${createdAt.slice(0, 10)}.`;
}

/** What the run was made from, in short. */
export function runFacts(run: Run): Fact[] {
  const { id, config, dataset, model, engine, environment, timing, createdAt, imported, initFrom } = run;
  const { many } = inputWords(run);
  const widths = [model.layers[0].dIn, ...model.layers.map(({ dOut }) => dOut)].map(count).join(" → ");
  return [
    { name: "Run id", value: id, isCode: true },
    { name: imported ? "Imported" : "Started", value: utc(createdAt) },
    ...(imported ? [{ name: "Imported from", value: `${imported.tool}, ${imported.architecture}` }] : []),
    ...(initFrom ? [{ name: "Began with", value: `the model of run ${initFrom.id}` }] : []),
    {
      name: "Data",
      value:
        `${datasetTitle(dataset.name)}: ${count(dataset.train.images)} training and ${
          count(dataset.test.images)
        } test ${many}` +
        ` of ${sizeText(run)}`,
    },
    { name: "Test set", value: splitText(dataset) },
    ...(config.leaveOut.length > 0 ? [{ name: "Left out", value: leftOutText(run) }] : []),
    ...(isScaled(dataset) ? [{ name: "Scaling", value: scalingText(dataset) }] : []),
    ...(dataset.streamed ? [{ name: "Training rows", value: streamedText(dataset) }] : []),
    { name: "Model", value: `${widths}, ${count(model.parameters)} parameters` },
    { name: "Engine", value: `${engine.name} on ${engine.backend}, ${engine.device}` },
    ...(imported ? [] : [{ name: "Speed", value: `${fixed(timing.stepsPerSecond, 0)} steps per second` }]),
    { name: "Software", value: softwareText(environment) },
  ];
}

/** The runtime and the system: of the program, or of the page that trained the run. */
function softwareText(environment: Run["environment"]): string {
  const { os } = environment;
  return "browser" in environment
    ? `${environment.browser}, a page that trains, ${os}`
    : `Deno ${environment.deno}, V8 ${environment.v8}, ${os}`;
}

/** The processor and its memory, as far as they are known: a browser does not say them. */
function processorText(environment: Run["environment"]): string {
  const cores = `${environment.cores} core${environment.cores === 1 ? "" : "s"}`;
  return "browser" in environment
    ? `${cores}, not named by the browser`
    : `${environment.cpu}, ${cores}, ${fixed(environment.memoryBytes / 2 ** 30, 1)} GiB`;
}

/** How the test set was chosen. */
function splitText({ split: { by, share } }: Run["dataset"]): string {
  if (by === "hash") {
    return `${percent(share ?? 0)} of the rows, held out by a hash of each row’s number: the same rows in every run`;
  }
  return by === "path" ? "files of its own, which the command names" : "the data have one of their own";
}

/** Which classes the model was not trained on. */
function leftOutText({ config: { leaveOut }, dataset: { classNames } }: Run): string {
  const one = leaveOut.length === 1;
  return `${one ? "class" : "classes"} ${leaveOut.map((c) => classNames[c] ?? c).join(", ")}: ${
    one ? "its" : "their"
  } rows are in the test set and not in the training set`;
}

/** Whether the model reads other numbers than the data have. */
function isScaled({ scaling: { scale, subtract, factor } }: Run["dataset"]): boolean {
  return subtract !== "none" || factor !== 1 || scale === "row-norm" || scale === "layer-norm";
}

const SCALE_WORDS: Record<Run["dataset"]["scaling"]["scale"], string> = {
  none: "values as they are",
  unit: "unit: values taken to the range from 0 to 1",
  "mean-norm": "mean-norm: one factor, so that the mean length of a row is the square root of its number of values",
  standard: "standard: each value divided by its standard deviation",
  "row-norm": "row-norm: each row stretched to a length of the square root of its number of values",
  "layer-norm": "layer-norm: each row less its mean, divided by its standard deviation",
};

/** How the numbers in the files became those that the model reads. */
function scalingText({ scaling: { scale, subtract, factor, sampledRows } }: Run["dataset"]): string {
  const parts = [SCALE_WORDS[scale]];
  if (subtract === "mean") parts.push("the mean row was subtracted before");
  if (subtract === "median") parts.push("the geometric median of the rows was subtracted before");
  if (factor !== null && factor !== 1) parts.push(`factor ${figure(factor, 4)}`);
  if (sampledRows > 0) parts.push(`measured on ${count(sampledRows)} training rows, evenly spread over all files`);
  return parts.join("; ");
}

/** That rows were read from disk, and what the training set was measured on. */
function streamedText({ train: { images, measured } }: Run["dataset"]): string {
  return `streamed: read from disk while the model was trained. The measures of the training set are those of a sample of ` +
    `${count(measured)} of the ${count(images)} rows, evenly spread over all files`;
}

function sizeText(run: Pick<Run, "dataset">): string {
  const { height, width, channels } = run.dataset;
  return inputWords(run).one === "image"
    ? `${height} × ${width} pixels${height === width ? "" : " (height × width)"}${channels === 3 ? " in colour" : ""}`
    : `${count(rowLength(run.dataset))} values`;
}

/** Where the rows came from, in words. */
const SOURCES: Record<Run["dataset"]["source"], string> = {
  directory: "a folder of IDX files",
  cache: "files that were downloaded before",
  download: "a download",
  generated: "generated by this program",
  memory: "an array in memory",
  path: "the files that --data names",
};

/** Everything else that is known of the data. */
export function dataFacts({ dataset }: Pick<Run, "dataset">): Fact[] {
  return [
    { name: "Name", value: dataset.name },
    { name: "Read from", value: SOURCES[dataset.source] },
    ...dataset.files.map(({ name, bytes, sha256, isSampled, isOfficial }) => ({
      name: `SHA-256 of ${name}${
        isOfficial === null ? "" : isOfficial ? " (the official file)" : " (not the official file)"
      }${isSampled ? ", of its size and of blocks evenly spread over it" : ""}${
        bytes === null ? "" : `, ${fileSize(bytes)}`
      }`,
      value: sha256,
      isCode: true,
    })),
    {
      name: `SHA-256 of the training values${dataset.streamed ? " that were measured" : ""}`,
      value: dataset.train.pixelsSha256,
      isCode: true,
    },
    { name: "SHA-256 of the test values", value: dataset.test.pixelsSha256, isCode: true },
    ...(dataset.drawn
      ? [{ name: "Drawn black, drawn white", value: `${figure(dataset.black)}, ${figure(dataset.white)}` }]
      : [{ name: "Pictures", value: "none: a row is a vector of more than 256 values" }]),
    ...(dataset.fallback === null ? [] : [{ name: "Instead of MNIST", value: dataset.fallback }]),
    ...dataset.notes.map((note) => ({ name: "Note", value: note })),
  ];
}

/** The files that an imported model was read from. */
export function importFacts({ imported }: Pick<Run, "imported">): Fact[] {
  return (imported?.files ?? []).map(({ name, bytes, sha256 }) => ({
    name: `SHA-256 of ${name}, ${fileSize(bytes)}`,
    value: sha256,
    isCode: true,
  }));
}

/** The machine, the versions and the time. */
export function machineFacts({ engine, environment, timing, model, imported }: Run): Fact[] {
  return [
    { name: "Why this engine", value: engine.reason },
    ...Object.entries(engine.versions).map(([name, value]) => ({ name: `Version of ${name}`, value })),
    { name: "Processor", value: processorText(environment) },
    {
      name: "Time",
      value: imported
        ? `${duration(timing.totalMs)} in all`
        : `${duration(timing.startupMs)} to the first step, ${duration(timing.trainMs)} in ${
          count(timing.steps)
        } steps, ` +
          `${duration(timing.totalMs)} in all`,
    },
    {
      name: "Layers",
      value: model.layers.map(({ name, dIn, dOut, activation }) => `${name}: ${dIn} → ${dOut} ${activation}`).join(
        "; ",
      ),
    },
    ...(model.hasPreBias ? [{ name: "Pre-bias", value: "the encoder reads the input less the decoder’s bias" }] : []),
    ...(model.hasCenteredInput
      ? [{
        name: "Centred input",
        value: "trained on the input less the mean training input; the weights file has that in its first bias",
      }]
      : []),
    ...(model.hasUnitDecoder ? [{ name: "Decoder", value: "directions of length 1" }] : []),
  ];
}

/** The settings that the run's method reads, and the names of those that it does not read. */
export function settingFacts(
  { config, usedSettings }: Pick<Run, "config" | "usedSettings">,
): { used: Fact[]; unused: string[] } {
  const used = new Set<string>(usedSettings);
  const names = Object.keys(config) as (keyof typeof config)[];
  return {
    used: names.filter((name) => used.has(name)).map((name) => ({
      name: settingLabel(name),
      value: settingText(name, config[name]),
    })),
    unused: names.filter((name) => !used.has(name)).map((name) => labelInSentence(settingLabel(name))),
  };
}
