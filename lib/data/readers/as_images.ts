/**
 * Rows of 784 levels are MNIST's images: tables and flattened arrays hold them so.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { RowShape } from "../row_shape.ts";

/** The side of the images of MNIST and similar sets. */
const MNIST_SIDE = 28;

/** Whether vectors are as long as MNIST's images, so that they are images if their values are levels. */
export function mayBeImages({ kind, width }: RowShape): boolean {
  return kind === "vector" && width === MNIST_SIDE ** 2;
}

/** The shape of rows of levels, bytes or from 0 to 1: images if they are as long as MNIST's. */
export function asImages(shape: RowShape): { shape: RowShape; notes: string[] } {
  if (!mayBeImages(shape)) return { shape, notes: [] };
  const notes = [`Rows of ${shape.width} levels are taken as images of ${MNIST_SIDE}×${MNIST_SIDE} pixels.`];
  return { shape: { kind: "image", height: MNIST_SIDE, width: MNIST_SIDE, channels: 1 }, notes };
}
