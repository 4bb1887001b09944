/**
 * Starts a tfjs backend under Deno and says what it runs on.
 *
 * Knows where tfjs fails on Deno, and nothing of models.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import * as tf from "./tfjs.ts";
import { setWasmPaths, version_wasm, WASM_MODULE, type WebGPUBackend } from "./tfjs_backends.ts";
import { UserError } from "../../errors.ts";
import { describeAdapter } from "../adapter.ts";
import { DeviceWatch } from "../device_watch.ts";
import type { EngineInfo } from "../engine.ts";

/** A started backend. */
export interface StartedBackend {
  info: EngineInfo;
  /** Listens for what WebGPU reports by events alone; null on the other backends. */
  watch: DeviceWatch | null;
}

/**
 * Makes a backend tfjs's current one.
 *
 * @throws {UserError} The backend cannot start here.
 */
export async function startBackend(backend: EngineInfo["backend"]): Promise<StartedBackend> {
  tf.enableProdMode(); // no NaN scan (a synchronous read back) after every op
  if (backend === "wasm") {
    setWasmPaths(fileURLToPath(new URL(".", WASM_MODULE)));
  }
  const adapter = backend === "webgpu" ? await navigator.gpu?.requestAdapter() : undefined;
  if (backend === "webgpu" && !adapter) {
    throw new UserError("Cannot start WebGPU: no adapter was found, expected a GPU driver (try --backend wasm)");
  }
  const started = await tf.setBackend(backend).catch((error) => {
    throw new UserError(`Cannot start ${backend}: ${error.message}, expected a working backend (try --backend cpu)`, {
      cause: error,
    });
  });
  if (!started) {
    throw new UserError(`Cannot start ${backend}: tfjs refused it, expected a working backend (try --backend cpu)`);
  }
  await tf.ready();
  const versions = { tfjs: tf.version.tfjs, ...(backend === "wasm" ? { "tfjs-backend-wasm": version_wasm } : {}) };
  if (!adapter) {
    const device = backend === "wasm" ? "CPU, WebAssembly, 1 thread" : "CPU, JavaScript, 1 thread";
    return { info: { name: "reference", backend, device, versions }, watch: null };
  }
  const { device } = tf.backend() as WebGPUBackend;
  return {
    info: { name: "reference", backend, device: describeAdapter(adapter.info), versions },
    watch: new DeviceWatch(device),
  };
}
