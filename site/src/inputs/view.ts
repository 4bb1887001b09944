/**
 * What the Inputs page shows, in the browser: one input, its figure, and the lists around them.
 *
 * Decides nothing; `explorer.ts` does.
 *
 * @module
 */
import { csv } from "../csv.ts";
import { fileSize, fixed } from "../format.ts";
import type { Choice } from "./address.ts";
import { CanvasTiles, drawOn } from "./canvas_tiles.ts";
import type { InputsData } from "./data.ts";
import { errorTile, type Figure } from "./figure.ts";
import { decimalsFor, figureHtml } from "./figure_html.ts";
import { figureRows } from "./figure_rows.ts";
import { type Addresses, addressesOf, EXAMPLE_LATENTS, exampleItems, valueRows, wordsOfInput } from "./lists_html.ts";
import { ordered } from "./order.ts";
import { type TileNumbers, valuesOf } from "./pixels.ts";
import type { Reader, Scene } from "./scene.ts";
import { activeText, firstName, inputTitle, noneText, stateText } from "./texts.ts";

/** See the module comment. */
export class View {
  /** Where the list of all inputs stands. */
  readonly allBox: HTMLElement;
  /** What one input is called. */
  readonly word: string;
  readonly #root: HTMLElement;
  readonly #data: InputsData;
  readonly #reader: Reader;
  readonly #inSight: IntersectionObserver;
  readonly #titleEnd: string;
  readonly #latentHref: Addresses["latentHref"];
  #name = "";
  #csv = "";

  constructor(root: HTMLElement, { data, reader }: { data: InputsData; reader: Reader }) {
    this.#root = root;
    this.#data = data;
    this.#reader = reader;
    this.#inSight = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) void this.#drawExample(target);
    }, { rootMargin: "300px" });
    this.word = data.word;
    this.allBox = this.#find("[data-all]");
    this.#latentHref = addressesOf(data).latentHref;
    this.#titleEnd = document.title.slice(document.querySelector("h1")!.textContent!.trim().length);
  }

  /** Says something that the page cannot show otherwise. */
  say(message: string): void {
    this.#find("[data-message]").textContent = message;
  }

  /** Opens or closes the list of all inputs. */
  showAll(isOpen: boolean): void {
    this.allBox.hidden = !isOpen;
    this.#find('[data-do="all"]').setAttribute("aria-expanded", String(isOpen));
  }

  /** Brings the list of all inputs into sight. */
  showList(): void {
    this.#find("[data-all]").scrollIntoView({ block: "nearest" });
    this.#find('[data-filter="latent"]').focus({ preventScroll: true });
  }

  /** Marks an input in all lists. */
  mark(index: number): void {
    const { row } = this.#data.rows[index];
    for (const link of this.#root.querySelectorAll<HTMLElement>("nav [data-input]")) {
      if (link.dataset.input === String(row)) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  /** Puts the focus on an input, where a list shows it. */
  focusInput(index: number): void {
    this.#root.querySelector<HTMLElement>(`nav [data-input="${this.#data.rows[index].row}"]`)?.focus();
  }

  /** All that depends on the input alone. */
  showInput({ index, numbers }: Scene): void {
    const row = this.#data.rows[index];
    const title = inputTitle(row, this.#data);
    document.querySelector("h1")!.textContent = title;
    document.title = title + this.#titleEnd;
    this.#name = `${this.word}-${row.row}`;
    this.#find("[data-active]").textContent = activeText(row, this.#data);
    this.mark(index);
    this.#find("[data-none]").textContent = noneText(row.active, this.#data);
    for (const part of this.#root.querySelectorAll<HTMLElement>("[data-needs-latents]")) {
      part.hidden = row.active.latents.length === 0;
    }
    const examples = this.#find("[data-examples]");
    examples.innerHTML = exampleItems(this.#data, {
      active: ordered(numbers.active, "activation").slice(0, EXAMPLE_LATENTS),
      exampleTile: (tile, label) => CanvasTiles.later(tile, label),
      latentHref: this.#latentHref,
    });
    this.#inSight.disconnect();
    for (const canvas of examples.querySelectorAll("canvas")) this.#inSight.observe(canvas);
    const words = this.#root.querySelector("[data-words]");
    if (words) words.innerHTML = wordsOfInput(this.#data, row.row);
    const values = this.#root.querySelector("[data-values]");
    if (values) values.innerHTML = valueRows(numbers);
  }

  /** The figure, and the reconstruction that it stands for. */
  showFigure(figure: Figure, { scene: { numbers, range }, choice }: { scene: Scene; choice: Choice }): void {
    const { input, mse, mseBase } = numbers;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.switch : undefined;
    const tiles = new CanvasTiles(this.#data.size);
    const box = this.#find("[data-figure]");
    box.innerHTML = figureHtml(figure, {
      tile: ({ column, which }, classes) => tiles.html(figure.columns[column][which]!, { classes }),
      latentHref: this.#latentHref,
      firstName: firstName(figure, this.#data),
    });
    tiles.draw(box);
    if (focused) box.querySelector<HTMLElement>(`[data-switch="${focused}"]`)?.focus();
    if (this.#data.tiles) {
      this.#large("input", { values: input, kind: "values", range });
      this.#large("recon", { values: figure.shown.recon, kind: "values", range });
      this.#large("error", errorTile({ input, recon: figure.shown.recon, range }));
    }
    this.#find("[data-mse]").textContent = fixed(figure.shown.mse, decimalsFor(Math.max(mse, mseBase)));
    this.#find("[data-state]").textContent = stateText(figure, { row: numbers, data: this.#data });
    this.#controls(figure, choice);
    this.#offerCsv(figure);
  }

  /** The button of the sum that plays. */
  showPlaying(isPlaying: boolean): void {
    const button = this.#root.querySelector('[data-do="play"]');
    if (button) button.textContent = isPlaying ? "Stop" : "Play";
  }

  /** Asks before many bytes are loaded. */
  askForDecoder(bytes: number): void {
    this.#find("[data-message]").innerHTML = `Pictures of what each latent changes need the decoder's weights, ${
      fileSize(bytes)
    }. <button type="button" data-do="decoder">Load the weights</button>`;
  }

  /** Hands the figure to the reader as a file. */
  async take(format: string, figure: Figure): Promise<void> {
    const { save } = await import("../scripts/take_away.ts");
    if (format === "json") {
      const content = JSON.stringify(figureRows(figure), null, 1);
      return save(new Blob([content], { type: "application/json" }), `${this.#name}.json`);
    }
    const { figurePng } = await import("./figure_png.ts");
    const png = await figurePng(figure, {
      size: this.#data.size,
      firstName: firstName(figure, this.#data),
      title: document.title.replace(/ · [^·]*$/, ""), // without the site's name
    });
    save(png, `${this.#name}.png`);
  }

  /** Draws a most activating input, once it is in sight: they lie in many files. */
  async #drawExample(canvas: Element): Promise<void> {
    this.#inSight.unobserve(canvas);
    const { range, size, examples } = this.#data;
    const levels = await this.#reader.levels(examples!, Number((canvas as HTMLElement).dataset.later));
    drawOn(canvas as HTMLCanvasElement, { numbers: { values: valuesOf(levels, range), kind: "values", range }, size });
  }

  #controls(figure: Figure, { order, scale, off, first }: Choice): void {
    for (const button of this.#root.querySelectorAll<HTMLButtonElement>('[data-do="order"], [data-do="scale"]')) {
      button.setAttribute("aria-pressed", String(button.value === order || button.value === scale));
    }
    const { columns } = figure, last = columns.length - 1, n = Math.min(first ?? last, last);
    const listed = columns.filter(({ kind }) => kind === "latent").length;
    const on = this.#root.querySelector<HTMLButtonElement>('[data-do="on"]');
    if (on) on.disabled = off.length === 0 && n === last;
    const none = this.#root.querySelector<HTMLButtonElement>('[data-do="off"]');
    if (none) none.disabled = columns.every(({ kind, isOn }) => kind !== "latent" || !isOn);
    for (const control of this.#root.querySelectorAll<HTMLElement>("[data-needs-pictures]")) {
      control.hidden = figure.mode === "numbers" || listed === 0;
    }
    const slider = this.#root.querySelector<HTMLInputElement>("[data-first]");
    if (!slider) return;
    slider.max = String(last);
    slider.value = String(n);
    this.#find("[data-first-text]").textContent = n === 0
      ? `${firstName(figure, this.#data)} only`
      : `${Math.min(n, listed)} of ${listed} latents${n > listed ? " and all others" : ""}`;
  }

  /** The CSV of what is shown takes the place of the one that the build has written. */
  #offerCsv(figure: Figure): void {
    const link = this.#root.querySelector<HTMLAnchorElement>('.take a[download$=".csv"]');
    if (!link) return;
    if (this.#csv !== "") URL.revokeObjectURL(this.#csv);
    this.#csv = URL.createObjectURL(new Blob([csv(figureRows(figure))], { type: "text/csv" }));
    link.href = this.#csv;
    link.download = `${this.#name}.csv`;
  }

  #large(name: string, numbers: TileNumbers): void {
    const box = this.#find(`[data-large="${name}"]`), tiles = new CanvasTiles(this.#data.size);
    const old = box.querySelector(".t")!, label = old.getAttribute("aria-label") ?? "";
    old.outerHTML = tiles.html(numbers, { label });
    tiles.draw(box);
  }

  #find<E extends HTMLElement = HTMLElement>(selector: string): E {
    return this.#root.querySelector<E>(selector)!;
  }
}
