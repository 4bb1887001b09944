/**
 * Asks for a WebGPU device for the engine.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { UserError } from "../../errors.ts";

/** Keeps adapters as long as their devices: Deno 2.9.6 crashes if `adapterInfo` is read after the adapter was collected. */
const adapters = new WeakMap<GPUDevice, GPUAdapter>();

/**
 * Asks for a device with the adapter's own limits on memory: the defaults would halve the data sets that fit.
 *
 * @throws {UserError} There is no adapter.
 */
export async function requestDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new UserError("Cannot start WebGPU: no adapter was found, expected a GPU driver");
  const { maxStorageBufferBindingSize, maxBufferSize, maxComputeWorkgroupStorageSize } = adapter.limits;
  const device = await adapter.requestDevice({
    label: "sparse autoencoder",
    requiredLimits: { maxStorageBufferBindingSize, maxBufferSize, maxComputeWorkgroupStorageSize },
  });
  adapters.set(device, adapter);
  return device;
}
