/**
 * Runs of the small cases: trained from any snapshot, stopped after any step, kept in a file and read again.
 *
 * @module
 */
import { imageSet } from "../../lib/data/dataset.ts";
import type { SettledConfig } from "../../lib/config.ts";
import type { RowStream } from "../../lib/data/stream/row_stream.ts";
import type { Engine, StepDefinition } from "../../lib/engine/engine.ts";
import type { Pixels } from "../../lib/pixels.ts";
import { trainModel } from "../../lib/run/train.ts";
import { loadCheckpoint, saveCheckpoint } from "../../lib/training/checkpoint.ts";
import type { Snapshot } from "../../lib/training/course.ts";
import type { RunIdentity } from "../../lib/training/run_identity.ts";

/** What a case must have to be run. */
export interface RunnableCase {
  config: SettledConfig;
  definition: StepDefinition;
  pixels: Pixels;
  count: number;
}

/**
 * Trains a case; stops after the chunk in which `stopAfter` steps are reached.
 *
 * @param options.stream Where the case's rows are read from; its `pixels` are then a sample of them.
 */
export async function runCase(
  { config, definition, pixels, count }: RunnableCase,
  { engine, start, stream, stopAfter = Infinity, onStep, onSave }: {
    engine: Engine;
    start: Snapshot;
    stream?: RowStream;
    stopAfter?: number;
    onStep?: (step: number) => void;
    onSave?: (snapshot: Snapshot) => void;
  },
): Promise<{ last: Snapshot; saved: Snapshot[] }> {
  const images = imageSet({ pixels, count: pixels.length / definition.arch.dInput });
  const stop = new AbortController();
  const saved: Snapshot[] = [];
  const streamed = stream && { rows: stream, count };
  const run = { config, definition, engine, train: images, test: images, streamed, takeStart: () => start };
  const last = await trainModel(run, {
    signal: stop.signal,
    save: (snapshot) => {
      saved.push(snapshot);
      onSave?.(snapshot);
      return Promise.resolve();
    },
    onEvent: (event) => {
      if (event.kind !== "progress") return;
      onStep?.(event.progress.step);
      if (event.progress.step >= stopAfter) stop.abort();
    },
  });
  return { last, saved };
}

/** The identity of a case's run. */
export function identityOf({ config, definition, count }: RunnableCase): RunIdentity {
  const hash = (digit: string) => digit.repeat(64);
  return {
    id: "case",
    title: "A case",
    note: null,
    config,
    command: ["train"],
    createdAt: "2026-11-21T03:55:00.000Z",
    initFrom: null,
    place: {},
    data: {
      name: "case",
      height: 1,
      width: definition.arch.dInput,
      channels: 1,
      count,
      sha256: { train: hash("1"), test: hash("2"), labels: hash("3") },
      filesSha256: null,
    },
  };
}

/** A snapshot written to a file and read from it. */
export async function throughFile(example: RunnableCase, snapshot: Snapshot, path: string): Promise<Snapshot> {
  await saveCheckpoint(path, { identity: identityOf(example), snapshot, totalMs: 0 });
  return (await loadCheckpoint(path, { id: "case" })).snapshot;
}

/** A snapshot but for the time it took. */
export function withoutClock({ trainMs: _, waitMs: __, ...snapshot }: Snapshot): Omit<Snapshot, "trainMs" | "waitMs"> {
  return snapshot;
}
