/**
 * The WebGPU engine with its kernels, in a file of its own, so that a page loads it only if it is chosen.
 *
 * @module
 */
export { tunedEngine } from "../../../../lib/engine/webgpu/autotune.ts";
export { requestDevice } from "../../../../lib/engine/webgpu/gpu_device.ts";
