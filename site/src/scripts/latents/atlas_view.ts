/**
 * The atlas of latents: tiles in an order, of which those in view and around are in the page.
 *
 * @module
 */
import { atlasTile, groupHead, type ListSource } from "../../latents/list_html.ts";
import { type AtlasGroup, atlasGroups, type AtlasOrder } from "../../latents/order.ts";
import { type AtlasRow, atlasRows, windowOf } from "../../latents/windowing.ts";
import { onScroll } from "./on_scroll.ts";

/** Up to this many pixels the atlas is shown whole and does not scroll by itself. */
const WHOLE_HEIGHT = 1100;

/** Shows the atlas in its box. */
export class AtlasView {
  /** Called with tiles that have come into the page. */
  onDraw: (list: HTMLElement) => void = () => {};
  #source: ListSource | null = null;
  #groups: AtlasGroup[] = [];
  #rows: AtlasRow[] = [];
  #order: AtlasOrder = "class";
  #columns = 0;
  #from = -1;
  readonly #open = new Set<number>();
  readonly #list: HTMLElement;

  constructor(readonly box: HTMLElement) {
    this.#list = box.querySelector<HTMLElement>(".atlas")!;
    onScroll(box, () => this.#draw(false));
    new ResizeObserver(() => this.#source && this.#layOut()).observe(box);
  }

  /** Shows all latents in an order. */
  show(source: ListSource, order: AtlasOrder): void {
    this.#source = source;
    this.#order = order;
    this.#groups = atlasGroups(source.table, order);
    this.#list.dataset.order = order;
    this.box.scrollTop = 0;
    this.#columns = 0;
    this.#layOut();
  }

  /** Marks the latent that is chosen. */
  choose(chosen: number | null): void {
    if (!this.#source) return;
    this.#source = { ...this.#source, chosen };
    this.#draw(true);
  }

  /** Opens or closes a class, of which else one row is shown. */
  toggle(group: number): void {
    if (!this.#open.delete(group)) this.#open.add(group);
    this.#columns = 0;
    this.#layOut();
    this.#list.querySelector<HTMLElement>(`button[data-group="${group}"]`)?.focus({ preventScroll: true });
  }

  /** Moves the keyboard's focus from a latent by tiles and rows. */
  step(latent: number, { tiles, rows }: { tiles: number; rows: number }): void {
    const at = this.#rows.findIndex(({ group, from, to }) =>
      this.#groups[group].latents.subarray(from, to).includes(latent)
    );
    if (at < 0) return;
    const column = this.#latentsOf(this.#rows[at]).indexOf(latent) + tiles;
    let row = at + rows, place = column;
    if (place < 0) place = this.#latentsOf(this.#rows[--row] ?? this.#rows[0]).length - 1;
    else if (tiles > 0 && place >= this.#latentsOf(this.#rows[row]).length) [row, place] = [row + 1, 0];
    if (row < 0 || row >= this.#rows.length) return;
    const latents = this.#latentsOf(this.#rows[row]), next = latents[Math.min(place, latents.length - 1)];
    const { clientHeight } = this.box, height = this.#rowHeight();
    const { scrollTop } = this.box;
    this.box.scrollTop = Math.max(Math.min(scrollTop, row * height), (row + 1) * height - clientHeight);
    this.#draw(true);
    this.#focus(next);
  }

  #latentsOf({ group, from, to }: AtlasRow): Uint32Array {
    return this.#groups[group].latents.subarray(from, to);
  }

  #focus(latent: number): void {
    for (const tile of this.#list.querySelectorAll<HTMLElement>("a[data-latent]")) {
      tile.tabIndex = tile.dataset.latent === String(latent) ? 0 : -1;
      if (tile.tabIndex === 0) tile.focus({ preventScroll: true });
    }
  }

  /** Cuts the groups into rows as wide as the box. */
  #layOut(): void {
    const list = this.#list.querySelector("ul");
    const columns = list ? getComputedStyle(list).gridTemplateColumns.split(" ").length : 1;
    if (columns === this.#columns) return;
    this.#columns = columns;
    const isByClass = this.#order === "class";
    const sizes = this.#groups.map(({ latents }, group) =>
      isByClass && !this.#open.has(group) ? Math.min(columns, latents.length) : latents.length
    );
    this.#rows = atlasRows(sizes, columns);
    this.box.classList.toggle("is-whole", this.#rows.length * this.#rowHeight() <= WHOLE_HEIGHT);
    this.#draw(true);
  }

  #rowHeight(): number {
    return this.#list.querySelector<HTMLElement>(".group")?.offsetHeight || 80;
  }

  #draw(isNew: boolean): void {
    if (!this.#source) return;
    const rowHeight = this.#rowHeight(), rows = this.#rows.length;
    const { scrollTop, clientHeight: viewHeight } = this.box;
    const { from, to } = windowOf({ scrollTop, viewHeight, rowHeight, rows, margin: 3 });
    if (from === this.#from && !isNew) return;
    this.#from = from;
    const held = this.#list.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.latent ?? null
      : null;
    const gap = (rows: number) => rows > 0 ? `<div style="height:${rows * rowHeight}px"></div>` : "";
    this.#list.innerHTML = gap(from) + this.#rows.slice(from, to).map((row) => this.#rowHtml(row)).join("") +
      gap(rows - to);
    this.onDraw(this.#list);
    const tiles = [...this.#list.querySelectorAll<HTMLElement>("a[data-latent]")];
    const stop = tiles.find(({ dataset }) => dataset.latent === held) ??
      tiles.find((tile) => tile.ariaCurrent === "true") ?? tiles[0];
    for (const tile of tiles) tile.tabIndex = tile === stop ? 0 : -1;
    if (held !== null) (stop?.dataset.latent === held ? stop : this.box).focus({ preventScroll: true });
  }

  #rowHtml(row: AtlasRow): string {
    const { group, from } = row, tiles = Array.from(this.#latentsOf(row), (latent) => atlasTile(latent, this.#source!));
    const list = `<ul>${tiles.join("")}</ul>`;
    if (this.#order !== "class") return `<div class="group">${list}</div>`;
    if (from > 0) return `<div class="group goes-on"><div class="head"></div>${list}</div>`;
    const isOpen = this.#open.has(group), size = this.#groups[group].latents.length;
    const more = size > this.#columns
      ? `<button type="button" data-group="${group}" aria-expanded="${isOpen}">${isOpen ? "fewer" : "all"}</button>`
      : "";
    return `<div class="group"><div class="head">${
      groupHead(this.#groups[group], this.#source!.table)
    }${more}</div>${list}</div>`;
  }
}
