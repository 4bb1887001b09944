/**
 * Where threads wait for each other, three times a step; and where a wait ends when one of them has failed.
 *
 * @module
 */
import { Model } from "./layout";

/** Looks at the flag before going to sleep: waking a sleeper costs more than a whole phase of a small step. */
const SPINS: usize = 200_000;

/** Three words, a cache line apart: how many have arrived, how often all have, and whether a thread has failed. */
const GENERATION: usize = 64;
const FAILED: usize = 128;

/** `FAILED` when a thread has waited in vain; another failure is written by `../thread_call.ts`. */
const CODE_LATE: i32 = 2;

/**
 * A thread that has not come for so many minutes never will: no phase of a step takes one. Counted one by one, because
 * the clock also runs while the whole process is stopped.
 */
const MOST_MINUTES: usize = 10;
const MINUTE: i64 = 60_000_000_000;
const TIMED_OUT: i32 = 2;

/** Returns once all threads have called it, and what they wrote before is visible then; traps if one of them has failed. */
export function barrier(model: Model): void {
  if (model.threads == 1) return;
  const arrived = model.barrier, generation = model.barrier + GENERATION, failed = model.barrier + FAILED;
  const before = atomic.load<i32>(generation);
  if (atomic.load<i32>(failed)) unreachable();
  if (atomic.add<i32>(arrived, 1) == <i32>model.threads - 1) {
    atomic.store<i32>(arrived, 0);
    atomic.add<i32>(generation, 1);
    atomic.notify(generation);
    return;
  }
  for (let spin: usize = 0; spin < SPINS; spin++) {
    if (atomic.load<i32>(generation) != before) {
      if (atomic.load<i32>(failed)) unreachable();
      return;
    }
  }
  sleep(generation, before, failed);
}

function sleep(generation: usize, before: i32, failed: usize): void {
  let minutes: usize = 0;
  while (atomic.load<i32>(generation) == before) {
    if (atomic.wait<i32>(generation, before, MINUTE) != TIMED_OUT || ++minutes < MOST_MINUTES) continue;
    atomic.store<i32>(failed, CODE_LATE);
    atomic.add<i32>(generation, 1);
    atomic.notify(generation);
  }
  if (atomic.load<i32>(failed)) unreachable();
}
