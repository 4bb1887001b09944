/**
 * Pauses in long work, so that signals, timers and the terminal have their turn.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** If work lasts longer than this without a pause, the terminal seems to hang. */
const LONGEST_MS = 50;

let lastMs = 0;

/** Waits for a turn of the event loop if the last one is long ago; else goes on at once. */
export async function giveTurns(): Promise<void> {
  if (performance.now() - lastMs < LONGEST_MS) return;
  await new Promise((resolve) => setTimeout(resolve));
  lastMs = performance.now();
}
