/**
 * Where threads wait for each other, three times a step; and where a wait ends when one of them has failed.
 *
 * @module
 */
import {
  BARRIER_ARRIVED,
  BARRIER_BEGUN,
  BARRIER_FAILED,
  BARRIER_GENERATION,
  BARRIER_MOST_BEGIN_TICKS,
  BARRIER_MOST_PHASE_TICKS,
  BARRIER_TICK_MS,
  FAILURE_LATE,
  FAILURE_NOT_BEGUN,
  Model,
} from "./kernel_structs";

/**
 * Reads the flag for a while before the thread sleeps: to resume a sleeping thread takes longer than a whole phase of a
 * small step.
 */
const SPINS: usize = 200_000;

/** A tick in ns. */
const TICK: i64 = <i64>BARRIER_TICK_MS * 1_000_000;
const TIMED_OUT: i32 = 2;

/**
 * Returns once all threads have called it, and what they wrote before is visible then; traps if one of them has failed.
 */
export function barrier(model: Model): void {
  if (model.threads == 1) return;
  const place = model.barrier;
  const arrived = place + BARRIER_ARRIVED, generation = place + BARRIER_GENERATION, failed = place + BARRIER_FAILED;
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

/** Waits for the others, and fails when they can no longer come. */
function sleep(model: Model, before: i32): void {
  const place = model.barrier, generation = place + BARRIER_GENERATION;
  let ticks: i32 = 0;
  while (atomic.load<i32>(generation) == before) {
    if (atomic.wait<i32>(generation, before, TICK) != TIMED_OUT) continue;
    ticks++;
    const haveBegun = atomic.load<i32>(place + BARRIER_BEGUN) == <i32>model.threads - 1;
    if (ticks < load<i32>(place + (haveBegun ? BARRIER_MOST_PHASE_TICKS : BARRIER_MOST_BEGIN_TICKS))) continue;
    // All may have come just now, and the next call may have set BEGUN to 0.
    if (atomic.load<i32>(generation) != before) return;
    atomic.cmpxchg<i32>(place + BARRIER_FAILED, 0, <i32>(haveBegun ? FAILURE_LATE : FAILURE_NOT_BEGUN));
    atomic.add<i32>(generation, 1);
    atomic.notify(generation);
  }
}
