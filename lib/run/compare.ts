/**
 * Several finished runs compared: those that differ in the random seed alone in groups, and any two dictionaries in pairs.
 *
 * Parses no command line, and writes no file; `compare_pair.ts` compares two dictionaries, `compare_group.ts` a group.
 *
 * @module
 */
import { type ComparedDictionary, SHARED_ABOVE } from "../analysis/across/stability.ts";
import { UserError } from "../errors.ts";
import type { LatentColumns, PairColumns } from "../report/comparison_columns_schema.ts";
import { type Comparison, COMPARISON_VERSION } from "../report/comparison_schema.ts";
import { groupOf, type OpenedGroup } from "./compare_group.ts";
import { pairOf } from "./compare_pair.ts";
import type { ComparedRows, RowsOptions } from "./compare_rows.ts";
import { type ComparedRun, initialDictionary, openCompared, trainedDictionary } from "./compared_run.ts";
import { distinctTitles } from "./title.ts";

/** What is compared, and what it is called. */
export interface CompareOptions {
  name: string;
  /** The command that makes the comparison again. */
  command: string;
  /** The sweep whose runs these are; null if they were named one by one. */
  sweep: string | null;
  /** Rows on which every two of the runs are compared as dictionaries; `none` compares their directions alone, null no pairs. */
  pairs: { rows: ComparedRows | null; options: RowsOptions } | null;
  signal: AbortSignal;
  /** Called before each step. */
  onProgress?: (progress: { what: string; done: number; total: number }) => void;
}

/** A comparison before it is written. */
export interface ComparisonFiles {
  comparison: Comparison;
  /** The columns of each run of a group. */
  latents: LatentColumns[];
  /** The columns of each of `dictionaries`. */
  pairs: PairColumns[];
}

/** Why a model with hidden layers is not compared. */
const HIDDEN_LAYERS = "its decoder has hidden layers, so that a latent has no one direction";

/**
 * Compares finished runs.
 *
 * @param folders Their folders, at least two, of runs with different ids.
 * @returns Null if there is nothing to compare: no pairs are wanted, and no two runs differ in the random seed alone.
 * @throws {UserError} A run cannot be opened, two have one id, or, if pairs are wanted, their directions do not fit each other or
 *   a model has none; or there is not enough memory.
 * @throws The signal's reason, when aborted.
 */
export async function compareRuns(
  folders: readonly string[],
  options: CompareOptions,
): Promise<ComparisonFiles | null> {
  const { name, command, sweep, pairs, signal, onProgress } = options;
  const runs: (ComparedRun & { hasDirections: boolean })[] = [];
  for (const folder of folders) {
    signal.throwIfAborted();
    const { model, ...run } = await openCompared(folder);
    runs.push({ ...run, hasDirections: trainedDictionary({ model, isAlive: run.isAlive }) !== null });
  }
  refuseTwins(runs);
  if (pairs) refuseUnlike(runs);

  const bySetting = Map.groupBy(runs.filter(({ setting }) => setting !== null), ({ setting }) => setting);
  const seeds = [...bySetting.values()].filter(({ length }) => length > 1)
    .map((group) => group.toSorted((a, b) => a.run.config.seed - b.run.config.seed));
  const [groups, without] = [true, false].map((has) => seeds.filter(([{ hasDirections }]) => hasDirections === has));
  const wanted = pairs ? runs.flatMap((a, i) => runs.slice(i + 1).map((b) => ({ a, b }))) : [];
  if (groups.length === 0 && without.length === 0 && wanted.length === 0) return null;
  const total = groups.length + wanted.length;
  const files: Omit<ComparisonFiles, "comparison"> & Pick<Comparison, "groups" | "dictionaries"> = {
    ...{ latents: [], pairs: [], groups: [], dictionaries: [] },
  };
  for (const { a, b } of wanted) {
    onProgress?.({ what: `${a.id} and ${b.id}`, done: files.pairs.length, total });
    const found = await pairOf({ a: await reopened(a), b: await reopened(b) }, { ...pairs!, signal });
    files.dictionaries.push(found.pair);
    files.pairs.push(found.columns);
  }
  const titles = distinctTitles(groups.map(([{ run: { config }, settingTitle: title }]) => ({ config, title })));
  for (const [i, group] of groups.entries()) {
    onProgress?.({ what: titles[i], done: wanted.length + files.groups.length, total });
    const opened: OpenedGroup = [];
    for (const run of group) {
      signal.throwIfAborted();
      opened.push({ run, trained: await trainedOf(run), initial: initialDictionary(run.run) });
    }
    const found = groupOf(opened, { title: titles[i], signal });
    files.groups.push(found.group);
    files.latents = [...files.latents, ...found.latents];
  }
  const compared = new Set([...seeds.flat(), ...wanted.flatMap(({ a, b }) => [a, b])]);
  return {
    latents: files.latents,
    pairs: files.pairs,
    comparison: {
      ...{ schemaVersion: COMPARISON_VERSION, name, createdAt: new Date().toISOString(), command, sweep },
      sharedAbove: SHARED_ABOVE,
      runs: runs.filter((run) => compared.has(run)).map(({ id, run, isAlive, modelSha256 }) => ({
        ...{ id, title: run.title, seed: run.config.seed, latents: isAlive.length, modelSha256 },
        dead: isAlive.filter((is) => !is).length,
      })),
      groups: files.groups,
      dictionaries: files.dictionaries,
      notCompared: without.map((group) => ({ runs: group.map(({ id }) => id), reason: HIDDEN_LAYERS })),
    },
  };
}

/** A run with its weights once more: the weights of all runs are not in memory at a time. */
async function reopened(run: ComparedRun) {
  const { model } = await openCompared(run.folder);
  return { run, model, dictionary: trainedDictionary({ model, isAlive: run.isAlive })! };
}

async function trainedOf(run: ComparedRun): Promise<ComparedDictionary> {
  return (await reopened(run)).dictionary;
}

/** @throws {UserError} Two runs have one id. */
function refuseTwins(runs: readonly ComparedRun[]): void {
  const twin = runs.find(({ id }, i) => runs.findIndex((other) => other.id === id) < i);
  if (twin) throw new UserError(`Cannot compare ${twin.id}: two runs have this id, expected different ones`);
}

/** @throws {UserError} A model's latents have no direction, or its inputs have another width than the first one's. */
function refuseUnlike(runs: readonly (ComparedRun & { hasDirections: boolean })[]): void {
  const width = ({ run: { dataset } }: ComparedRun) => dataset.height * dataset.width * dataset.channels;
  const [first] = runs;
  for (const run of runs) {
    if (!run.hasDirections) {
      throw new UserError(`Cannot compare ${run.id}: ${HIDDEN_LAYERS}, expected models without hidden layers`);
    }
    if (width(run) === width(first)) continue;
    const now = `its inputs have ${width(run)} values and those of ${first.id} have ${width(first)}`;
    throw new UserError(`Cannot compare ${run.id}: ${now}, expected inputs of one width`);
  }
}
