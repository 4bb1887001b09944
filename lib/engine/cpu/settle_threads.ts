/**
 * How many threads the CPU engine takes: one for each core, or one fewer if another process is busy on a core.
 *
 * A step waits for its slowest thread three times, and a thread that has to share a core is slow by turns. Settled
 * once, when an engine starts; the numbers it gives are the same with any count. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { UserError } from "../../errors.ts";
import { PlacedStruct } from "../struct_fields.ts";
import { MODEL } from "../structs.ts";
import type { Kernels } from "./load_kernels.ts";
import { Threads, type ThreadsOptions } from "./threads.ts";

/** Where the probe's `Model` and barrier are: past the compiler's own data, within the one page of memory. */
const MODEL_ADDRESS = 32768;
const BARRIER_ADDRESS = 49152;

/** Long enough for a scheduler to give another process its turn. */
const PROBE_MS = 40;
/** Take 0.15 ms on two free cores. */
const MEETINGS = 250;
/** A meeting that took longer was interrupted by another process, whose turn lasts 3 ms or more. */
const STALLED_MS = 2;
/** Share of the time that may be lost so. Measured: 0 on free cores, 0.7 to 1 beside a busy loop. */
const LARGEST_STALLED_SHARE = 0.3;

/** More threads than this for each core only wait for each other. */
const MOST_PER_CORE = 4;

/**
 * Checks a number of threads that was asked for.
 *
 * @throws {UserError} It is more than this machine's cores can serve.
 */
export function assertThreads(count: number): void {
  const cores = navigator.hardwareConcurrency, most = MOST_PER_CORE * cores;
  if (count <= most) return;
  throw new UserError(
    `Cannot start ${count} threads: this machine has ${cores} core${cores === 1 ? "" : "s"}, expected at most ${most}`,
    { exitCode: 2 },
  );
}

/**
 * Starts the threads asked for, or by default as many as have a core for themselves. One if memory cannot be shared.
 */
export async function startThreads(
  kernels: Kernels,
  { count, ...options }: Partial<ThreadsOptions> = {},
): Promise<Threads> {
  if (count !== undefined) {
    assertThreads(count);
    return Threads.start(kernels, { count: kernels.isShared ? count : 1, ...options });
  }
  const cores = kernels.isShared ? navigator.hardwareConcurrency : 1;
  const threads = Threads.start(kernels, { count: cores, ...options });
  try {
    if (cores === 1 || await haveCoresToThemselves(threads)) return threads;
  } catch (error) {
    threads.stop();
    throw error;
  }
  threads.stop();
  return Threads.start(kernels, { count: cores - 1, ...options });
}

/** Lets the threads meet, and sees how much of that time they waited for one that had lost its core. */
async function haveCoresToThemselves(threads: Threads): Promise<boolean> {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const model = new PlacedStruct(MODEL, { buffer: memory.buffer, address: MODEL_ADDRESS });
  model.set({ threads: threads.count, barrier: BARRIER_ADDRESS });
  await threads.attach({ memory, barrier: BARRIER_ADDRESS });
  const meet = () => {
    const start = performance.now();
    threads.run({ name: "rendezvous", args: [MODEL_ADDRESS, MEETINGS] });
    return performance.now() - start;
  };
  meet(); // the first message to a worker takes longer
  let total = 0, stalled = 0;
  while (total < PROBE_MS) {
    const ms = meet();
    total += ms;
    if (ms > STALLED_MS) stalled += ms;
  }
  return stalled <= LARGEST_STALLED_SHARE * total;
}
