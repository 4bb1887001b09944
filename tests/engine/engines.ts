/**
 * How each engine is started, for the tests that run them all; a new engine is added here and nowhere else.
 *
 * @module
 */
import type { Engine, StepDefinition } from "../../lib/engine/engine.ts";
import { isDictionary } from "../../lib/engine/model_kind.ts";
import { needsAdapter } from "../adapter.ts";
import { needs } from "../needs.ts";
import { kernels } from "./kernels.ts";

/** Starts an engine; what it starts must be disposed. */
export type Start = (definition: StepDefinition) => Promise<Engine>;

// `wasm` and `cpu` are the same code of ours on two backends of tfjs: the quick part has one of them.
const CANNOT_REFER: Record<"wasm" | "cpu" | "webgpu", boolean> = {
  wasm: needs("permissions", "time").ignore,
  cpu: needs("permissions").ignore,
  webgpu: !needsAdapter(),
};

/** Every engine on every backend. */
export const ENGINES: { name: string; start: Start; ignore?: boolean }[] = [
  ...(["wasm", "cpu", "webgpu"] as const).map((backend) => ({
    name: `reference on ${backend}`,
    start: async (definition: StepDefinition) => {
      const { ReferenceEngine } = await import("../../lib/engine/reference/reference_engine.ts");
      return await ReferenceEngine.start(definition, backend);
    },
    ignore: CANNOT_REFER[backend],
  })),
  ...[{ name: "webgpu", tuning: undefined }, {
    name: "webgpu in three dispatches",
    tuning: { product: "tile4", workgroup: 32, isFused: true } as const,
  }].map(({ name, tuning }) => ({
    name,
    start: async (definition: StepDefinition) => {
      const { requestDevice } = await import("../../lib/engine/webgpu/gpu_device.ts");
      const { WebGpuEngine } = await import("../../lib/engine/webgpu/webgpu_engine.ts");
      const { candidateModels } = await import("../../lib/engine/webgpu/gpu_models.ts");
      const { layeredModel } = await import("../../lib/engine/webgpu/layered/layered_gpu_model.ts");
      const device = await requestDevice();
      const isTuned = tuning && !isDictionary(definition);
      const model = isTuned ? layeredModel(definition, tuning) : candidateModels(definition, device)[0];
      const engine = await WebGpuEngine.create(model, { device });
      const dispose = engine.dispose.bind(engine);
      return Object.assign(engine, { dispose: () => dispose().then(() => device.destroy()) });
    },
    ignore: !needsAdapter(),
  })),
  ...[1, 2].map((threads) => ({
    name: `cpu with ${threads} threads`,
    start: async (definition: StepDefinition) => {
      const { CpuEngine } = await import("../../lib/engine/cpu/cpu_engine.ts");
      return await CpuEngine.start(definition, { threads, kernels: await kernels() });
    },
    ignore: needs("permissions").ignore,
  })),
  {
    name: "webgpu in a Worker",
    start: async (definition) => {
      const { WebGpuEngineInWorker } = await import("../../lib/engine/webgpu/webgpu_engine_in_worker.ts");
      return await WebGpuEngineInWorker.create(definition, { batch: 128 });
    },
    ignore: !needsAdapter(),
  },
];

/** An engine that is disposed at the end of its scope. */
export async function opened(start: Start, definition: StepDefinition): Promise<Engine & AsyncDisposable> {
  const engine = await start(definition);
  return Object.assign(engine, { [Symbol.asyncDispose]: () => engine.dispose() });
}
