/**
 * The training loop: epochs of shuffled batches, handed to an engine in chunks.
 *
 * Decides which images, learning rates and sparsity weights, records losses, stops on request or divergence. Does not know
 * how a step is computed, how the test set or a latent's activity is measured (the caller's `evaluate` and `measureL0`),
 * how latents are renewed (`resample`), or where a snapshot goes (`save`).
 *
 * @module
 */
import type { Config } from "../config.ts";
import type { Engine, StepLosses } from "../engine/engine.ts";
import { UserError } from "../errors.ts";
import type { Pixels } from "../pixels.ts";
import { Rng } from "../rng.ts";
import type { Parameters } from "../sae/model.ts";
import { learningRate } from "./schedule.ts";
import {
  CONTROL_STEPS,
  controlledWeight,
  controlSample,
  initialWeight,
  warmupSteps,
  weightOfStep,
} from "./sparsity_weight.ts";
import type { History, Snapshot, TestRow } from "./snapshot.ts";

/** The loop's news, after each chunk of steps. */
export interface Progress {
  /** Epoch under way, from 1. */
  epoch: number;
  step: number;
  totalSteps: number;
  /** Mean total loss over the epoch so far. */
  loss: number;
  /** Penalty of the last step, not weighted. */
  penalty: number;
  stepsPerSecond: number;
}

/** A run, from any snapshot to its end. */
export interface TrainingRun {
  config: Config;
  engine: Engine;
  /** Training images, `[count, dInput]`. */
  pixels: Pixels;
  count: number;
  /** Where to start; not changed. */
  start: Snapshot;
  /** Measures the test set with the engine's present parameters, given with the penalty's weight. */
  evaluate(params: Parameters, weight: number): Promise<TestRow>;
  /** How many latents are active on these images, on average; asked every 25 steps where there is a `targetL0`. */
  measureL0(images: Uint32Array): Promise<number>;
  /** Renews dead latents; asked every `resampleSteps` steps in the first half of the run. Returns how many there were. */
  resample(): Promise<number>;
  /** Keeps a snapshot; called after every epoch and on a stop. */
  save(snapshot: Snapshot): Promise<void>;
  onProgress(progress: Progress): void;
  onEpoch(snapshot: Snapshot): void;
  /** Asks the loop to save and stop after the chunk under way. */
  signal: AbortSignal;
}

/** Steps in one epoch; the last, shorter batch counts. */
export function stepsPerEpoch(count: number, batch: number): number {
  return Math.ceil(count / batch);
}

/** How long a chunk of steps should take: short enough for Ctrl-C to feel immediate, long enough to amortise a read back. */
const CHUNK_MS = 250;

/**
 * Trains until the configured epochs are done or `signal` fires.
 *
 * @returns The last snapshot; `testRows.length === config.epochs` when the run is complete.
 * @throws {UserError} The loss or a weight is NaN or infinite. Nothing is saved then.
 */
export async function train(run: TrainingRun): Promise<Snapshot> {
  const { config, engine, pixels, count, signal } = run;
  const nSteps = stepsPerEpoch(count, config.batch);
  const totalSteps = nSteps * config.epochs;
  const history = mapHistory(run.start.history, (values) => extended(values, totalSteps));
  const testRows = [...run.start.testRows], resampled = [...run.start.resampled];
  let { shuffle, cursor, trainMs, weight } = run.start;
  let msPerStep = Infinity; // so that the first chunk is one step

  const snapshot = async (): Promise<Snapshot> => {
    const state = await engine.state(); // sync point, once an epoch
    assertFiniteParameters(state.params, { step: state.step, config });
    return {
      state,
      shuffle,
      cursor,
      history: mapHistory(history, (values) => values.subarray(0, state.step)),
      testRows: [...testRows],
      weight,
      resampled: [...resampled],
      trainMs,
    };
  };

  /** Checks and records the losses of one chunk, one chunk late so that the device is never idle. */
  const record = (losses: StepLosses, firstStep: number, epoch: number): void => {
    assertFiniteLosses(losses, { firstStep, config });
    history.reconstruction.set(losses.reconstruction, firstStep);
    history.penalty.set(losses.penalty, firstStep);
    history.auxiliary.set(losses.auxiliary, firstStep);
    const step = firstStep + losses.penalty.length;
    run.onProgress({
      epoch: epoch + 1,
      step,
      totalSteps,
      loss: meanLoss(history, { from: epoch * nSteps, to: step }),
      penalty: losses.penalty.at(-1)!,
      stepsPerSecond: 1000 / msPerStep,
    });
  };

  // What happens between steps happens at steps of its own, not where a chunk happens to end: equal runs stay equal.
  const controlSteps = config.targetL0 === null ? null : CONTROL_STEPS;
  await engine.load({ state: run.start.state, pixels, batch: config.batch });
  for (let epoch = testRows.length; epoch < config.epochs; epoch++) {
    const rng = new Rng(shuffle);
    const order = rng.permutation(count);
    let unread: { losses: Promise<StepLosses>; firstStep: number } | null = null;
    const epochStart = performance.now();
    let chunkStart = epochStart;
    while (cursor < nSteps && !signal.aborted) {
      const firstStep = epoch * nSteps + cursor;
      if (isDue(firstStep, controlSteps) && firstStep >= warmupSteps(config, totalSteps)) {
        weight = controlledWeight(weight, {
          l0: await run.measureL0(controlSample(firstStep, count)), // sync point
          target: config.targetL0!,
          initial: initialWeight(config),
        });
      }
      if (isDue(firstStep, config.resampleSteps) && firstStep <= totalSteps / 2) {
        resampled.push({ step: firstStep, latents: await run.resample() }); // sync point
      }
      const chunk = Math.min(
        nSteps - cursor,
        Math.max(1, Math.round(CHUNK_MS / msPerStep)),
        untilDue(firstStep, controlSteps),
        untilDue(firstStep, config.resampleSteps),
      );
      const weights = Float64Array.from(
        { length: chunk },
        (_, i) => weightOfStep(weight, firstStep + i, { config, totalSteps }),
      );
      history.weight.set(weights, firstStep);
      const losses = engine.train({
        indices: order.subarray(cursor * config.batch, Math.min(count, (cursor + chunk) * config.batch)),
        batch: config.batch,
        learningRates: Float64Array.from(
          { length: chunk },
          (_, i) => learningRate(firstStep + i, { config, totalSteps }),
        ),
        weights,
      });
      losses.catch(() => {}); // awaited a chunk late: must not count as unhandled until then
      cursor += chunk;
      if (unread) record(await unread.losses, unread.firstStep, epoch);
      unread = { losses, firstStep };
      await new Promise((resolve) => setTimeout(resolve)); // lets signals and the terminal have their turn
      msPerStep = (performance.now() - chunkStart) / chunk;
      chunkStart = performance.now();
    }
    if (unread) record(await unread.losses, unread.firstStep, epoch);
    trainMs += performance.now() - epochStart;
    if (cursor < nSteps) {
      const stopped = await snapshot();
      await run.save(stopped);
      return stopped;
    }
    shuffle = rng.state;
    cursor = 0;
    const trained = await snapshot();
    testRows.push(await run.evaluate(trained.state.params, weight));
    const finished = { ...trained, testRows: [...testRows] };
    run.onEpoch(finished);
    await run.save(finished);
    if (signal.aborted) return finished;
  }
  return await snapshot();
}

/** Mean over steps [from, to) of reconstruction + weight · penalty + auxiliary, in float64. */
export function meanLoss(history: History, { from, to }: { from: number; to: number }): number {
  const { reconstruction, penalty, auxiliary, weight } = history;
  let sum = 0;
  for (let i = from; i < to; i++) sum += reconstruction[i] + weight[i] * penalty[i] + auxiliary[i];
  return sum / (to - from);
}

/** Whether something that happens every so many steps happens before this one. */
function isDue(step: number, every: number | null): boolean {
  return every !== null && step > 0 && step % every === 0;
}

/** Steps from this one until it happens next. */
function untilDue(step: number, every: number | null): number {
  return every === null ? Infinity : every - step % every;
}

function mapHistory(history: History, f: (values: Float32Array) => Float32Array): History {
  const { reconstruction, penalty, auxiliary, weight } = history;
  return { reconstruction: f(reconstruction), penalty: f(penalty), auxiliary: f(auxiliary), weight: f(weight) };
}

function extended(values: Float32Array, length: number): Float32Array {
  const longer = new Float32Array(length);
  longer.set(values);
  return longer;
}

function assertFiniteLosses(losses: StepLosses, at: { firstStep: number; config: Config }): void {
  const i = losses.reconstruction.findIndex((value, i) =>
    !Number.isFinite(value + losses.penalty[i] + losses.auxiliary[i])
  );
  if (i < 0) return;
  const name = at.config.sparsity === "kl" ? "β" : "λ";
  throw diverged(
    `the loss became ${losses.reconstruction[i]} + ${name}·${losses.penalty[i]} at step ${at.firstStep + i + 1}`,
    at.config,
  );
}

function assertFiniteParameters(params: Parameters, at: { step: number; config: Config }): void {
  for (const [name, values] of Object.entries(params)) {
    if (!values.every(Number.isFinite)) throw diverged(`${name} is not finite after step ${at.step}`, at.config);
  }
}

/** A penalty weight far above any useful one is the likelier culprit; else it is nearly always the learning rate. */
function diverged(now: string, { lr, beta, sparsity }: Config): UserError {
  const likely = sparsity === "kl" && beta > 10 ? `a lower --beta than ${beta}` : `a lower --lr than ${lr}`;
  return new UserError(`Cannot go on training: ${now}, expected finite numbers; try ${likely}`);
}
