/**
 * The engine's buffers on the device: those that last from `load` on, and those that grow with the batch.
 *
 * Does not know kernels. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { UserError } from "../../errors.ts";
import { statsQuads, STEPS_PER_SUBMIT } from "./kernels.ts";
import { copyRows, type Layout, padded, QUAD_BYTES } from "./layout.ts";

/** A model and the images it trains on. */
export interface ModelBuffers {
  /** `[count, pixelStride]` bytes. */
  pixels: GPUBuffer;
  /** `[4 · paramQuads]` each, as `packParameters` lays them out. */
  params: GPUBuffer;
  m: GPUBuffer;
  v: GPUBuffer;
}

/** What steps and evaluations work in. */
export interface BatchBuffers {
  /** Images that fit. */
  rows: number;
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

  constructor(device: GPUDevice, layout: Layout) {
    this.#device = device;
    this.#layout = layout;
  }

  /** Buffers for a model, filled. */
  model(packed: Record<"params" | "m" | "v", Float32Array<ArrayBuffer>>): Omit<ModelBuffers, "pixels"> {
    const filled = (label: "params" | "m" | "v") => {
      const buffer = this.#storage(label, packed[label].byteLength);
      this.#device.queue.writeBuffer(buffer, 0, packed[label]);
      return buffer;
    };
    return { params: filled("params"), m: filled("m"), v: filled("v") };
  }

  /** A buffer with images, given as `[count, dInput]`. */
  images(pixels: Uint8Array, dInput: number): GPUBuffer {
    const buffer = this.#storage("pixels", pixels.length / dInput * this.#layout.pixelStride);
    this.writeImages(buffer, pixels, dInput);
    return buffer;
  }

  /** Writes images, `[count, dInput]`, to the start of a buffer. */
  writeImages(buffer: GPUBuffer, pixels: Uint8Array, dInput: number): void {
    const { pixelStride } = this.#layout;
    const count = pixels.length / dInput;
    const rowsAtATime = Math.max(1, Math.floor(WRITE_BYTES / pixelStride));
    for (let from = 0; from < count; from += rowsAtATime) {
      const rows = Math.min(rowsAtATime, count - from);
      const packed = new Uint8Array(rows * pixelStride);
      const source = pixels.subarray(from * dInput, (from + rows) * dInput);
      copyRows(source, packed, { rows, width: dInput, from: dInput, to: pixelStride });
      this.#device.queue.writeBuffer(buffer, from * pixelStride, packed);
    }
  }

  /** Buffers for batches of up to so many images. */
  batch(images: number, stepStride: number): BatchBuffers {
    const rows = padded(images), { actsStride, gradsStride, pixelStride } = this.#layout;
    const { COPY_DST, UNIFORM } = GPUBufferUsage;
    const steps = { label: "steps", size: STEPS_PER_SUBMIT * stepStride, usage: UNIFORM | COPY_DST };
    return {
      rows,
      indices: this.#storage("indices", STEPS_PER_SUBMIT * rows * Uint32Array.BYTES_PER_ELEMENT),
      acts: this.#storage("acts", rows * actsStride * QUAD_BYTES),
      grads: this.#storage("grads", rows * gradsStride * QUAD_BYTES),
      stats: this.#storage("stats", statsQuads(this.#layout, rows) * QUAD_BYTES),
      evaluated: this.#storage("evaluated", rows * pixelStride),
      steps: this.#device.createBuffer(steps),
    };
  }

  #storage(label: keyof ModelBuffers | keyof BatchBuffers, size: number): GPUBuffer {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.#device.limits;
    const limit = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    if (size > limit) {
      const remedy = label === "pixels" ? "fewer images (--limit)" : "a smaller batch or model";
      const inMiB = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
      throw new UserError(
        `Cannot put ${label} on the GPU: they need ${inMiB(size)}, expected at most ${inMiB(limit)}; try ${remedy}`,
      );
    }
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    return this.#device.createBuffer({ label, size, usage: STORAGE | COPY_SRC | COPY_DST });
  }
}

/** Most bytes of images in one write, so that the queue's staging memory stays small. */
const WRITE_BYTES = 2 ** 24;
