/**
 * Making storage buffers within a device's limits, and writing images into them.
 *
 * Does not know models or kernels. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { UserError } from "../../errors.ts";
import { emptyLike, type Pixels } from "../../pixels.ts";

/** Most bytes of images in one write, so that the queue's staging memory stays small. */
const WRITE_BYTES = 2 ** 24;

/** Bytes that a kernel can see of one buffer. */
export function largestBinding(
  { maxStorageBufferBindingSize, maxBufferSize }: Pick<
    GPUSupportedLimits,
    "maxStorageBufferBindingSize" | "maxBufferSize"
  >,
): number {
  return Math.min(maxStorageBufferBindingSize, maxBufferSize);
}

/**
 * Checks sizes of buffers, in bytes, before any is made.
 *
 * @throws {UserError} One is larger than a kernel can see.
 */
export function assertFits(sizes: Record<string, number>, bindingBytes: number): void {
  const inMiB = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
  const excess = Object.entries(sizes).find(([, size]) => size > bindingBytes);
  if (!excess) return;
  throw new UserError(
    `Cannot put ${excess[0]} on the GPU: they need ${inMiB(excess[1])}, expected at most ${inMiB(bindingBytes)}; ` +
      "try a smaller batch or model",
  );
}

/**
 * Storage buffers of this many bytes: all of them, or none and an error.
 *
 * @param options.bindingBytes What a kernel can see of one buffer.
 * @throws {UserError} One is larger than that.
 */
export function storageBuffers<Name extends string>(
  sizes: Record<Name, number>,
  { device, bindingBytes }: { device: GPUDevice; bindingBytes: number },
): Record<Name, GPUBuffer> {
  assertFits(sizes, bindingBytes);
  const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
  const usage = STORAGE | COPY_SRC | COPY_DST;
  const buffers = Object.entries<number>(sizes).map((
    [label, size],
  ) => [label, device.createBuffer({ label, size, usage })]);
  return Object.fromEntries(buffers);
}

/**
 * Writes images, `[count, dInput]`, to the start of a buffer: all of them, or those of the given indices in order.
 *
 * @param images.stride Numbers from image to image in the buffer.
 */
export function writeImages(
  { buffer, queue }: { buffer: GPUBuffer; queue: GPUQueue },
  { pixels, dInput, stride, order }: { pixels: Pixels; dInput: number; stride: number; order?: Uint32Array },
): void {
  const count = order?.length ?? pixels.length / dInput;
  const imageBytes = stride * pixels.BYTES_PER_ELEMENT;
  const rowsAtATime = Math.max(1, Math.floor(WRITE_BYTES / imageBytes));
  for (let from = 0; from < count; from += rowsAtATime) {
    const rows = Math.min(rowsAtATime, count - from);
    const isLaidOut = !order && stride === dInput; // then only the queue copies them
    const packed = isLaidOut
      ? pixels.subarray(from * dInput, (from + rows) * dInput)
      : emptyLike(pixels, rows * stride);
    for (let i = 0; i < rows && !isLaidOut; i++) {
      const image = order ? order[from + i] : from + i;
      packed.set(pixels.subarray(image * dInput, (image + 1) * dInput), i * stride);
    }
    queue.writeBuffer(buffer, from * imageBytes, packed);
  }
}
