/**
 * The page of a run's latents once a reader uses it: search, sort, filters, atlas, details, and the address that keeps them.
 *
 * @module
 */
import { type Choice, choiceOf, DEFAULT_CHOICE, queryOf } from "../../latents/address.ts";
import type { SortKey } from "../../latents/columns.ts";
import { type DensityBins, densityBins } from "../../latents/density_bins.ts";
import type { RunFacts } from "../../latents/facts.ts";
import { type Filter, readSearch } from "../../latents/filter.ts";
import type { ListSource } from "../../latents/list_html.ts";
import { type AtlasOrder, found, neighbours, type Shown, type Sort, sorted } from "../../latents/order.ts";
import { plain } from "../../row_words.ts";
import { pressEnded } from "../press_ended.ts";
import { AtlasView } from "./atlas_view.ts";
import { Controls } from "./controls.ts";
import { drawBars } from "./draw_tiles.ts";
import { PanelView } from "./panel_view.ts";
import { Peek } from "./peek.ts";
import { openSource, type Source } from "./source.ts";
import { TableView } from "./table_view.ts";
import { atlasPng, latentsCsv, save } from "./take.ts";

/** Loads the run's latents, and takes over the page once nothing on it is pressed. */
export async function start(page: HTMLElement): Promise<App> {
  const facts = JSON.parse(page.querySelector("[data-facts]")!.textContent!) as RunFacts;
  const source = await openSource(facts);
  await pressEnded(page); // drawing the lists anew would lose the click
  return new App(page, source);
}

/** See the module comment. */
export class App {
  #choice: Choice = DEFAULT_CHOICE;
  #found = new Uint32Array();
  #order: { sort: Sort; latents: Uint32Array<ArrayBuffer> } | null = null;
  readonly #bins: DensityBins;
  readonly #first: number;
  readonly #controls: Controls;
  readonly #table: TableView;
  /** Null if rows have no picture. */
  readonly #atlas: AtlasView | null;
  readonly #panel: PanelView;
  readonly #peek: Peek;

  constructor(readonly page: HTMLElement, readonly source: Source) {
    this.#bins = densityBins(source.table.values.density);
    this.#first = Number(page.dataset.first);
    this.#controls = new Controls(page, this.#bins);
    this.#table = new TableView(page.querySelector(".table-box")!);
    const atlas = page.querySelector<HTMLElement>(".atlas-box");
    this.#atlas = atlas && new AtlasView(atlas);
    this.#panel = new PanelView(page.querySelector(".panel")!, page);
    this.#peek = new Peek(page, source);
    this.#table.onDraw = (part) => drawBars(part, source);
    if (this.#atlas) this.#atlas.onDraw = (part) => drawBars(part, source);
    this.#controls.onChange = (change) => this.#change(change);
    addEventListener("keydown", (event) => this.#key(event));
    addEventListener("popstate", () => this.#restore());
    if (atlas) this.#peekInto(atlas.querySelector<HTMLElement>(".atlas")!);
    this.#restore();
    // What was typed while this was loading.
    if (this.#controls.typed && this.#controls.typed !== this.#choice.search) {
      this.#change({ search: this.#controls.typed });
    }
  }

  /** Five strengths of the latent that a reader points at, or whose tile has the keyboard's focus. */
  #peekInto(tiles: HTMLElement): void {
    tiles.addEventListener("pointerover", ({ target, pointerType }) => {
      const tile = (target as Element).closest<HTMLElement>("a[data-latent]");
      if (tile && pointerType !== "touch") this.#peek.show(tile);
    });
    tiles.addEventListener("pointerleave", () => this.#peek.hide());
    tiles.addEventListener("focusin", ({ target }) => {
      const tile = (target as Element).closest<HTMLElement>("a[data-latent]");
      if (tile?.matches(":focus-visible")) this.#peek.show(tile);
    });
    tiles.addEventListener("focusout", () => this.#peek.hide());
  }

  /** What a click on a link or a button of the page does. */
  click(target: HTMLElement): void {
    const { latent, group, column, order, show, bin, take } = target.dataset;
    this.#peek.hide();
    if (latent !== undefined) this.#choose(Number(latent), { isWhole: this.#choice.isWhole });
    else if ("whole" in target.dataset) this.#choose(this.#choice.latent ?? this.#first, { isWhole: true });
    else if (group !== undefined) this.#atlas?.toggle(Number(group));
    else if (order !== undefined) this.#change({ order: order as AtlasOrder });
    else if (show !== undefined) this.#change({ shown: show as Shown });
    else if (bin !== undefined) this.#change({ bin: this.#choice.bin === Number(bin) ? null : Number(bin) });
    else if (column !== undefined) this.#sort(column as SortKey);
    else if (take !== undefined) void this.#take(take);
    else if (target.classList.contains("close")) this.#close();
  }

  /** A column again turns its direction; another starts with its largest values, and numbers and classes with the first. */
  #sort(key: SortKey): void {
    const { sort } = this.#choice, startsAscending = key === "latent" || key === "mainClass";
    this.#change({ sort: { key, isAscending: sort.key === key ? !sort.isAscending : startsAscending } });
  }

  #change(change: Partial<Choice>): void {
    this.#choice = { ...this.#choice, ...change };
    history.replaceState(null, "", location.pathname + queryOf(this.#choice));
    if ("order" in change) this.#showAtlas();
    else this.#showTable();
    this.#controls.show(this.#choice);
  }

  #choose(latent: number, { isWhole = false, isFollowed = false } = {}): void {
    const isNew = latent !== this.#choice.latent || isWhole !== this.#choice.isWhole;
    this.#choice = { ...this.#choice, latent, isWhole };
    const address = location.pathname + queryOf(this.#choice);
    // Following with the arrow keys makes no entry for each latent that is passed.
    if (isNew) isFollowed ? history.replaceState(null, "", address) : history.pushState(null, "", address);
    void this.#showLatent().then(() => {
      if (!isFollowed && (isWhole || !this.#panel.isColumn)) this.#panel.focus();
    });
  }

  #close(): void {
    const { latent } = this.#choice;
    if (!this.#panel.isOpen) return;
    this.#panel.close();
    this.#choice = { ...this.#choice, latent: null, isWhole: false };
    history.pushState(null, "", location.pathname + queryOf(this.#choice));
    if (latent !== null) this.page.querySelector<HTMLElement>(`.latents-main a[data-latent="${latent}"]`)?.focus();
  }

  #restore(): void {
    const choice = choiceOf(location.search), { count } = this.source.table;
    const isThere = choice.latent !== null && choice.latent < count;
    const order = choice.order === "class" && this.source.table.classNames.length === 0 ? null : choice.order;
    const bin = choice.bin !== null && choice.bin < this.#bins.counts.length ? choice.bin : null;
    this.#choice = {
      ...choice,
      order,
      bin,
      latent: isThere ? choice.latent : null,
      isWhole: isThere && choice.isWhole,
    };
    this.#controls.show(this.#choice);
    this.#showTable();
    this.#showAtlas();
    if (isThere) void this.#showLatent();
    else this.#panel.close();
  }

  get #list(): ListSource {
    return { ...this.source, chosen: this.#choice.latent ?? this.#first };
  }

  #showTable(): void {
    const { search, sort, shown, bin } = this.#choice, { table: latents } = this.source;
    const { filter, problem } = readSearch(search, { latents, textOf: this.#textOf });
    const everything: Filter = { test: () => true, exact: null, measures: [] };
    this.#found = found(this.#ordered(sort), {
      latents,
      filter: filter ?? everything,
      shown,
      bin: bin === null ? null : { bins: this.#bins, index: bin },
    });
    this.#table.show({ latents: this.#found, source: this.#list }, sort);
    this.#controls.tell({ found: this.#found.length, table: latents, problem, filter });
  }

  /** The text of the row that activates a latent most, empty without one; undefined if rows have no words. */
  get #textOf(): ((latent: number) => string) | undefined {
    const { words, topOf } = this.source;
    if (!words.hasText) return undefined;
    return (latent) => {
      const row = topOf(latent), text = row === null ? null : words.of(row)?.text;
      return text ? plain(text) : "";
    };
  }

  /** The order of a sort, which searches and filters share. */
  #ordered(sort: Sort): Uint32Array<ArrayBuffer> {
    if (this.#order?.sort !== sort) this.#order = { sort, latents: sorted(this.source.table, sort) };
    return this.#order.latents;
  }

  #showAtlas(): void {
    const usual = this.source.table.classNames.length > 0 ? "class" : "error";
    this.#atlas?.show(this.#list, this.#choice.order ?? usual);
  }

  async #showLatent(): Promise<void> {
    const { latent, isWhole } = this.#choice, shown = latent ?? this.#first;
    this.#table.choose(shown, { isFollowed: true });
    this.#atlas?.choose(shown);
    this.#panel.open({ isWhole });
    await this.#panel.show(shown, this.source, neighbours(this.#found, shown));
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      if (!this.#peek.hide()) this.#close();
      return;
    }
    const [tiles, rows] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ??
      [0, 0];
    const target = event.target as HTMLElement, link = target.closest<HTMLElement>("a[data-latent]");
    if (tiles === 0 && rows === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (link?.closest(".atlas")) {
      event.preventDefault();
      this.#atlas?.step(Number(link.dataset.latent), { tiles, rows });
    } else if (rows !== 0 && target.closest(".table-box")) {
      const row = target.closest<HTMLElement>("tr[data-latent]");
      if (!row) return; // the box itself scrolls
      event.preventDefault();
      const next = this.#table.step(Number(row.dataset.latent), rows);
      if (next !== null && this.#panel.isColumn) this.#choose(next, { isFollowed: true });
    }
  }

  async #take(what: string): Promise<void> {
    const { table } = this.source;
    if (what === "all-csv") {
      save(latentsCsv(table, Array.from({ length: table.count }, (_, latent) => latent)), "latents.csv");
    } else if (what === "found-csv") save(latentsCsv(table, this.#found), "latents-found.csv");
    else if (what === "atlas-png") {
      const order = this.#choice.order ?? (table.classNames.length > 0 ? "class" : "error");
      save(await atlasPng(this.source, order), "atlas.png");
    }
  }
}
