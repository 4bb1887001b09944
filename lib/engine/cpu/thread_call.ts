/**
 * What the CPU engine's threads send to each other: calls of the kernels, and the end of a wait when one of them fails.
 *
 * Every thread runs the same call with its own number. A thread that fails leaves its reason in the shared memory and
 * ends the others' wait at the barrier. A worker that can no longer do so (it was closed, or its message handler
 * failed) does not count itself as begun either, and the barrier stops waiting for it. So no failure can hang the
 * process. Starts no worker. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { PlacedStruct } from "../struct_fields.ts";
import { BARRIER, BARRIER_TICK_MS, FAILURE } from "../structs.ts";
import { attachProducts, type Products } from "./products/compiled_product.ts";

/** What `kernels/entry.ts` exports; each function's last argument is the thread's number. */
export interface KernelExports {
  train(model: number, steps: number, nSteps: number, thread: number): void;
  infer(model: number, first: number, rows: number, thread: number): void;
  losses(model: number, step: number, thread: number): void;
  trainDictionary(dictionary: number, steps: number, nSteps: number, thread: number): void;
  inferDictionary(dictionary: number, rows: number, isDense: number, thread: number): void;
  lossesDictionary(dictionary: number, step: number, thread: number): void;
  settleDictionary(dictionary: number, thread: number): void;
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
  products: Products;
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

const MOST_REASON_BYTES = 500;
/** What a barrier takes, the reason for a failure included. */
export const BARRIER_BYTES = BARRIER.bytes + MOST_REASON_BYTES;

/** Gives a thread its kernels. */
export function attachThread(place: ThreadPlace): AttachedThread {
  const { module, memory } = place;
  const products = attachProducts(place.products, memory);
  const { exports } = new WebAssembly.Instance(module, { env: { memory }, products });
  return { ...place, kernels: exports as unknown as KernelExports };
}

/** Sets how long threads wait at a barrier. Called before the first call on the barrier. */
export function setWaits({ memory, barrier }: SharedPlace, { beginMs, phaseMs }: BarrierWaits): void {
  new PlacedStruct(BARRIER, { buffer: memory.buffer, address: barrier }).set({
    mostBeginTicks: Math.ceil(beginMs / BARRIER_TICK_MS),
    mostPhaseTicks: Math.ceil(phaseMs / BARRIER_TICK_MS),
  });
}

/** Says that no worker has begun the next call; before it is sent to them. */
export function expectWorkers(place: SharedPlace): void {
  const { words, at } = atomics(place);
  Atomics.store(words, at.begun, 0);
}

/**
 * Makes a thread's part of a call; returns when all threads have done theirs.
 *
 * @throws {Error} This thread or another has failed; the message is the first reason.
 */
export function runShare(attached: AttachedThread, { name, args }: ThreadCall): void {
  const { words, at } = atomics(attached), { thread } = attached;
  if (thread > 0) Atomics.add(words, at.begun, 1);
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
function endWait(place: SharedPlace, reason: string): void {
  const { words, at } = atomics(place);
  if (Atomics.compareExchange(words, at.isClaimed, 0, 1) !== 0) return;
  const bytes = new TextEncoder().encode(reason).subarray(0, MOST_REASON_BYTES);
  new Uint8Array(place.memory.buffer).set(bytes, place.barrier + BARRIER.bytes);
  Atomics.store(words, at.reasonLength, bytes.length);
  Atomics.compareExchange(words, at.failed, FAILURE.none, FAILURE.thrown);
  // The generation changes after the flag, so that a thread that did not see the flag sees the change and does not
  // sleep.
  Atomics.add(words, at.generation, 1);
  Atomics.notify(words, at.generation);
}

/** Why the threads of a memory can no longer be used, in words, or null if they can. */
function failureIn(place: SharedPlace): string | null {
  const { words, at } = atomics(place);
  const code = Atomics.load(words, at.failed);
  if (code === FAILURE.none) return null;
  const seconds = (ticks: number) => words[ticks] * BARRIER_TICK_MS / 1000;
  if (code === FAILURE.notBegun) return `a worker did not begin its share within ${seconds(at.mostBeginTicks)} s`;
  if (code === FAILURE.late) return `a thread did not come to the barrier within ${seconds(at.mostPhaseTicks)} s`;
  const length = Atomics.load(words, at.reasonLength);
  return new TextDecoder().decode(new Uint8Array(place.memory.buffer, place.barrier + BARRIER.bytes, length).slice());
}

/** The memory as words, and where among them those of the barrier are. */
function atomics({ memory, barrier }: SharedPlace): { words: Int32Array; at: typeof BARRIER.offsets } {
  const at = Object.fromEntries(
    Object.entries(BARRIER.offsets).map(([name, offset]) => [name, (barrier + offset) / 4]),
  );
  return { words: new Int32Array(memory.buffer), at: at as typeof BARRIER.offsets };
}
