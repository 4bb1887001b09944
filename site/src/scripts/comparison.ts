/**
 * A comparison that follows the reader's pick: loads the runs, and draws tables, charts and pictures with the functions that
 * the build used.
 *
 * @module
 */
import { figuresOf } from "../compare/figures.ts";
import { classesOf, FIRST_CHOICE, type InputChoice, INPUTS_SHOWN } from "../compare/inputs.ts";
import { pageLinks } from "../compare/links.ts";
import { canAdd, dataButtons, inputsOf, isMany, type Slot, slotsOf } from "../compare/page.ts";
import { byData, type DataGroup, FEWEST, largest, MOST, searchOf } from "../compare/pick.ts";
import type { RunSummary } from "../compare/summary.ts";
import { runHref } from "../links.ts";
import { Chooser } from "./chooser.ts";

/** See the module comment. */
export class Comparison {
  readonly #root: HTMLElement;
  readonly #default: string[];
  #ids: string[];
  /** The data that the charts show, by key; null for those of most runs. */
  #shown: string | null = null;
  #choice: InputChoice = FIRST_CHOICE;
  readonly #loaded = new Map<string, Promise<RunSummary>>();
  #chooser: Chooser | null = null;
  /** Drawings so far: one that another has begun after ends. */
  #drawings = 0;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#default = this.#ids = root.dataset.pick!.split(",");
  }

  /** Shows other runs; null is the pick that the page started with. */
  async pick(ids: string[] | null): Promise<void> {
    const wanted = ids ?? this.#default, found = await Promise.allSettled(wanted.map((id) => this.#load(id)));
    const known = wanted.filter((_, i) => found[i].status === "fulfilled");
    if (known.length === 0) throw new Error("Cannot compare these runs: none of them is on this site");
    this.#ids = known;
    this.#choice = { ...this.#choice, className: null, from: 0 };
    await this.#draw();
    const missing = wanted.length - known.length;
    if (missing > 0) {
      throw new Error(`${missing} of the runs in the address ${missing === 1 ? "is" : "are"} not on this site`);
    }
  }

  /** Takes a run out; at least two stay. */
  async remove(id: string): Promise<void> {
    if (this.#ids.length <= FEWEST) return;
    await this.#change(this.#ids.filter((other) => other !== id));
    const next = this.#root.querySelector<HTMLElement>("[data-remove]") ??
      this.#root.querySelector<HTMLElement>("[data-add]")!;
    next.focus();
  }

  /** Opens the list of runs, and adds the one that the reader chooses. */
  async choose(): Promise<void> {
    this.#chooser ??= new Chooser(this.#root.querySelector("dialog")!);
    const id = await this.#chooser.ask(this.#ids);
    if (id !== null && this.#ids.length < MOST) await this.#change([...this.#ids, id]);
  }

  /** Shows the charts and pictures of some data. */
  async show(key: string): Promise<void> {
    this.#shown = key;
    this.#choice = { ...this.#choice, className: null, from: 0 };
    await this.#draw();
    this.#root.querySelector<HTMLElement>(`[data-group="${CSS.escape(key)}"]`)?.focus();
  }

  /** Shows the next inputs, or those before. */
  async turn(steps: number): Promise<void> {
    await this.draw({ from: Math.max(0, this.#choice.from + steps * INPUTS_SHOWN) });
  }

  /** Shows inputs of one class, or errors instead of reconstructions. */
  async draw(choice: Partial<InputChoice>): Promise<void> {
    this.#choice = { ...this.#choice, ...choice };
    this.#drawInputs(this.#group(await this.#groups()));
  }

  async #change(ids: string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.#load(id)));
    this.#ids = ids;
    this.#choice = { ...this.#choice, className: null, from: 0 };
    await this.#draw();
    history.replaceState(null, "", ids.join() === this.#default.join() ? location.pathname : searchOf(ids));
  }

  #load(id: string): Promise<RunSummary> {
    const loaded = this.#loaded.get(id) ?? fetch(runHref(encodeURIComponent(id), "compare.json")).then((response) => {
      if (!response.ok) throw new Error(`Cannot load run ${id}: the site has no such run`);
      return response.json() as Promise<RunSummary>;
    });
    this.#loaded.set(id, loaded);
    loaded.catch(() => this.#loaded.delete(id)); // the next time tries again
    return loaded;
  }

  async #groups(): Promise<DataGroup<RunSummary>[]> {
    return byData(await Promise.all(this.#ids.map((id) => this.#load(id))));
  }

  #group(groups: DataGroup<RunSummary>[]): DataGroup<RunSummary> {
    return groups.find(({ data }) => data.key === this.#shown) ?? largest(groups);
  }

  async #draw(): Promise<void> {
    const own = ++this.#drawings, isNewest = () => own === this.#drawings;
    this.#root.ariaBusy = "true";
    try {
      await this.#drawAll(isNewest);
    } finally {
      if (isNewest()) this.#root.ariaBusy = null;
    }
  }

  async #drawAll(isNewest: () => boolean): Promise<void> {
    const groups = await this.#groups(), shown = this.#group(groups);
    if (!isNewest()) return;
    const slots = slotsOf(groups, { links: pageLinks });
    for (const place of this.#root.querySelectorAll<HTMLElement>("[data-slot]")) {
      place.innerHTML = slots[place.dataset.slot as Slot].text;
    }
    this.#root.style.setProperty("--columns", String(this.#ids.length));
    this.#root.dataset.many = String(isMany(groups));
    this.#root.querySelector<HTMLButtonElement>("[data-add]")!.disabled = !canAdd(groups);
    this.#root.querySelector("[data-groups]")!.innerHTML = dataButtons(groups, shown).text;
    this.#drawClasses(shown);
    this.#drawInputs(shown);
    document.title = document.title.replace(/^.*?(?= · )/, () => this.#root.querySelector("h1")!.textContent!);
    const { drawFigure } = await import("./compare_figures.ts");
    for (const figure of figuresOf(shown.picked)) if (isNewest()) await drawFigure(this.#root, figure);
  }

  #drawClasses({ picked }: DataGroup<RunSummary>): void {
    const label = this.#root.querySelector<HTMLElement>("[data-classes]")!, classes = classesOf(picked);
    label.hidden = classes.length === 0;
    const options = classes.map((name) => new Option(name, name));
    label.querySelector("select")!.replaceChildren(new Option("all", ""), ...options);
  }

  #drawInputs(group: DataGroup<RunSummary>): void {
    const { tiles, text, note, isDrawn, hasBefore, hasNext } = inputsOf(group, this.#choice, { links: pageLinks });
    this.#root.querySelector("[data-inputs]")!.innerHTML = tiles.text;
    this.#root.querySelector("[data-inputs-text]")!.textContent = text;
    this.#root.querySelector("[data-inputs-note]")!.textContent = note;
    this.#root.querySelector<HTMLElement>("[data-drawn-as]")!.hidden = !isDrawn;
    this.#root.querySelector<HTMLButtonElement>("[data-page='-1']")!.disabled = !hasBefore;
    this.#root.querySelector<HTMLButtonElement>("[data-page='1']")!.disabled = !hasNext;
  }
}
