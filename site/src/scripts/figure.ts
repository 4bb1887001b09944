/**
 * `<fig-reading>`: shows the values nearest to the pointer, the finger or the arrow keys, over a static chart. What it needs is
 * loaded when a reader first points at the chart. Also the take-away row's PNG, and SVG with its letters.
 *
 * @module
 */
import type { Reading } from "../charts/theme.ts";

/** A reading with the places of its points. */
export interface Placed extends Reading {
  /** Where each point lies, by the drawing's width, `[series][point]`. */
  at: Record<string, [x: number, y: number][][]>;
}

const SVG = "http://www.w3.org/2000/svg";

/** See the module comment. */
export class FigureReading extends HTMLElement {
  #loaded: Promise<Placed> | null = null;
  #readout: HTMLElement | null = null;
  #idle = "";
  /** The point of the first series that is read, for the arrow keys. */
  #index = -1;

  connectedCallback(): void {
    this.#readout = this.closest("figure")!.querySelector("[data-readout]");
    this.#idle = this.#readout?.textContent ?? "";
    if (!this.dataset.src) return;
    for (const drawing of this.querySelectorAll<HTMLElement>(".drawing")) {
      drawing.onpointermove = ({ clientX, clientY }) => void this.#point(drawing, clientX, clientY);
      drawing.onpointerdown = drawing.onpointermove;
      drawing.onpointerleave = () => this.#hide();
      drawing.onblur = () => this.#hide();
      drawing.onkeydown = (event) => void this.#step(drawing, event);
    }
  }

  /** Takes another reading, of a chart that a script has drawn anew. */
  use(placed: Placed): void {
    this.#hide();
    this.#loaded = Promise.resolve(placed);
    this.#idle = this.#readout?.textContent ?? "";
  }

  #load(): Promise<Placed> {
    this.#loaded ??= fetch(this.dataset.src!).then((response) => response.json());
    this.#loaded.catch(() => this.#loaded = null); // the file did not arrive: the next movement tries again
    return this.#loaded;
  }

  async #point(drawing: HTMLElement, clientX: number, clientY: number): Promise<void> {
    const reading = await this.#load();
    const svg = drawing.querySelector("svg")!, box = svg.getBoundingClientRect();
    const scale = svg.viewBox.baseVal.width / box.width;
    const x = (clientX - box.left) * scale, y = (clientY - box.top) * scale;
    const at = reading.at[drawing.dataset.width!];
    if (reading.by === "point") {
      let best: [series: number, point: number] = [0, 0], nearest = Infinity;
      at.forEach((places, s) =>
        places.forEach(([px, py], i) => {
          const distance = (px - x) ** 2 + (py - y) ** 2;
          if (distance < nearest) [best, nearest] = [[s, i], distance];
        })
      );
      this.#show(drawing, reading, [best]);
    } else this.#showAt(drawing, reading, x);
  }

  /** Reads all series at a place on the x axis: those that have a point near it. */
  #showAt(drawing: HTMLElement, reading: Placed, x: number): void {
    const at = reading.at[drawing.dataset.width!];
    const nearest = at.map((places) =>
      places.reduce((b, [px], i) => Math.abs(px - x) < Math.abs(places[b][0] - x) ? i : b, 0)
    );
    const gaps = at.map((places, s) => places.length ? Math.abs(places[nearest[s]][0] - x) : Infinity);
    const least = Math.min(...gaps);
    this.#index = nearest[0];
    this.#show(drawing, reading, nearest.flatMap((i, s) => gaps[s] <= least + 8 ? [[s, i] as [number, number]] : []));
  }

  async #step(drawing: HTMLElement, event: KeyboardEvent): Promise<void> {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") return this.#hide();
    if (!direction) return;
    event.preventDefault();
    const reading = await this.#load();
    const at = reading.at[drawing.dataset.width!];
    const points = reading.by === "point"
      ? at.flatMap((places, s) => places.map((_, i) => [s, i] as [number, number]))
      : null;
    const last = (points ?? at[0]).length - 1;
    const next = this.#index < 0 ? (direction > 0 ? 0 : last) : this.#index + direction * (event.shiftKey ? 10 : 1);
    this.#index = Math.min(Math.max(next, 0), last);
    if (points) this.#show(drawing, reading, [points[this.#index]]);
    else {
      const index = this.#index;
      this.#showAt(drawing, reading, at[0][index][0]);
      this.#index = index;
    }
  }

  #show(drawing: HTMLElement, reading: Placed, points: [series: number, point: number][]): void {
    if (points.length === 0) return;
    const svg = drawing.querySelector("svg")!;
    const at = reading.at[drawing.dataset.width!];
    svg.querySelectorAll(".reading-line, .reading-dot").forEach((mark) => mark.remove());
    if (reading.by === "x") {
      const [x] = at[points[0][0]][points[0][1]];
      svg.append(element("line", { class: "reading-line", x1: x, x2: x, y1: 4, y2: svg.viewBox.baseVal.height - 24 }));
    }
    const parts: Node[] = [];
    const [s0, i0] = points[0];
    const place = reading.places?.[reading.series[s0].points[i0].x];
    if (place) parts.push(strong(place, "ink"));
    for (const [s, i] of points) {
      const { label, colour = "ink", points: values } = reading.series[s], [cx, cy] = at[s][i];
      svg.append(element("circle", { class: "reading-dot", r: 4, cx, cy, stroke: `var(--${colour})` }));
      if (parts.length > 0) parts.push(document.createTextNode(" · "));
      parts.push(strong(label ? `${label} ${values[i].text}` : values[i].text, colour));
    }
    this.#readout?.replaceChildren(...parts);
  }

  #hide(): void {
    this.#index = -1;
    this.querySelectorAll(".reading-line, .reading-dot").forEach((mark) => mark.remove());
    if (this.#readout) this.#readout.textContent = this.#idle;
  }
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

function strong(text: string, colour: string): HTMLElement {
  const made = document.createElement("b");
  made.textContent = text;
  made.style.color = `var(--${colour})`;
  return made;
}

customElements.define("fig-reading", FigureReading);

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-take]");
  if (!button) return;
  event.preventDefault();
  void import("./take_away.ts").then(({ takeAway }) => takeAway(button));
});
