/**
 * Charts of a figure that answer to sliders: Vega arrives when a reader first touches the figure, not before; until then, and
 * without JavaScript, the drawings of the build stand there.
 *
 * @module
 */
import type { Spec, View } from "vega";

/** The specifications of charts: by the anchor of the figure, then by the width of the drawing. */
export type Specs = Record<string, Record<string, Spec>>;

interface Live {
  id: string;
  box: HTMLElement;
  spec: Spec;
  view: View;
}

/** Charts that have the same signals. */
export class LiveCharts {
  #charts: Promise<Live[]> | null = null;
  #signals: Record<string, number> = {};
  /** Rows that take the place of a source's own, by source. */
  #data: Record<string, object[]> = {};

  constructor(readonly host: HTMLElement, readonly specs: Specs) {
    for (const type of ["pointerenter", "focusin", "touchstart"]) {
      host.addEventListener(type, () => void this.#load(), { once: true, passive: true });
    }
  }

  /** Redraws every chart with these values of signals and these rows of sources. */
  async set(signals: Record<string, number>, data: Record<string, object[]> = {}): Promise<void> {
    Object.assign(this.#signals, signals);
    Object.assign(this.#data, data);
    for (const chart of await this.#load()) this.#apply(chart);
  }

  /** The value of a chart's x scale under the pointer; null outside the plot. */
  async xUnder(id: string, { clientX, clientY }: PointerEvent): Promise<number | null> {
    for (const { view, box } of (await this.#load()).filter((chart) => chart.id === id)) {
      const svg = box.querySelector("svg")!, { left, top, right, bottom, width } = svg.getBoundingClientRect();
      if (clientX < left || clientX > right || clientY < top || clientY > bottom) continue;
      const padding = view.padding() as { left: number };
      const x = (clientX - left) * svg.viewBox.baseVal.width / width - view.origin()[0] - padding.left;
      if (x < 0 || x > view.width()) return null;
      return (view.scale("x") as unknown as { invert(x: number): number }).invert(x);
    }
    return null;
  }

  #load(): Promise<Live[]> {
    this.#charts ??= this.#mount();
    this.#charts.catch(() => this.#charts = null); // Vega did not arrive: the drawings stay, and the next touch tries again
    return this.#charts;
  }

  async #mount(): Promise<Live[]> {
    const { mount } = await import("./mount.ts");
    const charts = Object.entries(this.specs).flatMap(([id, byWidth]) =>
      Object.entries(byWidth).map(async ([width, spec]) => {
        const box = this.host.querySelector<HTMLElement>(`#${id} [data-width="${width}"]`)!;
        return { id, box, spec, view: await mount(box, spec) };
      })
    );
    const live = await Promise.all(charts);
    for (const chart of live) this.#apply(chart);
    return live;
  }

  #apply({ view, spec }: Live): void {
    for (const [name, value] of Object.entries(this.#signals)) view.signal(name, value);
    for (const [name, rows] of Object.entries(this.#data)) {
      if (spec.data?.some((source) => source.name === name)) view.data(name, rows);
    }
    void view.runAsync();
  }
}
