/**
 * Sweep file → the list of its runs, each with its id; and the part of the list that a shard takes.
 *
 * The same file gives the same list on every machine. Starts nothing and reads nothing: `runner.ts` does.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Config, type DataSize, idleKnobs, KnobError, type KnobName, KNOBS, resolveConfig } from "../config.ts";
import { CONFIG_KNOBS } from "../config_knobs.ts";
import { whyWithoutEffect } from "../config_rules.ts";
import { unsetWord } from "../knob.ts";
import { Rng } from "../rng.ts";
import type { KnobValue, Sweep } from "../report/sweep_schema.ts";
import { sweepError, type SweepFile } from "./sweep_file.ts";

/** Longest id that `RunId` allows. */
const MAX_ID = 80;
/** More than a sweep needs, and few enough to check all before the first starts. */
const MAX_RUNS = 10_000;

/** How much of a value is shown to a person, in characters. */
const MOST_SHOWN = 60;

/** Knobs by name, as the sweep file has them. */
export type Knobs = Record<string, KnobValue>;

/** One run of a sweep. */
export interface SweepRun {
  /**
   * Its folder's name, made from the sweep's name, `knobs` and `seed` alone: the sweep may grow without renaming it.
   */
  id: string;
  /** What it changes from the sweep's base. */
  knobs: Knobs;
  seed: number;
  /** Every knob that it sets: what has an effect of base, then `knobs`, then the random seed. */
  turned: Knobs;
  /** The configuration that follows from them. */
  config: Config;
}

/** What is known of the user's own data before a run starts. */
export interface OwnData {
  dataset: Config["dataset"];
  size: DataSize;
}

/** A sweep's runs, and what `reports/sweeps/<name>.json` says of them. */
export interface Plan {
  sweep: Sweep;
  runs: SweepRun[];
}

/**
 * All runs of a sweep: variants of `list`, then the product of `grid`, then `seeds`, the last fastest.
 *
 * @param options.file What to call the file in an error.
 * @param options.data The user's own data, if all runs take them.
 * @throws {UserError} A run is impossible, two are the same, or there are more than 10,000. The line names the run.
 */
export function planSweep(file: SweepFile, options: { file: string; data?: OwnData | null }): Plan {
  const { name, base, grid, list, seeds } = file;
  const axes = Object.entries(grid);
  for (const [i, variant] of list.entries()) {
    const twice = axes.find(([knob]) => knob in variant);
    if (twice) throw sweepError(options.file, `${twice[0]} is in list[${i}] and in grid, expected it in one of them`);
  }
  const count = axes.reduce((product, [, values]) => product * values.length, list.length * seeds.length);
  if (count > MAX_RUNS) throw sweepError(options.file, `it has ${count} runs, expected at most ${MAX_RUNS}`);

  const combinations = list.flatMap((variant) => product(axes).map((point) => inOrder({ ...variant, ...point })));
  const runs = combinations.flatMap((knobs) => seeds.map((seed) => planRun({ base, knobs, seed }, options)));
  refuseTwins(runs, options.file);
  refuseIdle(base, { runs, file: options.file });
  nameRuns(name, runs);
  const varying = KNOBS.map((knob) => knob.name).filter((knob) => combinations.some((knobs) => knob in knobs));
  return {
    runs,
    sweep: {
      schemaVersion: 1,
      name,
      base: inOrder(base),
      knobs: varying.map((knob) => ({ name: knob, values: different(combinations, knob) })),
      seeds,
      runs: runs.map(({ id, knobs, seed }) => ({ id, knobs, seed })),
    },
  };
}

/**
 * The runs that one of several machines takes: every `count`-th, from the `index`-th on.
 *
 * @param shard.index From 1 to `count`.
 * @returns Possibly none, if there are more shards than runs. Together the shards are `runs`, each once.
 *
 * @example
 * ```ts
 * import { shardOf } from "./plan.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(shardOf(["a", "b", "c", "d", "e"], { index: 2, count: 2 }), ["b", "d"]);
 * ```
 */
export function shardOf<T>(runs: T[], { index, count }: { index: number; count: number }): T[] {
  return runs.filter((_, i) => i % count === index - 1);
}

/** `latent 16, rho 0.05`; for a person to find the run in the file. */
export function knobsText(knobs: Knobs): string {
  return Object.entries(knobs).map(([name, value]) => `${name} ${cutText(valueText(name, value))}`).join(", ");
}

function product(axes: [string, KnobValue[]][]): Knobs[] {
  return axes.reduce<Knobs[]>(
    (points, [name, values]) => points.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
}

function planRun(
  run: Pick<SweepRun, "knobs" | "seed"> & { base: Knobs },
  { file, data }: { file: string; data?: OwnData | null },
): SweepRun {
  const { knobs, seed } = run, base: Knobs = data ? { dataset: data.dataset, ...run.base } : run.base;
  const wanted = { ...base, ...knobs, seed };
  try {
    // What all runs have may be for some of them alone, such as k if the list has l1 and topk.
    const idle = idleKnobs(wanted).filter((name) => !(name in knobs));
    const turned = { ...without(base, idle), ...knobs, seed };
    return {
      id: "",
      knobs,
      seed,
      turned,
      config: resolveConfig(turned, { size: data ? sizeFor(data.size, turned) : undefined }),
    };
  } catch (error) {
    throw runError(error, { turned: wanted, file });
  }
}

/** An error of a run's knob in the words of the sweep file; any other error as it is. */
export function runError(error: unknown, { turned, file }: Pick<SweepRun, "turned"> & { file: string }): unknown {
  if (!(error instanceof KnobError)) return error;
  const now = `the run with ${knobsText(turned)} has ${error.knob} ${error.now}`;
  return sweepError(file, `${now}, expected ${error.expected}`);
}

/** The rows that a limit leaves. */
function sizeFor({ dInput, count }: DataSize, { limit }: Knobs): DataSize {
  return { dInput, count: typeof limit === "number" ? Math.min(limit, count) : count };
}

function without(knobs: Knobs, names: readonly string[]): Knobs {
  return Object.fromEntries(Object.entries(knobs).filter(([name]) => !names.includes(name)));
}

/** Refuses a knob of `base` that has no effect in any run. */
function refuseIdle(base: Knobs, { runs, file }: { runs: SweepRun[]; file: string }): void {
  for (const [name, value] of Object.entries(base)) {
    if (runs.some(({ turned }) => name in turned)) continue;
    const why = whyWithoutEffect(name as KnobName, runs[0].config);
    throw sweepError(file, `base.${name} is ${valueText(name, value)}, expected it left out ${why}`);
  }
}

function refuseTwins(runs: SweepRun[], file: string): void {
  const seen = new Map<string, SweepRun>();
  for (const run of runs) {
    const key = JSON.stringify(run.config), twin = seen.get(key);
    if (twin) {
      const [first, second] = [twin, run].map(({ turned }) => `(${knobsText(turned)})`);
      throw sweepError(file, `runs ${first} and ${second} are the same, expected each once`);
    }
    seen.set(key, run);
  }
}

/** Gives each run a readable id, with a hash of its knobs if the id is too long or the same for two runs. */
function nameRuns(name: string, runs: SweepRun[]): void {
  const readable = runs.map((run) => readableId(name, run, ""));
  const uses = new Map<string, number>();
  for (const id of readable) uses.set(id, (uses.get(id) ?? 0) + 1);
  for (const [i, run] of runs.entries()) {
    const isPlain = readable[i].length <= MAX_ID && uses.get(readable[i]) === 1;
    run.id = isPlain ? readable[i] : readableId(name, run, `-${hash(JSON.stringify(run.knobs))}`);
  }
}

/** `family-latent-16-rho-0.05-s0`; the knobs are cut if a hash follows, so that the whole fits. */
function readableId(name: string, { knobs, seed }: SweepRun, hashed: string): string {
  const said = Object.entries(knobs).map(([knob, value]) => `-${knob}-${valueText(knob, value, { between: "x" })}`)
    .join("")
    .replace(/[^A-Za-z0-9._-]+|\.{2,}/g, "_");
  const end = `${hashed}-s${seed}`;
  return name + (hashed ? said.slice(0, MAX_ID - name.length - end.length) : said) + end;
}

function cutText(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

/** A knob's value as the command line has it: null is `off` or `auto`. */
function valueText(name: string, value: KnobValue, { between = "," } = {}): string {
  if (Array.isArray(value)) return value.join(between) || "none";
  return value === null ? unsetWord(CONFIG_KNOBS[name as KnobName]) ?? "null" : String(value);
}

/** 12 hexadecimal digits: among 10,000 runs two are the same once in five million sweeps. */
function hash(text: string): string {
  const half = (stream: string) => Rng.fromSeed(0, stream).uint32().toString(16).padStart(8, "0");
  return (half(`first ${text}`) + half(`second ${text}`)).slice(0, 12);
}

/** In the order of the configuration, so that the order in the file changes no id. */
function inOrder(knobs: Knobs): Knobs {
  return Object.fromEntries(KNOBS.filter(({ name }) => name in knobs).map(({ name }) => [name, knobs[name]]));
}

function different(combinations: Knobs[], knob: KnobName): KnobValue[] {
  const values = combinations.filter((knobs) => knob in knobs).map((knobs) => knobs[knob]);
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
