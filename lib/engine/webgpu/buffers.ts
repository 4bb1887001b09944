/**
 * The engine's buffers on the device: those that last from `load` on, and those that grow with the batch.
 *
 * Does not know kernels. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { statsQuads, STEPS_PER_SUBMIT } from "./statistics.ts";
import { type Layout, padded, QUAD_BYTES } from "./layout.ts";
import { largestBinding, storageBuffers, writeImages } from "./storage.ts";

/** A model and the images it trains on. */
export interface ModelBuffers {
  /** `[count, pixelStride]` bytes; null where that is more than a kernel can see, and images are streamed. */
  pixels: GPUBuffer | null;
  /** `[4 · paramQuads]` each, as `packParameters` lays them out. */
  params: GPUBuffer;
  m: GPUBuffer;
  v: GPUBuffer;
}

/** What steps and evaluations work in. */
export interface BatchBuffers {
  /** Images that fit. */
  rows: number;
  /** Steps that fit. */
  stepsPerSubmit: number;
  /** `[stepsPerSubmit, rows, pixelStride]` bytes: the images of the steps in order, where they are streamed. */
  streamed: GPUBuffer | null;
  /** `STEPS_PER_SUBMIT` times a `struct Step`. */
  steps: GPUBuffer;
  /** `[STEPS_PER_SUBMIT, rows]`, rows of the images. */
  indices: GPUBuffer;
  /** `[rows, actsStride]` and `[rows, gradsStride]` quads. */
  acts: GPUBuffer;
  grads: GPUBuffer;
  stats: GPUBuffer;
  /** Images under evaluation, `[rows, pixelStride]` bytes. */
  evaluated: GPUBuffer;
}

/** Makes buffers within the device's limits. Every method throws {@linkcode UserError} where one does not fit. */
export class Allocator {
  readonly #device: GPUDevice;
  readonly #layout: Layout;
  /** Bytes that a kernel can see of one buffer. */
  readonly #bindingBytes: number;

  constructor(device: GPUDevice, layout: Layout, options: { bindingBytes?: number } = {}) {
    this.#device = device;
    this.#layout = layout;
    this.#bindingBytes = options.bindingBytes ?? largestBinding(device.limits);
  }

  /** Buffers for a model and its images, `[count, dInput]`, filled. */
  model(
    packed: Record<"params" | "m" | "v", Float32Array<ArrayBuffer>>,
    { pixels, dInput }: { pixels: Uint8Array<ArrayBuffer>; dInput: number },
  ): ModelBuffers {
    const { byteLength } = packed.params;
    const buffers = this.#storage({ params: byteLength, m: byteLength, v: byteLength });
    for (const name of ["params", "m", "v"] as const) this.#device.queue.writeBuffer(buffers[name], 0, packed[name]);
    const pixelBytes = pixels.length / dInput * this.#layout.pixelStride;
    if (pixelBytes > this.#bindingBytes) return { ...buffers, pixels: null };
    const resident = this.#storage({ pixels: pixelBytes });
    this.writeImages(resident.pixels, { pixels, dInput });
    return { ...buffers, ...resident };
  }

  /** Writes images, `[count, dInput]`, to the start of a buffer: all of them, or those of the given indices in order. */
  writeImages(
    buffer: GPUBuffer,
    images: { pixels: Uint8Array<ArrayBuffer>; dInput: number; order?: Uint32Array },
  ): void {
    writeImages({ buffer, queue: this.#device.queue }, { ...images, stride: this.#layout.pixelStride });
  }

  /** Buffers for batches of up to so many images. */
  batch(images: number, { stepStride, isStreamed }: { stepStride: number; isStreamed: boolean }): BatchBuffers {
    const rows = padded(images), imageBytes = rows * this.#layout.pixelStride;
    const stepsPerSubmit = isStreamed
      ? Math.max(1, Math.min(STEPS_PER_SUBMIT, Math.floor(this.#bindingBytes / imageBytes)))
      : STEPS_PER_SUBMIT;
    const buffers = this.#storage({ ...batchBytes(this.#layout, rows), evaluated: imageBytes });
    const streamed = isStreamed ? this.#storage({ streamed: stepsPerSubmit * imageBytes }).streamed : null;
    const { COPY_DST, UNIFORM } = GPUBufferUsage;
    const steps = { label: "steps", size: STEPS_PER_SUBMIT * stepStride, usage: UNIFORM | COPY_DST };
    return { rows, stepsPerSubmit, streamed, ...buffers, steps: this.#device.createBuffer(steps) };
  }

  /** Storage buffers of so many bytes: all of them, or none and an error. */
  #storage<Name extends string>(sizes: Record<Name, number>): Record<Name, GPUBuffer> {
    return storageBuffers(sizes, { device: this.#device, bindingBytes: this.#bindingBytes });
  }
}

/** Bytes of what grows with the batch. */
function batchBytes(layout: Layout, rows: number) {
  const { actsStride, gradsStride } = layout;
  return {
    indices: STEPS_PER_SUBMIT * rows * Uint32Array.BYTES_PER_ELEMENT,
    acts: rows * actsStride * QUAD_BYTES,
    grads: rows * gradsStride * QUAD_BYTES,
    stats: statsQuads(layout, rows) * QUAD_BYTES,
  };
}
