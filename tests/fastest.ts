/**
 * How long work takes, whatever else the machine does: the fastest of some tries.
 *
 * @module
 */

/** The duration of the fastest of ten tries, in milliseconds; the first ones also warm the code up. */
export function fastestMs(work: () => void): number {
  let fastest = Infinity;
  for (let i = 0; i < 10; i++) {
    const start = performance.now();
    work();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}
