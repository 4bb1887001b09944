/**
 * The search box, the buttons and the line that says what was found.
 *
 * @module
 */
import { count } from "../../format.ts";
import type { Choice } from "../../latents/address.ts";
import type { LatentTable } from "../../latents/columns.ts";
import { MEASURES } from "../../latents/columns.ts";
import type { DensityBins } from "../../latents/density_bins.ts";
import { EXAMPLES, type Filter } from "../../latents/filter.ts";

/** What a search gave. */
export interface Told {
  /** Latents found. */
  found: number;
  table: LatentTable;
  /** What is wrong with the search; null if nothing is. */
  problem: string | null;
  filter: Filter | null;
}

/** See the module comment. */
export class Controls {
  /** Called with what a reader changes here. */
  onChange: (change: Partial<Choice>) => void = () => {};
  readonly #search: HTMLInputElement;
  readonly #density: HTMLSelectElement;
  readonly #status: HTMLElement;

  constructor(readonly page: HTMLElement, bins: DensityBins) {
    this.#search = page.querySelector("input[type=search]")!;
    this.#density = page.querySelector("select")!;
    this.#status = page.querySelector("[role=status]")!;
    this.#search.addEventListener("input", () => this.onChange({ search: this.#search.value }));
    this.#density.addEventListener("change", () => {
      this.onChange({ bin: this.#density.value === "" ? null : Number(this.#density.value) });
    });
    this.#barsOf(bins);
  }

  /** The text in the search box. */
  get typed(): string {
    return this.#search.value;
  }

  /** Shows what is chosen. */
  show({ search, shown, bin, order }: Choice): void {
    if (document.activeElement !== this.#search || search) this.#search.value = search;
    this.#density.value = bin === null ? "" : String(bin);
    this.#press("show", shown);
    const [first] = this.page.querySelectorAll<HTMLElement>("button[data-order]");
    this.#press("order", order ?? first?.dataset.order ?? "");
    for (const bar of this.#bars()) bar.classList.toggle("is-chosen", bar.dataset.bin === String(bin));
  }

  /** Says how many latents were found, what the search could not read, and what is missing. */
  tell({ found, table, problem, filter }: Told): void {
    const total = count(table.count);
    const parts = [`${count(found)} of ${total} latents`];
    if (problem) parts.unshift(problem);
    else if (found === 0) parts.push(`try ${EXAMPLES}`);
    for (const measure of new Set(filter?.measures)) {
      const missing = table.values[measure].reduce((sum, value) => sum + Number(Number.isNaN(value)), 0);
      if (missing > 0) {
        parts.push(`${count(missing)} latents have no ${MEASURES[measure].heading.toLowerCase()}`);
      }
    }
    this.#status.textContent = `${parts.join(". ")}.`;
    this.#search.ariaInvalid = problem ? "true" : null;
  }

  #press(name: string, value: string): void {
    for (const button of this.page.querySelectorAll<HTMLElement>(`button[data-${name}]`)) {
      button.ariaPressed = String(button.dataset[name] === value);
    }
  }

  #bars(): NodeListOf<HTMLElement> {
    return this.page.querySelectorAll("#density .mark-rect path");
  }

  /** A press on a bar of the histogram filters by it; with the keyboard the list of densities does the same. */
  #barsOf({ counts }: DensityBins): void {
    for (const drawing of this.page.querySelectorAll("#density .drawing")) {
      const bars = drawing.querySelectorAll<SVGElement>(".mark-rect path");
      if (bars.length !== counts.length) continue;
      bars.forEach((bar, index) => {
        bar.dataset.bin = String(index);
        bar.addEventListener("click", () => {
          this.onChange({ bin: this.#density.value === String(index) ? null : index });
        });
      });
    }
  }
}
