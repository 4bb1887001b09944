/**
 * Which runs are compared: the reader's pick in the address, the pick that the page starts with, and the runs by data.
 *
 * PORTABLE: no Deno, no Node, no tfjs, no DOM.
 *
 * @module
 */
import type { ComparedData, RunName } from "./summary.ts";

/** Runs that are compared at a time. */
export const FEWEST = 2, MOST = 8;

/** The letter of the i-th run of a pick. */
export function letterOf(i: number): string {
  return "ABCDEFGH"[i];
}

/** A run of a pick with its letter. */
export interface Picked<R> {
  letter: string;
  run: R;
}

/** Letters in the order of the pick. */
export function lettered<R>(runs: R[]): Picked<R>[] {
  return runs.map((run, i) => ({ letter: letterOf(i), run }));
}

/**
 * The ids that an address asks for: at most eight, each once, those that are known (all of them if that is not known yet).
 *
 * @example
 * ```ts
 * import { pickOf } from "./pick.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(pickOf("?runs=b,a,b,x", ["a", "b"]), ["b", "a"]);
 * assert.equal(pickOf("?other=1", ["a", "b"]), null);
 * ```
 *
 * @returns Null if the address does not ask for runs.
 */
export function pickOf(search: string, known: string[] | null): string[] | null {
  const asked = new URLSearchParams(search).get("runs");
  if (asked === null) return null;
  return [...new Set(asked.split(","))].filter((id) => known?.includes(id) ?? id !== "").slice(0, MOST);
}

/** The part of an address that asks for these runs; ids need no escaping. */
export function searchOf(ids: string[]): string {
  return `?runs=${ids.join(",")}`;
}

/** Runs on the same data, in the order of the pick. */
export interface DataGroup<R> {
  data: ComparedData;
  picked: Picked<R>[];
}

/** A pick by data, in the order in which the data appear in the pick; letters go on from group to group. */
export function byData<R extends Pick<RunName, "data">>(runs: R[]): DataGroup<R>[] {
  const groups = [...Map.groupBy(runs, ({ data }) => data.key).values()];
  const letters = lettered(groups.flat());
  return groups.map((group) => ({ data: group[0].data, picked: letters.filter(({ run }) => group.includes(run)) }));
}

/** The group that the charts show first: the one with most runs. */
export function largest<R>(groups: DataGroup<R>[]): DataGroup<R> {
  return groups.reduce((best, group) => group.picked.length > best.picked.length ? group : best);
}

/** What the default pick must know of a run. */
interface Candidate {
  id: string;
  dataKey: string;
  variant: string;
}

/**
 * The pick that the page starts with: the featured run and, on the same data, the newest run of each other variant; if
 * there is no other variant, the newest others. If no other run is on the same data, the newest of any.
 *
 * @param runs The newest first.
 */
export function defaultPick(runs: Candidate[], { featured }: { featured: string | null }): string[] {
  const first = runs.find(({ id }) => id === featured) ?? runs[0];
  if (!first) return [];
  const others = runs.filter((run) => run !== first);
  const comparable = others.filter(({ dataKey }) => dataKey === first.dataKey);
  const pool = comparable.length > 0 ? comparable : others;
  const variants = new Set([first.variant]);
  const onePerVariant = pool.filter(({ variant }) => !variants.has(variant) && variants.add(variant));
  const rest = pool.filter((run) => !onePerVariant.includes(run));
  const picked = onePerVariant.length > 0 ? onePerVariant : rest;
  return [first, ...picked].slice(0, MOST).map(({ id }) => id);
}

const NUMBERS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"];

/** The page's heading: `Four sparse autoencoders on MNIST`. */
export function headingOf(groups: DataGroup<unknown>[]): string {
  const count = groups.reduce((sum, { picked }) => sum + picked.length, 0);
  const what = `${NUMBERS[count]} sparse autoencoder${count === 1 ? "" : "s"}`;
  if (groups.length === 0) return what;
  return groups.length === 1
    ? `${what} on ${groups[0].data.name}`
    : `${what} on ${NUMBERS[groups.length].toLowerCase()} data sets`;
}

/** Letters in words: `run A`, `runs A and C`, `runs A, B and D`. */
export function runsInWords(letters: string[]): string {
  const list = letters.length < 2 ? letters.join("") : `${letters.slice(0, -1).join(", ")} and ${letters.at(-1)}`;
  return `${letters.length === 1 ? "run" : "runs"} ${list}`;
}
