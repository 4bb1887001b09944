/**
 * The table of latents, of which some 36 rows are in the page at a time.
 *
 * @module
 */
import { type ListSource, tableRow } from "../../latents/list_html.ts";
import type { Sort } from "../../latents/order.ts";
import { scrollTo, windowOf } from "../../latents/windowing.ts";
import { onScroll } from "./on_scroll.ts";

/** What is shown. */
export interface Rows {
  /** The latents that were found, in order. */
  latents: Uint32Array;
  source: ListSource;
}

/** Shows rows in the box of the table, and those around them while it is scrolled. */
export class TableView {
  /** Called with rows that have come into the page. */
  onDraw: (body: HTMLElement) => void = () => {};
  #rows: Rows | null = null;
  #from = -1;
  readonly #table: HTMLTableElement;
  readonly #body: HTMLTableSectionElement;
  readonly #columns: number;

  constructor(readonly box: HTMLElement) {
    this.#table = box.querySelector("table")!;
    this.#body = this.#table.tBodies[0];
    this.#columns = this.#table.tHead!.rows[0].cells.length;
    onScroll(box, () => this.#draw(false));
  }

  /** Shows what was found, from its top. */
  show(rows: Rows, sort: Sort): void {
    this.#rows = rows;
    this.#table.setAttribute("aria-rowcount", String(rows.latents.length + 1));
    for (const head of this.#table.tHead!.rows[0].cells) {
      const isSorted = head.dataset.column === sort.key;
      head.ariaSort = isSorted ? (sort.isAscending ? "ascending" : "descending") : null;
    }
    this.box.scrollTop = 0;
    this.#draw(true);
  }

  /** Marks the latent that is chosen, and brings it into view if it is among those found. */
  choose(chosen: number | null, { isFollowed = false } = {}): void {
    if (!this.#rows) return;
    this.#rows = { ...this.#rows, source: { ...this.#rows.source, chosen } };
    const row = chosen === null ? -1 : this.#rows.latents.indexOf(chosen);
    if (isFollowed && row >= 0) this.#scrollTo(row);
    this.#draw(true);
  }

  /** The latent some rows below (or above) another, with the keyboard's focus on it; null at the ends. */
  step(latent: number, rows: number): number | null {
    const at = this.#rows?.latents.indexOf(latent) ?? -1, next = at < 0 ? undefined : this.#rows!.latents[at + rows];
    if (next === undefined) return null;
    this.#scrollTo(at + rows);
    this.#draw(true);
    this.#linkOf(next)?.focus({ preventScroll: true });
    return next;
  }

  #scrollTo(row: number): void {
    const { scrollTop, clientHeight: viewHeight } = this.box;
    const head = this.#table.tHead!.offsetHeight;
    this.box.scrollTop = scrollTo(row, { scrollTop, viewHeight, rowHeight: this.#rowHeight(), head });
  }

  #rowHeight(): number {
    return this.#body.querySelector<HTMLElement>("tr[data-latent]")?.offsetHeight || 44;
  }

  #linkOf(latent: number | string): HTMLElement | null {
    return this.#body.querySelector(`tr[data-latent="${latent}"] a`);
  }

  #draw(isNew: boolean): void {
    if (!this.#rows) return;
    const { latents, source } = this.#rows, rowHeight = this.#rowHeight();
    const { scrollTop, clientHeight: viewHeight } = this.box;
    const { from, to } = windowOf({ scrollTop, viewHeight, rowHeight, rows: latents.length });
    if (from === this.#from && !isNew) return;
    this.#from = from;
    const focused = document.activeElement?.closest<HTMLElement>("tr[data-latent]");
    const held = focused && this.#body.contains(focused) ? focused.dataset.latent! : null;
    const gap = (rows: number) =>
      `<tr aria-hidden="true" class="gap"><td colspan="${this.#columns}" style="height:${
        rows * rowHeight
      }px"></td></tr>`;
    const rows = Array.from(latents.subarray(from, to), (latent, i) => tableRow(latent, from + i, source));
    this.#body.innerHTML = gap(from) + rows.join("") + gap(latents.length - to);
    this.onDraw(this.#body);
    // One row is reached with the Tab key and the others from it with the arrow keys: there may be thousands.
    const links = [...this.#body.querySelectorAll<HTMLElement>("tr[data-latent] a")];
    const heldLink = held === null ? null : this.#linkOf(held);
    const stop = heldLink ?? (source.chosen === null ? null : this.#linkOf(source.chosen)) ?? links[0];
    for (const link of links) link.tabIndex = link === stop ? 0 : -1;
    if (held !== null) (heldLink ?? this.box).focus({ preventScroll: true });
  }
}
