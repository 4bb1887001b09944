/**
 * The WebGPU engine in a Worker of its own.
 *
 * A software adapter computes while `submit` blocks its thread; here that thread is not the one that shows progress and
 * hears Ctrl-C. Passes calls on and results back; knows nothing else. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { UserError } from "../../errors.ts";
import type { Pixels } from "../../pixels.ts";
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
import type { Created, Request, Response } from "./webgpu_worker_messages.ts";

/** How a call that waits for its answer goes on. */
interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** See the module comment; made by {@linkcode WebGpuEngineInWorker.create}. */
export class WebGpuEngineInWorker implements Engine {
  #info: EngineInfo | null = null;
  readonly #worker = new Worker(new URL("./webgpu_worker.ts", import.meta.url), { type: "module", name: "webgpu" });
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  /** Why the Worker can no longer answer. */
  #end: Error | null = null;

  private constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<Response>) => {
      const waiting = this.#waiting.get(data.id)!;
      this.#waiting.delete(data.id);
      if ("error" in data) waiting.reject(revived(data.error));
      else waiting.resolve(data.result);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault(); // it is reported by the calls that fail
      this.#stop(new Error(`Cannot go on computing in a Worker: ${event.message}, expected it to stay`));
    };
  }

  /**
   * Starts a Worker, which asks for a device of its own, tunes itself to it, and compiles a model's kernels.
   *
   * @param options `batch`: images a step, to tune for. `tunings`: choices remembered from earlier runs, by adapter and
   * model; the one made now is added.
   * @throws {UserError} There is no adapter, or its device fails.
   */
  static async create(
    definition: StepDefinition,
    { batch, tunings = new Map() }: { batch: number; tunings?: Map<string, string> },
  ): Promise<WebGpuEngineInWorker> {
    const engine = new WebGpuEngineInWorker();
    try {
      const created = await engine.#ask({ call: "create", args: [definition, { batch, tunings }] }) as Created;
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

  async load(options: LoadOptions): Promise<void> {
    await this.#ask({ call: "load", args: [options] });
  }

  async train(plan: StepPlan): Promise<StepLosses> {
    const indices = plan.indices.slice(); // a view would be sent with all of its buffer
    return await this.#ask({ call: "train", args: [{ ...plan, indices }] }) as StepLosses;
  }

  async losses(pixels: Pixels, options: { batch: number }): Promise<StepLosses> {
    return await this.#ask({ call: "losses", args: [pixels.slice(), options] }) as StepLosses;
  }

  async forward(pixels: Pixels): Promise<Activations> {
    return await this.#ask({ call: "forward", args: [pixels.slice()] }) as Activations;
  }

  async decode(acts: Float32Array): Promise<Float32Array> {
    return await this.#ask({ call: "decode", args: [acts.slice()] }) as Float32Array;
  }

  async state(): Promise<TrainingState> {
    return await this.#ask({ call: "state", args: [] }) as TrainingState;
  }

  async dispose(): Promise<void> {
    if (this.#end) return;
    await this.#ask({ call: "dispose", args: [] });
    this.#stop(new Error("Cannot use the engine: it was disposed, expected a live one"));
  }

  #ask(request: Request extends infer R ? R extends Request ? Omit<R, "id"> : never : never): Promise<unknown> {
    if (this.#end) return Promise.reject(this.#end);
    const id = this.#calls++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { resolve, reject });
    this.#worker.postMessage({ id, ...request });
    return promise;
  }

  #stop(reason: Error): void {
    this.#end = reason;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}

/** Errors lose their class on the way between threads. */
function revived({ message, isUserError, stack }: { message: string; isUserError: boolean; stack?: string }): Error {
  if (isUserError) return new UserError(message);
  return Object.assign(new Error(message), { stack });
}
