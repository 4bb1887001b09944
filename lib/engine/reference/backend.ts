/**
 * Starts a tfjs backend under Deno and says what it runs on.
 *
 * Knows tfjs's traps on Deno and nothing of models.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths, version_wasm } from "@tensorflow/tfjs-backend-wasm";
import "@tensorflow/tfjs-backend-webgpu"; // for its side effect: it registers itself
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { UserError } from "../../errors.ts";
import { describeAdapter } from "../adapter.ts";
import type { EngineInfo } from "../engine.ts";

/** A started backend. */
export interface StartedBackend {
  info: EngineInfo;
  /** Rejects, with a {@linkcode UserError}, when the device is lost or refuses work; never resolves. */
  failure: Promise<never>;
}

/**
 * Makes a backend tfjs's current one.
 *
 * @throws {UserError} The backend cannot start here.
 */
export async function startBackend(backend: EngineInfo["backend"]): Promise<StartedBackend> {
  tf.enableProdMode(); // no NaN scan (a synchronous read back) after every op
  if (backend === "wasm") {
    setWasmPaths(fileURLToPath(new URL(".", import.meta.resolve("@tensorflow/tfjs-backend-wasm"))));
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
    return { info: { name: "reference", backend, device, versions }, failure: new Promise(() => {}) };
  }
  const { device } = tf.backend() as WebGPUBackend;
  return {
    info: { name: "reference", backend, device: describeAdapter(adapter.info), versions },
    failure: failureOf(device),
  };
}

/** WebGPU reports a lost device and invalid work by events that nobody else listens to: without these they are silent. */
function failureOf(device: GPUDevice): Promise<never> {
  const failure = new Promise<never>((_, reject) => {
    device.lost.then(({ reason, message }) => {
      const now = `the device was lost (${message || reason || "unknown"})`;
      reject(
        new UserError(`Cannot go on computing on the GPU: ${now}, expected it to stay (--resume continues the run)`),
      );
    });
    device.addEventListener("uncapturederror", (event) => {
      const { message } = (event as GPUUncapturedErrorEvent).error;
      reject(
        new UserError(
          `Cannot go on computing on the GPU: it refused work (${message}), expected valid work and free memory`,
        ),
      );
    });
  });
  failure.catch(() => {}); // heard by whoever races it; not an unhandled rejection when nobody does
  return failure;
}
