/**
 * Tiles on canvases, in the browser.
 *
 * @module
 */
import { drawTile, type InputSize, type TileNumbers } from "./pixels.ts";

/** Collects tiles while HTML is written, and draws them when the HTML is in the page. */
export class CanvasTiles {
  readonly #size: InputSize;
  readonly #tiles: TileNumbers[] = [];

  constructor(size: InputSize) {
    this.#size = size;
  }

  /** The HTML of a tile that {@linkcode draw} will fill. */
  html(numbers: TileNumbers, { classes = "", label = "" } = {}): string {
    const place = this.#tiles.push(numbers) - 1;
    return `<canvas class="t ${classes}" data-tile="${place}" ${roleOf(label)}></canvas>`;
  }

  /** The HTML of a tile that {@linkcode drawOn} will fill, with the tile's place in a report's sprite. */
  static later(tile: number, label: string): string {
    return `<canvas class="t" data-later="${tile}" ${roleOf(label)}></canvas>`;
  }

  /** Draws the tiles below an element. */
  draw(element: Element): void {
    for (const canvas of element.querySelectorAll<HTMLCanvasElement>("canvas[data-tile]")) {
      drawOn(canvas, { numbers: this.#tiles[Number(canvas.dataset.tile)], size: this.#size });
    }
  }
}

/** Draws one tile. */
export function drawOn(canvas: HTMLCanvasElement, { numbers, size }: { numbers: TileNumbers; size: InputSize }): void {
  const { width, height, rgba } = drawTile(numbers, size);
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")!.putImageData(new ImageData(rgba, width, height), 0, 0);
}

function roleOf(label: string): string {
  return label === "" ? 'aria-hidden="true"' : `role="img" aria-label="${label}"`;
}
