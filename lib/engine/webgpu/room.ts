/**
 * How much an engine's buffers have room for, settled once, before anything is allocated: whether a model fits and how
 * large its buffers are follow from the same numbers. Knows no device. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { PixelsSize } from "../../pixels.ts";
import { padded, QUAD_BYTES, TILE } from "./quads.ts";
import { STEPS_PER_SUBMIT } from "./statistics.ts";

/** Images of one evaluation pass, many because a read back takes 10 ms; and what their largest buffer may take. */
const EVALUATION_ROWS = 2048, EVALUATION_BYTES = 2 ** 25;

/** What room is made for. */
export interface RoomOptions {
  /** The largest batch. */
  batch: number;
  /** The training images. */
  pixels: PixelsSize;
  /** Bytes that a kernel can see of one buffer. */
  limit: number;
}

/** What buffers have room for. */
export interface Room<Name extends string = string> {
  /** Images in a work buffer, a whole number of tiles. */
  rows: number;
  /** Images of one evaluation pass; at most `rows`. */
  passRows: number;
  /** Steps that are submitted at once. */
  stepsPerSubmit: number;
  /** Whether the training images are more than a kernel can see, and go to the device step by step. */
  isStreamed: boolean;
  /** Bytes of each buffer that kernels see. */
  bytes: Record<Name | ImageBuffer, number>;
}

/**
 * The buffers of every engine: training images (or those of the next steps, if streamed), their order, and others to
 * look at.
 */
export type ImageBuffer = "images" | "indices" | "evaluated";

/**
 * Settles the room for a model.
 *
 * @param work `imageStride`: numbers from image to image on the device. `rowBytes`: what an image takes of the largest
 * work buffer. `bytesOf`: the model's own buffers for this many rows.
 */
export function roomFor<Name extends string>(
  { batch, pixels, limit }: RoomOptions,
  { dInput, imageStride, rowBytes, bytesOf }: {
    dInput: number;
    imageStride: number;
    rowBytes: number;
    bytesOf(rows: number): Record<Name, number>;
  },
): Room<Name> {
  const imageBytes = imageStride * pixels.BYTES_PER_ELEMENT, count = pixels.length / dInput;
  const fitting = Math.floor(Math.min(EVALUATION_BYTES, limit) / Math.max(rowBytes, imageBytes));
  const passRows = Math.max(TILE, Math.min(EVALUATION_ROWS, fitting - fitting % TILE));
  const batchRows = padded(batch), rows = Math.max(batchRows, passRows);
  const isStreamed = count * imageBytes > limit;
  const stepsPerSubmit = isStreamed
    ? Math.max(1, Math.min(STEPS_PER_SUBMIT, Math.floor(limit / (batchRows * imageBytes))))
    : STEPS_PER_SUBMIT;
  const bytes = {
    ...bytesOf(rows),
    images: isStreamed ? stepsPerSubmit * batchRows * imageBytes : Math.max(count * imageBytes, QUAD_BYTES),
    indices: Math.max(STEPS_PER_SUBMIT * batchRows, rows) * Uint32Array.BYTES_PER_ELEMENT,
    evaluated: rows * imageBytes,
  };
  return { rows, passRows, stepsPerSubmit, isStreamed, bytes };
}
