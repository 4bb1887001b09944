/**
 * A dictionary of another program as a run of this one: read, measured on data, and reported like any other.
 *
 * The layouts are the business of `lib/exchange/`. Trains nothing, parses no command line, and prints nothing.
 *
 * @module
 */
import { deflateSync } from "node:zlib";
import { measureEpoch } from "../analysis/epoch.ts";
import { type Config, resolveConfig } from "../config.ts";
import { CONFIG_KNOBS } from "../config_knobs.ts";
import type { DataPlace } from "../data/files/data_place.ts";
import type { Dataset } from "../data/dataset.ts";
import { type DataFile, diskSource } from "../data/files/disk_source.ts";
import { findRows } from "../data/files/find_rows.ts";
import { readRows } from "../data/files/read_rows.ts";
import { rowLength } from "../data/row_shape.ts";
import { type Engine, type StepDefinition, stepDefinition } from "../engine/engine.ts";
import { chooseEngine, openEngine } from "../engine/open.ts";
import { printablePath, UserError } from "../errors.ts";
import type { ExchangeFolder } from "../exchange/folder.ts";
import { EXCHANGE_FILES, type ReadDictionary, readDictionary } from "../exchange/read_dictionary.ts";
import { fileError } from "../files.ts";
import { assertFitsMemory } from "../memory.ts";
import { hashOfFile } from "../report/file_hash.ts";
import type { Report } from "../report/report_files.ts";
import type { Run } from "../report/schema.ts";
import { writeReport } from "../report/writer.ts";
import { initialBuffers } from "../sae/model.ts";
import { freshSnapshot, type Snapshot } from "../training/course.ts";
import { dataIdentityOf } from "./data_identity.ts";
import { readEnvironment } from "./environment.ts";
import type { RunListener } from "./events.ts";
import { assembleReport } from "./report.ts";
import { assertReportOptions } from "./report_options.ts";
import { RunFolder } from "./run_folder.ts";
import { settledConfig } from "./settled_config.ts";

/** What is imported, what it is measured on, and where the run goes. */
export interface ImportOptions {
  /** The other program's folder. */
  folder: string;
  /** Rows to measure on, as they are in the data. */
  place: DataPlace & { data: string };
  /** Rows of the first split, at most; null for all. */
  limit: number | null;
  device: Pick<Config, "backend" | "engine" | "threads">;
  reportsDir: string;
  /** The run's id; made from the date, the program and the data if left out. */
  runId?: string;
  title?: string;
  note?: string;
  /** Latents with details in the report. */
  details?: number;
  command: readonly string[];
  cacheDir: string;
}

/** The run that was written. */
export interface ImportResult {
  id: string;
  /** Its folder. */
  path: string;
  report: Report;
}

/** Bytes in memory for each byte of a file: the numbers as float32, transposed, and as an engine and a report keep them. */
const BYTES_PER_BYTE = 8;

/**
 * Imports a dictionary.
 *
 * @throws {UserError} The folder or the data cannot be read, they do not fit each other, or the run cannot be written.
 * @throws The signal's reason, when aborted; no run is left then.
 */
export async function importDictionary(
  options: ImportOptions,
  { onEvent, signal }: { onEvent?: RunListener; signal?: AbortSignal } = {},
): Promise<ImportResult> {
  const { folder: source, reportsDir, runId, cacheDir, device } = options;
  const beganMs = performance.now(), createdAt = new Date().toISOString();
  assertReportOptions(options);
  await using named = runId === undefined ? null : await RunFolder.claim(reportsDir, runId);
  const folder = await exchangeFolder(source);
  const dictionary = await readDictionary(folder);
  const dataset = await dataFor(dictionary, { ...options, onEvent, signal });
  const config = configOf(dictionary, { dataset, options });
  onEvent?.({ kind: "data", dataset });
  for (const text of dictionary.notes) onEvent?.({ kind: "notice", text });
  const freeId = idOf(createdAt, { dictionary, dataset });
  await using numbered = named ? null : await RunFolder.claimFree(reportsDir, freeId);
  const { id, path } = (named ?? numbered)!;
  const title = options.title ?? titleOf(dictionary, { config, dataset });

  const definition = stepDefinition(config, dictionary.dInput);
  onEvent?.({ kind: "model", definition, config });
  const { batch } = config, work = { definition, batch, pixels: dataset.train.pixels };
  const choice = await chooseEngine(device, work);
  const engine = await openEngine(definition, choice, { threads: device.threads, cacheDir, batch });
  onEvent?.({ kind: "engine", info: engine.info, reason: choice.reason });
  try {
    signal?.throwIfAborted();
    onEvent?.({ kind: "evaluation" });
    const snapshot = await measured(engine, { dictionary, definition, config, dataset });
    const startupMs = performance.now() - beganMs;
    const report = await assembleReport({
      ...{ id, title, note: options.note ?? null, createdAt, command: [...options.command], config, dataset },
      ...{ initFrom: null, imported: await importedFrom(dictionary, source), notices: dictionary.notes },
      arch: definition.arch,
      objective: definition.objective,
      pixelsSha256: dataIdentityOf(dataset).sha256,
      engine,
      engineReason: choice.reason,
      environment: readEnvironment(),
      deflate: deflateSync,
      details: options.details,
      snapshot,
      learningRate: () => 0,
      startupMs,
      totalMs: () => performance.now() - beganMs,
      onProgress: (progress) => {
        signal?.throwIfAborted();
        onEvent?.({ kind: "measuring", ...progress });
      },
    });
    await writeReport(path, report);
    return { id, path, report };
  } finally {
    await engine.dispose();
  }
}

/**
 * The files of a folder that any of the known programs may have written, and the names of the others.
 *
 * @throws {UserError} There is no such folder, or its numbers need more memory than there is.
 */
async function exchangeFolder(path: string): Promise<ExchangeFolder> {
  const files: DataFile[] = [];
  try {
    for await (const { name } of Deno.readDir(path)) {
      const info = await Deno.stat(`${path}/${name}`).catch(() => null); // null of a link that leads nowhere
      if (info?.isFile) files.push({ path: `${path}/${name}`, name, size: info.size });
    }
    for (const name of EXCHANGE_FILES.filter((name) => name.includes("/"))) {
      const info = await Deno.stat(`${path}/${name}`).catch(() => null);
      if (info?.isFile) files.push({ path: `${path}/${name}`, name, size: info.size });
    }
  } catch (error) {
    throw fileError("read", path, error);
  }
  const known = files.filter(({ name }) => EXCHANGE_FILES.includes(name));
  const bytes = known.reduce((sum, { size }) => sum + size, 0);
  assertFitsMemory(BYTES_PER_BYTE * bytes, { what: `import ${printablePath(path)}` });
  return { name: path, files: new Map(files.map((file) => [file.name, diskSource(file)])) };
}

/** The rows, scaled as the dictionary reads them. */
async function dataFor(
  { dInput, scaling }: ReadDictionary,
  { folder, place, limit, cacheDir, onEvent, signal }: ImportOptions & {
    onEvent?: RunListener;
    signal?: AbortSignal;
  },
): Promise<Dataset> {
  const found = await findRows(place), length = rowLength(found.rows.rows.shape);
  if (length !== dInput) {
    const now = `the rows of ${printablePath(place.data)} have ${length} values`;
    throw new UserError(`Cannot import ${printablePath(folder)}: ${now}, expected ${dInput} as the dictionary reads`);
  }
  const { testShare, meta } = place, { scale, subtract } = scaling;
  return await readRows(found, {
    ...{ scale, subtract, scaling, limit, testShare, bufferMb: CONFIG_KNOBS.bufferMb.default, meta, cacheDir, signal },
    onProgress: (what, share) => onEvent?.({ kind: "reading", what, share }),
  });
}

/** The settings that make the same architecture; how it was trained is not known. */
function configOf(
  { knobs, scaling: { scale, subtract }, dInput }: ReadDictionary,
  { dataset, options }: { dataset: Dataset; options: ImportOptions },
): Run["config"] {
  const { limit, device } = options;
  const kind = dataset.kind === "image" ? "images" : "vectors";
  const own = { ...knobs, dataset: kind, scale, subtract, limit, ...device };
  return settledConfig(resolveConfig(own, { size: { dInput, count: dataset.train.count } }), {
    dataset,
    isBatchGiven: false,
  });
}

/** The dictionary in the engine, with the test set measured; no step was taken. */
async function measured(
  engine: Engine,
  { dictionary, definition, config, dataset: { train, test } }: {
    dictionary: ReadDictionary;
    definition: StepDefinition;
    config: Run["config"];
    dataset: Dataset;
  },
): Promise<Snapshot> {
  const model = { params: dictionary.params, buffers: initialBuffers(definition.arch) };
  const snapshot = { ...freshSnapshot(model, config), weight: 0 };
  const { batch } = config;
  await engine.load({ state: snapshot.state, pixels: train.pixels, batch });
  const row = await measureEpoch(engine, { ...definition, pixels: test.pixels, batch, weight: 0 });
  return { ...snapshot, testRows: [row] };
}

/** What the report states of where the model came from. */
async function importedFrom(
  { tool, architecture, files }: ReadDictionary,
  folder: string,
): Promise<NonNullable<Run["imported"]>> {
  const hashed = [];
  for (const name of files) hashed.push({ name, ...await hashOfFile(`${folder}/${name}`) });
  return { tool, architecture, files: hashed };
}

/** `2026-11-26-140000-SAELens-acts`: a default id. */
function idOf(
  createdAt: string,
  { dictionary: { tool }, dataset }: { dictionary: ReadDictionary; dataset: Dataset },
): string {
  const time = createdAt.slice(0, 19).replace("T", "-").replaceAll(":", "");
  const plain = (text: string) => text.replace(/[^A-Za-z0-9-]+/g, "-").slice(0, 24);
  return `${time}-${plain(tool)}-${plain(dataset.name)}`;
}

function titleOf(
  { tool, architecture }: ReadDictionary,
  { config, dataset }: { config: Config; dataset: Dataset },
): string {
  return `${dataset.name.slice(0, 60)} · ${tool} ${architecture} · ${config.latent} latents`;
}
