/**
 * The entries of a plan's steps, and of a pass that trains nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepPlan } from "../engine.ts";
import type { StepEntry } from "./step_table.ts";

/** Steps [from, to) of a plan, the first of which reads the index buffer from its start and has number `t`. */
export function planEntries(
  { indices, batch, learningRates, weights }: StepPlan,
  { from, to, t }: { from: number; to: number; t: number },
): StepEntry[] {
  return Array.from({ length: to - from }, (_, i) => ({
    first: i * batch,
    batch: Math.min(batch, indices.length - (from + i) * batch),
    slot: i,
    t: t + i,
    lr: learningRates[from + i],
    weight: weights[from + i],
  }));
}

/** A pass over `rows` images that changes nothing. */
export function lookingEntry(rows: number): StepEntry {
  return { first: 0, batch: rows, slot: 0, t: 0, lr: 0, weight: 0 };
}

/** 0, 1, …, n − 1. */
export function firstIntegers(n: number): Uint32Array<ArrayBuffer> {
  return Uint32Array.from({ length: n }, (_, i) => i);
}
