/**
 * What is on disk of a sweep's run: finished, stopped, under way in another process, or nothing yet.
 *
 * Reads only. Starts nothing.
 *
 * @module
 */
import { z } from "zod";
import { type Config, KNOBS } from "../config.ts";
import { hasEffect } from "../config_rules.ts";
import { UserError } from "../errors.ts";
import { exists, readText } from "../files.ts";
import { CHECKPOINT_FILE, MOST_RUN_BYTES, runFolder } from "../report/writer.ts";
import { RunFolder } from "../run/run_folder.ts";
import { readIdentity } from "../training/checkpoint.ts";
import { totalStepsOf } from "../training/course.ts";
import { withPeakRate } from "../training/schedule.ts";
import type { SweepRun } from "./plan.ts";

/** What a sweep shows of a finished run. */
export interface Figures {
  testMse: number;
  /** 1 − fvu of the test images; null if these do not vary. */
  explainedVariance: number | null;
}

/**
 * `stopped`: there is a checkpoint to go on from. `elsewhere`: another process works on it. `new`: neither report nor
 * checkpoint, whatever else a killed process may have left.
 *
 * `dataName` is what the run's data set is called; null if a checkpoint is damaged, which its resumption will say.
 */
export type RunState =
  | { kind: "finished"; figures: Figures; dataName: string }
  | { kind: "stopped"; dataName: string | null }
  | { kind: "elsewhere" | "new" };

/** As little of `run.json` as is needed, so that a sweep may go on over runs of an older schema. */
const FinishedRun = z.object({
  config: z.record(z.string(), z.unknown()),
  dataset: z.object({ name: z.string(), train: z.object({ images: z.int().min(1) }) }),
  metrics: z.object({ test: z.object({ mse: z.number(), fvu: z.number().nullable() }) }),
});

/**
 * Reads the state of a run's folder.
 *
 * @throws {UserError} It holds a finished or a stopped run of another configuration, or a `run.json` that cannot be
 * read.
 */
export async function runState(reportsDir: string, run: SweepRun): Promise<RunState> {
  const folder = runFolder(reportsDir, run.id);
  if (await exists(`${folder}/run.json`)) {
    const { config, dataset, metrics: { test: { mse, fvu } } } = await readRun(`${folder}/run.json`);
    assertSameConfig(config, { run, folder, count: dataset.train.images });
    const explainedVariance = fvu === null ? null : 1 - fvu;
    return { kind: "finished", figures: { testMse: mse, explainedVariance }, dataName: dataset.name };
  }
  if (await RunFolder.isTaken(folder)) return { kind: "elsewhere" };
  if (!await exists(`${folder}/${CHECKPOINT_FILE}`)) return { kind: "new" };
  const identity = await readIdentity(`${folder}/${CHECKPOINT_FILE}`);
  if (identity) assertSameConfig({ ...identity.config }, { run, folder, count: identity.data.count });
  return { kind: "stopped", dataName: identity?.data.name ?? null };
}

async function readRun(path: string): Promise<z.infer<typeof FinishedRun>> {
  const text = await readText(path, { maxBytes: MOST_RUN_BYTES });
  try {
    return FinishedRun.parse(JSON.parse(text));
  } catch (error) {
    throw new UserError(`Cannot read ${path}: it is not a report, expected what deno task train writes`, {
      cause: error,
    });
  }
}

/**
 * @param trained The run's stored configuration.
 * @param options.count Its training inputs.
 * @throws {UserError} It was started with another value of a knob that changes what is trained.
 */
function assertSameConfig(
  trained: Record<string, unknown>,
  { run, folder, count }: { run: SweepRun; folder: string; count: number },
): void {
  const batch = isOpen("batch", { run, was: trained.batch }) ? Number(trained.batch) : run.config.batch;
  const expected = withPeakRate(run.config, { totalSteps: totalStepsOf({ ...run.config, batch }, count) });
  for (const { name, knob } of KNOBS) {
    const isKnown = name in trained; // an older run has no knob that came after it
    if (
      knob.group === "Device" || !isKnown || !hasEffect(name, run.config) || isOpen(name, { run, was: trained[name] })
    ) continue;
    const [was, wanted] = [trained[name], expected[name]].map((value) => JSON.stringify(value));
    if (was === wanted) continue;
    const advice = `${wanted} as in the sweep file; name the sweep anew, or remove ${folder}`;
    throw new UserError(`Cannot continue run ${run.id}: it was trained with ${name} ${was}, expected ${advice}`);
  }
}

/** Whether the run chose the value itself: `auto`, and a default batch that was larger than the training set. */
function isOpen(name: keyof Config, { run, was }: { run: SweepRun; was: unknown }): boolean {
  if (name === "batch") return !("batch" in run.turned) && Number(was) <= run.config.batch;
  return run.config[name] === "auto";
}
