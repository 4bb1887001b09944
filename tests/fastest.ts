/**
 * How long work takes, whatever else the machine does.
 *
 * @module
 */
import { cpuUsage } from "node:process";

/**
 * Starts to measure; what it returns gives the milliseconds so far. They are those of the clock, or those that processors
 * worked for this process where these are fewer: then others had the machine. Where tests run in several threads, the
 * processors worked for all of them, and the clock counts.
 */
export function stopwatch(): () => number {
  const beganMs = performance.now(), began = cpuUsage();
  return () => {
    const { user, system } = cpuUsage(began); // µs
    return Math.min(performance.now() - beganMs, (user + system) / 1000);
  };
}

/** The duration of the fastest of ten tries, in milliseconds; the first ones also warm the code up. */
export function fastestMs(work: () => void): number {
  let fastest = Infinity;
  for (let i = 0; i < 10; i++) {
    const took = stopwatch();
    work();
    fastest = Math.min(fastest, took());
  }
  return fastest;
}
