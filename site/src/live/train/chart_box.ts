/**
 * A place for a chart: keeps its size, and draws again when that changes.
 *
 * @module
 */
import type { Size } from "./svg.ts";

/** See the module comment. */
export class ChartBox {
  readonly element: HTMLElement;
  readonly #svg: (size: Size) => string | null;
  #size: Size = { width: 0, height: 0 };

  /** @param svg The chart at a size; null leaves what is there. */
  constructor(element: HTMLElement, svg: (size: Size) => string | null) {
    this.element = element;
    this.#svg = svg;
    new ResizeObserver(([{ contentRect: { width, height } }]) => {
      this.#size = { width: Math.floor(width), height: Math.floor(height) };
      this.draw();
    }).observe(element);
  }

  get width(): number {
    return this.#size.width;
  }

  /** Draws what is to be seen now; nothing before the place has a size. */
  draw(): void {
    if (this.#size.width === 0 || this.#size.height === 0) return;
    const text = this.#svg(this.#size);
    if (text !== null) this.element.innerHTML = text;
  }
}
