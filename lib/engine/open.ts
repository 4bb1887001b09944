/**
 * Which engine and backend execute a run, and why.
 *
 * Engines are imported only when chosen: tfjs alone takes a fifth of a second to load.
 *
 * @module
 */
import type { Config } from "../config.ts";
import { UserError } from "../errors.ts";
import { whyNotReference } from "./capability.ts";
import {
  type AdapterReport,
  type Choice,
  chooseOwnEngine,
  findAdapter,
  settleBackend,
  type Work,
} from "./own_engine.ts";
import { assertThreads } from "./cpu/settle_threads.ts";
import type { Engine, EngineInfo, StepDefinition } from "./engine.ts";
import { whyNeitherKind } from "./model_kind.ts";
import { readTunings, writeTunings } from "./stored_tunings.ts";

/** The knobs that bear on the choice; without `threads` the CPU engine settles them itself. */
export type Wanted = Pick<Config, "backend" | "engine"> & Partial<Pick<Config, "threads">>;

/** Asks for an adapter and says what it is. */
export function probeAdapter(): Promise<AdapterReport> {
  quietVulkanLoader();
  return findAdapter();
}

/**
 * Settles `auto`. If one of our engines does not support the model, the next one is used: WebGPU, CPU, reference.
 *
 * @throws {UserError} `--engine fused` if there is none for the backend, or none that supports the model; or no
 * engine supports it; or more threads are wanted than this machine can serve.
 */
export async function chooseEngine({ backend, engine, threads }: Wanted, work: Work): Promise<Choice> {
  if (threads) assertThreads(threads);
  if (backend === "cpu") {
    if (engine === "fused") {
      throw noFusedEngine("the backend is cpu, tfjs's plain JavaScript", "--backend wasm or webgpu");
    }
    return { engine: "reference", backend, reason: "--backend cpu" };
  }
  if (backend !== "wasm") quietVulkanLoader();
  const settled = await settleBackend(backend, { asked: `--backend ${backend}` });
  if (engine === "reference") {
    assertReferenceCan(work, { backend: settled.backend, refusals: [] });
    return { engine, backend: settled.backend, reason: `--engine reference, ${settled.reason}` };
  }
  const own = await chooseOwnEngine({ ...work, threads: threads ?? undefined }, {
    ...settled,
    isAsked: backend !== "auto",
  });
  if (own.engine !== null) return own;
  const reason = own.refusals.join("; ");
  if (engine === "fused") {
    const isOfNoKind = whyNeitherKind(work.definition) !== null; // then no size of it would be taken
    throw noFusedEngine(reason, `${isOfNoKind ? "" : "a smaller --batch or model, or "}--engine reference`);
  }
  assertReferenceCan(work, { backend: settled.backend, refusals: own.refusals });
  return { engine: "reference", backend: settled.backend, reason: `${settled.reason}; ${reason}` };
}

/** @throws {UserError} The last engine cannot take the work either. */
function assertReferenceCan(
  { definition, batch }: Work,
  { backend, refusals }: { backend: EngineInfo["backend"]; refusals: string[] },
): void {
  const why = whyNotReference(definition, { batch, backend });
  if (why === null) return;
  const now = [...refusals, `the reference engine does not support this model: ${why}`].join("; ");
  throw new UserError(`Cannot train this model: ${now}, expected a smaller --latent, --hidden or --batch`);
}

function noFusedEngine(now: string, expected: string): UserError {
  return new UserError(`Cannot use --engine fused: ${now}, expected ${expected}`, { exitCode: 2 });
}

/**
 * Starts the engine for a choice.
 *
 * @param options `threads` of the CPU engine, null to settle it here; `cacheDir`, where tunings are kept; `batch`,
 * images per step, which the WebGPU engine tunes itself for.
 * @throws {UserError} The backend cannot start here.
 */
export async function openEngine(
  definition: StepDefinition,
  { engine, backend }: Choice,
  options: { threads: number | null; cacheDir: string; batch: number },
): Promise<Engine> {
  if (engine === "cpu") {
    const { CpuEngine } = await import("./cpu/cpu_engine.ts");
    return await CpuEngine.start(definition, { threads: options.threads ?? undefined });
  }
  if (backend === "webgpu") quietVulkanLoader();
  if (engine === "webgpu") {
    const { WebGpuEngineInWorker } = await import("./webgpu/webgpu_engine_in_worker.ts");
    const path = `${options.cacheDir}/webgpu_tunings.json`;
    const tunings = await readTunings(path);
    const opened = await WebGpuEngineInWorker.create(definition, { batch: options.batch, tunings });
    await writeTunings(path, tunings);
    return opened;
  }
  const { ReferenceEngine } = await loadReference();
  return await ReferenceEngine.start(definition, backend);
}

/** What is known here of the reference engine's module. */
interface ReferenceModule {
  ReferenceEngine: { start(definition: StepDefinition, backend: EngineInfo["backend"]): Promise<Engine> };
}

/**
 * A path that Deno cannot read in advance, and a type that names no tfjs: else every program that imports this file
 * fetches 330 MB.
 */
const REFERENCE_PATH: string = "./reference/reference_engine.ts";

/** @throws {UserError} Its packages are not on disk and cannot be fetched. */
async function loadReference(): Promise<ReferenceModule> {
  try {
    return await import(REFERENCE_PATH);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // what Deno throws for a module that it cannot get
    const [reason] = error.message.split("\n");
    throw new UserError(
      `Cannot load the reference engine: its packages are not on disk and were not fetched (${reason}), ` +
        "expected a network, or an earlier run that fetched them",
      { cause: error },
    );
  }
}

/** Without this variable Mesa's loader prints a harmless error in the middle of the progress bar. */
function quietVulkanLoader(): void {
  if (Deno.build.os === "linux" && !Deno.env.has("XDG_RUNTIME_DIR")) Deno.env.set("XDG_RUNTIME_DIR", "/tmp");
}
