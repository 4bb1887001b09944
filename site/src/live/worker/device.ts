/**
 * The engine that trains in the page: hardware WebGPU by the program's own rule, else the CPU engine.
 *
 * Runs in the page's Worker. The WebGPU engine with its kernels is loaded only if it is chosen. Does not train.
 *
 * @module
 */
import { CpuEngine } from "../../../../lib/engine/cpu/cpu_engine.ts";
import { type Kernels, loadKernels } from "../../../../lib/engine/cpu/load_kernels.ts";
import type { Engine, StepDefinition } from "../../../../lib/engine/engine.ts";
import { chooseOwnEngine, settleBackend, type Work } from "../../../../lib/engine/own_engine.ts";
import { UserError } from "../../../../lib/errors.ts";
import type { WantedEngine } from "../messages.ts";

/** An engine that runs, and why it is this one. */
export interface StartedEngine {
  engine: Engine;
  reason: string;
}

const BACKENDS = { auto: "auto", cpu: "wasm", webgpu: "webgpu" } as const;

/** The kernels of the CPU engine and the tunings of the WebGPU engine, which the next training takes too. */
let kernels: Promise<Kernels> | null = null;
const tunings = new Map<string, string>();

/** Begins to load the CPU engine's kernels, so that they are there when a training is opened. */
export function prepareKernels(): void {
  sharedKernels().catch(() => {}); // the training that needs them says why
}

/**
 * Starts the engine for a model.
 *
 * @param options `wanted`: `cpu` or `webgpu` whatever the machine has, for tests; `auto` for the program's choice. `batch`:
 * images per step. `pixels`: the training images.
 * @throws {UserError} No engine of ours supports the model, or it cannot start here.
 */
export async function startEngine(
  definition: StepDefinition,
  { wanted, ...data }: { wanted: WantedEngine } & Omit<Work, "definition" | "threads">,
): Promise<StartedEngine> {
  // Elsewhere memory cannot be given to another thread.
  const threads = globalThis.crossOriginIsolated ? undefined : 1;
  const settled = await settleBackend(BACKENDS[wanted], { asked: `the page's address asks for ${wanted}` });
  const choice = await chooseOwnEngine({ definition, threads, ...data }, { ...settled, isAsked: wanted !== "auto" });
  if (choice.engine === null) {
    const now = choice.refusals.join("; ");
    throw new UserError(
      `Cannot train this model in a page: ${now}, expected a smaller one, or one without hidden layers`,
    );
  }
  const engine = choice.engine === "webgpu"
    ? await startWebGpu(definition, data.batch)
    : await CpuEngine.start(definition, { threads, kernels: await sharedKernels() });
  return { engine, reason: choice.reason };
}

function sharedKernels(): Promise<Kernels> {
  return kernels ??= loadKernels({ mayPair: false }).catch((cause) => {
    kernels = null; // a later training asks for them again
    if (cause instanceof UserError) throw cause;
    const now = "a file of this site is missing or damaged, expected a connection to the site";
    throw new UserError(`Cannot load the CPU engine's kernels: ${now}`, { cause });
  });
}

/** On a device of its own, which ends with it. */
async function startWebGpu(definition: StepDefinition, batch: number): Promise<Engine> {
  const { requestDevice, tunedEngine } = await import("./webgpu.ts");
  const device = await requestDevice();
  try {
    const engine = await tunedEngine(definition, { device, batch, cache: tunings });
    const dispose = engine.dispose.bind(engine);
    return Object.assign(engine, { dispose: () => dispose().then(() => device.destroy()) });
  } catch (error) {
    device.destroy();
    throw error;
  }
}
