/**
 * The engine's buffers on the device: those that last from `load` on, and those that grow with the batch.
 *
 * Does not know kernels. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { UserError } from "../../errors.ts";
import { statsQuads, STEPS_PER_SUBMIT } from "./statistics.ts";
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

  /** Buffers for a model and its images, `[count, dInput]`, filled. */
  model(
    packed: Record<"params" | "m" | "v", Float32Array<ArrayBuffer>>,
    { pixels, dInput }: { pixels: Uint8Array; dInput: number },
  ): ModelBuffers {
    const { byteLength } = packed.params;
    const buffers = this.#storage({
      pixels: pixels.length / dInput * this.#layout.pixelStride,
      params: byteLength,
      m: byteLength,
      v: byteLength,
    });
    this.writeImages(buffers.pixels, pixels, dInput);
    for (const name of ["params", "m", "v"] as const) this.#device.queue.writeBuffer(buffers[name], 0, packed[name]);
    return buffers;
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
    const buffers = this.#storage({
      indices: STEPS_PER_SUBMIT * rows * Uint32Array.BYTES_PER_ELEMENT,
      acts: rows * actsStride * QUAD_BYTES,
      grads: rows * gradsStride * QUAD_BYTES,
      stats: statsQuads(this.#layout, rows) * QUAD_BYTES,
      evaluated: rows * pixelStride,
    });
    const { COPY_DST, UNIFORM } = GPUBufferUsage;
    const steps = { label: "steps", size: STEPS_PER_SUBMIT * stepStride, usage: UNIFORM | COPY_DST };
    return { rows, ...buffers, steps: this.#device.createBuffer(steps) };
  }

  /** Storage buffers of so many bytes: all of them, or none and an error. */
  #storage<Name extends string>(sizes: Record<Name, number>): Record<Name, GPUBuffer> {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.#device.limits;
    const limit = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    const entries = Object.entries<number>(sizes);
    for (const [name, size] of entries) {
      if (size <= limit) continue;
      const remedy = name === "pixels" ? "fewer images (--limit)" : "a smaller batch or model";
      const inMiB = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
      throw new UserError(
        `Cannot put ${name} on the GPU: they need ${inMiB(size)}, expected at most ${inMiB(limit)}; try ${remedy}`,
      );
    }
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    const usage = STORAGE | COPY_SRC | COPY_DST;
    const buffers = entries.map(([label, size]) => [label, this.#device.createBuffer({ label, size, usage })]);
    return Object.fromEntries(buffers);
  }
}

/** Most bytes of images in one write, so that the queue's staging memory stays small. */
const WRITE_BYTES = 2 ** 24;
