/**
 * The Worker's side of {@linkcode WebGpuEngineInWorker}: owns a device and an engine, and answers calls.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { UserError } from "../../errors.ts";
import type { Engine } from "../engine.ts";
import { requestDevice } from "./gpu_device.ts";
import { openOnDevice } from "./open_on_device.ts";
import type { Created, Request, Response } from "./webgpu_worker_messages.ts";

/** As much of a Worker's global scope as is used; the type library is the window's. */
interface WorkerScope {
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage(response: Response, transfer: ArrayBuffer[]): void;
}

const scope = globalThis as unknown as WorkerScope;
let device: GPUDevice | null = null;
let engine: Engine | null = null;

scope.onmessage = async ({ data }) => {
  const { id } = data;
  try {
    const result = await answer(data);
    scope.postMessage({ id, result }, buffersOf(result));
  } catch (error) {
    const { message, stack } = error as Error;
    scope.postMessage({ id, error: { message, stack, isUserError: error instanceof UserError } }, []);
  }
};

/** No `await` before the engine's method is called: calls must start in the order of the messages. */
function answer(request: Request): Promise<unknown> {
  if (request.call === "create") return create(...request.args);
  if (!engine) throw new Error(`Cannot ${request.call}: there is no engine, expected create first`);
  switch (request.call) {
    case "load":
      return engine.load(...request.args);
    case "train":
      return engine.train(...request.args);
    case "losses":
      return engine.losses(...request.args);
    case "forward":
      return engine.forward(...request.args);
    case "decode":
      return engine.decode(...request.args);
    case "state":
      return engine.state();
    case "dispose":
      return engine.dispose().then(() => device?.destroy());
  }
}

async function create(...args: Extract<Request, { call: "create" }>["args"]): Promise<Created> {
  const [definition, { batch, tunings }] = args;
  device = await requestDevice();
  engine = await openOnDevice(definition, { device, batch, tunings });
  return { info: engine.info, tunings };
}

/** The buffers of the arrays in a result, however deep: they are the caller's now, and moved rather than copied. */
function buffersOf(value: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
  return value && typeof value === "object" ? Object.values(value).flatMap(buffersOf) : [];
}
