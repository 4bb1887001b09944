/**
 * The CPU engine: WebAssembly SIMD on every core, whole chunks of steps without returning to JavaScript.
 *
 * Gives the same bits for the same state, plan and machine, however many threads it has. It blocks the thread it is called
 * on; in a browser that must be a Worker's. Does not choose how many threads are worth it (`settle_threads.ts`) and does
 * not keep compiled kernels (`KernelCache`). PORTABLE: no Deno, no Node, no tfjs.
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
import { ASSEMBLYSCRIPT_VERSION, type Kernels, loadKernels } from "./compile.ts";
import { DictionaryMemory } from "./dictionary_memory.ts";
import { LayeredMemory } from "./layered_memory.ts";
import { isMostlyZero, type ModelMemory } from "./model_memory.ts";
import { startThreads } from "./settle_threads.ts";
import { STEPS_PER_CALL } from "./step_slots.ts";
import { Threads } from "./threads.ts";

/** Images a pass without training takes at once. */
const INFER_ROWS = 128;

/** How a {@linkcode CpuEngine} is started. */
export interface CpuEngineOptions {
  /** Threads, at least 1; by default as many as are worth it. Where memory cannot be shared it is always 1. */
  threads?: number;
  /** Compiled kernels; by default they are compiled anew, which takes two seconds. */
  kernels?: Kernels;
  /** Whether pixels that are 0 are skipped; by default where that is faster. The same bits come out. */
  isSparse?: boolean;
}

/** See the module comment; made by {@linkcode CpuEngine.start}. */
export class CpuEngine implements Engine {
  readonly info: EngineInfo;
  readonly #definition: StepDefinition;
  readonly #kernels: Kernels;
  readonly #isSparse: boolean | undefined;
  readonly #threads: Threads;
  #memory: ModelMemory | null = null;
  #pixels: Pixels = new Uint8Array();
  #step = 0;

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

  /** Starts the workers; `load` waits until they are there. */
  static async start(definition: StepDefinition, options: CpuEngineOptions = {}): Promise<CpuEngine> {
    const kernels = options.kernels ?? await loadKernels();
    const threads = options.threads === undefined
      ? await startThreads(kernels)
      : Threads.start(kernels, kernels.isShared ? options.threads : 1);
    return new CpuEngine(definition, { kernels, threads, isSparse: options.isSparse });
  }

  async load({ state, pixels }: LoadOptions): Promise<void> {
    for (const part of [state.params, state.m, state.v]) assertParameters(part, this.#definition.arch);
    this.#pixels = pixels;
    await this.#place(state, INFER_ROWS);
  }

  async train(plan: StepPlan): Promise<StepLosses> {
    if (plan.batch > this.#loaded.maxRows) await this.#place(this.#state(), plan.batch);
    const memory = this.#loaded;
    const count = plan.learningRates.length;
    const losses: StepLosses = {
      reconstruction: new Float32Array(count),
      penalty: new Float32Array(count),
      auxiliary: new Float32Array(count),
    };
    for (let first = 0; first < count; first += STEPS_PER_CALL) {
      const nSteps = Math.min(STEPS_PER_CALL, count - first);
      memory.steps.write(plan, { first, nSteps, t: this.#step + 1 });
      this.#threads.run(memory.trainCall(nSteps));
      this.#step += nSteps;
      for (let i = 0; i < nSteps; i++) {
        const { reconstruction, penalty, auxiliary } = memory.steps.lossesOf(i);
        losses.reconstruction[first + i] = reconstruction;
        losses.penalty[first + i] = penalty;
        losses.auxiliary[first + i] = auxiliary;
      }
    }
    return losses;
  }

  losses(): Promise<StepLosses> {
    return Promise.reject(new Error("Cannot compute losses: not built yet"));
  }

  forward(pixels: Pixels): Promise<Activations> {
    const { layers, dInput } = this.#definition.arch;
    const memory = this.#loaded;
    const count = pixels.length / dInput;
    const acts = layers.map(({ dOut }) => new Float32Array(count * dOut));
    const recon = new Float32Array(count * dInput);
    for (let row = 0; row < count; row += memory.maxRows) {
      const rows = Math.min(memory.maxRows, count - row);
      memory.writeImages(pixels.subarray(row * dInput, (row + rows) * dInput) as Pixels);
      this.#threads.run(memory.inferCall(rows));
      layers.forEach(({ dOut }, l) => memory.readActivations(l, acts[l].subarray(row * dOut, (row + rows) * dOut)));
      memory.readRecon(recon.subarray(row * dInput, (row + rows) * dInput));
    }
    return Promise.resolve({ hidden: acts.slice(0, -1), logits: acts.at(-1)!, recon });
  }

  decode(acts: Float32Array): Promise<Float32Array> {
    const { layers, nLatents, dInput } = this.#definition.arch;
    const memory = this.#loaded;
    const count = acts.length / nLatents;
    const logits = new Float32Array(count * dInput);
    for (let row = 0; row < count; row += memory.maxRows) {
      const rows = Math.min(memory.maxRows, count - row);
      memory.writeLatents(acts.subarray(row * nLatents, (row + rows) * nLatents));
      this.#threads.run(memory.decodeCall(rows));
      memory.readActivations(layers.length - 1, logits.subarray(row * dInput, (row + rows) * dInput));
    }
    return Promise.resolve(logits);
  }

  state(): Promise<TrainingState> {
    return Promise.resolve(this.#state());
  }

  dispose(): Promise<void> {
    this.#threads.stop();
    this.#memory = null;
    this.#pixels = new Uint8Array();
    return Promise.resolve();
  }

  get #loaded(): ModelMemory {
    if (!this.#memory) throw new TypeError("Cannot use the engine: nothing is loaded, expected a call of load first");
    return this.#memory;
  }

  #state(): TrainingState {
    return { step: this.#step, ...this.#loaded.readState() };
  }

  /** Makes a memory for batches up to `maxRows` and puts a state into it. */
  async #place(state: TrainingState, maxRows: number): Promise<void> {
    this.#memory = null; // the old one may be freed first
    const options = {
      pixels: this.#pixels,
      maxRows,
      threads: this.#threads.count,
      isShared: this.#kernels.isShared,
      isSparse: this.#isSparse ?? isMostlyZero(this.#pixels),
    };
    const memory = isDictionary(this.#definition)
      ? new DictionaryMemory(this.#definition, options)
      : new LayeredMemory(this.#definition, options);
    memory.writeState(state);
    await this.#threads.attach(memory.memory);
    this.#memory = memory;
    this.#step = state.step;
  }
}
