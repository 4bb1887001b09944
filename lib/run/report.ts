/**
 * From a trained engine to a whole report: measure both splits, look at the latents, draw the sprites.
 *
 * Gathers what analysis computes into the report's shape; computes and writes nothing itself, and asks neither the
 * machine nor the clock: the program and the page that trains state them. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { DEFINITIONS } from "../analysis/definitions.ts";
import { directionsOf } from "../analysis/directions.ts";
import { ErrorSaved } from "../analysis/error_saved.ts";
import { errorQuantiles } from "../analysis/error_quantiles.ts";
import { evaluate } from "../analysis/evaluate.ts";
import { metricRows } from "../analysis/history.ts";
import { LatentDecoder } from "../analysis/latent_images.ts";
import { activationRows, scannedLatents } from "../analysis/latents.ts";
import { type MeasureOptions, measureSplit, type SplitPass } from "../analysis/measure.ts";
import { runNotices } from "../analysis/notices.ts";
import { named, type OnNamedProgress } from "../analysis/progress.ts";
import { shownPairs } from "../analysis/reconstructions.ts";
import { type SplitLoss, splitLoss } from "../analysis/split_loss.ts";
import { splitMetrics } from "../analysis/split_metrics.ts";
import type { ImageSet } from "../data/dataset.ts";
import type { Engine, TrainingState } from "../engine/engine.ts";
import type { Run, SplitMetrics } from "../report/schema.ts";
import { isTrainedHere } from "../report/trained_here.ts";
import { MODEL_FILE, type Report } from "../report/report_files.ts";
import { baselineOf } from "../sae/baselines.ts";
import { type Architecture, LAST_FIRED, type Objective, parameterCount } from "../sae/model.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
import type { Snapshot } from "../training/course.ts";
import { silentLatents } from "../training/silent_latents.ts";
import { targetOutcome } from "../training/sparsity_weight.ts";
import { modelFile } from "./model_file.ts";
import { dataNotices, datasetFacts } from "./report_data.ts";
import { drawLatents } from "./report_latents.ts";
import { drawLifelines } from "./report_lifelines.ts";
import { type Drawing, drawInputs, drawReconstructions } from "./report_sprites.ts";
import { usedSettings } from "./used_settings.ts";

/** A finished training run. */
export interface TrainedRun extends Drawing {
  id: string;
  title: string;
  note: string | null;
  createdAt: string;
  command: string[];
  /** The run whose model it started from; null if it started as usual. */
  initFrom: Run["initFrom"];
  /** Where a model came from that was not trained here; its snapshot has no steps, and one row of the test set. */
  imported: Run["imported"];
  /** What else a reader of the run has to know, in sentences. */
  notices?: readonly string[];
  config: Run["config"];
  arch: Architecture;
  objective: Objective;
  /** SHA-256 over the pixels of each split. */
  pixelsSha256: { train: string; test: string };
  engine: Engine;
  engineReason: string;
  /** The machine and the runtime. */
  environment: Run["environment"];
  /** After whole epochs: `config.epochs` of them. */
  snapshot: Snapshot;
  /** How many latents have details; all of up to 4,096 if left out, else the 4,096 with the largest mean activation. */
  details?: number;
  /** The learning rate that a step had, from the number of steps before it. */
  learningRate(step: number): number;
  /** Milliseconds from the process's start to its first step. */
  startupMs: number;
  /** Milliseconds that all processes of the run took by now. */
  totalMs(): number;
  /** Called with how far the measurements are. */
  onProgress?: OnNamedProgress;
}

/** The whole report of a run; its weights are frozen. */
export async function assembleReport(run: TrainedRun): Promise<Report> {
  const { config, arch, objective, dataset, deflate, engine, snapshot, details, onProgress } = run;
  const { train, test, classNames } = dataset;
  const directions = directionsOf(snapshot.state.params, arch);
  const testLoss = snapshot.testRows.at(-1)!; // measured after the last epoch, with the weights as they are
  const errorSaved = new ErrorSaved({
    ...{ engine, arch, directions, count: test.count },
    nonZeroLatents: isNeverZero(config) ? arch.nLatents : testLoss.activeLatents,
  });
  const { pass, metrics: testMetrics } = await measured(run, {
    ...{ images: test, name: "test", loss: testLoss },
    onRows: (rows) => errorSaved.add(rows),
  });
  const trainLoss = await lossOf(train, run);
  const { pass: trainPass, metrics: trainMetrics } = await measured(run, {
    images: train,
    name: "training",
    loss: trainLoss,
  });
  const evaluation = await evaluate({
    engine,
    arch,
    objective,
    directions,
    dataset,
    pass,
    seed: config.seed,
    onProgress,
  });

  const reconstructions = drawReconstructions(run, await shownPairs(engine, { pass, images: test, arch }));
  const scanned = await scannedLatents(pass, { images: test, nClasses: classNames.length, details });
  const decoder = await LatentDecoder.of({ engine, arch, directions, pass });
  const latents = await drawLatents({
    ...{ dataset, deflate, scanned, decoder, directions, onProgress },
    errorSaved: { values: errorSaved.result(), rows: errorSaved.rows },
    rho: VARIANTS[config.sparsity].weight === "beta" ? config.rho : null,
  });
  const lifelines = snapshot.lifelines && drawLifelines({
    ...{ dataset, deflate, lifelines: snapshot.lifelines, deadSteps: config.deadSteps },
    ...{ areDecoder: directions !== null, detailed: scanned.detailed, means: pass.rhoHat },
  });
  const inputs = await drawInputs(run, {
    ...{ engine, arch, directions, pass, images: test, base: decoder.base, onProgress },
  });
  const target = config.targetL0 === null
    ? null
    : targetOutcome({ targetL0: config.targetL0, l0: testMetrics.activeLatents });
  return {
    run: {
      ...runDescription(run),
      notices: [
        ...run.notices ?? [],
        ...dataNotices(dataset),
        ...runNotices({ test: testMetrics, target, isTrained: isTrainedHere(run), baseline: baselineOf(config) }),
      ],
      metrics: { train: trainMetrics, test: testMetrics, ...evaluation },
      sparsity: {
        weight: snapshot.weight,
        target,
        silentLatents: isTrainedHere(run) ? countSilent(snapshot.state, config) : null,
        resampled: snapshot.resampled,
      },
      initFrom: run.initFrom,
      imported: run.imported,
      lifelines: lifelines && "lifelines.json",
      errorQuantiles: { train: errorQuantiles(trainPass.imageMse), test: errorQuantiles(pass.imageMse) },
      definitions: DEFINITIONS,
      timing: timing(run),
    },
    metrics: !isTrainedHere(run) ? NOT_TRAINED : metricRows(snapshot, {
      stepsPerEpoch: snapshot.state.step / config.epochs,
      learningRate: (step) => run.learningRate(step),
    }),
    reconstructions: reconstructions.file,
    activations: activationRows(scanned),
    latents: latents.file,
    latentDetails: latents.details,
    inputs: inputs.file,
    lifelines,
    pictures: [...reconstructions.pictures, ...latents.pictures, ...inputs.pictures, ...lifelines?.pictures ?? []],
    model: modelFile(snapshot.state, { arch, config, scaling: dataset.scaling }),
  };
}

/** The course of a training that was not here, or was none. */
const NOT_TRAINED: Report["metrics"] = { start: null, epochs: [], stepStride: 1, steps: [], silentLatents: null };

/** Whether a latent is never exactly 0. */
function isNeverZero({ sparsity }: Run["config"]): boolean {
  return VARIANTS[sparsity].activates === "sigmoid";
}

/** What training minimises, on a split. */
function lossOf({ pixels }: ImageSet, { engine, arch, config, snapshot, onProgress }: TrainedRun): Promise<SplitLoss> {
  return splitLoss(engine, {
    pixels,
    dInput: arch.dInput,
    batch: config.batch,
    weight: snapshot.weight,
    onProgress: named("the loss of the training inputs", onProgress),
  });
}

/** Everything that is stated of a split, and the pass that a closer look at the test set goes on from. */
async function measured(
  { engine, arch, objective, onProgress }: TrainedRun,
  { images, name, loss, onRows }: { images: ImageSet; name: string; loss: SplitLoss } & Pick<MeasureOptions, "onRows">,
): Promise<{ pass: SplitPass; metrics: SplitMetrics }> {
  const pass = await measureSplit(engine, {
    images,
    arch,
    objective,
    onRows,
    onProgress: named(`measuring the ${name} inputs`, onProgress),
  });
  return { pass, metrics: splitMetrics(pass, { loss, objective }) };
}

/** Latents that were last active too long ago; null if the model does not keep when they were. */
function countSilent({ step, buffers }: TrainingState, { deadSteps }: Run["config"]): number | null {
  const lastFired = buffers[LAST_FIRED];
  return lastFired ? silentLatents(lastFired, { step, deadSteps }).length : null;
}

function runDescription(
  run: TrainedRun,
): Pick<
  Run,
  | "id"
  | "title"
  | "note"
  | "createdAt"
  | "command"
  | "config"
  | "usedSettings"
  | "dataset"
  | "model"
  | "engine"
  | "environment"
> {
  const { id, title, note, createdAt, command, config, arch, dataset, engine, pixelsSha256 } = run;
  return {
    id,
    title,
    note,
    createdAt,
    command,
    config,
    usedSettings: usedSettings(config, { ...dataset.provenance, isTrained: isTrainedHere(run) }),
    dataset: datasetFacts(dataset, pixelsSha256),
    model: {
      layers: arch.layers,
      hasPreBias: arch.hasPreBias,
      hasCenteredInput: arch.hasCenteredInput,
      hasUnitDecoder: arch.hasUnitDecoder,
      parameters: parameterCount(arch),
      file: MODEL_FILE,
    },
    engine: { ...engine.info, reason: run.engineReason },
    environment: run.environment,
  };
}

function timing({ snapshot, config, startupMs, totalMs }: TrainedRun): Run["timing"] {
  const { trainMs, waitMs, state: { step } } = snapshot;
  return {
    startupMs,
    trainMs,
    waitMs,
    totalMs: totalMs(),
    steps: step,
    stepsPerSecond: trainMs > 0 ? step / trainMs * 1000 : 0,
    secondsPerEpoch: trainMs / Math.max(1, config.epochs) / 1000,
  };
}
