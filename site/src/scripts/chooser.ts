/**
 * The list of all runs, in which a reader searches for one to add to a comparison.
 *
 * @module
 */
import { foundIn } from "../compare/search.ts";
import type { RunName } from "../compare/summary.ts";
import { href } from "../links.ts";

/** Runs that are listed at a time: more are found by a longer search. */
const MOST_LISTED = 50;

/** See the module comment. */
export class Chooser {
  readonly #dialog: HTMLDialogElement;
  #runs: RunName[] = [];

  constructor(dialog: HTMLDialogElement) {
    this.#dialog = dialog;
  }

  /**
   * Opens the list.
   *
   * @param taken Ids that are not offered.
   * @returns The id of the chosen run, or null if the reader closes the list.
   */
  async ask(taken: string[]): Promise<string | null> {
    if (this.#runs.length === 0) {
      const response = await fetch(href("compare/index.json"));
      if (!response.ok) throw new Error("Cannot load the list of runs: the site does not have it");
      this.#runs = await response.json();
    }
    const search = this.#dialog.querySelector("input")!;
    search.value = "";
    search.oninput = () => this.#list(search.value, taken);
    this.#list("", taken);
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    search.focus();
    return await new Promise((resolve) => {
      this.#dialog.onclose = () => resolve(this.#dialog.returnValue || null);
    });
  }

  #list(search: string, taken: string[]): void {
    const found = foundIn(this.#runs, search).filter(({ id }) => !taken.includes(id)),
      shown = found.slice(0, MOST_LISTED);
    const more = found.length > shown.length ? `, the first ${shown.length} are listed` : "";
    this.#dialog.querySelector("[data-found]")!.textContent = `${found.length} run${
      found.length === 1 ? "" : "s"
    }${more}`;
    this.#dialog.querySelector("ul")!.replaceChildren(...shown.map((run) => this.#item(run)));
  }

  #item({ id, name, detail, data }: RunName): HTMLLIElement {
    const item = document.createElement("li"),
      button = document.createElement("button"),
      small = document.createElement("small");
    small.textContent = `${detail} · ${data.name}`;
    button.type = "button";
    button.append(name, small);
    button.onclick = () => this.#dialog.close(id);
    item.append(button);
    return item;
  }
}
