/**
 * The Worker's side of {@linkcode WebGpuEngineInWorker}: owns a device and an engine, and answers calls.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { sentError } from "../../errors.ts";
import { tunedEngine } from "./autotune.ts";
import { requestDevice } from "./gpu_device.ts";
import type { WebGpuEngine } from "./webgpu_engine.ts";
import { buffersOf, type Call, type Created, type Request, type Response } from "./webgpu_worker_messages.ts";

/** As much of a Worker's global scope as is used; the type library is the window's. */
interface WorkerScope {
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage(response: Response, transfer: ArrayBuffer[]): void;
  close(): void;
}

const scope = globalThis as unknown as WorkerScope;
let device: GPUDevice | null = null;
let engine: WebGpuEngine | null = null;

scope.onmessage = async ({ data: { id, call } }) => {
  try {
    const result = await answer(call);
    scope.postMessage({ id, result }, buffersOf(result));
    if (call.name === "dispose") scope.close();
  } catch (error) {
    scope.postMessage({ id, error: sentError(error) }, []);
  }
};

/** No `await` before the engine's method is called: calls must start in the order of the messages. */
function answer(call: Call): Promise<unknown> {
  if (call.name === "create") return create(...call.args);
  if (!engine) throw new Error(`Cannot ${call.name}: there is no engine, expected create first`);
  switch (call.name) {
    case "load":
      return engine.load(...call.args);
    case "setRows":
      return engine.setRows(...call.args);
    case "setState":
      return engine.setState(...call.args);
    case "train":
      return engine.train(...call.args);
    case "losses":
      return engine.losses(...call.args);
    case "forward":
      return engine.forward(...call.args);
    case "forwardSparse":
      return engine.forwardSparse(...call.args);
    case "decode":
      return engine.decode(...call.args);
    case "state":
      return engine.state();
    case "buffer":
      return engine.buffer(...call.args);
    case "set":
      return engine.set(...call.args);
    case "dispose":
      return engine.dispose().then(() => device?.destroy());
  }
}

async function create(...args: Extract<Call, { name: "create" }>["args"]): Promise<Created> {
  const [definition, { batch, tunings }] = args;
  device = await requestDevice();
  engine = await tunedEngine(definition, { device, batch, cache: tunings });
  return { info: engine.info, tunings };
}
