/**
 * How busy a machine's cores are.
 *
 * @module
 */
import os from "node:os";

/** Some time of all cores together, milliseconds. */
export interface CoreTime {
  /** Of it, what was not idle. */
  busyMs: number;
  allMs: number;
}

/**
 * What the cores do while this process waits. Needs `--allow-sys=cpus`.
 *
 * Everything that is not idle counts as busy, also time that other virtual machines took.
 */
export async function watchCores(ms: number): Promise<CoreTime> {
  const idle = () => os.cpus().map(({ times }) => times.idle);
  const before = idle(), began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, ms));
  const after = idle(), allMs = (performance.now() - began) * after.length;
  const idleMs = after.reduce((sum, value, core) => sum + value - (before[core] ?? value), 0);
  return { busyMs: Math.max(0, allMs - idleMs), allMs };
}

/**
 * The busy share of several such times, in [0, 1]; 0 of none. The system counts in steps of 10 ms, so that one short
 * time says little.
 */
export function busyShare(times: CoreTime[]): number {
  const sum = (of: keyof CoreTime) => times.reduce((total, time) => total + time[of], 0);
  return times.length === 0 ? 0 : sum("busyMs") / sum("allMs");
}
