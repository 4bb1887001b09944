/**
 * What a sweep refuses before its first run: what its runs would each be refused for.
 *
 * `plan.ts` has checked the settings against each other; here they meet the data and the machine. Starts nothing.
 *
 * @module
 */
import { KNOBS } from "../config.ts";
import { assertCanBegin, DataCheck } from "../run/check_run.ts";
import { type DataSource, withKind } from "../run/data.ts";
import type { RunListener } from "../run/events.ts";
import { runError, type SweepRun } from "./plan.ts";

/** Where the runs' data are, and the sweep file. */
export interface CheckOptions {
  /** What to call the sweep file in an error. */
  file: string;
  source: DataSource;
  /** What `--data` names, opened; null without it. */
  found: Parameters<typeof assertCanBegin>[1]["found"];
}

/**
 * Refuses runs by their settings alone.
 *
 * @throws {UserError} A run cannot be; the line names the first one.
 */
export function checkSettings(runs: readonly SweepRun[], { file, source, found }: CheckOptions): void {
  for (const { config, turned } of runs) {
    try {
      if (found) withKind(found, turned);
      assertCanBegin({ config, turned }, { source, found });
    } catch (error) {
      throw runError(error, { turned, file });
    }
  }
}

/**
 * Loads the data of the first run once, and refuses it and all runs on the same data that cannot be trained on them.
 *
 * Runs with other settings of data are left to themselves: each would have to be loaded, which can take minutes.
 *
 * @param runs Those that will be trained; may be none.
 * @throws {UserError} The data cannot be had, or a run cannot be trained on them; the line names the first one.
 * @throws The signal's reason, when aborted.
 */
export async function checkOnData(
  runs: readonly SweepRun[],
  { file, source, found, onEvent, signal }: CheckOptions & { onEvent: RunListener; signal: AbortSignal },
): Promise<void> {
  if (runs.length === 0) return;
  const dataOf = ({ config }: SweepRun) => JSON.stringify(DATA_KNOBS.map((name) => config[name]));
  const [first] = runs, data = dataOf(first);
  let run = first;
  try {
    const check = await DataCheck.load(first.config, { source, found, onEvent, signal });
    for (run of runs) if (dataOf(run) === data) await check.assertCanTrain(run);
  } catch (error) {
    throw runError(error, { turned: run.turned, file });
  }
}

const DATA_KNOBS = KNOBS.filter(({ knob }) => knob.group === "Data").map(({ name }) => name);
