/**
 * Grey images on canvases.
 *
 * @module
 */

/** Width and height of an image. */
export const IMAGE_SIDE = 28;
/** Pixels of an image. */
export const IMAGE_PIXELS = IMAGE_SIDE * IMAGE_SIDE;

/** Makes the canvas of one image. */
export function imageCanvas(): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = IMAGE_SIDE;
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}

/** Draws one of several images, `[…, 784]` bytes. */
export function drawImage(canvas: HTMLCanvasElement, { images, index }: { images: Uint8Array; index: number }): void {
  const data = greyImages(images.subarray(index * IMAGE_PIXELS, (index + 1) * IMAGE_PIXELS));
  canvas.getContext("2d")!.putImageData(data, 0, 0);
}

/** Images below each other, as a canvas takes them. */
export function greyImages(images: Uint8Array): ImageData {
  const data = new ImageData(IMAGE_SIDE, images.length / IMAGE_SIDE), words = new Uint32Array(data.data.buffer);
  for (let i = 0; i < images.length; i++) words[i] = 0xff000000 | images[i] << 16 | images[i] << 8 | images[i];
  return data;
}
