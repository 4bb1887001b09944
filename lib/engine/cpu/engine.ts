/**
 * The CPU engine: WebAssembly SIMD on every core, whole chunks of steps without returning to JavaScript.
 *
 * Gives the same bits for the same state, plan and machine, however many threads it has. Calls are queued: each starts when
 * the one before has ended. It blocks the thread it is called on; in a browser that must be a Worker's. Does not choose how
 * many threads it takes (`settle_threads.ts`). PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels } from "../../pixels.ts";
import { assertParameters } from "../../sae/model.ts";
import type {
  Activations,
  Engine,
  EngineInfo,
  LoadOptions,
  StepDefinition,
  StepLosses,
  StepPlan,
  TrainingState,
} from "../engine.ts";
import { isDictionary } from "../kinds.ts";
import { assertBatch, assertPlan, assertRows, assertSameKind } from "../plan.ts";
import { ASSEMBLYSCRIPT_VERSION, type Kernels, loadKernels } from "./load_kernels.ts";
import { DictionaryMemory } from "./dictionary_memory.ts";
import { LayeredMemory } from "./layered_memory.ts";
import { isMostlyZero, type MemoryOptions, type ModelMemory } from "./model_memory.ts";
import { startThreads } from "./settle_threads.ts";
import { STEPS_PER_CALL } from "./step_slots.ts";
import type { ThreadCall } from "./thread_call.ts";
import type { Threads } from "./threads.ts";

/** Images a pass without training takes at once, at least. */
const INFER_ROWS = 128;

/** How a {@linkcode CpuEngine} is started. */
export interface CpuEngineOptions {
  /** Threads, at least 1; by default one for each core that is free. Where memory cannot be shared it is always 1. */
  threads?: number;
  /** Compiled kernels; by default those beside this file. */
  kernels?: Kernels;
  /** Whether pixels that are 0 are skipped; by default if that is faster. The same bits come out. */
  isSparse?: boolean;
  /** Makes a worker that runs `worker.ts`; a page that is bundled passes its own. */
  startWorker?: () => Worker;
}

/** What was loaded. */
interface Loaded {
  memory: ModelMemory;
  /** Images. */
  count: number;
  isFloat: boolean;
  /** The largest batch. */
  batch: number;
}

/** See the module comment; made by {@linkcode CpuEngine.start}. */
export class CpuEngine implements Engine {
  readonly info: EngineInfo;
  readonly #definition: StepDefinition;
  readonly #kernels: Kernels;
  readonly #isSparse: boolean | undefined;
  readonly #threads: Threads;
  /** Settles when every call so far has ended. */
  #queue: Promise<unknown> = Promise.resolve();
  #loaded: Loaded | null = null;
  #step = 0;
  /** Why the engine can no longer be used, or null. */
  #failure: Error | null = null;

  private constructor(
    definition: StepDefinition,
    { kernels, threads, isSparse }: { kernels: Kernels; threads: Threads; isSparse?: boolean },
  ) {
    this.#definition = definition;
    this.#kernels = kernels;
    this.#isSparse = isSparse;
    this.#threads = threads;
    const simd = kernels.isRelaxed ? "relaxed SIMD" : "SIMD";
    const count = `${threads.count} thread${threads.count === 1 ? "" : "s"}`;
    this.info = {
      name: "cpu",
      backend: "wasm",
      device: `CPU, WebAssembly ${simd}, ${count}`,
      versions: { assemblyscript: ASSEMBLYSCRIPT_VERSION },
    };
  }

  /**
   * Starts the workers; `load` waits until they are there.
   *
   * @throws {UserError} More threads are asked for than this machine can serve.
   */
  static async start(definition: StepDefinition, options: CpuEngineOptions = {}): Promise<CpuEngine> {
    const kernels = options.kernels ?? await loadKernels();
    const threads = await startThreads(kernels, { count: options.threads, startWorker: options.startWorker });
    return new CpuEngine(definition, { kernels, threads, isSparse: options.isSparse });
  }

  load(options: LoadOptions): Promise<void> {
    return this.#queued(() => this.#load(options));
  }

  train(plan: StepPlan): Promise<StepLosses> {
    return this.#queued(() => this.#train(plan));
  }

  losses(): Promise<StepLosses> {
    return Promise.reject(new Error("Cannot compute losses: not built yet"));
  }

  forward(pixels: Pixels): Promise<Activations> {
    return this.#queued(() => this.#forward(pixels));
  }

  decode(acts: Float32Array): Promise<Float32Array> {
    return this.#queued(() => this.#decode(acts));
  }

  state(): Promise<TrainingState> {
    return this.#queued(() => ({ step: this.#step, ...this.#used().memory.readState() }));
  }

  dispose(): Promise<void> {
    const free = () => {
      this.#threads.stop();
      this.#loaded = null;
      this.#failure ??= new Error("it was disposed");
    };
    const done = this.#queue.then(free);
    this.#queue = done;
    return done;
  }

  /** Runs work after all that was asked for before. */
  #queued<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#queue.then(() => {
      if (this.#failure) {
        throw new Error(`Cannot use the CPU engine: ${this.#failure.message}`, { cause: this.#failure });
      }
      return work();
    });
    this.#queue = done.catch(() => {});
    return done;
  }

  async #load({ state, pixels, batch }: LoadOptions): Promise<void> {
    const { arch } = this.#definition;
    for (const part of [state.params, state.m, state.v]) assertParameters(part, arch);
    assertRows(pixels, { what: "images", width: arch.dInput });
    assertBatch(batch);
    const options: MemoryOptions = {
      pixels,
      maxRows: Math.max(batch, INFER_ROWS),
      threads: this.#threads.count,
      isShared: this.#kernels.isShared,
      isSparse: this.#isSparse ?? isMostlyZero(pixels),
    };
    this.#loaded = null; // so that the memory before can be freed
    const memory = isDictionary(this.#definition)
      ? new DictionaryMemory(this.#definition, options)
      : new LayeredMemory(this.#definition, options);
    memory.writeState(state);
    try {
      await this.#threads.attach(memory);
    } catch (error) {
      throw this.#failed(error as Error);
    }
    const count = pixels.length / arch.dInput;
    this.#loaded = { memory, count, isFloat: pixels instanceof Float32Array, batch };
    this.#step = state.step;
  }

  #train(plan: StepPlan): StepLosses {
    const { memory, count, batch: maxBatch } = this.#used();
    assertPlan(plan, { count, maxBatch });
    const nSteps = plan.learningRates.length;
    const losses = emptyLosses(nSteps);
    for (let first = 0; first < nSteps; first += STEPS_PER_CALL) {
      const n = Math.min(STEPS_PER_CALL, nSteps - first);
      memory.steps.write(plan, { first, nSteps: n, t: this.#step + 1 });
      this.#run(memory.trainCall(n));
      this.#step += n;
      memory.steps.readLosses(losses, { first, nSteps: n });
    }
    return losses;
  }

  #forward(pixels: Pixels): Activations {
    const { layers, dInput } = this.#definition.arch;
    const { memory, isFloat } = this.#used();
    assertSameKind(pixels, { isFloat });
    assertRows(pixels, { what: "images", width: dInput });
    const count = pixels.length / dInput;
    const acts = layers.map(({ dOut }) => new Float32Array(count * dOut));
    const recon = new Float32Array(count * dInput);
    for (let row = 0; row < count; row += memory.maxRows) {
      const rows = Math.min(memory.maxRows, count - row);
      memory.writeImages(pixels.subarray(row * dInput, (row + rows) * dInput) as Pixels);
      this.#run(memory.inferCall(rows));
      layers.forEach(({ dOut }, l) => memory.readActivations(l, acts[l].subarray(row * dOut, (row + rows) * dOut)));
      memory.readRecon(recon.subarray(row * dInput, (row + rows) * dInput));
    }
    return { hidden: acts.slice(0, -1), logits: acts.at(-1)!, recon };
  }

  #decode(acts: Float32Array): Float32Array {
    const { layers, nLatents, dInput } = this.#definition.arch;
    const { memory } = this.#used();
    assertRows(acts, { what: "latents", width: nLatents });
    const count = acts.length / nLatents;
    const logits = new Float32Array(count * dInput);
    for (let row = 0; row < count; row += memory.maxRows) {
      const rows = Math.min(memory.maxRows, count - row);
      memory.writeLatents(acts.subarray(row * nLatents, (row + rows) * nLatents));
      this.#run(memory.decodeCall(rows));
      memory.readActivations(layers.length - 1, logits.subarray(row * dInput, (row + rows) * dInput));
    }
    return logits;
  }

  #used(): Loaded {
    if (!this.#loaded) throw new TypeError("Cannot use the engine: nothing is loaded, expected a call of load first");
    return this.#loaded;
  }

  /** Runs a call; after a failure the state in memory is half a step's, and no further call is taken. */
  #run(call: ThreadCall): void {
    try {
      this.#threads.run(call);
    } catch (error) {
      throw this.#failed(error as Error);
    }
  }

  #failed(error: Error): Error {
    this.#failure = error;
    this.#loaded = null;
    this.#threads.stop();
    return error;
  }
}

function emptyLosses(nSteps: number): StepLosses {
  return {
    reconstruction: new Float32Array(nSteps),
    penalty: new Float32Array(nSteps),
    auxiliary: new Float32Array(nSteps),
  };
}
