/**
 * The latents that are active on the image in Draw, of each model: decoder image, number and activation, in order.
 *
 * @module
 */
import { activationText } from "../../latents/values_text.ts";
import { activeLatents } from "../active_latents.ts";
import { element, setText } from "../elements.ts";
import { fitItems, isHeld } from "../held_list.ts";
import { ListPace } from "../list_pace.ts";
import type { LiveState, Part, Side } from "../live.ts";
import { paintSigned, tileCanvas } from "../tiles.ts";
import { sideTitles } from "../train/words.ts";
import { activeText } from "./words.ts";

/** Latents that the list of one model shows: one row of it on a wide screen. */
const MOST = 10;

/** See the module comment. */
export class ActiveLists {
  readonly #root: HTMLElement;
  #lists: ActiveList[] = [];

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  draw({ sides }: LiveState, changed: ReadonlySet<Part>): void {
    if (!["focus", "sides", "stats"].some((part) => changed.has(part as Part))) return;
    if (this.#lists.length !== sides.length) {
      this.#lists = sides.map(() => new ActiveList());
      this.#root.replaceChildren(...this.#lists.map(({ element }) => element));
    }
    const titles = changed.has("sides") ? sideTitles(sides) : null;
    for (const [i, side] of sides.entries()) {
      if (titles) this.#lists[i].name = sides.length === 1 ? "" : `${titles[i]}: `;
      this.#lists[i].draw(side);
    }
  }
}

interface Item {
  element: HTMLElement;
  button: HTMLButtonElement;
  tile: HTMLCanvasElement;
  id: HTMLElement;
  activation: HTMLElement;
}

class ActiveList {
  readonly element = element("div");
  /** Which model it is, with a colon; empty if there is only one. */
  name = "";
  readonly #text = element("span");
  readonly #shown = element("span", { class: "shown" });
  readonly #list = element("ul");
  readonly #items: Item[] = [];
  readonly #pace = new ListPace();
  #latents: number[] = [];
  #subject: unknown;

  constructor() {
    this.element.append(element("p", { class: "note", children: [this.#text, this.#shown] }), this.#list);
  }

  draw(side: Side): void {
    const { focus, opened, atlas, isTraining } = side, subject = focus?.id ?? opened;
    if (!this.#pace.isDue({ subject, isTraining, now: performance.now() })) return;
    const active = focus && opened ? activeLatents(focus.acts, opened) : [];
    // A held list keeps its order, unless it is about another image.
    const isKept = focus !== null && subject === this.#subject && isHeld(this.#list);
    if (!isKept) this.#latents = active.slice(0, MOST);
    this.#subject = subject;
    const nActive = active.length, nShown = this.#latents.length;
    setText(this.#text, `${this.name}${activeText(side, nActive)}`);
    setText(this.#shown, nShown < nActive ? `, the ${nShown} most active` : "");
    fitItems(this.#items, { list: this.#list, count: this.#latents.length, make: makeItem });
    this.#latents.forEach((latent, i) => {
      const item = this.#items[i], activation = focus!.acts[latent];
      item.button.dataset.latent = String(latent);
      setText(item.id, String(latent));
      setText(item.activation, activationText(activation));
      if (atlas) paintSigned(item.tile, { bytes: atlas.images, at: latent, tile: atlas.tile });
    });
  }
}

function makeItem(): Item {
  const tile = tileCanvas(), id = element("span"), activation = element("b", { class: "is-active" });
  // The words around the numbers, for those who do not see what stands where.
  const hidden = (text: string) => element("span", { class: "visually-hidden", text });
  const button = element("button", {
    attributes: { type: "button", "data-pins": "", "aria-pressed": "false" },
    children: [tile, hidden("Latent "), id, hidden(", activation "), activation],
  });
  return { element: element("li", { children: [button] }), button, tile, id, activation };
}
