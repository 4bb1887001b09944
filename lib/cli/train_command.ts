/**
 * `train`: from a command line to `reports/<run-id>/`, in the order a person would do it.
 *
 * @module
 */
import { testRow } from "../analysis/history.ts";
import { activity, decoderNorms, measureSplit } from "../analysis/measure.ts";
import type { Config } from "../config.ts";
import type { Dataset, ImageSet } from "../data/dataset.ts";
import { sha256Hex } from "../data/download.ts";
import { loadDataset } from "../data/load.ts";
import { chooseEngine, openEngine } from "../engine/choose.ts";
import { stepDefinition } from "../engine/engine.ts";
import { UserError } from "../errors.ts";
import { exists } from "../files.ts";
import { gatherPixels, rawBytes } from "../pixels.ts";
import { CHECKPOINT_FILE, claimRunFolder, releaseRunFolder, runFolder, writeReport } from "../report/writer.ts";
import { initialParameters, typicalImage } from "../sae/init.ts";
import {
  freshSnapshot,
  loadCheckpoint,
  type RunIdentity,
  saveCheckpoint,
  type Snapshot,
} from "../training/snapshot.ts";
import { resampleDead } from "../training/resample.ts";
import { train } from "../training/train.ts";
import { configFromFlags, type MachineOptions, parseTrainArguments, type TrainArguments } from "./args.ts";
import { assembleReport } from "./assemble_report.ts";
import { summaryLines } from "./summary.ts";
import { Terminal } from "./terminal.ts";

const CACHE_DIR = ".cache";
/** The shell's convention for "ended by Ctrl-C". */
const INTERRUPTED = 130;

/**
 * Runs the command.
 *
 * @param signal Asks to save and stop.
 * @returns The exit code.
 * @throws {UserError} Anything the person can mend.
 */
export async function trainCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { turned, options } = parseTrainArguments(args);
  const terminal = new Terminal({ isQuiet: options.isQuiet });
  const resumed = options.resume === undefined ? null : await openStoppedRun(options, turned);
  const wanted = resumed?.identity.config ?? configFromFlags(turned);

  const dataset = await loadDataset({
    dataset: wanted.dataset,
    dataDir: options.dataDir ?? resumed?.identity.dataDir ?? undefined,
    mirrors: options.mirrors,
    cacheDir: `${CACHE_DIR}/mnist`,
    limit: wanted.limit ?? undefined,
    dataSeed: wanted.dataSeed,
    dictionary: {
      width: wanted.dictionaryWidth,
      features: wanted.dictionaryFeatures,
      active: wanted.dictionaryActive,
      correlation: wanted.dictionaryCorrelation,
      noise: wanted.dictionaryNoise,
    },
    onProgress: terminal.download,
    onNote: (note) => terminal.notice(note),
    signal,
  });
  const config = { ...wanted, dataset: pinnedDataset(wanted, dataset) };
  assertBatchFits(config, dataset);
  const trainPixelsSha256 = sha256Hex(rawBytes(dataset.train.pixels)); // beside the first steps: nothing needs it before a checkpoint
  if (resumed) assertSameImages(resumed.identity, { id: options.resume!, now: await trainPixelsSha256 });

  const definition = stepDefinition(config, dataset.height * dataset.width);
  const { arch, objective } = definition;
  const choice = await chooseEngine(config, {
    definition,
    batch: config.batch,
    pixels: dataset.train.pixels,
  });
  const engine = await openEngine(definition, choice, {
    threads: config.threads,
    cacheDir: CACHE_DIR,
    batch: config.batch,
  });

  const { command, createdAt, dataDir } = resumed?.identity ?? {
    command: ["train", ...args],
    createdAt: new Date().toISOString(),
    dataDir: options.dataDir ?? null,
  };
  const id = options.resume ?? options.runId ?? defaultRunId(createdAt, { config, dataset });
  const folder = resumed ? runFolder(options.reportsDir, id) : await claimRunFolder(options.reportsDir, id);
  const checkpoint = `${folder}/${CHECKPOINT_FILE}`;

  terminal.line(
    `data     ${dataset.name}, ${dataset.train.count} training and ${dataset.test.count} test images of ${dataset.height}×${dataset.width}`,
  );
  terminal.line(
    `model    ${
      [
        arch.dInput,
        ...arch.layers.map(({ dOut }) => dOut),
      ].join(" → ")
    }, sparsity ${config.sparsity}, preset ${config.preset}, seed ${config.seed}`,
  );
  terminal.line(`engine   ${engine.info.name} on ${engine.info.backend} (${engine.info.device}): ${choice.reason}`);
  terminal.line(`run      ${folder}${resumed ? `, from step ${resumed.snapshot.state.step}` : ""}`);
  terminal.line();

  try {
    const start = resumed?.snapshot ??
      freshSnapshot(initialParameters(config, arch, typicalImage(config, dataset.train.pixels, arch.dInput)), {
        config,
        arch,
      });
    const startupMs = performance.now(); // counted from the process's start
    const snapshot = await train({
      config,
      engine,
      pixels: dataset.train.pixels,
      count: dataset.train.count,
      start,
      evaluate: async (params, weight) =>
        testRow(await measureSplit(engine, dataset.test, definition), {
          arch,
          objective,
          weight,
          decoderNorms: decoderNorms(params, arch),
        }),
      measureL0: async (images) => {
        const sample = imagesAt(dataset.train, images, arch.dInput);
        return activity(await measureSplit(engine, sample, definition)).activeLatents;
      },
      resample: () =>
        resampleDead({
          engine,
          arch,
          pixels: dataset.train.pixels,
          batch: config.batch,
          seed: config.seed,
          deadSteps: config.deadSteps,
        }),
      save: async (snapshot) => {
        const identity = { config, command, createdAt, dataDir, trainPixelsSha256: await trainPixelsSha256 };
        await saveCheckpoint(checkpoint, { identity, snapshot, arch });
      },
      onProgress: (progress) => terminal.progress(progress, config),
      onEpoch: (snapshot) => terminal.epoch(snapshot, config),
      signal,
    });
    if (signal.aborted) {
      terminal.line(
        `Stopped after step ${snapshot.state.step}. To go on: deno task train --resume ${id}${reportsFlag(options)}`,
      );
      return INTERRUPTED;
    }
    const report = await assembleReport({
      id,
      createdAt,
      command,
      config,
      arch,
      objective,
      dataset,
      pixelsSha256: { train: await trainPixelsSha256, test: await sha256Hex(rawBytes(dataset.test.pixels)) },
      engine,
      engineReason: choice.reason,
      snapshot,
      startupMs,
    });
    await writeReport(folder, report);
    for (const line of summaryLines(report.run, report.metrics.epochs)) terminal.line(line);
    terminal.line();
    terminal.line(`Report  ${folder}/`);
    terminal.line(`Next    ${nextCommand(config)}`);
    if (options.isQuiet) terminal.result(folder);
    return 0;
  } catch (error) {
    if (error instanceof UserError && await exists(checkpoint)) {
      const advice = `; the last checkpoint is kept: --resume ${id}${reportsFlag(options)}`;
      throw new UserError(error.message + advice, { cause: error, exitCode: error.exitCode });
    }
    throw error;
  } finally {
    await releaseRunFolder(folder);
    await engine.dispose();
  }
}

/** The checkpoint of a stopped run, with the backend of this command line if it names one. */
async function openStoppedRun(
  options: MachineOptions,
  turned: TrainArguments["turned"],
): Promise<{ identity: RunIdentity; snapshot: Snapshot }> {
  const id = options.resume!;
  const folder = runFolder(options.reportsDir, id);
  if (await exists(`${folder}/run.json`)) {
    throw new UserError(`Cannot resume ${id}: it is finished, expected a stopped run`);
  }
  const { identity, snapshot } = await loadCheckpoint(`${folder}/${CHECKPOINT_FILE}`);
  return { identity: { ...identity, config: configFromFlags({ ...identity.config, ...turned }) }, snapshot };
}

/** `auto` may find another data set on another day; a stopped run must go on with the one it began with. */
function pinnedDataset({ dataset }: Config, { provenance }: Dataset): Config["dataset"] {
  if (dataset !== "auto" || provenance.source === "directory") return dataset;
  return provenance.source === "generated" ? "digits" : "mnist";
}

/** Some images of a set, without what is known of them. */
function imagesAt({ pixels }: ImageSet, order: Uint32Array, dInput: number): ImageSet {
  return { pixels: gatherPixels(pixels, order, dInput), count: order.length, labels: null, factors: {} };
}

function assertBatchFits({ batch }: Config, { train }: Dataset): void {
  if (batch <= train.count) return;
  throw new UserError(`Cannot use --batch: it is ${batch}, expected at most the ${train.count} training images`, {
    exitCode: 2,
  });
}

/** What shows most beside this run. */
function nextCommand({ sparsity, preset, epochs }: Config): string {
  if (sparsity !== "kl") return "deno task site && deno task site:preview";
  return `deno task train --preset ${preset === "tuned" ? "notebook" : "tuned"} --epochs ${epochs}`;
}

/** `2026-11-21-035500-mnist-tuned-s0`. */
function defaultRunId(createdAt: string, { config, dataset }: { config: Config; dataset: Dataset }): string {
  const time = createdAt.slice(0, 19).replace("T", "-").replaceAll(":", "");
  return `${time}-${dataset.name.replace(/[^A-Za-z0-9-]+/g, "-").slice(0, 24)}-${
    config.sparsity === "kl" ? config.preset : config.sparsity
  }-s${config.seed}`;
}

/** @throws {UserError} The training images are not those the run was started on. */
function assertSameImages({ trainPixelsSha256 }: RunIdentity, { id, now }: { id: string; now: string }): void {
  if (now === trainPixelsSha256) return;
  const expected = `those it was started on (SHA-256 ${trainPixelsSha256.slice(0, 12)}…); name their --data-dir`;
  throw new UserError(
    `Cannot resume ${id}: the training images have SHA-256 ${now.slice(0, 12)}…, expected ${expected}`,
  );
}

function reportsFlag({ reportsDir }: MachineOptions): string {
  return reportsDir === "reports" ? "" : ` --reports ${reportsDir}`;
}
