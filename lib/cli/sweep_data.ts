/**
 * Which data set the runs of a sweep take whose file leaves it open: one for all of them, found once.
 *
 * Each run alone would take MNIST if it can be had, else the built-in digits, so that one sweep could mix both.
 * MNIST is downloaded here, once, before several runs want it at the same time.
 *
 * @module
 */
import { UserError } from "../errors.ts";
import { datasetSource } from "../data/describe.ts";
import { loadDataset } from "../data/load.ts";
import type { SweepRun } from "../sweep/plan.ts";
import type { RunState } from "../sweep/run_state.ts";
import type { Terminal } from "./terminal.ts";
import { downloadText } from "./train_view.ts";

const DIGITS = "digits";

/** What is known before a run starts. */
export interface SweepData {
  /** The whole sweep's runs, and what is on disk of each. */
  runs: readonly SweepRun[];
  states: readonly RunState[];
  /** The folder given by `--data-dir`. */
  dataDir?: string;
  /** Where MNIST is kept. */
  cacheDir: string;
  /** Ends a download. */
  signal: AbortSignal;
  terminal: Terminal;
}

/**
 * Settles the data set of all runs with `dataset: auto`.
 *
 * @returns Flags of `train` for each of those that is still to be trained.
 * @throws {UserError} Runs of the sweep were trained on different data sets, or on one that cannot be had now.
 */
export async function settleData({ runs, states, dataDir, cacheDir, signal, terminal }: SweepData): Promise<string[]> {
  const open = runs.map((run, i) => ({ run, state: states[i] })).filter(({ run }) => run.config.dataset === "auto");
  const known = open.flatMap(({ run, state }) =>
    "dataName" in state && state.dataName !== null ? [{ id: run.id, name: state.dataName }] : []
  );
  const other = known.find(({ name }) => name !== known[0].name);
  if (other) {
    const now = `run ${known[0].id} was trained on ${known[0].name} and run ${other.id} on ${other.name}`;
    throw new UserError(`Cannot continue the sweep: ${now}, expected one data set; remove one of them`);
  }
  if (open.every(({ state }) => state.kind === "finished")) return [];
  const earlier = known[0]?.name;
  if (earlier === DIGITS && dataDir === undefined) return [`--dataset=${DIGITS}`];
  const { name, provenance } = await loadDataset({
    dataset: earlier === "mnist" ? "mnist" : "auto",
    dataDir,
    mirrors: [],
    cacheDir,
    dataSeed: 0,
    limit: 1, // which data set it is and whether it can be had is all that is asked
    onProgress: (progress) => terminal.bar(...downloadText(progress)),
    signal,
  });
  if (earlier !== undefined && earlier !== name) {
    const now = `run ${known[0].id} was trained on ${earlier}, and the others would be on ${name}`;
    throw new UserError(`Cannot continue the sweep: ${now}, expected one data set; name it with --data-dir`);
  }
  if (provenance.source !== "generated") return [];
  const note = `Trained on the ${datasetSource({ name, ...provenance })}`;
  terminal.essential(`! ${note}`);
  return [`--dataset=${DIGITS}`, `--note=${note}`];
}

/** A run with the data set that {@linkcode settleData} found for those that leave it open. */
export function onSettledData(run: SweepRun, dataFlags: readonly string[]): SweepRun {
  const isOpen = run.config.dataset === "auto" && dataFlags.length > 0;
  return isOpen ? { ...run, config: { ...run.config, dataset: DIGITS } } : run;
}
