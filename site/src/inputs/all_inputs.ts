/**
 * The list of all inputs of a run, with filters, in the browser.
 *
 * @module
 */
import { escaped } from "../escaped.ts";
import { chosen, type Filter, type Kind, kindName, KINDS, NO_FILTER } from "./chooser.ts";
import type { InputsData } from "./data.ts";
import { addressesOf, inputItems } from "./lists_html.ts";
import { className } from "./texts.ts";

/** See the module comment. */
export class AllInputs {
  readonly #box: HTMLElement;
  readonly #data: InputsData;
  #filter: Filter = { ...NO_FILTER };
  /** Places of the inputs that pass the filters, in the order listed; all of them while the list is closed. */
  places: number[];
  isOpen = false;

  constructor(box: HTMLElement, data: InputsData) {
    this.#box = box;
    this.#data = data;
    this.places = chosen(data, NO_FILTER);
  }

  /** Opens the list at a filter, or closes it. */
  show(filter: Partial<Filter> | null): void {
    this.isOpen = filter !== null;
    this.#filter = { ...NO_FILTER, ...filter };
    this.#box.innerHTML = this.isOpen ? `${this.#controls()}<ul data-list></ul>` : "";
    this.#list();
  }

  /** Applies a filter that a reader has changed; returns the latent that is still asked for. */
  change({ filter, value }: { filter: string; value: string }): number | null {
    if (filter === "kind") this.#filter.kind = value === "" ? null : value as Kind;
    if (filter === "label") this.#filter.label = value === "" ? null : Number(value);
    if (filter === "order") this.#filter.order = value as Filter["order"];
    if (filter === "latent") this.#filter.latent = /^\d+$/.test(value.trim()) ? Number(value) : null;
    this.#list();
    return this.#filter.latent;
  }

  #list(): void {
    this.places = chosen(this.#data, this.#filter);
    if (!this.isOpen) return;
    const { word } = this.#data, { latent } = this.#filter;
    const which = latent === null ? "" : ` on which latent ${latent} is active, the most active first`;
    this.#box.querySelector("[data-count]")!.textContent =
      `${this.places.length} of ${this.#data.rows.length} ${word}s${which}.`;
    this.#box.querySelector("[data-list]")!.innerHTML = inputItems(this.#data, {
      places: this.places,
      selected: -1,
      addressOf: addressesOf(this.#data).addressOf,
    });
  }

  #controls(): string {
    const { word } = this.#data, { latent } = this.#filter;
    const labels = [...new Set(this.#data.rows.map(({ label }) => label))].filter((label) => label !== null);
    const kinds: [string, string][] = KINDS.map((kind) => [kind, kindName(kind, word)]);
    const classes: [string, string][] = labels.sort((a, b) => a - b)
      .map((label) => [String(label), className(label, this.#data)]);
    const orders: [string, string][] = [["row", "Test order"], ["smallest", "Smallest error first"], [
      "largest",
      "Largest error first",
    ]];
    return '<div class="filters">' + select("kind", { name: "Group", options: [["", "All groups"], ...kinds] }) +
      (classes.length > 0 ? select("label", { name: "Class", options: [["", "All classes"], ...classes] }) : "") +
      select("order", { name: "Order", options: orders }) +
      `<label>Active latent <input type="text" inputmode="numeric" size="6" data-filter="latent" placeholder="any" value="${
        latent ?? ""
      }"></label><p class="note" data-count></p></div>`;
  }
}

function select(filter: string, { name, options }: { name: string; options: [value: string, text: string][] }): string {
  const items = options.map(([value, text]) => `<option value="${value}">${escaped(text)}</option>`).join("");
  return `<label>${name} <select data-filter="${filter}">${items}</select></label>`;
}
