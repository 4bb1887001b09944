/**
 * The layered engine's buffers on the device, all made when a model is loaded.
 *
 * Does not know kernels. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Architecture } from "../../../sae/model.ts";
import { layoutOf } from "./layered_gpu_layout.ts";
import { QUAD_BYTES } from "../quads.ts";
import { type ImageBuffer, type Room, roomFor, type RoomOptions } from "../room.ts";
import { statsQuads, STEPS_PER_SUBMIT } from "../statistics.ts";
import { storageBuffers } from "../storage_buffers.ts";

/** What a layered model has on the device for kernels, beside the steps. */
type LayeredBuffer = ImageBuffer | "params" | "m" | "v" | "acts" | "grads" | "stats";

/** A model's buffers; `steps` has `STEPS_PER_SUBMIT` times a `struct Step`. */
export type LayeredBuffers = Record<LayeredBuffer | "steps", GPUBuffer>;

/** The room for a model: rows of `acts` and `grads` are images, as `layoutOf(arch)` lays them out. */
export function layeredRoom(
  arch: Architecture,
  options: Omit<RoomOptions, "imageBytes">,
): Room<Exclude<LayeredBuffer, ImageBuffer>> {
  const layout = layoutOf(arch);
  const params = layout.paramQuads * QUAD_BYTES;
  return roomFor({ ...options, imageBytes: layout.pixelStride }, {
    rowBytes: layout.gradsStride * QUAD_BYTES, // it has a place for the output, and `acts` has none
    bytesOf: (rows) => ({
      params,
      m: params,
      v: params,
      acts: rows * layout.actsStride * QUAD_BYTES,
      grads: rows * layout.gradsStride * QUAD_BYTES,
      stats: statsQuads(layout, rows) * QUAD_BYTES,
    }),
  });
}

/**
 * Makes a model's buffers, and fills parameters and moments.
 *
 * @param options `stepStride`: bytes from step to step in the step table. `limit`: bytes that a kernel can see of a buffer.
 * @throws {UserError} One does not fit.
 */
export function layeredBuffers(
  { bytes }: ReturnType<typeof layeredRoom>,
  { packed, device, limit, stepStride }: {
    packed: Record<"params" | "m" | "v", Float32Array<ArrayBuffer>>;
    device: GPUDevice;
    limit: number;
    stepStride: number;
  },
): LayeredBuffers {
  const buffers = storageBuffers(bytes, { device, bindingBytes: limit });
  for (const name of ["params", "m", "v"] as const) device.queue.writeBuffer(buffers[name], 0, packed[name]);
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const steps = device.createBuffer({ label: "steps", size: STEPS_PER_SUBMIT * stepStride, usage });
  return { ...buffers, steps };
}
