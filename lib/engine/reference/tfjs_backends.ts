/**
 * tfjs's backends for WebAssembly and WebGPU, in tfjs's version; loading them registers both. `tfjs.ts` says why here.
 *
 * @module
 */
export { setWasmPaths, version_wasm } from "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
export { WebGPUBackend } from "npm:@tensorflow/tfjs-backend-webgpu@4.22.0";

/** URL of the WebAssembly backend's module, beside which its binaries lie. */
export const WASM_MODULE = import.meta.resolve("npm:@tensorflow/tfjs-backend-wasm@4.22.0");
