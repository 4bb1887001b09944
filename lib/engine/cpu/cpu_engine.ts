/**
 * The CPU engine: WebAssembly SIMD on every core, whole chunks of steps without returning to JavaScript.
 *
 * Gives the same bits for the same state, plan and machine, however many threads it has. Calls are queued: each starts when
 * the one before has ended. It blocks the thread it is called on; in a browser that must be a Worker's. Does not choose how
 * many threads it takes (`settle_threads.ts`). PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { areFloats, type Pixels, pixelsRoom } from "../../pixels.ts";
import type {
  Activations,
  Engine,
  EngineInfo,
  KnobChange,
  LoadOptions,
  SparseActivations,
  StepDefinition,
  StepLosses,
  StepPlan,
  TrainingState,
} from "../engine.ts";
import { assertLoaded, CallQueue } from "../call_queue.ts";
import {
  assertBatch,
  assertBufferName,
  assertImages,
  assertLoad,
  assertPlan,
  assertRows,
  assertState,
} from "../plan.ts";
import { withKnobs } from "../knob_change.ts";
import { ASSEMBLYSCRIPT_VERSION, type Kernels, loadKernels } from "./load_kernels.ts";
import { type Contents, hasRoomFor, type Loaded, memoryFor } from "./loaded_model.ts";
import { memorySizes } from "./model_memory.ts";
import { decodePass, forwardPass, lossesPass, type Runner, sparseForwardPass } from "./cpu_passes.ts";
import { startThreads } from "./settle_threads.ts";
import { emptyLosses, STEPS_PER_CALL } from "./step_slots.ts";
import type { ThreadCall } from "./thread_call.ts";
import type { Threads, ThreadWaits } from "./threads.ts";

/** How a {@linkcode CpuEngine} is started. */
export interface CpuEngineOptions {
  /** Threads, at least 1; by default one for each core that is free. Where memory cannot be shared it is always 1. */
  threads?: number;
  /** Compiled kernels; by default those beside this file. */
  kernels?: Kernels;
  /** Whether pixels that are 0 are skipped; by default if that is faster. The same bits come out. */
  isSparse?: boolean;
  /** Makes a worker that runs `kernel_worker.ts`; a page that is bundled passes its own. */
  startWorker?: () => Worker;
  /** How long a worker is waited for before it counts as lost. */
  waits?: Partial<ThreadWaits>;
}

/** See the module comment; made by {@linkcode CpuEngine.start}. */
export class CpuEngine implements Engine {
  readonly info: EngineInfo;
  #definition: StepDefinition;
  readonly #kernels: Kernels;
  readonly #isSparse: boolean | undefined;
  readonly #threads: Threads;
  readonly #queue = new CallQueue();
  #loaded: Loaded | null = null;
  #step = 0;

  private constructor(
    definition: StepDefinition,
    { kernels, threads, isSparse }: { kernels: Kernels; threads: Threads; isSparse?: boolean },
  ) {
    this.#definition = definition;
    this.#kernels = kernels;
    this.#isSparse = isSparse;
    this.#threads = threads;
    const simd = `${kernels.isRelaxed ? "relaxed " : ""}SIMD at ${kernels.products.tile === "wide" ? 256 : 128} bits`;
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
    const { threads: count, startWorker, waits } = options;
    const threads = await startThreads(kernels, { count, startWorker, waits });
    return new CpuEngine(definition, { kernels, threads, isSparse: options.isSparse });
  }

  load(options: LoadOptions): Promise<void> {
    return this.#queue.run(() => this.#load(options));
  }

  setRows(pixels: Pixels): Promise<void> {
    return this.#queue.run(() => this.#setRows(pixels));
  }

  setState(state: TrainingState): Promise<void> {
    return this.#queue.run(() => {
      this.#used();
      assertState(state, this.#definition.arch);
      this.#writeState(state);
    });
  }

  train(plan: StepPlan): Promise<StepLosses> {
    return this.#queue.run(() => this.#train(plan));
  }

  losses(pixels: Pixels, { batch }: { batch: number }): Promise<StepLosses> {
    return this.#queue.run(() => this.#losses(pixels, batch));
  }

  forward(pixels: Pixels): Promise<Activations> {
    return this.#queue.run(() => forwardPass(this.#runnerFor(pixels), pixels));
  }

  forwardSparse(pixels: Pixels): Promise<SparseActivations> {
    return this.#queue.run(() => sparseForwardPass(this.#runnerFor(pixels), pixels));
  }

  decode(acts: Float32Array): Promise<Float32Array> {
    return this.#queue.run(() => {
      assertRows(acts, { what: "latents", width: this.#definition.arch.nLatents });
      return decodePass(this.#runner(), acts);
    });
  }

  state(): Promise<TrainingState> {
    return this.#queue.run(() => this.#state());
  }

  buffer(name: string): Promise<Float32Array<ArrayBuffer>> {
    return this.#queue.run(() => {
      const { memory } = this.#used();
      assertBufferName(name, this.#definition.arch);
      return memory.readBuffer(name);
    });
  }

  set(knobs: KnobChange): Promise<void> {
    return this.#queue.run(() => this.#set(knobs));
  }

  dispose(): Promise<void> {
    return this.#queue.end(() => {
      this.#threads.stop();
      this.#loaded = null;
    });
  }

  async #load(options: LoadOptions): Promise<void> {
    const { state, pixels, batch, mostRows } = options, { arch } = this.#definition;
    assertLoad(options, arch);
    const room = pixelsRoom(pixels, { mostRows, dInput: arch.dInput });
    const sizes = memorySizes(pixels, { batch, threads: this.#threads.count, isSparse: this.#isSparse, room });
    const contents = { isFloat: areFloats(pixels), batch, sizes };
    if (!this.#loaded || !hasRoomFor(this.#loaded, contents)) await this.#place(contents);
    this.#write({ state, pixels });
  }

  async #setRows(pixels: Pixels): Promise<void> {
    const { memory, sizes, ...contents } = this.#used(), { byteLength: pixelBytes } = pixels;
    this.#assertImages(pixels);
    const hasRoom = pixelBytes <= sizes.pixelBytes;
    if (hasRoom && memory.keepsColumns(pixels)) return this.#writePixels(pixels);
    const state = this.#state();
    if (!hasRoom) await this.#place({ ...contents, sizes: { ...sizes, pixelBytes } });
    this.#write({ state, pixels });
  }

  /** Makes a memory and gives it to the threads. */
  async #place(contents: Contents): Promise<void> {
    this.#loaded = null; // so that the memory before can be freed
    const memory = await memoryFor(this.#definition, contents, this.#kernels);
    await this.#attach({ ...contents, memory, count: 0 });
  }

  async #set(knobs: KnobChange): Promise<void> {
    const loaded = this.#used(), definition = withKnobs(this.#definition, knobs);
    if (!loaded.memory.setKnobs(definition)) {
      const memory = await memoryFor(definition, loaded, this.#kernels); // if there is none, the one before stays
      const before = { state: this.#state(), pixels: loaded.memory.readPixels(loaded.count) };
      await this.#attach({ ...loaded, memory });
      this.#write(before);
    }
    this.#definition = definition;
  }

  /** Gives the threads a memory, in place of the one before. */
  async #attach(loaded: Loaded): Promise<void> {
    try {
      await this.#threads.attach(loaded.memory);
    } catch (error) {
      throw this.#failed(error as Error);
    }
    this.#loaded = loaded;
  }

  /** Writes the images and a state to the memory. */
  #write({ state, pixels }: { state: TrainingState; pixels: Pixels }): void {
    this.#writePixels(pixels);
    this.#writeState(state);
  }

  #writePixels(pixels: Pixels): void {
    const loaded = this.#used();
    loaded.memory.writePixels(pixels);
    loaded.count = pixels.length / this.#definition.arch.dInput;
  }

  #writeState(state: TrainingState): void {
    this.#used().memory.writeState(state);
    this.#step = state.step;
  }

  #state(): TrainingState {
    const { memory } = this.#used(), settle = memory.settleCall();
    if (settle) this.#run(settle);
    return { step: this.#step, ...memory.readState() };
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

  #losses(pixels: Pixels, batch: number): StepLosses {
    assertBatch(batch, { maxBatch: this.#used().batch });
    return lossesPass(this.#runnerFor(pixels), pixels, { batch, t: this.#step + 1 });
  }

  /** Runs calls on images, which are checked. */
  #runnerFor(pixels: Pixels): Runner {
    this.#assertImages(pixels);
    return this.#runner();
  }

  #assertImages(pixels: Pixels): void {
    assertImages(pixels, { areLoadedFloats: this.#used().isFloat, dInput: this.#definition.arch.dInput });
  }

  #runner(): Runner {
    return { arch: this.#definition.arch, memory: this.#used().memory, run: (call) => this.#run(call) };
  }

  #used(): Loaded {
    return assertLoaded(this.#loaded);
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
    this.#loaded = null;
    this.#threads.stop();
    return this.#queue.fail(error);
  }
}
