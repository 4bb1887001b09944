/**
 * What the CPU engine's threads say to each other: calls of the kernels, and the end of a wait when one of them fails.
 *
 * Every thread runs the same call with its own number. A thread that fails leaves its reason in the shared memory and
 * ends the others' wait at the barrier. A worker that can no longer do so (it was closed, or its message handler failed)
 * does not count itself as begun either, and the barrier gives it up. So no failure can hang the process. Starts no
 * worker. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** What `kernels/index.ts` exports; each function's last argument is the thread's number. */
export interface KernelExports {
  train(model: number, steps: number, nSteps: number, thread: number): void;
  infer(model: number, first: number, rows: number, thread: number): void;
  losses(model: number, step: number, thread: number): void;
  trainDictionary(dictionary: number, steps: number, nSteps: number, thread: number): void;
  inferDictionary(dictionary: number, rows: number, isDense: number, thread: number): void;
  lossesDictionary(dictionary: number, step: number, thread: number): void;
  decodeDictionary(dictionary: number, rows: number, thread: number): void;
  rendezvous(model: number, rounds: number, thread: number): void;
}

/** A call of one of them, for all threads. */
export interface ThreadCall {
  name: keyof KernelExports;
  /** All but the last. */
  args: number[];
}

/** A memory that all threads have, and where in it they meet. */
export interface SharedPlace {
  memory: WebAssembly.Memory;
  /** Address of {@linkcode BARRIER_BYTES} zeros, on a cache line of its own. */
  barrier: number;
}

/** What a thread needs to make its part of a call. */
export interface ThreadPlace extends SharedPlace {
  module: WebAssembly.Module;
  /** Its number, from 0; 0 is the caller's own thread. */
  thread: number;
}

/** What the engine's thread sends to a worker. */
export type WorkerMessage = { attach: ThreadPlace } | { call: ThreadCall };

/** A worker's answer to `attach`; calls are answered in memory alone. */
export type WorkerReply = { attached: true } | { failed: string };

/** A thread with kernels on a memory. */
export interface AttachedThread extends ThreadPlace {
  kernels: KernelExports;
}

/** How long threads that wait at a barrier wait for another, in ms. */
export interface BarrierWaits {
  /** For a worker that has not begun its share of the call. */
  beginMs: number;
  /** For a thread that has: how much longer than another it may take from one barrier to the next. */
  phaseMs: number;
}

/** Offsets of the words of `kernels/barrier.ts`, and of those that only this file knows. */
const GENERATION = 64, FAILED = 128, BEGUN = 132, MOST_BEGIN_TICKS = 136, MOST_PHASE_TICKS = 140;
const IS_CLAIMED = 144, REASON_LENGTH = 148, REASON = 152;
/** `FAILED` when a thread waited in vain, and the unit of such waits; see `kernels/barrier.ts`. */
const CODE_NOT_BEGUN = 2, CODE_LATE = 3;
const TICK_MS = 100;
const MOST_REASON_BYTES = 500;
/** What a barrier takes, the reason for a failure included. */
export const BARRIER_BYTES = REASON + MOST_REASON_BYTES;

/** Gives a thread its kernels. */
export function attachThread(place: ThreadPlace): AttachedThread {
  const { exports } = new WebAssembly.Instance(place.module, { env: { memory: place.memory } });
  return { ...place, kernels: exports as unknown as KernelExports };
}

/** Sets how long threads wait at a barrier; before the first call on it. */
export function setWaits({ memory, barrier }: SharedPlace, { beginMs, phaseMs }: BarrierWaits): void {
  const words = new Int32Array(memory.buffer);
  words[(barrier + MOST_BEGIN_TICKS) / 4] = Math.ceil(beginMs / TICK_MS);
  words[(barrier + MOST_PHASE_TICKS) / 4] = Math.ceil(phaseMs / TICK_MS);
}

/** Says that no worker has begun the next call; before it is sent to them. */
export function expectWorkers({ memory, barrier }: SharedPlace): void {
  Atomics.store(new Int32Array(memory.buffer), (barrier + BEGUN) / 4, 0);
}

/**
 * Makes a thread's part of a call; returns when all threads have done theirs.
 *
 * @throws {Error} This thread or another has failed; the message is the first reason.
 */
export function runShare(attached: AttachedThread, { name, args }: ThreadCall): void {
  const { memory, barrier, thread } = attached;
  if (thread > 0) Atomics.add(new Int32Array(memory.buffer), (barrier + BEGUN) / 4, 1);
  try {
    const kernel: (...args: number[]) => void = attached.kernels[name];
    kernel(...args, thread);
  } catch (error) {
    endWait(
      attached,
      `thread ${thread} stopped in ${name}: ${error instanceof Error ? error.message : error}`,
    );
    throw new Error(failureIn(attached) ?? String(error), { cause: error });
  }
  const failure = failureIn(attached);
  if (failure) throw new Error(failure);
}

/** Ends all waits at a barrier, for ever, and leaves the reason unless there is one already. */
export function endWait({ memory, barrier }: SharedPlace, reason: string): void {
  const words = new Int32Array(memory.buffer);
  if (Atomics.compareExchange(words, (barrier + IS_CLAIMED) / 4, 0, 1) !== 0) return;
  const bytes = new TextEncoder().encode(reason).subarray(0, MOST_REASON_BYTES);
  new Uint8Array(memory.buffer).set(bytes, barrier + REASON);
  Atomics.store(words, (barrier + REASON_LENGTH) / 4, bytes.length);
  Atomics.compareExchange(words, (barrier + FAILED) / 4, 0, 1);
  // The generation moves after the flag, so that whoever saw no flag sees this and does not go to sleep.
  Atomics.add(words, (barrier + GENERATION) / 4, 1);
  Atomics.notify(words, (barrier + GENERATION) / 4);
}

/** Why the threads of a memory can no longer be used, in words, or null if they can. */
function failureIn({ memory, barrier }: SharedPlace): string | null {
  const words = new Int32Array(memory.buffer);
  const code = Atomics.load(words, (barrier + FAILED) / 4);
  if (code === 0) return null;
  const seconds = (mostTicks: number) => words[(barrier + mostTicks) / 4] * TICK_MS / 1000;
  if (code === CODE_NOT_BEGUN) return `a worker did not begin its share within ${seconds(MOST_BEGIN_TICKS)} s`;
  if (code === CODE_LATE) return `a thread did not come to the barrier within ${seconds(MOST_PHASE_TICKS)} s`;
  const length = Atomics.load(words, (barrier + REASON_LENGTH) / 4);
  return new TextDecoder().decode(new Uint8Array(memory.buffer, barrier + REASON, length).slice());
}
