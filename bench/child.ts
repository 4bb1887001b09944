/**
 * One contender in a process of its own, so that memory and warm-up are its own and the parent can alternate them.
 *
 * Reads one command a line, answers each with one line of JSON:
 * `block <ms>` steps for about so long; `epoch` one epoch; `host` JavaScript's share of a step; anything else ends it.
 *
 * @module
 */
import { resolveConfig } from "../lib/config.ts";
import { type Engine, initialState, type StepDefinition, stepDefinition } from "../lib/engine/engine.ts";
import { openEngine } from "../lib/engine/open.ts";
import { startBackend } from "../lib/engine/reference/backend.ts";
import { tunedEngine } from "../lib/engine/webgpu/autotune.ts";
import { requestDevice } from "../lib/engine/webgpu/gpu_device.ts";
import { layeredModel } from "../lib/engine/webgpu/layered/layered_gpu_model.ts";
import { WebGpuEngine } from "../lib/engine/webgpu/webgpu_engine.ts";
import { asBytes, gatherPixels, type Pixels } from "../lib/pixels.ts";
import { Rng } from "../lib/rng.ts";
import { initialModel } from "../lib/sae/init.ts";
import { initialWeight } from "../lib/training/sparsity_weight.ts";
import { tfjsAsFound } from "./as_found.ts";

/** What the parent passes as the only argument. */
export interface ChildOptions {
  contender: string;
  /** File of `count · dInput` bytes. */
  pixels: string;
  count: number;
  /** With `k` a TopK dictionary, else the tutorial's model of these widths. */
  model: { dInput: number; hidden: number[]; latent: number; batch: number; k?: number };
}

/** Runs the given images as consecutive steps, and returns when they are done. */
type Run = (indices: Uint32Array) => Promise<void>;

if (import.meta.main) await serve(JSON.parse(Deno.args[0]));

async function serve({ contender, pixels: path, count, model }: ChildOptions): Promise<void> {
  const pixels = await Deno.readFile(path);
  const { batch } = model;
  const { label, run } = await open(contender, { pixels, model });
  let order: Uint32Array = new Uint32Array(), cursor = 0, epoch = 0;
  const shuffle = () => {
    order = Rng.fromSeed(epoch++, "bench").permutation(count);
    cursor = 0;
  };
  /** Steps in chunks that do not cross an epoch's end. */
  const steps = async (n: number) => {
    while (n > 0) {
      if (cursor >= count) shuffle();
      const chunk = Math.min(n, Math.ceil((count - cursor) / batch), 64);
      await run(order.subarray(cursor, cursor + chunk * batch));
      cursor += chunk * batch;
      n -= chunk;
    }
  };
  shuffle();
  await steps(2); // compiles what is compiled on first use
  say({ label });
  let msPerStep = await timed(() => steps(2)) / 2;
  let peak: number | null = null;
  for await (const line of lines(Deno.stdin.readable)) {
    const [command, argument] = line.split(" ");
    if (command === "block") {
      const n = Math.max(2, Math.round(Number(argument) / msPerStep));
      msPerStep = await timed(() => steps(n)) / n;
      say({ msPerStep, steps: n });
    } else if (command === "epoch") {
      const ms = await timed(async () => {
        shuffle();
        await steps(Math.ceil(count / batch));
      });
      say({ seconds: ms / 1000 });
    } else if (command === "host") {
      peak = await peakBytes(); // work that is never submitted is not freed either
      say(await hostCost(steps));
    } else break;
  }
  say({ peakBytes: peak ?? await peakBytes() });
  Deno.exit(0);
}

async function open(
  contender: string,
  options: { pixels: Pixels; model: ChildOptions["model"] },
): Promise<{ label: string; run: Run }> {
  const { pixels, model: { dInput, hidden, latent, batch, k } } = options;
  const config = resolveConfig(
    k ? { sparsity: "topk", latent, k, batch } : { preset: "notebook", hidden, latent, batch },
  );
  const definition = stepDefinition(config, dInput);
  const { arch } = definition;
  const state = initialState(initialModel(config, { arch, pixels }));
  if (contender.startsWith("tfjs:")) {
    const { info } = await startBackend(contender === "tfjs:wasm" ? "wasm" : "webgpu");
    const { step, settle } = tfjsAsFound(definition, state);
    const run: Run = async (indices) => {
      for (let i = 0; i < indices.length; i += batch) {
        step(asBytes(gatherPixels(pixels, indices.subarray(i, i + batch), dInput)));
      }
      await settle();
    };
    return { label: `tfjs as found, ${info.backend}`, run };
  }
  const engine = await openContender(contender, { definition, batch });
  await engine.load({ state, pixels, batch });
  const run: Run = async (indices) => {
    const nSteps = Math.ceil(indices.length / batch), weights = new Float64Array(nSteps).fill(initialWeight(config));
    await engine.train({ indices, batch, learningRates: new Float64Array(nSteps).fill(1e-3), weights });
  };
  const form = contender === "webgpu:fused" ? ", three dispatches" : "";
  return { label: `${engine.info.name} engine, ${engine.info.device}${form}`, run };
}

/** Largest resident memory of this process so far, in bytes; 0 where the system does not say. */
async function peakBytes(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
}

/**
 * Opens a contender's engine as the program does; WebGPU on this thread instead of a Worker's, so that `hostCost` sees its
 * calls.
 *
 * @param contender `cpu:<threads>`, `reference:<backend>`, `webgpu`, or `webgpu:fused` for a step in three dispatches.
 */
export async function openContender(
  contender: string,
  { definition, batch }: { definition: StepDefinition; batch: number },
): Promise<Engine> {
  const [kind, detail] = contender.split(":");
  if (kind !== "webgpu") {
    const engine = kind as "reference" | "cpu", backend = engine === "cpu" ? "wasm" : detail as "wasm" | "webgpu";
    const threads = engine === "cpu" ? Number(detail) : null;
    return await openEngine(definition, { engine, backend, reason: "" }, { threads, batch, cacheDir: ".cache" });
  }
  const device = await requestDevice();
  if (detail !== "fused") return await tunedEngine(definition, { device, batch, cache: new Map() });
  return await WebGpuEngine.create(
    layeredModel(definition, { product: "tile4", workgroup: 64, isFused: true }),
    { device },
  );
}

/** JavaScript's own time a step: the same calls with work that is never submitted, median of five. And how many dispatches. */
async function hostCost(steps: (n: number) => Promise<void>) {
  const n = 64;
  const queue = GPUQueue.prototype, pass = GPUComputePassEncoder.prototype;
  const { submit } = queue, { dispatchWorkgroups } = pass;
  const usPerStep: number[] = [];
  let dispatches = 0;
  for (let round = 0; round < 5; round++) {
    dispatches = 0;
    queue.submit = () => {};
    pass.dispatchWorkgroups = function (...args) {
      dispatches++;
      return dispatchWorkgroups.apply(this, args);
    };
    const started = performance.now();
    const pending = steps(n);
    usPerStep.push((performance.now() - started) / n * 1000); // up to the first wait: all of a chunk is recorded by then
    queue.submit = submit;
    pass.dispatchWorkgroups = dispatchWorkgroups;
    await pending.catch(() => {});
  }
  usPerStep.sort((a, b) => a - b);
  return { hostUsPerStep: usPerStep[2], dispatchesPerStep: dispatches / n };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The lines of a stream of bytes. */
export async function* lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
}

function say(answer: object): void {
  console.log(JSON.stringify(answer));
}
