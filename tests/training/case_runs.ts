/**
 * Runs of the small cases: trained from any snapshot, stopped after any step, kept in a file and read again.
 *
 * @module
 */
import { imageSet } from "../../lib/data/dataset.ts";
import type { SettledConfig } from "../../lib/config.ts";
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

/** Trains a case; stops after the chunk in which `stopAfter` steps are reached. */
export async function runCase(
  { config, definition, pixels, count }: RunnableCase,
  { engine, start, stopAfter = Infinity }: { engine: Engine; start: Snapshot; stopAfter?: number },
): Promise<{ last: Snapshot; saved: Snapshot[] }> {
  const images = imageSet({ pixels, count });
  const stop = new AbortController();
  const saved: Snapshot[] = [];
  const last = await trainModel({ config, definition, engine, train: images, test: images, takeStart: () => start }, {
    signal: stop.signal,
    save: (snapshot) => Promise.resolve(void saved.push(snapshot)),
    onEvent: (event) => {
      if (event.kind === "progress" && event.progress.step >= stopAfter) stop.abort();
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
    },
  };
}

/** A snapshot written to a file and read from it. */
export async function throughFile(example: RunnableCase, snapshot: Snapshot, path: string): Promise<Snapshot> {
  await saveCheckpoint(path, { identity: identityOf(example), snapshot, totalMs: 0 });
  return (await loadCheckpoint(path, { id: "case" })).snapshot;
}

/** A snapshot but for the time it took. */
export function withoutClock({ trainMs: _, ...snapshot }: Snapshot): Omit<Snapshot, "trainMs"> {
  return snapshot;
}
