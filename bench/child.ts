/**
 * One contender in a process of its own, so that memory and warm-up are its own and the parent can alternate them.
 *
 * Answers the requests of `bench/protocol.ts`: `open`, `block`, `host`; anything else ends it. PyTorch has a child of
 * its own.
 *
 * @module
 */
import { forwardLists } from "../lib/analysis/row_sources.ts";
import { RowReader } from "../lib/analysis/sparse_rows.ts";
import { whyNotWebGpu } from "../lib/engine/webgpu_capability.ts";
import { type Engine, initialState, type StepDefinition, stepDefinition } from "../lib/engine/engine.ts";
import { chooseEngine, openEngine } from "../lib/engine/open.ts";
import { startBackend } from "../lib/engine/reference/backend.ts";
import { tunedEngine } from "../lib/engine/webgpu/autotune.ts";
import { requestDevice } from "../lib/engine/webgpu/gpu_device.ts";
import { gatherPixels, type Pixels, pixelValues } from "../lib/pixels.ts";
import { Rng } from "../lib/rng.ts";
import { VARIANTS } from "../lib/sae/sparsity/variants.ts";
import { initialWeight } from "../lib/training/sparsity_weight.ts";
import { isWrittenForTfjs, tfjsAsFound } from "./as_found.ts";
import { type Answers, type BlockRequest, type DataFile, lines, type OpenRequest } from "./protocol.ts";
import { BENCH_RATE, type StartingState } from "./starting_state.ts";
import { decodeState } from "./state_file.ts";

/** A contender with its model loaded. */
interface Opened {
  /** What it is, in words. */
  label: string;
  /** Of the first batch, before any step. */
  loss: number;
  /** How many latents are active for an input, on average; null if it was not asked. */
  activeLatents: number | null;
  /** Runs the given inputs as consecutive steps, and returns when they are done. */
  run: (indices: Uint32Array) => Promise<void>;
}

/** Inputs whose active latents are counted. */
const COUNTED = 256;
/** Steps that are handed to an engine at once, at most. */
const MOST_CHUNK = 64;

if (import.meta.main) await serve();

async function serve(): Promise<void> {
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGINT", () => {}); // the parent ends it
  let steps!: (n: number) => Promise<void>, msPerStep = 0;
  let peak: number | null = null;
  for await (const line of lines(Deno.stdin.readable)) {
    const request = JSON.parse(line) as OpenRequest | BlockRequest | { command: "host" | "exit" };
    if (request.command === "open") {
      const { run, ...answer } = await opened(request);
      steps = stepper(run, { count: request.data.count, batch: request.config.batch });
      await steps(1); // compiles what is compiled on first use
      msPerStep = await timed(() => steps(1));
      say<"open">(answer);
    } else if (request.command === "block") {
      const n = Math.max(1, Math.round(request.ms / msPerStep));
      msPerStep = await timed(() => steps(n)) / n;
      say<"block">({ msPerStep, steps: n });
    } else if (request.command === "host") {
      peak = await peakBytes(); // work that is never submitted is not freed either
      say<"host">(await hostCost(steps));
    } else break;
  }
  say<"exit">({ peakBytes: peak ?? await peakBytes() });
  Deno.exit(0);
}

/** Steps in chunks that do not cross an epoch's end, on inputs shuffled anew in each epoch. */
function stepper(run: Opened["run"], { count, batch }: { count: number; batch: number }) {
  let order: Uint32Array = new Uint32Array(), epoch = 0, cursor = 0;
  return async (n: number) => {
    while (n > 0) {
      if (cursor + batch > order.length) {
        order = Rng.fromSeed(epoch++, "bench").permutation(count);
        cursor = 0;
      }
      const chunk = Math.min(n, Math.floor((order.length - cursor) / batch), MOST_CHUNK);
      await run(order.subarray(cursor, cursor + chunk * batch));
      cursor += chunk * batch;
      n -= chunk;
    }
  };
}

async function opened({ contender, pass, config, data, state: statePath }: OpenRequest): Promise<Opened> {
  const definition = stepDefinition(config, data.dInput);
  const pixels = await readPixels(data);
  const model = decodeState(await Deno.readFile(statePath), definition.arch);
  const { batch } = config;
  if (contender.startsWith("tfjs:")) return await openAsFound(contender, { definition, pixels, model, batch });
  const engine = await openContender(contender, { definition, batch, pixels });
  await engine.load({ state: { ...initialState(model), step: model.step }, pixels, batch });
  const label = `${engine.info.name} engine, ${engine.info.device}`;
  const activeLatents = contender.startsWith("program") ? await countActive(engine, { definition, pixels }) : null;
  if (pass === "encode") return { ...await encoding(engine, { definition, batch, pixels }), label, activeLatents };
  const weight = initialWeight(config);
  const run: Opened["run"] = async (indices) => {
    const nSteps = indices.length / batch;
    const learningRates = new Float64Array(nSteps).fill(BENCH_RATE);
    await engine.train({ indices, batch, learningRates, weights: new Float64Array(nSteps).fill(weight) });
  };
  const first = pixels.subarray(0, batch * data.dInput) as Pixels;
  const { reconstruction: [reconstruction], penalty: [penalty], auxiliary: [auxiliary] } = await engine.losses(first, {
    batch,
  });
  return {
    label,
    loss: reconstruction + weight * penalty + auxiliary,
    activeLatents,
    run,
  };
}

/** Batches are encoded one after the other, each gathered and run as a step's is; the engine decodes them as well. */
async function encoding(
  engine: Engine,
  { definition: { arch }, batch, pixels }: { definition: StepDefinition; batch: number; pixels: Pixels },
): Promise<Pick<Opened, "loss" | "run">> {
  const { dInput, nLatents } = arch;
  const encode = async (rows: Pixels) =>
    (await forwardLists(engine, { pixels: rows, arch, reader: new RowReader() })).latents;
  const { starts, values, count } = await encode(pixels.subarray(0, batch * dInput) as Pixels);
  return {
    loss: values.subarray(0, starts[count]).reduce((sum, value) => sum + value, 0) / (batch * nLatents),
    run: async (indices) => {
      for (let i = 0; i < indices.length; i += batch) {
        await encode(gatherPixels(pixels, indices.subarray(i, i + batch), dInput));
      }
    },
  };
}

async function openAsFound(
  contender: string,
  { definition, pixels, model, batch }: {
    definition: StepDefinition;
    pixels: Pixels;
    model: StartingState;
    batch: number;
  },
): Promise<Opened> {
  if (!isWrittenForTfjs(definition)) throw new Error("it is not written for this model");
  const { info } = await startBackend(contender === "tfjs:wasm" ? "wasm" : "webgpu");
  const { step, loss } = tfjsAsFound(definition, { ...model, learningRate: BENCH_RATE });
  const run: Opened["run"] = async (indices) => {
    for (let i = 0; i < indices.length; i += batch) {
      step(pixelValues(gatherPixels(pixels, indices.subarray(i, i + batch), definition.arch.dInput)));
    }
    await loss();
  };
  await run(Uint32Array.from({ length: batch }, (_, i) => i));
  return { label: `tfjs as usual, ${info.backend}`, loss: await loss(), activeLatents: null, run };
}

/** How many latents are active for an input in inference, on average; null for a model whose latents are never 0. */
async function countActive(
  engine: Engine,
  { definition: { arch, objective }, pixels }: { definition: StepDefinition; pixels: Pixels },
): Promise<number | null> {
  const { activeAbove, inferredLatents } = VARIANTS[objective.sparsity];
  if (activeAbove > 0) return null;
  if (inferredLatents) return objective.knobs.k; // its threshold is learned in training
  const { hidden } = await engine.forward(pixels.subarray(0, COUNTED * arch.dInput) as Pixels);
  const acts = hidden[arch.latentIndex];
  return acts.reduce((sum, act) => sum + Number(act > activeAbove), 0) * arch.nLatents / acts.length;
}

async function readPixels({ path, isBytes }: DataFile): Promise<Pixels> {
  const bytes = await Deno.readFile(path);
  return isBytes ? bytes : new Float32Array(bytes.buffer);
}

/** Largest resident memory of this process so far, in bytes; 0 if the system does not say. */
async function peakBytes(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
}

/**
 * Opens a contender's engine.
 *
 * @param contender `program`: the engine that the program would choose, with a thread for each core: by itself it takes
 * fewer when it starts while others are busy, as the other contenders are that start beside it. `cpu:<threads>`,
 * `reference:<backend>`. `webgpu`: on this thread instead of a Worker's, so that `hostCost` sees its calls.
 */
export async function openContender(
  contender: string,
  { definition, batch, pixels }: { definition: StepDefinition; batch: number; pixels: Pixels },
): Promise<Engine> {
  const [kind, detail] = contender.split(":");
  const cacheDir = ".cache";
  if (kind === "program") {
    const choice = await chooseEngine({ backend: "auto", engine: "auto" }, { definition, batch, pixels });
    return await openEngine(definition, choice, { threads: navigator.hardwareConcurrency, batch, cacheDir });
  }
  if (kind === "webgpu") {
    const device = await requestDevice();
    const why = whyNotWebGpu(definition, { batch, pixels, limits: device.limits });
    if (why !== null) throw new Error(`the WebGPU engine does not support this model: ${why}`);
    return await tunedEngine(definition, { device, batch, cache: new Map() });
  }
  const engine = kind as "reference" | "cpu", backend = engine === "cpu" ? "wasm" : detail as "wasm" | "webgpu";
  const threads = engine === "cpu" ? Number(detail) : null;
  return await openEngine(definition, { engine, backend, reason: "" }, { threads, batch, cacheDir });
}

/**
 * JavaScript's own time per step: the same calls with work that is never submitted, median of five; and the number of
 * dispatches.
 */
async function hostCost(steps: (n: number) => Promise<void>): Promise<Answers["host"]> {
  const n = MOST_CHUNK;
  const queue = GPUQueue.prototype, pass = GPUComputePassEncoder.prototype;
  const { submit } = queue, { dispatchWorkgroups } = pass;
  const usPerStep: number[] = [];
  let dispatches = 0;
  for (let round = 0; round < 5; round++) {
    dispatches = 0;
    let recorded = 0;
    queue.submit = () => {
      recorded = performance.now();
    };
    pass.dispatchWorkgroups = function (...args) {
      dispatches++;
      return dispatchWorkgroups.apply(this, args);
    };
    const started = performance.now();
    const pending = steps(n);
    await new Promise((resolve) => setTimeout(resolve)); // all of a chunk is recorded before the first wait for the device
    usPerStep.push((recorded - started) / n * 1000);
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

function say<Command extends keyof Answers>(answer: Answers[Command]): void {
  console.log(JSON.stringify(answer));
}
