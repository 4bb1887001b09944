/**
 * How a training is opened: images, configuration, model, engine, and the steps and changes that are repeated.
 *
 * Loads nothing itself: images and engine come from whoever runs the session. Sends nothing.
 *
 * @module
 */
import { rowLength } from "../../../../lib/data/row_shape.ts";
import { type Engine, type StepDefinition, stepDefinition } from "../../../../lib/engine/engine.ts";
import { UserError } from "../../../../lib/errors.ts";
import type { Pixels } from "../../../../lib/pixels.ts";
import { type InitialModel, initialModel } from "../../../../lib/sae/init.ts";
import { type Architecture, parameterCount } from "../../../../lib/sae/model.ts";
import { freshSnapshot, stepsPerEpoch } from "../../../../lib/training/course.ts";
import type { Opening, WantedEngine } from "../messages.ts";
import { liveConfig, withSnapshotRoom } from "../settings.ts";
import { fetchedBytes } from "./data.ts";
import type { DataStore } from "./data_store.ts";
import { LiveTraining } from "./live_training.ts";

/** Milliseconds of a repeated chunk: so short that another opening ends it soon. */
const REPEATED_MS = 100;

/** Where images and engines come from, and how messages are let in. */
export interface Surroundings {
  data: Pick<DataStore, "load" | "keep">;
  startEngine(
    definition: StepDefinition,
    options: { wanted: WantedEngine; batch: number; pixels: Pixels },
  ): Promise<{ engine: Engine; reason: string }>;
  /** Waits until the messages that have arrived were received. */
  pause(): Promise<void>;
}

/** How an opening is followed. */
export interface OpeningHooks {
  /** Called between its parts; what it throws ends the opening, and nothing is left of it. */
  check(): void;
  /** Measures before the first step and after each epoch, as the report of a run needs, and says how far it is. */
  onEpoch?: (at: { done: number; total: number }) => void;
}

/** A training that can go on. */
export interface OpenedTraining {
  training: LiveTraining;
  /** Why this engine. */
  reason: string;
  /** Milliseconds of each part. */
  ms: Record<string, number>;
}

/** Weights of the largest model that a page trains: with Adam's moments and copies about half a gigabyte. */
const MOST_PARAMETERS = 2 ** 25;

/** @throws {UserError} The model is too large; nothing is allocated for it yet. */
function assertFits(arch: Architecture): void {
  const count = parameterCount(arch);
  if (count <= MOST_PARAMETERS) return;
  const [now, most] = [count, MOST_PARAMETERS].map((n) => n.toLocaleString("en"));
  throw new UserError(
    `Cannot train this model in a page: it has ${now} parameters, expected at most ${most}: fewer latents or hidden units`,
  );
}

/**
 * Opens a training and repeats its steps.
 *
 * @throws {UserError} A setting is out of range, or images or engine cannot be had.
 */
export async function openTraining(
  { settings, engine: wanted, files, changes, until }: Opening,
  { data: store, startEngine, pause, check, onEpoch }: Surroundings & OpeningHooks,
): Promise<OpenedTraining> {
  const ms: Record<string, number> = {};
  let mark = performance.now();
  const lap = (part: string) => ms[part] = -mark + (mark = performance.now());
  const data = await store.load(settings.data, files);
  lap("images");
  check();
  const { dataset } = data, { train } = dataset, { runWeights } = files;
  const settled = liveConfig(settings, { count: train.count }), dInput = rowLength(dataset);
  // Only a report keeps the directions.
  const config = onEpoch ? withSnapshotRoom(settled, dInput) : settled;
  const definition = stepDefinition(config, dInput), { arch } = definition, { pixels } = train;
  assertFits(arch);
  const typical = config.outputBias === "median" && data.median || undefined;
  const model = runWeights === null
    ? initialModel(config, { arch, pixels, typical })
    : await loadRun(runWeights, { arch, pixels });
  const snapshot = freshSnapshot(model, config);
  lap("model");
  const { engine, reason } = await startEngine(definition, { wanted, batch: config.batch, pixels });
  try {
    check();
    const training = await LiveTraining.start({
      ...{ settings, config, definition, data, snapshot, engine, pause },
      reportedStep: onEpoch && until,
      epochs: onEpoch && until / stepsPerEpoch(train.count, config.batch),
    });
    lap("engine");
    await repeat(training, { changes, until, check, onEpoch });
    if (until > 0) lap("repeated steps");
    return { training, reason, ms };
  } catch (error) {
    await engine.dispose();
    throw error;
  }
}

/** The model of a run of the site, to train on images. */
async function loadRun(
  address: string,
  options: { arch: Architecture; pixels: Pixels },
): Promise<InitialModel> {
  const { decodeRunWeights, modelOfRun } = await import("./run_weights.ts"); // with a reader of safetensors
  return modelOfRun(decodeRunWeights(await fetchedBytes(address), { name: address }), options);
}

/** Trains until a step, with the changes at theirs; those behind the last step are left out. */
async function repeat(
  training: LiveTraining,
  { changes, until, check, onEpoch }: Pick<Opening, "changes" | "until"> & OpeningHooks,
): Promise<void> {
  const { stepsPerEpoch: perEpoch } = training;
  const left = changes.filter(({ step }) => step <= until).sort((a, b) => a.step - b.step);
  while (!training.divergence) {
    if (onEpoch && training.step % perEpoch === 0) {
      await training.measureEpoch();
      onEpoch({ done: training.step / perEpoch, total: until / perEpoch });
    }
    while (left.length > 0 && left[0].step <= training.step) await training.change(left.shift()!);
    if (training.step >= until) break;
    const epochEnd = onEpoch ? (Math.floor(training.step / perEpoch) + 1) * perEpoch : until;
    await training.advance({ ms: REPEATED_MS, until: Math.min(left[0]?.step ?? until, epochEnd) });
    check();
  }
  await training.settle();
  if (onEpoch && !training.divergence) await training.observeEnd();
}
