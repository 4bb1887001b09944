/**
 * The training loop: epochs of shuffled batches, handed to an engine in chunks of steps.
 *
 * A generator that pauses after each chunk, so that its caller may draw, wait, take single steps, change a rate, or
 * stop by leaving it. Decides which inputs go into which step and records the losses. Does not know how a step is
 * computed, what happens between steps (`controls.ts`), how the test set is measured, or where a checkpoint goes.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Engine, StepLosses } from "../engine/engine.ts";
import { LAST_FIRED } from "../sae/model.ts";
import type { Control } from "./controls.ts";
import { type Course, meanLoss, stepsPerEpoch } from "./course.ts";
import { assertFiniteLosses } from "./divergence.ts";
import { EpochRows, type TrainingRows } from "./epoch_rows.ts";
import { lookAt } from "./lifelines.ts";
import { nextCountedStep, silentLatents } from "./silent_latents.ts";

/** What the loop runs on. */
export interface TrainingLoop extends TrainingRows {
  /** Loaded with the state after `firstStep` steps and, unless they are streamed, with the training inputs. */
  engine: Engine;
  /** Steps taken before. */
  firstStep: number;
  epochs: number;
  /** A latent that was last active more steps ago is counted in `course.silentLatents`, unless that is null. */
  deadSteps: number;
  /** The run so far, with room for all steps in its history; changed by the loop. */
  course: Course;
  /** What happens between steps, in this order. */
  controls: readonly Control[];
  /** The learning rate of a step, from the number of steps before it; asked anew for each chunk. */
  learningRate(step: number): number;
  /** The penalty's weight in a step; asked anew for each chunk. */
  weight(step: number): number;
  /** Most steps in the next chunk, at least 1; without it a chunk takes about a quarter of a second. */
  mostSteps?(): number;
  /** Waits between chunks until events were handled; a timer of 0 ms if left out, which a browser stretches to 4 ms. */
  pause?(): Promise<void>;
}

/** What is known after a chunk. */
export interface Progress {
  /** The epoch under way, from 1. */
  epoch: number;
  /** Steps whose losses are known: those of the last chunk may still be under way. */
  step: number;
  /** Steps handed to the engine: whatever is asked of it now comes after them. */
  taken: number;
  totalSteps: number;
  /** Mean total loss over the epoch so far; null before the first loss of the epoch is known. */
  loss: number | null;
  /** Penalty of the last known step, not weighted; null like `loss`. */
  penalty: number | null;
  stepsPerSecond: number;
  /** Whether the epoch is over; the losses of all its steps are then known. */
  isEpochEnd: boolean;
}

/**
 * How long a chunk should take: short enough to stop at once, long enough that reading losses back takes little of it.
 */
const CHUNK_MS = 250;

/**
 * Trains until the epochs are done, or until its reader leaves it; the losses of the last chunk are recorded even then.
 *
 * @throws {DivergenceError} A loss is NaN or infinite.
 */
export async function* trainingLoop(loop: TrainingLoop): AsyncGenerator<Progress, void, void> {
  const { epochs, course, controls, pause = nextTurn } = loop;
  const nSteps = stepsPerEpoch(loop.count, loop.batch), totalSteps = nSteps * epochs;
  let step = loop.firstStep;
  let known = step; // steps whose losses are recorded
  let unread: Promise<Piece[]> | null = null; // recorded one chunk late, so that a device never waits for a read back
  let msPerStep = Infinity; // so that the first chunk is one step
  const mostSteps = loop.mostSteps ?? (() => CHUNK_MS / msPerStep);
  let mark = performance.now();
  const countTime = () => course.trainMs += -mark + (mark = performance.now());
  const record = async () => {
    const pieces = await unread ?? [];
    unread = null;
    for (const piece of pieces) known = recordPiece(loop, piece, known);
  };
  try {
    for (let epoch = Math.floor(step / nSteps); epoch < epochs; epoch++) {
      const first = epoch * nSteps, end = first + nSteps;
      const rows = new EpochRows(loop, { shuffle: course.shuffle, isLast: epoch === epochs - 1 });
      while (step < end) {
        if (rows.endOf(step - first) === step - first) {
          await record();
          course.waitMs += await rows.take(step - first); // before controls, whose sums have the order of columns of the rows
          countTime();
        }
        for (const control of controls.filter((control) => control.isDue(step))) {
          await record();
          countTime();
          await control.apply({ engine: loop.engine, course, step }); // sync point
          mark = performance.now();
        }
        const msBefore = course.trainMs;
        const most = Math.min(first + rows.endOf(step - first) - step, mostSteps());
        const length = chunkLength(step, { controls, most });
        const indices = rows.indicesOf(step - first, length);
        const pieces = trainChunk(loop, { indices, step, length, totalSteps });
        pieces.catch(() => {}); // awaited a chunk late: must not count as unhandled until then
        await record();
        unread = pieces;
        step += length;
        if (step === end) {
          await record();
          course.shuffle = rows.after;
        }
        await pause();
        countTime();
        msPerStep = (course.trainMs - msBefore) / length;
        yield progressOf(course, { epoch, first, known, taken: step, totalSteps, msPerStep, isEpochEnd: step === end });
        mark = performance.now();
      }
    }
  } finally {
    if (unread) {
      mark = performance.now();
      await record();
      countTime();
    }
  }
}

/** Lets signals and the terminal be handled. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Steps until the next one before which a control is due, at least 1 and at most `most`. */
function chunkLength(step: number, { controls, most }: { controls: readonly Control[]; most: number }): number {
  let length = 1;
  while (length < Math.round(most) && !controls.some((control) => control.isDue(step + length))) length++;
  return length;
}

/** Consecutive steps of a chunk. */
interface Piece {
  losses: StepLosses;
  /** When each latent was last active, after its last step; null if latents are not counted there. */
  lastFired: Float32Array | null;
}

/**
 * Hands a chunk's steps to the engine at once, in pieces that end where latents are counted: reads between two pieces
 * are queued with them, so that a device need not wait.
 */
function trainChunk(
  { engine, batch, course, learningRate, weight }: TrainingLoop,
  { indices, step, length, totalSteps }: { indices: Uint32Array; step: number; length: number; totalSteps: number },
): Promise<Piece[]> {
  const pieces: Promise<Piece>[] = [], end = step + length;
  for (let from = step, to; from < end; from = to) {
    const counted = course.silentLatents ? nextCountedStep(from, { totalSteps }) : Infinity;
    to = Math.min(end, counted);
    const steps = Array.from({ length: to - from }, (_, i) => from + i);
    const weights = Float64Array.from(steps, weight);
    course.history.weight.set(weights, from);
    const losses = engine.train({
      indices: indices.subarray((from - step) * batch, (to - step) * batch),
      batch,
      learningRates: Float64Array.from(steps, learningRate),
      weights,
    });
    const fired = to === counted ? engine.buffer(LAST_FIRED) : null;
    pieces.push(Promise.all([losses, fired]).then(([losses, lastFired]) => ({ losses, lastFired })));
  }
  return Promise.all(pieces);
}

/** Checks and keeps the losses of steps from `first` on, and the count behind them; returns the step after them. */
function recordPiece({ course, deadSteps }: TrainingLoop, { losses, lastFired }: Piece, first: number): number {
  const { history } = course;
  assertFiniteLosses(losses, { firstStep: first });
  history.reconstruction.set(losses.reconstruction, first);
  history.penalty.set(losses.penalty, first);
  history.auxiliary.set(losses.auxiliary, first);
  const step = first + losses.penalty.length;
  if (lastFired) {
    course.silentLatents!.push({ step, latents: silentLatents(lastFired, { step, deadSteps }).length });
    if (course.lifelines) lookAt(course.lifelines, { lastFired, step, deadSteps });
  }
  return step;
}

function progressOf({ history }: Course, at: {
  epoch: number;
  first: number;
  known: number;
  taken: number;
  totalSteps: number;
  msPerStep: number;
  isEpochEnd: boolean;
}): Progress {
  const { epoch, first, known, taken, totalSteps, msPerStep, isEpochEnd } = at;
  const isKnown = known > first;
  return {
    epoch: epoch + 1,
    step: known,
    taken,
    totalSteps,
    loss: isKnown ? meanLoss(history, { from: first, to: known }) : null,
    penalty: isKnown ? history.penalty[known - 1] : null,
    stepsPerSecond: 1000 / msPerStep,
    isEpochEnd,
  };
}
