/**
 * Where threads wait for each other, three times a step.
 *
 * @module
 */
import { Model } from "./layout";

/** Looks at the flag before going to sleep: waking a sleeper costs more than a whole phase of a small step. */
const SPINS: usize = 200_000;

/** Two words, a cache line apart: how many have arrived, and how often all have. */
const GENERATION: usize = 64;

/** Returns once all threads have called it; what they wrote before is visible after. */
export function barrier(model: Model): void {
  if (model.threads == 1) return;
  const arrived = model.barrier, generation = model.barrier + GENERATION;
  const before = atomic.load<i32>(generation);
  if (atomic.add<i32>(arrived, 1) == <i32>model.threads - 1) {
    atomic.store<i32>(arrived, 0);
    atomic.add<i32>(generation, 1);
    atomic.notify(generation);
    return;
  }
  for (let spin: usize = 0; spin < SPINS; spin++) {
    if (atomic.load<i32>(generation) != before) return;
  }
  while (atomic.load<i32>(generation) == before) atomic.wait<i32>(generation, before, -1);
}
