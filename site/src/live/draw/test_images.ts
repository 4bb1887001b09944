/**
 * The choice of a test image: by class, by number, the next, the one before, or any.
 *
 * @module
 */
import { button, element } from "../elements.ts";
import type { Live, LiveState, Part } from "../live.ts";
import type { ShownData } from "../messages.ts";
import { heldOutInput } from "../live_input.ts";
import { nextOfClass } from "./row_choice.ts";

/** Classes that have a button each; with more there is a list to choose from. */
const MOST_BUTTONS = 12;

/** See the module comment. */
export class TestImages {
  readonly #live: Live;
  readonly #choices: HTMLElement;
  readonly #label: HTMLElement;
  readonly #classes: HTMLElement;
  readonly #row: HTMLInputElement;
  #data: ShownData | null = null;

  constructor(root: HTMLElement, live: Live) {
    this.#live = live;
    this.#choices = root.querySelector("[data-test-images]")!;
    this.#label = root.querySelector("[data-row-label]")!;
    this.#classes = root.querySelector("[data-classes]")!;
    this.#row = root.querySelector("[data-row]")!;
    for (const turn of root.querySelectorAll<HTMLElement>("[data-turn]")) {
      turn.addEventListener("click", () => this.#turn(Number(turn.dataset.turn)));
    }
    root.querySelector("[data-random]")!.addEventListener("click", () => {
      if (this.#data) this.#take(randomBelow(this.#data.heldOutCount));
    });
    this.#row.addEventListener("change", () => {
      const row = this.#row.valueAsNumber;
      if (this.#data && row >= 0) this.#take(Math.min(this.#data.heldOutCount - 1, Math.round(row)));
    });
  }

  draw({ data, input }: LiveState, changed: ReadonlySet<Part>): void {
    if (!changed.has("data") && !changed.has("input")) return;
    this.#choices.hidden = this.#label.hidden = data === null;
    if (data && data !== this.#data) this.#drawClasses(data);
    this.#data = data;
    const row = input && "row" in input.from ? input.from.row : null;
    const text = row === null ? "" : String(row);
    if (this.#row.value !== text) this.#row.value = text; // an unchanged one would be laid out again with every stroke
    const label = row === null ? undefined : data?.labels?.[row];
    for (const each of this.#classes.querySelectorAll<HTMLButtonElement>("button")) {
      const pressed = String(Number(each.dataset.class) === label);
      if (each.ariaPressed !== pressed) each.ariaPressed = pressed;
    }
    const select = this.#classes.querySelector("select");
    if (select) select.value = label === undefined ? "" : String(label);
  }

  #drawClasses({ classNames, labels, heldOutCount }: ShownData): void {
    this.#row.max = String(heldOutCount - 1);
    this.#classes.hidden = labels === null;
    const take = (label: number) => this.#takeOfClass(label);
    this.#classes.replaceChildren(
      ...classNames.length > MOST_BUTTONS ? [classList(classNames, take)] : classNames.map((name, label) => {
        const made = button(name, { "data-class": String(label), "aria-pressed": "false" });
        made.addEventListener("click", () => take(label));
        return made;
      }),
    );
  }

  #takeOfClass(label: number): void {
    const from = this.#live.state.input?.from, { labels } = this.#data!;
    const row = nextOfClass(labels!, { label, after: from && "row" in from ? from.row : null });
    if (row !== null) this.#take(row);
  }

  #turn(by: number): void {
    if (!this.#data) return;
    const from = this.#live.state.input?.from, n = this.#data.heldOutCount;
    this.#take(from && "row" in from ? (from.row + by + n) % n : by > 0 ? 0 : n - 1);
  }

  #take(row: number): void {
    this.#live.actions.input(heldOutInput(this.#data!, row));
  }
}

function classList(names: string[], take: (label: number) => void): HTMLSelectElement {
  const options = names.map((name, label) => element("option", { text: name, attributes: { value: label } }));
  const select = element("select", {
    attributes: { "aria-label": "Class" },
    children: [element("option", { text: "class", attributes: { value: "" } }), ...options],
  });
  select.addEventListener("change", () => select.value !== "" && take(Number(select.value)));
  return select;
}

/** A whole number from 0, of the browser's own randomness: nothing that is trained depends on it. */
function randomBelow(count: number): number {
  return Math.floor(crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32 * count);
}
