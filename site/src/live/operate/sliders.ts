/**
 * Sliders of a few latents' activations: the active ones, those that were set by hand, and the clicked one.
 *
 * @module
 */
import { activationText } from "../../latents/values_text.ts";
import { activeLatents, sliderEnd, sliderLatents } from "../active_latents.ts";
import { button, element, setText } from "../elements.ts";
import { fitItems, isHeld } from "../held_list.ts";
import { ListPace } from "../list_pace.ts";
import type { Live, LiveState, Part, Side } from "../live.ts";
import { paintSigned, tileCanvas } from "../tiles.ts";
import { slidersText, sliderWords } from "./words.ts";

/** Sliders in the list, unless more latents were set by hand. */
const MOST = 8;

/** Positions of a slider above 0: a key moves it by one of them. */
const POSITIONS = 200;

interface Item {
  element: HTMLElement;
  tile: HTMLCanvasElement;
  id: HTMLButtonElement;
  number: HTMLElement;
  slider: HTMLInputElement;
  value: HTMLElement;
  off: HTMLButtonElement;
  latent: number;
  /** Activation at the slider's right end. */
  end: number;
}

/** See the module comment. */
export class Sliders {
  readonly #live: Live;
  readonly #text: HTMLElement;
  readonly #list: HTMLElement;
  readonly #items: Item[] = [];
  readonly #pace = new ListPace();
  #latents: number[] = [];
  #focusId: number | undefined;

  constructor(root: HTMLElement, live: Live) {
    this.#live = live;
    this.#text = root.querySelector("[data-text]")!;
    this.#list = root.querySelector("[data-sliders]")!;
  }

  draw(state: LiveState, changed: ReadonlySet<Part>): void {
    if (!["focus", "sides", "stats", "operated", "latent"].some((part) => changed.has(part as Part))) return;
    const { sides, selected, operated, pinned } = state, side = sides[selected]!;
    const { focus, opened, isTraining } = side;
    const subject = [selected, opened?.nLatents, focus?.id, pinned, ...operated].join();
    if (!this.#pace.isDue({ subject, isTraining, now: performance.now() })) return;
    if (!focus || !opened) {
      setText(this.#text, "");
      return fitItems(this.#items, { list: this.#list, count: 0, make: () => this.#make() });
    }
    const { acts } = focus, { activeAbove } = opened;
    const isHand = isTraining && isHeld(this.#list);
    const wanted = sliderLatents({ acts, activeAbove, operated: operated.keys(), pinned, most: MOST });
    const added = wanted.filter((latent) => !this.#latents.includes(latent));
    const mustShow = (latent: number) => latent === pinned || operated.has(latent);
    if (!isHand || focus.id !== this.#focusId || added.some(mustShow)) this.#latents = wanted;
    this.#focusId = focus.id;
    const nActive = activeLatents(acts, opened).length, nShown = this.#latents.length;
    setText(this.#text, slidersText({ nActive, nShown, nByHand: operated.size }));
    fitItems(this.#items, { list: this.#list, count: this.#latents.length, make: () => this.#make() });
    this.#latents.forEach((latent, i) => this.#fill(this.#items[i], { latent, side, operated }));
  }

  #fill(
    item: Item,
    { latent, side, operated }: { latent: number; side: Side; operated: ReadonlyMap<number, number> },
  ): void {
    const own = side.focus!.acts[latent], byHand = operated.get(latent), value = byHand ?? own;
    const isOther = latent !== item.latent, isDragged = item.slider.matches(":active");
    item.latent = latent;
    // While a slider is dragged its end stays, or it would move under the pointer.
    if (isOther || !isDragged) {
      item.end = sliderEnd({ latent, largest: side.stats?.largest ?? [], values: [own, value] });
    }
    item.element.dataset.latent = String(latent);
    item.element.classList.toggle("is-set", byHand !== undefined);
    item.element.classList.toggle("is-weak", byHand === undefined && own <= side.opened!.activeAbove);
    setText(item.number, String(latent));
    item.id.setAttribute("aria-label", `Latent ${latent}: keep its details`);
    if (side.atlas) paintSigned(item.tile, { bytes: side.atlas.images, at: latent, tile: side.atlas.tile });
    item.element.style.setProperty("--v", `${100 * Math.min(1, value / item.end)}%`);
    if (!isDragged) item.slider.value = String(Math.round(POSITIONS * value / item.end));
    item.element.style.setProperty("--own", String(Math.min(1, own / item.end)));
    item.slider.setAttribute("aria-label", `Activation of latent ${latent}`);
    item.slider.setAttribute("aria-valuetext", sliderWords({ own, byHand, end: item.end }));
    setText(item.value, activationText(value));
    setText(item.off, byHand === undefined ? "Off" : "Undo");
    const offWords = byHand === undefined ? `Switch latent ${latent} off` : `Undo the change of latent ${latent}`;
    item.off.setAttribute("aria-label", offWords);
  }

  #make(): Item {
    const tile = tileCanvas(), number = element("span"), value = element("output"), off = button("Off");
    const id = element("button", {
      class: "id",
      attributes: { type: "button", "data-pins": "", "aria-pressed": "false" },
      children: [tile, number],
    });
    const slider = element("input", { attributes: { type: "range", min: 0, max: POSITIONS, step: 1 } });
    const track = element("span", {
      class: "track",
      children: [slider, element("i", { attributes: { "aria-hidden": "true" } })],
    });
    const item: Item = {
      ...{ element: element("li", { children: [id, track, value, off] }), tile, id, number, slider, value, off },
      ...{ latent: -1, end: 1 },
    };
    const { actions, state } = this.#live;
    slider.addEventListener("input", () => {
      const activation = Number((slider.valueAsNumber / POSITIONS * item.end).toPrecision(3));
      setText(value, activationText(activation));
      item.element.style.setProperty("--v", `${100 * slider.valueAsNumber / POSITIONS}%`);
      actions.operate(item.latent, activation);
    });
    off.addEventListener("click", () => actions.operate(item.latent, state.operated.has(item.latent) ? null : 0));
    return item;
  }
}
