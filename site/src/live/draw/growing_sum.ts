/**
 * The reconstruction of the image in Draw as latents are added one by one: what each adds, the image, the error so far.
 *
 * Shows the selected model. What the images are is computed by the Worker.
 *
 * @module
 */
import { figure } from "../../format.ts";
import { activationText } from "../../latents/values_text.ts";
import { activeLatents } from "../active_latents.ts";
import { button, element, setText } from "../elements.ts";
import { fitItems, isHeld } from "../held_list.ts";
import { ListPace } from "../list_pace.ts";
import type { Live, LiveState, Part } from "../live.ts";
import { paintGrey, paintSigned, tileCanvas } from "../tiles.ts";
import { sideTitles } from "../train/words.ts";
import { sumEndText, sumText } from "./words.ts";

interface Item {
  element: HTMLElement;
  part: HTMLCanvasElement;
  id: HTMLElement;
  name: HTMLElement;
  image: HTMLCanvasElement;
  mse: HTMLElement;
}

/** See the module comment. */
export class GrowingSum {
  readonly #text: HTMLElement;
  readonly #list: HTMLElement;
  readonly #switch: HTMLElement;
  readonly #items: Item[] = [];
  readonly #pace = new ListPace();
  readonly #sideButtons: HTMLButtonElement[];
  #subject: unknown;

  constructor(root: HTMLElement, { actions }: Live) {
    this.#text = root.querySelector("[data-sum-text]")!;
    this.#list = root.querySelector("[data-sum]")!;
    this.#switch = root.querySelector("[data-sum-side]")!;
    this.#sideButtons = ([0, 1] as const).map((side) => {
      const made = button("");
      made.addEventListener("click", () => actions.select(side));
      return made;
    });
    this.#switch.append(...this.#sideButtons);
  }

  draw({ sides, selected }: LiveState, changed: ReadonlySet<Part>): void {
    if (!["focus", "sides", "stats"].some((part) => changed.has(part as Part))) return;
    this.#switch.hidden = sides.length === 1;
    if (changed.has("sides")) sideTitles(sides).forEach((title, i) => setText(this.#sideButtons[i], title));
    this.#sideButtons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === selected)));
    const side = sides[selected]!, { focus, opened, atlas, isTraining } = side;
    setText(this.#text, sumText(side));
    const subject = `${selected} ${focus?.id}`, isSame = subject === this.#subject;
    if (!this.#pace.isDue({ subject, isTraining, now: performance.now() })) return;
    if (isTraining && isSame && isHeld(this.#list)) return;
    this.#subject = subject;
    if (!focus || !opened) return fitItems(this.#items, { list: this.#list, count: 0, make: makeItem });
    const { latents, images, mse } = focus.sum, nActive = activeLatents(focus.acts, opened).length;
    fitItems(this.#items, { list: this.#list, count: latents.length, make: makeItem });
    for (const [i, latent] of latents.entries()) {
      const item = this.#items[i];
      paintGrey(item.image, { bytes: images, at: i, tile: focus.tile });
      setText(item.mse, figure(mse[i], 3));
      item.part.hidden = latent === null || atlas === null;
      if (latent !== null) {
        item.element.dataset.latent = String(latent);
        item.name.className = "is-active";
        setText(item.id, String(latent));
        setText(item.name, activationText(focus.acts[latent]));
        item.image.setAttribute("aria-label", `With latent ${latent} added`);
        if (atlas) paintSigned(item.part, { bytes: atlas.images, at: latent, tile: atlas.tile });
        continue;
      }
      delete item.element.dataset.latent;
      item.element.classList.remove("is-marked");
      item.name.className = "";
      setText(item.id, "");
      const isFirst = i === 0, nAdded = latents.length - 2;
      const { nLatents, activeAbove } = opened;
      const text = sumEndText({ isFirst, nLatents, nActive, nAdded, isSigmoid: activeAbove > 0 });
      setText(item.name, text);
      item.image.setAttribute("aria-label", isFirst ? "Without a latent" : "With all latents");
    }
  }
}

function makeItem(): Item {
  const part = tileCanvas(), id = element("span"), name = element("span"), image = tileCanvas("");
  const mse = element("span", { class: "is-error" });
  const head = element("div", { class: "adds", children: [part, id, name] });
  const error = element("div", {
    class: "so-far",
    children: [element("span", { class: "visually-hidden", text: "error " }), mse],
  });
  return { element: element("li", { children: [head, image, error] }), part, id, name, image, mse };
}
