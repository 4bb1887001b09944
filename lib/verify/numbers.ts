/**
 * Every number of a report against one that was measured again from the weights and the data.
 *
 * @module
 */
import type { OnNamedProgress } from "../analysis/progress.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Wanted } from "../engine/open.ts";
import { UserError } from "../errors.ts";
import { readWhole } from "../files.ts";
import { MODEL_FILE, reportFiles } from "../report/report_files.ts";
import type { Metrics, ProgramEnvironment, Run } from "../report/schema.ts";
import type { Verification } from "../report/verification_schema.ts";
import type { OpenedModel } from "../run/trained_model.ts";
import { INPUT_MEAN } from "../sae/model.ts";
import { type Compared, compareValues, type FieldRules } from "./compare.ts";
import { checkFirstBias, type FirstBias } from "./first_bias.ts";
import type { Lines } from "./lines.ts";
import { compareHeaders } from "./model_header.ts";
import { pictureDifference } from "./pictures.ts";
import { beginningOf, remeasure, type Remeasured } from "./remeasured.ts";
import { lastEpochOnly, metricsRules, PLAIN_RULES, runRules, TRAINING, withStoredPart } from "./rules.ts";
import { readJson } from "./stored_files.ts";
import { float32Tolerance, whyNotExact } from "./tolerance.ts";

/** What numbers are measured with. */
export interface NumberOptions {
  run: Run;
  dataset: Dataset;
  metrics: Metrics;
  /** How many latents have details; left out, as many as a report has by default. */
  details?: number;
  wanted?: Partial<Required<Wanted>>;
  environment: ProgramEnvironment;
  cacheDir: string;
  onProgress: OnNamedProgress;
}

/** What measured, and how much two numbers may differ. */
export interface Measured extends Pick<Verification, "engine" | "tolerance"> {
  /** Files of the report that only a training writes. */
  unmeasured: string[];
}

/** A group of files that have one line: all details of latents, all pictures. */
interface Group {
  files: number;
  numbers: number;
  unequal: number;
  largest: number;
  first: Compared["first"];
}

/**
 * Measures again and compares.
 *
 * @returns Null if nothing could be measured here.
 */
export async function checkNumbers(model: OpenedModel, options: NumberOptions, lines: Lines): Promise<Measured | null> {
  let bias: FirstBias, again: Remeasured;
  try {
    const beginning = beginningOf(model, options.dataset), { definition: { arch }, start } = beginning;
    bias = checkFirstBias(model, { arch, mean: start.buffers[INPUT_MEAN] }, lines);
    again = await remeasure(model, { ...options, ...beginning, params: bias.params });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    lines.notChecked("numbers", "all numbers", { detail: `they cannot be measured here (${error.message})` });
    return null;
  }
  const { name, backend, device } = again.engine, { run, environment } = options;
  const why = whyNotExact(run, { engine: again.engine, environment }) ?? bias.whyRounded;
  const tolerance = why === null ? 0 : float32Tolerance(model.definition.arch);
  const detail = why === null
    ? `${name} on ${backend}, as the run: numbers must be the same bits`
    : `${name} on ${backend}: ${why}, so numbers may differ by ${tolerance.toPrecision(2)} of their size`;
  lines.holds("numbers", "measured with", { detail });
  const { groups, unmeasured } = await comparedGroups(model, { ...options, again, tolerance }, lines);
  for (const [what, group] of groups) sayGroup(what, group, lines);
  return { engine: { name, backend, device }, tolerance, unmeasured };
}

async function comparedGroups(
  model: OpenedModel,
  { run, again: { report }, tolerance }: NumberOptions & { again: Remeasured; tolerance: number },
  lines: Lines,
): Promise<{ groups: Map<string, Group>; unmeasured: string[] }> {
  const groups = new Map<string, Group>(), recorded = new Map<string, number>(), missing: string[] = [];
  const add = (what: string, found: Pick<Compared, "numbers" | "unequal" | "largest" | "first">) => {
    const group = groups.get(what) ?? { files: 0, numbers: 0, unequal: 0, largest: 0, first: null };
    group.files++;
    group.numbers += found.numbers;
    group.unequal += found.unequal;
    group.largest = Math.max(group.largest, found.largest);
    group.first ??= found.first;
    groups.set(what, group);
  };
  const text = new TextDecoder(), seen = new Set<string>();
  for await (const { path, bytes } of reportFiles(report)) {
    seen.add(path);
    if (path === MODEL_FILE) { // everything is measured from its weights; settings and data decide the rest of it
      const files = { stored: await readWhole(`${model.folder}/${path}`), measured: bytes };
      const found = compareHeaders(files, ["layers", "scaling"]);
      add(`header of ${path}`, found);
      for (const field of found.missing) missing.push(`${path}: ${field}`);
    } else if (path.endsWith(".png")) {
      const found = await pictureFound(model.folder, { path, bytes, tolerance });
      const isPlace = typeof found === "object";
      add("pictures", { numbers: 0, unequal: found === "near" ? 1 : 0, largest: 0, first: isPlace ? found : null });
    } else if (path.endsWith(".json")) {
      let stored: unknown;
      try {
        stored = await readJson(`${model.folder}/${path}`);
      } catch {
        lines.notChecked("numbers", path, { detail: "it cannot be read" });
        continue;
      }
      const pair = pairOf(path, { run, stored, measured: JSON.parse(text.decode(bytes)) });
      const found = compareValues(pair.stored, pair.measured, { file: path, tolerance, rules: rulesOf(path, run) });
      add(path.includes("/") ? path.replace(/[^/]*$/, "*.json") : path, found);
      for (const [reason, numbers] of found.recorded) recorded.set(reason, (recorded.get(reason) ?? 0) + numbers);
      for (const field of found.missing) missing.push(`${path}: ${field}`);
    }
  }
  if (missing.length > 0) {
    const more = missing.length > 1 ? ` and ${missing.length - 1} more` : "";
    lines.notChecked("numbers", "newer fields", { detail: `the report is older than ${missing[0]}${more}` });
  }
  for (const [reason, numbers] of recorded) {
    if (reason === TRAINING) continue;
    const many = numbers === 0 ? "" : `, ${numbers} numbers`;
    lines.recorded("numbers", reason, { numbers, detail: `not measured again${many}` });
  }
  const unmeasured = run.files.map(({ name }) => name).filter((name) => name !== MODEL_FILE && !seen.has(name));
  return { groups, unmeasured };
}

/** Both versions of a file as they are compared: without what was taken over, and with equal parts that cannot be measured. */
function pairOf(
  path: string,
  { run, ...pair }: { run: Run; stored: unknown; measured: unknown },
): { stored: unknown; measured: unknown } {
  if (path === "run.json") {
    const measured = pair.measured as Run, { metrics } = measured;
    const withPart = (split: "train" | "test") =>
      withStoredPart(run, { stored: run.metrics[split], measured: metrics[split] });
    return {
      ...pair,
      measured: { ...measured, metrics: { ...metrics, train: withPart("train"), test: withPart("test") } },
    };
  }
  if (path !== "metrics.json") return pair;
  const stored = pair.stored as Metrics, measured = pair.measured as Metrics, last = stored.epochs.length - 1;
  const epochs = measured.epochs.map((row, i) =>
    i === last ? { ...row, test: withStoredPart(run, { stored: stored.epochs[i].test, measured: row.test }) } : row
  );
  return { stored: lastEpochOnly(stored), measured: lastEpochOnly({ ...measured, epochs }) };
}

function rulesOf(path: string, run: Run): FieldRules {
  if (path === "run.json") return runRules(run);
  const start = run.imported || run.initFrom ? "recorded" : "measured";
  return path === "metrics.json" ? metricsRules(run, { start }) : PLAIN_RULES;
}

/** Where a picture is another one, or how near it is. */
async function pictureFound(
  folder: string,
  { path, bytes, tolerance }: { path: string; bytes: Uint8Array; tolerance: number },
): Promise<NonNullable<Compared["first"]> | "same" | "near"> {
  let stored;
  try {
    stored = await readWhole(`${folder}/${path}`);
  } catch {
    return { path, stored: "no file", measured: "a PNG" };
  }
  const wrong = await pictureDifference(stored, bytes as Uint8Array<ArrayBuffer>, { isExact: tolerance === 0 });
  return typeof wrong === "string" ? wrong : { ...wrong, path: `${path}: ${wrong.path}` };
}

function sayGroup(what: string, { files, numbers, unequal, largest, first }: Group, lines: Lines): void {
  const many = files > 1 ? `${files} files, ` : "";
  if (first) return lines.fails("numbers", what, { detail: `${many}another value is measured`, numbers, place: first });
  const how = what === "pictures"
    ? unequal === 0
      ? "drawn again, the same pixels"
      : `drawn again, some pixels of ${unequal} of them one level lighter or darker`
    : unequal === 0
    ? `${numbers} numbers, the same bits`
    : `${numbers} numbers, ${unequal} of them not the same bits, largest relative difference ${largest.toPrecision(2)}`;
  lines.holds("numbers", what, { detail: `${many}${how}`, numbers });
}
