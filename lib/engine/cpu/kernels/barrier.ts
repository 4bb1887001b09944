/**
 * Where threads wait for each other, three times a step; and where a wait ends when one of them has failed.
 *
 * @module
 */
import { Model } from "./model_layout";

/** Looks at the flag before going to sleep: waking a sleeper costs more than a whole phase of a small step. */
const SPINS: usize = 200_000;

/** Words after the count of arrivals, as in `../thread_call.ts`: how often all have arrived, and whether a thread has failed. */
const GENERATION: usize = 64;
const FAILED: usize = 128;
/** How many workers have begun this call, and how many ticks to wait if not all have, and if all have. */
const BEGUN: usize = 132;
const MOST_BEGIN_TICKS: usize = 136;
const MOST_PHASE_TICKS: usize = 140;

/** `FAILED` when a thread has waited in vain; another failure is written by `../thread_call.ts`. */
const CODE_NOT_BEGUN: i32 = 2;
const CODE_LATE: i32 = 3;

/** 100 ms. Waits are counted in ticks, because the clock also runs while the whole process is stopped. */
const TICK: i64 = 100_000_000;
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
  sleep(model, before);
  if (atomic.load<i32>(failed)) unreachable();
}

/** Waits for the others, and gives them up when they can no longer come. */
function sleep(model: Model, before: i32): void {
  const place = model.barrier, generation = place + GENERATION;
  let ticks: i32 = 0;
  while (atomic.load<i32>(generation) == before) {
    if (atomic.wait<i32>(generation, before, TICK) != TIMED_OUT) continue;
    ticks++;
    const haveBegun = atomic.load<i32>(place + BEGUN) == <i32>model.threads - 1;
    if (ticks < load<i32>(place + (haveBegun ? MOST_PHASE_TICKS : MOST_BEGIN_TICKS))) continue;
    // All may have come just now, and the next call may have set BEGUN to 0.
    if (atomic.load<i32>(generation) != before) return;
    atomic.cmpxchg<i32>(place + FAILED, 0, haveBegun ? CODE_LATE : CODE_NOT_BEGUN);
    atomic.add<i32>(generation, 1);
    atomic.notify(generation);
  }
}
