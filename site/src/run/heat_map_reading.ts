/**
 * `<heat-map>`: reads the cell under the pointer, the finger or the arrow keys. The values are loaded when a reader first points
 * at a picture or moves to it with the keyboard.
 *
 * @module
 */
import type { HeatCells } from "./heat_text.ts";

class HeatMapReading extends HTMLElement {
  #loaded: Promise<HeatCells> | null = null;
  #readout!: HTMLElement;
  #idle = "";
  /** The cell that is read. */
  #line = 0;
  #column = 0;

  connectedCallback(): void {
    this.#readout = this.closest("figure")!.querySelector<HTMLElement>("[data-readout]")!;
    this.#idle = this.#readout.textContent!;
    for (const map of this.querySelectorAll<HTMLElement>("[data-map]")) {
      map.onpointermove = map.onpointerdown = (event) => void this.#point(map, event);
      map.onpointerleave = map.onblur = () => this.#hide(map);
      map.onkeydown = (event) => void this.#step(map, event);
    }
  }

  async #cells(
    map: HTMLElement,
  ): Promise<{ lines: string[]; columns: (string | null)[]; values: (number | null)[][] }> {
    this.#loaded ??= fetch(this.dataset.src!).then((response) => response.json());
    this.#loaded.catch(() => this.#loaded = null); // the file did not arrive: the next movement tries again
    const cells = await this.#loaded;
    return { lines: cells.lines, ...(map.dataset.map === "rows" ? cells.rows : cells.classes!) };
  }

  async #point(map: HTMLElement, { clientX, clientY }: PointerEvent): Promise<void> {
    const { lines, columns } = await this.#cells(map), box = map.getBoundingClientRect();
    this.#column = within(Math.floor((clientX - box.left) / box.width * columns.length), columns.length);
    this.#line = within(Math.floor((clientY - box.top) / box.height * lines.length), lines.length);
    await this.#show(map);
  }

  async #step(map: HTMLElement, event: KeyboardEvent): Promise<void> {
    if (event.key === "Escape") return this.#hide(map);
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!move) return;
    event.preventDefault();
    const { lines, columns } = await this.#cells(map), [x, y] = move.map((by) => by * (event.shiftKey ? 10 : 1));
    this.#column = within(this.#column + x, columns.length);
    if (columns[this.#column] === null) this.#column = within(this.#column + Math.sign(x), columns.length); // over a gap
    this.#line = within(this.#line + y, lines.length);
    await this.#show(map);
  }

  async #show(map: HTMLElement): Promise<void> {
    const { lines, columns, values } = await this.#cells(map), value = values[this.#line][this.#column];
    if (value === null) return this.#hide(map);
    this.#readout.textContent = `${lines[this.#line]} · ${columns[this.#column]} · activation ${value}`;
    const cell = map.querySelector<HTMLElement>(".cell")!;
    cell.hidden = false;
    cell.style.cssText = `left:${100 * this.#column / columns.length}%;top:${100 * this.#line / lines.length}%;` +
      `width:${100 / columns.length}%;height:${100 / lines.length}%`;
  }

  #hide(map: HTMLElement): void {
    map.querySelector<HTMLElement>(".cell")!.hidden = true;
    this.#readout.textContent = this.#idle;
  }
}

/** An index that a list of this length has. */
function within(index: number, length: number): number {
  return Math.min(Math.max(index, 0), length - 1);
}

customElements.define("heat-map", HeatMapReading);
