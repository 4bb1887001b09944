/**
 * A report assembled anew from the weights and the data of another: what was measured is measured again, what was not is taken
 * over.
 *
 * Compares nothing. Needs an engine, and the data that the report states.
 *
 * @module
 */
import { deflateSync } from "node:zlib";
import { measureEpoch } from "../analysis/epoch.ts";
import type { OnNamedProgress } from "../analysis/progress.ts";
import { type Dataset, trainingCount } from "../data/dataset.ts";
import { initialState, type StepDefinition, stepDefinition } from "../engine/engine.ts";
import { chooseEngine, openEngine, type Wanted } from "../engine/open.ts";
import type { Engine } from "../engine/engine.ts";
import { UserError } from "../errors.ts";
import type { Report } from "../report/report_files.ts";
import type { Metrics } from "../report/schema.ts";
import { assembleReport } from "../run/report.ts";
import type { OpenedModel } from "../run/trained_model.ts";
import { type InitialModel, initialModel } from "../sae/init.ts";
import type { Parameters } from "../sae/model.ts";
import { freshSnapshot, totalStepsOf } from "../training/course.ts";
import { learningRate } from "../training/schedule.ts";

/** What a run's training began with. */
export interface Beginning {
  definition: StepDefinition;
  start: InitialModel;
}

/** What a run is measured with. */
export interface MeasureOptions extends Beginning {
  dataset: Dataset;
  /** The weights, for the inputs of the training. */
  params: Parameters;
  /** `metrics.json` as it is stored, from which the course of training is taken over. */
  metrics: Metrics;
  /** How many latents have details; left out, as many as a report has by default. */
  details?: number;
  /** An engine that was asked for; the run's own if left out, else what this machine has. */
  wanted?: Partial<Required<Wanted>>;
  cacheDir: string;
  onProgress: OnNamedProgress;
}

/** A report that was measured again, and what measured it. */
export interface Remeasured {
  report: Report;
  engine: Engine["info"];
}

/** What the settings of a run and its data give before the first step. */
export function beginningOf({ run, definition: { arch } }: OpenedModel, { train: { pixels } }: Dataset): Beginning {
  const definition = stepDefinition(run.config, arch.dInput);
  return { definition, start: initialModel(run.config, { arch: definition.arch, pixels }) };
}

/**
 * Measures again.
 *
 * @throws {UserError} No engine takes the model here, or the data do not fit into memory.
 */
export async function remeasure(model: OpenedModel, options: MeasureOptions): Promise<Remeasured> {
  const { run } = model, { config, sparsity: { weight }, timing } = run;
  const { dataset, metrics, details, definition, start, params, onProgress, cacheDir } = options;
  const { train, test } = dataset, { arch, objective } = definition;
  const trained = initialState({ params, buffers: { ...start.buffers, ...model.buffers } });
  const engine = await openedEngine(model, { definition, pixels: train.pixels, wanted: options.wanted, cacheDir });
  try {
    const { batch } = config, startsHere = metrics.start !== null && !run.initFrom;
    const first = freshSnapshot(start, config);
    await engine.load({ state: startsHere ? first.state : trained, pixels: train.pixels, batch });
    const measuredAt = { arch, objective, pixels: test.pixels, batch };
    const startRow = startsHere ? await measureEpoch(engine, { ...measuredAt, weight: first.weight }) : null;
    if (startsHere) await engine.setState(trained);
    const testRow = await measureEpoch(engine, { ...measuredAt, weight });
    const { startupMs, trainMs, waitMs, totalMs } = timing;
    const report = await assembleReport({
      ...run,
      ...{ dataset, arch, objective, details, engine, engineReason: run.engine.reason, deflate: deflateSync },
      pixelsSha256: { train: run.dataset.train.pixelsSha256, test: run.dataset.test.pixelsSha256 },
      snapshot: {
        ...{ ...first, weight, trainMs, waitMs, testRows: [testRow], start: testRow, lifelines: null },
        state: { ...trained, step: timing.steps },
      },
      learningRate: () => 0,
      startupMs,
      totalMs: () => totalMs,
      onProgress,
    });
    return {
      engine: engine.info,
      report: { ...report, metrics: courseOf(model, { metrics, dataset, startRow, testRow }) },
    };
  } finally {
    await engine.dispose();
  }
}

/** The stored course with what follows from the settings and what can be measured again: its first and its last row, and the rates. */
function courseOf(
  { run }: OpenedModel,
  { metrics, dataset, startRow, testRow }: {
    metrics: Metrics;
    dataset: Dataset;
    startRow: Metrics["start"];
    testRow: NonNullable<Metrics["start"]>;
  },
): Omit<Metrics, "schemaVersion"> {
  if (run.imported) return metrics;
  const { config } = run, totalSteps = totalStepsOf(config, trainingCount(dataset));
  const mayHaveChanged = "browser" in run.environment; // a page's settings can be moved while it trains
  const rate = (step: number, stored: number) =>
    mayHaveChanged ? stored : learningRate(step - 1, { config, totalSteps });
  const last = metrics.epochs.length - 1;
  return {
    ...metrics,
    start: startRow ?? metrics.start,
    epochs: metrics.epochs.map((row, i) => ({
      ...row,
      lr: rate(row.step, row.lr),
      step: (i + 1) * totalSteps / config.epochs,
      test: i === last ? testRow : row.test,
    })),
    steps: metrics.steps.map((row, i) => ({
      ...row,
      lr: rate(row.step, row.lr),
      step: Math.min(totalSteps, (i + 1) * metrics.stepStride),
    })),
  };
}

/** The run's own engine, or if it cannot start here the one that a new run would have. */
async function openedEngine(
  { run: { engine, config: { batch } } }: OpenedModel,
  { definition, pixels, wanted, cacheDir }: {
    definition: StepDefinition;
    pixels: Dataset["train"]["pixels"];
    wanted?: Partial<Required<Wanted>>;
    cacheDir: string;
  },
): Promise<Engine> {
  const work = { definition, batch, pixels }, threads = wanted?.threads ?? null;
  const own: Required<Wanted> = {
    backend: engine.backend as Wanted["backend"],
    engine: engine.name === "reference" ? "reference" : "fused",
    threads,
  };
  const isAsked = wanted?.backend !== undefined || wanted?.engine !== undefined;
  const asked: Required<Wanted> = { backend: "auto", engine: "auto", ...wanted, threads };
  const open = async (device: Required<Wanted>) =>
    await openEngine(definition, await chooseEngine(device, work), { threads, cacheDir, batch });
  if (isAsked) return await open(asked);
  try {
    return await open(own);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return await open(asked);
  }
}
