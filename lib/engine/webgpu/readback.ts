/**
 * Reads numbers back from the device: buffers to copy into, and their numbers once they are there.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { DeviceWatch } from "../device_watch.ts";

/** A buffer that the host reads; {@linkcode readStaging} frees it. */
export function stagingBuffer(device: GPUDevice, size: number): GPUBuffer {
  return device.createBuffer({ label: "staging", size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
}

/** Reads a staging buffer and frees it; fails as soon as the device does. */
export async function readStaging(staging: GPUBuffer, watch: DeviceWatch): Promise<Float32Array<ArrayBuffer>> {
  try {
    await watch.guard(staging.mapAsync(GPUMapMode.READ));
    return new Float32Array(staging.getMappedRange().slice(0));
  } finally {
    staging.destroy();
  }
}

/** Submits copies of whole buffers, and reads them as they then are; fails as soon as the device does. */
export async function readBuffers(
  buffers: GPUBuffer[],
  { device, watch }: { device: GPUDevice; watch: DeviceWatch },
): Promise<Float32Array<ArrayBuffer>[]> {
  const encoder = device.createCommandEncoder();
  const stagings = buffers.map((buffer) => {
    const staging = stagingBuffer(device, buffer.size);
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
    return staging;
  });
  device.queue.submit([encoder.finish()]);
  return await Promise.all(stagings.map((staging) => readStaging(staging, watch)));
}
