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
import { count, duration, figure, fixed, utc } from "../format.ts";
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
export function citation({ title, id, createdAt }: Pick<Run, "title" | "id" | "createdAt">, program: string): string {
  return `${program}. Run “${title}”, id ${id}, trained ${createdAt.slice(0, 10)}.`;
}

/** What the run was made from, in short. */
export function runFacts(run: Run): Fact[] {
  const { id, dataset, model, engine, environment, timing, createdAt } = run, { many } = inputWords(run);
  const widths = [model.layers[0].dIn, ...model.layers.map(({ dOut }) => dOut)].map(count).join(" → ");
  return [
    { name: "Run id", value: id, isCode: true },
    { name: "Started", value: utc(createdAt) },
    {
      name: "Data",
      value:
        `${datasetTitle(dataset.name)}: ${count(dataset.train.images)} training and ${
          count(dataset.test.images)
        } test ${many}` +
        ` of ${sizeText(run)}`,
    },
    { name: "Model", value: `${widths}, ${count(model.parameters)} parameters` },
    { name: "Engine", value: `${engine.name} on ${engine.backend}, ${engine.device}` },
    { name: "Speed", value: `${fixed(timing.stepsPerSecond, 0)} steps per second` },
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

function sizeText(run: Pick<Run, "dataset">): string {
  const { height, width } = run.dataset;
  return inputWords(run).one === "image" ? `${height} × ${width} pixels` : `${count(rowLength(run.dataset))} values`;
}

/** Everything else that is known of the data. */
export function dataFacts({ dataset }: Pick<Run, "dataset">): Fact[] {
  return [
    { name: "Name", value: dataset.name },
    { name: "Read from", value: dataset.source },
    ...dataset.files.map(({ name, sha256, isOfficial }) => ({
      name: `SHA-256 of ${name}${
        isOfficial === null ? "" : isOfficial ? " (the official file)" : " (not the official file)"
      }`,
      value: sha256,
      isCode: true,
    })),
    { name: "SHA-256 of the training values", value: dataset.train.pixelsSha256, isCode: true },
    { name: "SHA-256 of the test values", value: dataset.test.pixelsSha256, isCode: true },
    { name: "Drawn black, drawn white", value: `${figure(dataset.black)}, ${figure(dataset.white)}` },
    ...(dataset.fallback === null ? [] : [{ name: "Instead of MNIST", value: dataset.fallback }]),
    ...dataset.notes.map((note) => ({ name: "Note", value: note })),
  ];
}

/** The machine, the versions and the time. */
export function machineFacts({ engine, environment, timing, model }: Run): Fact[] {
  return [
    { name: "Why this engine", value: engine.reason },
    ...Object.entries(engine.versions).map(([name, value]) => ({ name: `Version of ${name}`, value })),
    { name: "Processor", value: processorText(environment) },
    {
      name: "Time",
      value:
        `${duration(timing.startupMs)} to the first step, ${duration(timing.trainMs)} in ${
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
