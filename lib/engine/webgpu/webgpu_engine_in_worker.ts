/**
 * The WebGPU engine in a Worker of its own.
 *
 * A software adapter computes while `submit` blocks its thread; here that thread is not the one that shows progress and
 * receives Ctrl-C. Passes calls on and results back; knows nothing else. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { receivedError } from "../../errors.ts";
import type { Pixels } from "../../pixels.ts";
import { disposedError } from "../call_queue.ts";
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
import { buffersOf, type Call, type Created, type Request, type Response } from "./webgpu_worker_messages.ts";

/** How a call that waits for its answer goes on. */
interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** See the module comment; made by {@linkcode WebGpuEngineInWorker.create}. */
export class WebGpuEngineInWorker implements Engine {
  #info: EngineInfo | null = null;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  /** Why the Worker can no longer answer. */
  #end: Error | null = null;
  #disposal: Promise<void> | null = null;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.#worker.onmessage = ({ data }: MessageEvent<Response>) => {
      const waiting = this.#waiting.get(data.id)!;
      this.#waiting.delete(data.id);
      if ("error" in data) waiting.reject(receivedError(data.error));
      else waiting.resolve(data.result);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault(); // it is reported by the calls that fail
      this.#worker.terminate();
      this.#refuse(new Error(`Cannot go on computing in a Worker: ${event.message}, expected it to stay`));
    };
  }

  /**
   * Starts a Worker, which asks for a device of its own, tunes itself to it, and compiles a model's kernels.
   *
   * @param options `batch`: images per step, to tune for. `tunings`: choices remembered from earlier runs, by adapter and
   * model; the one made now is added. `startWorker`: makes a Worker that runs `webgpu_worker.ts`; a page that is bundled
   * passes its own.
   * @throws {UserError} There is no adapter, or its device fails.
   */
  static async create(
    definition: StepDefinition,
    { batch, tunings = new Map(), startWorker = workerOfFile }: {
      batch: number;
      tunings?: Map<string, string>;
      startWorker?: () => Worker;
    },
  ): Promise<WebGpuEngineInWorker> {
    const engine = new WebGpuEngineInWorker(startWorker());
    try {
      const created = await engine.#ask({ name: "create", args: [definition, { batch, tunings }] }) as Created;
      engine.#info = created.info;
      for (const [key, choice] of created.tunings) tunings.set(key, choice);
      return engine;
    } catch (error) {
      engine.#worker.terminate();
      throw error;
    }
  }

  get info(): EngineInfo {
    return this.#info!;
  }

  async load({ pixels, ...options }: LoadOptions): Promise<void> {
    const copy = pixels.slice() as Pixels; // moved: a view would be copied with all of its buffer
    await this.#ask({ name: "load", args: [{ ...options, pixels: copy }] }, [copy]);
  }

  async setRows(pixels: Pixels): Promise<void> {
    const copy = pixels.slice() as Pixels;
    await this.#ask({ name: "setRows", args: [copy] }, [copy]);
  }

  async setState(state: TrainingState): Promise<void> {
    await this.#ask({ name: "setState", args: [state] });
  }

  async train(plan: StepPlan): Promise<StepLosses> {
    const indices = plan.indices.slice();
    return await this.#ask({ name: "train", args: [{ ...plan, indices }] }, [indices]) as StepLosses;
  }

  async losses(pixels: Pixels, options: { batch: number }): Promise<StepLosses> {
    const copy = pixels.slice() as Pixels;
    return await this.#ask({ name: "losses", args: [copy, options] }, [copy]) as StepLosses;
  }

  async forward(pixels: Pixels): Promise<Activations> {
    const copy = pixels.slice() as Pixels;
    return await this.#ask({ name: "forward", args: [copy] }, [copy]) as Activations;
  }

  async forwardSparse(pixels: Pixels): Promise<SparseActivations> {
    const copy = pixels.slice() as Pixels;
    return await this.#ask({ name: "forwardSparse", args: [copy] }, [copy]) as SparseActivations;
  }

  async decode(acts: Float32Array): Promise<Float32Array> {
    const copy = acts.slice();
    return await this.#ask({ name: "decode", args: [copy] }, [copy]) as Float32Array;
  }

  async state(): Promise<TrainingState> {
    return await this.#ask({ name: "state", args: [] }) as TrainingState;
  }

  async buffer(name: string): Promise<Float32Array<ArrayBuffer>> {
    return await this.#ask({ name: "buffer", args: [name] }) as Float32Array<ArrayBuffer>;
  }

  async set(knobs: KnobChange): Promise<void> {
    await this.#ask({ name: "set", args: [knobs] });
  }

  dispose(): Promise<void> {
    return this.#disposal ??= this.#dispose();
  }

  async #dispose(): Promise<void> {
    if (this.#end) return;
    await this.#ask({ name: "dispose", args: [] });
    // The Worker ends by itself: terminated from here, while threads of its device end too, about one process in 40 crashed.
    this.#refuse(disposedError());
  }

  /** Sends a call; `moved`: arrays of it that are the Worker's then. */
  #ask(call: Call, moved: ArrayBufferView[] = []): Promise<unknown> {
    if (this.#end) return Promise.reject(this.#end);
    const request: Request = { id: this.#calls++, call };
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(request.id, { resolve, reject });
    this.#worker.postMessage(request, buffersOf(moved));
    return promise;
  }

  /** Refuses what waits for an answer, and all further calls. */
  #refuse(reason: Error): void {
    this.#end = reason;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}

function workerOfFile(): Worker {
  return new Worker(new URL("./webgpu_worker.ts", import.meta.url), { type: "module", name: "webgpu" });
}
