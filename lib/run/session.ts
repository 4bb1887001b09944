/**
 * A whole run without a terminal: load the data, choose an engine, train, measure, report.
 *
 * One function for the command line, the library, tests and the bench. A listener gets events; nothing is printed.
 * Does not parse flags.
 *
 * @module
 */
import { rowLength } from "../data/row_shape.ts";
import { deflateSync } from "node:zlib";
import { type KnobName, resolveConfig, type SettledConfig } from "../config.ts";
import { type Dataset, trainingCount } from "../data/dataset.ts";
import { StreamedRows } from "../data/stream/streamed_rows.ts";
import { placeOf } from "../data/files/data_place.ts";
import { withoutClasses } from "../data/leave_out.ts";
import { withoutCredentials } from "../data/mnist/mirror.ts";
import type { Scaling } from "../data/scaling.ts";
import { scalingFrom, storedScaling } from "../data/stored_scaling.ts";
import type { Choice } from "../engine/own_engine.ts";
import { chooseEngine, openEngine } from "../engine/open.ts";
import { type Engine, type StepDefinition, stepDefinition } from "../engine/engine.ts";
import type { Report } from "../report/report_files.ts";
import { writeProgress, writeReport } from "../report/writer.ts";
import { initialModel } from "../sae/init.ts";
import { loadCheckpoint, saveCheckpoint } from "../training/checkpoint.ts";
import { freshSnapshot, type Snapshot } from "../training/course.ts";
import { assertSameData, type RunIdentity } from "../training/run_identity.ts";
import { learningRate } from "../training/schedule.ts";
import { assertCanBegin } from "./check_run.ts";
import { type DataSource, findOwnData, loadData, sizeOf, withKind } from "./data.ts";
import { dataIdentityOf } from "./data_identity.ts";
import { readEnvironment } from "./environment.ts";
import type { RunListener } from "./events.ts";
import { assembleReport } from "./report.ts";
import { assertReportOptions, type ReportOptions } from "./report_options.ts";
import { RunFolder } from "./run_folder.ts";
import { progressOf } from "./run_progress.ts";
import { settledConfig } from "./settled_config.ts";
import { assertRunFits } from "./size.ts";
import { assertCanStart, keptScaling, knobsFrom, openStart, startedModel, type StartModel } from "./start_model.ts";
import { defaultRunId, titleOf } from "./title.ts";
import { mostRowsOf, type TrainingRun, trainModel } from "./train.ts";

/** The options of a session. */
export interface SessionOptions extends Omit<DataSource, "cacheDir">, ReportOptions {
  /** Knobs that differ from the defaults, by name. With `resume` only those of the device. */
  turned?: Partial<Record<KnobName, unknown>>;
  /** The settings of an earlier run, taken instead of all defaults: it is trained again. */
  from?: SettledConfig;
  /** The data; left out, they are loaded as the knobs and the data source say. */
  dataset?: Dataset;
  /** Where downloads, compiled kernels and tunings are kept; `.cache` if left out. */
  cacheDir?: string;
  /** Where the run's folder goes; null for a run that is stored nowhere and keeps no checkpoints. */
  reportsDir: string | null;
  /** The run's id, which must be free; left out, a free one is made from date, data and settings. */
  runId?: string;
  /**
   * The folder of a finished run whose model is started from, with its settings as far as others are not set; more latents
   * are initialised as usual.
   */
  initFrom?: string;
  /** The id of a stopped run to go on with; it has its own id, title and note. */
  resume?: string;
  /**
   * The moment of `performance.now()` from which its times are counted: 0 is the process's start, the call's if left
   * out.
   */
  sinceMs?: number;
  /** The command that started it, as the report states it; credentials in it are not stored. */
  command?: readonly string[];
}

/** Who follows a session. */
export interface SessionHooks {
  onEvent?: RunListener;
  /** Asks to save and stop. */
  signal?: AbortSignal;
}

/** How a session ended. `folder` is null for a run that is not stored. */
export type SessionOutcome =
  | { kind: "finished"; id: string; folder: string | null; report: Report }
  | { kind: "stopped"; id: string; folder: string | null; step: number };

/**
 * Runs a session to its end, or until it is asked to stop.
 *
 * @throws {UserError} Anything the operator can mend. Whatever the session opened is closed; a checkpoint stays.
 * @throws {KnobError} A knob is out of range, or does not fit another knob or the data.
 */
export async function runSession(options: SessionOptions, hooks: SessionHooks = {}): Promise<SessionOutcome> {
  const { reportsDir, cacheDir = ".cache", resume, initFrom, sinceMs = performance.now() } = options;
  assertReportOptions(options);
  await using named = await namedFolder(options);
  const stopped = resume === undefined ? null : await openCheckpoint(named!.checkpoint, { id: resume });
  const origin = initFrom === undefined ? null : await openStart(initFrom);
  const place = { ...stopped?.identity.place, ...placeOf(options) };
  const source = { ...place, mirrors: options.mirrors, cacheDir };
  const found = options.dataset
    ? null
    : await findOwnData(source, { areBytes: (stopped?.identity.initFrom ?? origin)?.areBytes });
  const given = found && !stopped ? withKind(found, options.turned ?? {}) : options.turned;
  const kept = origin && !options.dataset
    ? keptScaling(origin, { turned: given ?? {}, isOwnData: found !== null })
    : stopped && found
    ? scalingOf(stopped.identity)
    : null;
  const scaled = origin && kept ? { ...given, scale: kept.scale, subtract: kept.subtract } : given;
  const turned = origin ? knobsFrom(origin, scaled ?? {}) : scaled;
  const size = found ? sizeOf(found, turned) : undefined, dInput = size?.dInput;
  const wanted = resolveConfig(turned, { from: stopped?.identity.config ?? options.from, size });
  if (!options.dataset) assertCanBegin({ config: wanted, turned: turned ?? {} }, { source, found });
  if (origin && dInput !== undefined) assertCanStart(origin, { config: wanted, ...stepDefinition(wanted, dInput) });
  const dataset = withoutClasses(
    options.dataset ?? await loadData(wanted, { source, found, scaling: kept, ...hooks }),
    wanted.leaveOut,
  );
  const config = settledConfig(wanted, {
    ...{ dataset, isBatchGiven: turned?.batch !== undefined, isStarted: origin !== null },
    ...hooks,
  });
  hooks.onEvent?.({ kind: "data", dataset });
  const data = dataIdentityOf(dataset);
  if (stopped) assertSameData(stopped.identity, data);

  const createdAt = stopped?.identity.createdAt ?? new Date().toISOString();
  const freeId = defaultRunId(createdAt, { config, dataName: dataset.name });
  await using numbered = reportsDir === null || named ? null : await RunFolder.claimFree(reportsDir, freeId);
  const folder = named ?? numbered;
  const identity: RunIdentity = {
    title: stopped?.identity.title ?? options.title ?? titleOf(config, dataset.name),
    note: stopped?.identity.note ?? options.note ?? null,
    initFrom: stopped?.identity.initFrom ?? (origin && startOf(origin, kept)),
    command: stopped?.identity.command ?? (options.command ?? []).map(withoutCredentials),
    ...{ id: folder?.id ?? options.runId ?? freeId, config, createdAt, data, place },
  };
  const definition = stepDefinition(config, rowLength(dataset));
  if (origin) assertCanStart(origin, { config, arch: definition.arch });
  const { stream } = dataset, count = trainingCount(dataset);
  assertRunFits({ config, definition, count, stream });
  using rows = stream && new StreamedRows(stream, config);
  hooks.onEvent?.({ kind: "model", definition, config });
  const streamed = rows ? { rows, count } : undefined;
  const work = { definition, batch: config.batch, pixels: dataset.train.pixels, mostRows: mostRowsOf(streamed) };
  const choice = await chooseEngine(config, work);
  const engine = await openEngine(definition, choice, { threads: config.threads, cacheDir, batch: config.batch });
  hooks.onEvent?.({ kind: "engine", info: engine.info, reason: choice.reason });
  try {
    const run = {
      identity,
      dataset,
      streamed,
      folder,
      definition,
      engine,
      choice,
      stopped,
      origin,
      sinceMs,
      details: options.details,
    };
    return await trainAndReport(run, hooks);
  } finally {
    await engine.dispose();
  }
}

/** What a checkpoint keeps of the model that a run started from. */
function startOf({ id, modelSha256, areBytes }: StartModel, scaling: Scaling | null): RunIdentity["initFrom"] {
  return { id, modelSha256, areBytes, scaling: scaling && storedScaling(scaling) };
}

/** The scaling that a stopped run had from the model it started from; null if it measured its own. */
function scalingOf({ initFrom, data }: RunIdentity): Scaling | null {
  return initFrom?.scaling ? scalingFrom(initFrom.scaling, { dInput: rowLength(data) }) : null;
}

/** The folder of a run whose id is known before its data are; null for any other run. */
async function namedFolder({ reportsDir, runId, resume }: SessionOptions): Promise<RunFolder | null> {
  if (resume !== undefined) {
    if (reportsDir === null) {
      throw new TypeError("Cannot resume a run: reportsDir is null, expected its folder's parent");
    }
    return await RunFolder.openStopped(reportsDir, resume);
  }
  return reportsDir === null || runId === undefined ? null : await RunFolder.claim(reportsDir, runId);
}

/** A stopped run, as its checkpoint says. */
interface StoppedRun {
  identity: RunIdentity;
  step: number;
  /** Milliseconds that its processes took. */
  totalMs: number;
  /** Returns what was read, once, so that no reference to it is kept. */
  takeSnapshot(): Snapshot;
}

async function openCheckpoint(path: string, { id }: { id: string }): Promise<StoppedRun> {
  const { identity, snapshot, totalMs } = await loadCheckpoint(path, { id });
  const held = [snapshot];
  return { identity, step: snapshot.state.step, totalMs, takeSnapshot: () => held.pop()! };
}

/** A run whose data, folder and engine are settled. */
interface SettledRun {
  identity: RunIdentity;
  dataset: Dataset;
  streamed: TrainingRun["streamed"];
  folder: RunFolder | null;
  definition: StepDefinition;
  engine: Engine;
  choice: Choice;
  /** Where a stopped run goes on; null for a new one. */
  stopped: StoppedRun | null;
  /** The model that a new one starts from; null for one that starts as usual. */
  origin: StartModel | null;
  /** The moment from which this process's start-up and time are counted. */
  sinceMs: number;
  /** Latents with details in the report. */
  details: number | undefined;
}

async function trainAndReport(run: SettledRun, { onEvent, signal }: SessionHooks): Promise<SessionOutcome> {
  const { identity, dataset, streamed, folder, definition, engine } = run;
  const { config, id, title } = identity;
  const path = folder?.path ?? null;
  onEvent?.({ kind: "start", id, title, folder: path, step: run.stopped?.step ?? 0 });
  const { train, test } = dataset;
  let startupMs = 0;
  const totalMs = () => (run.stopped?.totalMs ?? 0) + performance.now() - run.sinceMs;
  const takeStart = () => {
    const start = run.stopped?.takeSnapshot() ?? firstSnapshot(run);
    startupMs = performance.now() - run.sinceMs;
    return start;
  };
  const snapshot = await trainModel({ config, definition, engine, train, test, streamed, takeStart }, {
    onEvent,
    signal,
    save: async (snapshot) => {
      if (!folder) return;
      await saveCheckpoint(folder.checkpoint, { identity, snapshot, totalMs: totalMs() });
      const progress = progressOf(snapshot, { identity, dataset });
      if (progress) await writeProgress(folder.path, progress);
    },
  });
  if (signal?.aborted) return { kind: "stopped", id, folder: path, step: snapshot.state.step };
  onEvent?.({ kind: "evaluation" });
  const { initFrom } = identity;
  const report = await assembleReport({
    ...identity,
    initFrom: initFrom && { id: initFrom.id, modelSha256: initFrom.modelSha256 },
    imported: null,
    arch: definition.arch,
    objective: definition.objective,
    dataset,
    pixelsSha256: identity.data.sha256,
    engine,
    engineReason: run.choice.reason,
    environment: readEnvironment(),
    deflate: deflateSync,
    details: run.details,
    snapshot,
    learningRate: (step) => learningRate(step, { config, totalSteps: snapshot.state.step }),
    startupMs,
    totalMs,
    onProgress: (progress) => onEvent?.({ kind: "measuring", ...progress }),
  });
  if (path !== null) await writeReport(path, report);
  return { kind: "finished", id, folder: path, report };
}

function firstSnapshot({ identity: { config }, dataset, definition: { arch }, origin }: SettledRun): Snapshot {
  const start = { arch, pixels: dataset.train.pixels };
  const model = origin ? startedModel(origin, { config, ...start }) : initialModel(config, start);
  return freshSnapshot(model, config);
}
