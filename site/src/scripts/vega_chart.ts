/**
 * `<vega-chart>`: loads Vega when a reader points at the chart, focuses or touches it, not before.
 *
 * @module
 */
import type { View } from "vega";

/** See the module comment. */
export class VegaChart extends HTMLElement {
  #view: Promise<View> | null = null;

  connectedCallback(): void {
    for (const type of ["pointerenter", "focusin", "touchstart"]) {
      this.addEventListener(type, () => void this.view(), { once: true, passive: true });
    }
  }

  /** The live chart, made at the first call. */
  view(): Promise<View> {
    this.#view ??= import("./mount.ts").then(({ mount }) =>
      mount(this.querySelector<HTMLElement>(".view")!, JSON.parse(this.querySelector("script")!.textContent!))
    );
    this.#view.catch(() => this.#view = null); // Vega did not arrive: the picture stays, and the next call tries again
    return this.#view;
  }
}

customElements.define("vega-chart", VegaChart);
