/**
 * The threads that run the kernels: the caller's own, and a worker for each further one.
 *
 * Every call of the kernels ends with a barrier, so that it has ended everywhere when it returns here. No wait is
 * without an end: a thread that fails ends the others' (`thread_call.ts`), and a worker that does not answer is no
 * longer waited for. This thread sees no event of a worker while it waits at a barrier, so the barrier itself has to
 * find that one is gone. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Kernels } from "./load_kernels.ts";
import {
  type AttachedThread,
  attachThread,
  type BarrierWaits,
  expectWorkers,
  runShare,
  setWaits,
  type SharedPlace,
  type ThreadCall,
  type ThreadPlace,
  type WorkerMessage,
  type WorkerReply,
} from "./thread_call.ts";

/** How threads are started. */
export interface ThreadsOptions {
  /** Threads, the caller's own included; at least 1. */
  count: number;
  /** Makes a worker that runs `kernel_worker.ts`; a page that is bundled passes its own. */
  startWorker?: () => Worker;
  /** How long a worker is waited for; by default as long as a busy machine may need. */
  waits?: Partial<ThreadWaits>;
}

/** How long a thread is waited for, in ms; beyond this it counts as lost. */
export interface ThreadWaits extends BarrierWaits {
  /** Until a worker has a memory. */
  attachMs: number;
}

const DEFAULT_WAITS: ThreadWaits = {
  attachMs: 60_000, // a worker is loaded in a tenth of a second; a machine that has to swap may need long
  beginMs: 20_000, // a worker takes a message in less than a millisecond, unless it gets no core
  // A phase of the largest model may take a minute, and more on a busy core. No thread can end within one but by a
  // trap, which ends the wait at once: this is for a kernel that never returns.
  phaseMs: 300_000,
};

/** Threads with one memory; made by {@linkcode Threads.start}. */
export class Threads {
  readonly count: number;
  readonly #kernels: Kernels;
  readonly #workers: Worker[];
  readonly #waits: ThreadWaits;
  #own: AttachedThread | null = null;
  /** Why no call can be made any more, or null. */
  #failure: string | null = null;
  /** Ends the wait for workers, while there is one. */
  #onFailure: (() => void) | null = null;

  private constructor(kernels: Kernels, { workers, waits }: { workers: Worker[]; waits: ThreadWaits }) {
    this.#kernels = kernels;
    this.#workers = workers;
    this.#waits = waits;
    this.count = workers.length + 1;
    for (const worker of workers) {
      worker.onerror = (event) => {
        event.preventDefault(); // or the process ends here, with a message that says less
        this.#fail(`a worker failed: ${event.message}`);
      };
    }
  }

  /** Starts `count` − 1 workers; they are loaded while the caller goes on. */
  static start(kernels: Kernels, { count, startWorker = defaultWorker, waits }: ThreadsOptions): Threads {
    const workers = Array.from({ length: count - 1 }, startWorker);
    return new Threads(kernels, { workers, waits: { ...DEFAULT_WAITS, ...waits } });
  }

  /**
   * Gives all threads a memory, in place of the one before.
   *
   * @throws {Error} A worker could not be started, or did not answer in time.
   */
  async attach({ memory, barrier }: SharedPlace): Promise<void> {
    this.#own = null;
    setWaits({ memory, barrier }, this.#waits);
    const { module, products } = this.#kernels;
    const place = { module, products, memory, barrier };
    await Promise.all(
      this.#workers.map((worker, i) => this.#attachWorker(worker, { ...place, thread: i + 1 })),
    );
    this.#assertUsable();
    this.#own = attachThread({ ...place, thread: 0 });
  }

  /**
   * Runs a call on all threads; blocks until it has ended.
   *
   * @throws {Error} A thread has failed or is gone, in this call or before; the threads cannot be used any more then.
   */
  run(call: ThreadCall): void {
    this.#assertUsable();
    try {
      expectWorkers(this.#own!);
      for (const worker of this.#workers) worker.postMessage({ call } satisfies WorkerMessage);
      runShare(this.#own!, call);
    } catch (error) {
      this.#fail((error as Error).message);
      throw new Error(`Cannot run the kernels: ${this.#failure}`, { cause: error });
    }
  }

  /** Ends the workers. */
  stop(): void {
    for (const worker of this.#workers) worker.terminate();
    this.#own = null;
    this.#fail("its threads were stopped");
  }

  #attachWorker(worker: Worker, place: ThreadPlace): Promise<void> {
    return new Promise<void>((resolve) => {
      const timer = setTimeout(
        () => this.#fail(`worker ${place.thread} did not start within ${this.#waits.attachMs / 1000} s`),
        this.#waits.attachMs,
      );
      const end = () => {
        clearTimeout(timer);
        resolve();
      };
      const before = this.#onFailure;
      this.#onFailure = () => {
        before?.();
        end();
      };
      worker.onmessage = ({ data }: MessageEvent<WorkerReply>) => {
        if ("failed" in data) this.#fail(`worker ${place.thread} could not start: ${data.failed}`);
        else end();
      };
      if (this.#failure) end();
      else worker.postMessage({ attach: place } satisfies WorkerMessage);
    });
  }

  /** Keeps the first reason, and ends a wait. */
  #fail(reason: string): void {
    this.#failure ??= reason;
    this.#onFailure?.();
    this.#onFailure = null;
  }

  #assertUsable(): void {
    if (this.#failure) throw new Error(`Cannot use the CPU engine's threads: ${this.#failure}`);
  }
}

function defaultWorker(): Worker {
  return new Worker(new URL("./kernel_worker.ts", import.meta.url), { type: "module" });
}
