/**
 * The threads that run the kernels: the caller's own, and a worker for each further one.
 *
 * Every call of the kernels ends with a barrier, so that it has ended everywhere when it returns here. PORTABLE: no Deno,
 * no Node, no tfjs.
 *
 * @module
 */
import type { Kernels } from "./compile.ts";
import type { WorkerMessage } from "./worker.ts";

/** What `kernels/index.ts` exports; each function's last argument is the thread's number. */
export interface KernelExports {
  train(model: number, steps: number, nSteps: number, thread: number): void;
  infer(model: number, first: number, rows: number, thread: number): void;
  trainDictionary(dictionary: number, steps: number, nSteps: number, thread: number): void;
  inferDictionary(dictionary: number, rows: number, thread: number): void;
  decodeDictionary(dictionary: number, rows: number, thread: number): void;
  rendezvous(model: number, rounds: number, thread: number): void;
}

/** A call of one of them, for all threads. */
export interface ThreadCall {
  name: keyof KernelExports;
  /** All but the last. */
  args: number[];
}

/** Makes a thread's part of a call; returns when all threads have done theirs. */
export function runKernels(kernels: KernelExports, { name, args }: ThreadCall, thread: number): void {
  const kernel: (...args: number[]) => void = kernels[name];
  kernel(...args, thread);
}

/** Threads with one memory; made by {@linkcode Threads.start}. */
export class Threads {
  readonly count: number;
  readonly #kernels: Kernels;
  readonly #workers: Worker[];
  #exports: KernelExports | null = null;

  private constructor(kernels: Kernels, workers: Worker[]) {
    this.#kernels = kernels;
    this.#workers = workers;
    this.count = workers.length + 1;
  }

  /** Starts `count` − 1 workers; they are loaded while the caller goes on. */
  static start(kernels: Kernels, count: number): Threads {
    const workers = Array.from(
      { length: count - 1 },
      () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
    );
    return new Threads(kernels, workers);
  }

  /** Gives all threads a memory, in place of the one before. */
  async attach(memory: WebAssembly.Memory): Promise<void> {
    const { module } = this.#kernels;
    const attached = this.#workers.map((worker, i) =>
      new Promise<void>((resolve, reject) => {
        worker.onmessage = () => resolve();
        worker.onerror = (event) => reject(new Error(`Cannot start a worker: ${event.message}`));
        worker.postMessage({ attach: { module, memory, thread: i + 1 } } satisfies WorkerMessage);
      })
    );
    this.#exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
    await Promise.all(attached);
  }

  /** Runs a call on all threads; blocks until it has ended. */
  run(call: ThreadCall): void {
    for (const worker of this.#workers) worker.postMessage({ call } satisfies WorkerMessage);
    runKernels(this.#exports!, call, 0);
  }

  /** Ends the workers. */
  stop(): void {
    for (const worker of this.#workers) worker.terminate();
    this.#exports = null;
  }
}
