/**
 * What is on disk of a sweep's run: finished, stopped, claimed and left, or nothing yet.
 *
 * Reads only, but for the empty folder that {@linkcode clearClaim} removes. Starts nothing.
 *
 * @module
 */
import { z } from "zod";
import { type Config, KNOBS } from "../config.ts";
import { UserError } from "../errors.ts";
import { exists, fileError, readWhole } from "../files.ts";
import { CHECKPOINT_FILE, runFolder } from "../report/writer.ts";
import type { SweepRun } from "./plan.ts";

/** What a sweep shows of a finished run. */
export interface Figures {
  testMse: number;
  /** 1 − fvu of the test images. */
  explainedVariance: number;
}

/** `stopped`: there is a checkpoint to go on from. `claimed`: a folder with neither report nor checkpoint. */
export type RunState = { kind: "finished"; figures: Figures } | { kind: "stopped" | "claimed" | "new" };

/** As little of `run.json` as is needed, so that a sweep may go on over runs of an older schema. */
const FinishedRun = z.object({
  config: z.record(z.string(), z.unknown()),
  metrics: z.object({ test: z.object({ mse: z.number(), fvu: z.number() }) }),
});

/**
 * Looks at a run's folder.
 *
 * @throws {UserError} It holds a finished run of another configuration, or a `run.json` that cannot be read.
 */
export async function runState(reportsDir: string, { id, config }: SweepRun): Promise<RunState> {
  const folder = runFolder(reportsDir, id);
  if (await exists(`${folder}/run.json`)) {
    const finished = await readRun(`${folder}/run.json`);
    assertSameConfig(finished.config, { id, config, folder });
    const { mse, fvu } = finished.metrics.test;
    return { kind: "finished", figures: { testMse: mse, explainedVariance: 1 - fvu } };
  }
  if (await exists(`${folder}/${CHECKPOINT_FILE}`)) return { kind: "stopped" };
  return { kind: await exists(folder) ? "claimed" : "new" };
}

/**
 * Removes the empty folder of a run whose process died before it kept anything.
 *
 * @throws {UserError} Something is in it.
 */
export async function clearClaim(reportsDir: string, id: string): Promise<void> {
  const folder = runFolder(reportsDir, id);
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  if (names.length > 0) {
    const now = `${folder} holds ${names.sort().slice(0, 3).join(", ")} but neither run.json nor ${CHECKPOINT_FILE}`;
    throw new UserError(`Cannot start run ${id}: ${now}, expected it empty or not there; remove it by hand`);
  }
  await Deno.remove(folder).catch((error) => {
    throw fileError("write", folder, error);
  });
}

async function readRun(path: string): Promise<z.infer<typeof FinishedRun>> {
  const text = new TextDecoder().decode(await readWhole(path));
  try {
    return FinishedRun.parse(JSON.parse(text));
  } catch (error) {
    throw new UserError(`Cannot read ${path}: it is no report, expected what deno task train writes`, { cause: error });
  }
}

/** @throws {UserError} The run was trained with another value of a knob that changes what is trained. */
function assertSameConfig(
  trained: Record<string, unknown>,
  { id, config, folder }: { id: string; config: Config; folder: string },
): void {
  for (const { name, knob } of KNOBS) {
    const isKnown = name in trained; // an older run has no knob that came after it
    const isOpen = config[name] === "auto"; // the run has what it found
    if (knob.group === "Device" || !isKnown || isOpen) continue;
    const [was, wanted] = [trained[name], config[name]].map((value) => JSON.stringify(value));
    if (was === wanted) continue;
    const advice = `${wanted} as in the sweep file; name the sweep anew, or remove ${folder}`;
    throw new UserError(`Cannot go on with run ${id}: it was trained with ${name} ${was}, expected ${advice}`);
  }
}
